"""The pages on which the ward acts on a job: each one form, one service, and back to the job."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.act_page import FileInput, act_page
from tewatashi.sitekit.policy import page
from tewatashi.ward import jobs
from tewatashi.ward.forms import DeliveryForm, NoticeForm, ReasonForm, WithdrawForm


@page(roles={"clerk"})
def password_notice(request: HttpRequest, number: str) -> HttpResponse:
    """Record that the password notice was handed over."""
    job, _ = jobs.sealed_job(number)
    standing = acting.known_standing(job.contract)
    form = NoticeForm(standing, request.POST or None, initial={"route": "hand", "on": clock.now().date().isoformat()})
    intro = "パスワードは、手渡しか簡易書留で渡します。回線や電子メールでは送れません（受託 LGWAN(2)）。"
    if standing.contract.channel == "disc":
        intro = "媒体とは別の日に、媒体を持っていない人へ手渡します。受け取った人の前で封を確かめます（区 CD-R(2)）。"
    if form.is_valid():
        jobs.hand_notice(number, **form.cleaned_data, by=request.user.pk)
        return redirect("job", number)
    return act_page(
        request, form, title="パスワード通知書の受渡し", submit="受渡しを記録する", back=f"/jobs/{number}", job=job,
        intro=intro,
    )  # fmt: skip


@page(roles={"clerk"})
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Order the sending."""
    job, parcel = jobs.sealed_job(number)
    if request.method == "POST":
        jobs.send(number, request.user.pk)
        messages.success(request, "送信を始めました。途中で切れても、続きから自動で送ります。")
        return redirect("job", number)
    return act_page(
        request, None, title="送付データの送信", submit="LGWAN で送信する", back=f"/jobs/{number}", job=job,
        intro=f"{job.counts.extract:,}件の送付データ {parcel[:8]} を、中継を通して委託先へ送ります。",
    )  # fmt: skip


@page(roles={"clerk"})
def void(request: HttpRequest, number: str) -> HttpResponse:
    """Void the parcel."""
    job, parcel = jobs.sealed_job(number)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        if not jobs.void(number, form.cleaned_data["reason"], request.user.pk):
            messages.info(
                request,
                "送信した後なので、委託先に取消しを依頼しました。開封されていなければ取り消され、作り直せます。",
            )
        return redirect("job", number)
    return act_page(
        request, form, title="送付データの取消し", submit=f"送付データ {parcel[:8]} を取り消す", back=f"/jobs/{number}", job=job,
        warning="取り消すと、この送付データと対応するパスワード通知書は使えなくなります。元には戻せません。作り直すには、もう一度抽出データから作成します。",
    )  # fmt: skip


@page(roles={"manager"})
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the factory to stop the job for good."""
    job = acting.known_job(number)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        jobs.cancel(number, form.cleaned_data["reason"], request.user.pk)
        messages.info(request, "委託先に案件の中止を依頼しました。回答があると、残っている物の消去と返却に移ります。")
        return redirect("job", number)
    return act_page(
        request, form, title="案件の中止", submit="案件の中止を依頼する", back=f"/jobs/{number}", job=job,
        warning="中止すると、通知書は納品されません。委託先は、データと印刷物をすべて消去・裁断・返却し、区がそれを検証して案件を終えます。元には戻せません。",
    )  # fmt: skip


@page(roles={"clerk"})
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the withdrawal of pieces, by notice numbers in a field or in a file."""
    job, _ = jobs.sealed_job(number)
    form = WithdrawForm(_numbers(request)) if request.method == "POST" else WithdrawForm()
    if form.is_valid():
        count = jobs.withdraw(number, form.cleaned_data["numbers"], request.user.pk)
        messages.success(request, f"{count}件の引抜きを依頼しました。委託先の受領を待っています。")
        return redirect("job", number)
    return act_page(
        request, form, title=f"引抜きの依頼 第{job.withdrawal_version + 1}版", submit="引抜きを依頼する", back=f"/jobs/{number}", job=job,
        intro="封入封緘が終わる前に限り依頼できます。通知書番号は区の中だけで通し番号に置き換え、委託先には通し番号だけを伝えます。",
        file=FileInput("file", "または、通知書番号のファイル", "1行に1件のテキスト。選ぶと、上の欄は使いません。"),
    )  # fmt: skip


def _numbers(request: HttpRequest) -> dict[str, str]:
    file = request.FILES.get("file")
    return {"numbers": file.read().decode("utf-8", "replace") if file else request.POST.get("numbers", "")}


@page(roles={"clerk"})
def confirm_delivery(request: HttpRequest, number: str) -> HttpResponse:
    """Record what was counted on delivery."""
    job = acting.known_job(number)
    form = DeliveryForm(request.POST or None)
    if form.is_valid():
        if not jobs.confirm_delivery(number, **form.cleaned_data, by=request.user.pk):
            messages.warning(request, "数が合いません。不一致として記録しました。委託先と数え直してください。")
        return redirect("job", number)
    return act_page(
        request, form, title="納品の確認", submit="数えた数を記録する", back=f"/jobs/{number}", job=job,
        intro="納品書の数を写さずに、現物を数えて入力してください。封入の記録と違えば、不一致として記録されます。",
    )  # fmt: skip


@page(roles={"manager"})
def close(request: HttpRequest, number: str) -> HttpResponse:
    """End the job."""
    job = acting.known_job(number)
    if request.method == "POST":
        jobs.close(number, request.user.pk)
        messages.success(request, "案件を終了しました。")
        return redirect("job", number)
    return act_page(
        request, None, title="案件の終了", submit="案件を終了する", back=f"/jobs/{number}", job=job,
        intro="終了すると、通知書番号と通し番号の対応表を消去します。履歴は残ります。",
    )  # fmt: skip

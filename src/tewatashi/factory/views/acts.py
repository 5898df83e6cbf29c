"""The pages from the received parcel to the printed sheets: each one act, one service, and back to the job."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tewatashi.factory import composing, enclosing, intake, jobs, printing
from tewatashi.factory.forms import OpenForm, VersionForm
from tewatashi.factory.printer import chosen_printer, trial_words
from tewatashi.factory.views.shown import WORKERS
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.titles import form_title


@page(roles=WORKERS)
def open_parcel(request: HttpRequest, number: str) -> HttpResponse:
    """Open the parcel with the password from the paper."""
    job, _ = jobs.load(number)
    form = OpenForm(request.POST or None)
    if form.is_valid():
        pieces = intake.open_received(number, form.cleaned_data["password"], request.user.pk)
        messages.success(request, f"開封しました。{pieces:,}件を、暗号化したまま保管庫に収めました。")
        return redirect("job", number)
    return act_page(
        request, form, title="送付データの開封", submit="開封する", back=f"/jobs/{number}", job=job,
        intro=f"送付データ {(job.parcel or '')[:8]} のパスワード通知書を見ながら打ち込んでください。"
            "開いたデータは、この案件の保管庫の中だけに、暗号化して置かれます。",
    )  # fmt: skip


@page(roles=WORKERS)
def compose(request: HttpRequest, number: str) -> HttpResponse:
    """Compose the job's form."""
    job, _ = jobs.load(number)
    if request.method == "POST":
        pieces = composing.compose(number, request.user.pk)
        messages.success(request, f"{pieces:,}通を組版しました。")
        return redirect("job", number)
    return act_page(
        request, None, title="組版", submit="組版する", back=f"/jobs/{number}", job=job,
        intro=f"この案件の帳票「{form_title(job.form)}」だけを組版します。印刷ファイルは、暗号化して保管庫に置かれます。",
    )  # fmt: skip


@page(roles=WORKERS)
def print_job(request: HttpRequest, number: str) -> HttpResponse:
    """Print the originals."""
    job, _ = jobs.load(number)
    if request.method == "POST":
        pieces = printing.print_originals(number, request.user.pk)
        messages.success(request, f"{pieces:,}通を印字に送りました。")
        return redirect("job", number)
    return act_page(
        request, None, title="印字", submit="印字する", back=f"/jobs/{number}", job=job,
        intro=f"プリンター: {chosen_printer().name}。途中で止まっても、同じファイルを二度印字することはありません。",
        warning=trial_words(),
    )  # fmt: skip


@page(roles=WORKERS)
def acknowledge_withdrawals(request: HttpRequest, number: str) -> HttpResponse:
    """Acknowledge the ward's requests to withdraw pieces."""
    job, _ = jobs.load(number)
    form = VersionForm(request.POST or None, initial={"version": job.withdrawal_version})
    if form.is_valid():
        enclosing.acknowledge_withdrawals(number, form.cleaned_data["version"], request.user.pk)
        messages.success(
            request, "引抜き依頼を受領しました。現物を抜き取り、読取りで「引き抜いた」と記録してください。"
        )
        return redirect("job", number)
    return act_page(
        request, form, title=f"引抜き依頼の受領（第{job.withdrawal_version}版まで・{len(job.withdrawals):,}通）",
        submit="受領する", back=f"/jobs/{number}", job=job, listed=sorted(enclosing.asked_pieces(job)),
        intro="次の通し番号は封入せず、現物を抜き取ります。抜き取った現物を読み取るまで、封入封緘は終わりません。",
    )  # fmt: skip

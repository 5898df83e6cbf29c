"""The pages from the delivery to the report of the erasure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tewatashi.core.contract import Standing
from tewatashi.core.custody import SPOOL, Job, to_be_claimed
from tewatashi.factory import delivering, erasing, jobs
from tewatashi.factory.forms import ClaimForm, DeliverForm, EraseAllForm, EraseForm, MoveForm
from tewatashi.factory.story import PREFIXES
from tewatashi.factory.views.shown import EVERYBODY, WORKERS
from tewatashi.sitekit import acting, job_papers
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.jobpage import where
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.story import HOW
from tewatashi.sitekit.timeline import Teller
from tewatashi.sitekit.titles import form_title


@page(roles=WORKERS)
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """Set out with the whole load."""
    job, _ = jobs.load(number)
    initial = {"to": _last_at_ward(number), "content": form_title(job.form)}
    form = DeliverForm(request.POST or None, initial=initial)
    if form.is_valid():
        delivering.deliver(number, **form.cleaned_data, by=request.user.pk)
        messages.success(request, f"納品を記録しました。確認書の番号は {delivering.receipt_number(number)} です。")
        return redirect("job", number)
    return act_page(
        request, form, title="納品", submit="納品する", back=f"/jobs/{number}", job=job,
        intro=(
            f"通知書 {job.counts.enclosed or 0:,}通と引抜き品 {job.counts.withdrawn or 0:,}通を、あなたが区に運びます。"
            "区が数え終えるまで、あなたが所持しているものとして記録されます。"
        ),
    )  # fmt: skip


def _last_at_ward(number: str) -> str:
    """Whoever acted on the job at the ward last."""
    return next((act.by for _, act, _ in reversed(acting.history(number)) if act.site == "ward"), "")


@page(roles=WORKERS)
def erase(request: HttpRequest, number: str) -> HttpResponse:
    """Erase everything, or one thing. Forms: all=1 with an optional witness; or thing, method, witness."""
    job, standing = jobs.load(number)
    by = request.user.pk
    if request.method == "POST" and request.POST.get("thing"):
        form = EraseForm(None, standing, by, request.POST)
        if form.is_valid():
            said = form.cleaned_data
            erasing.erase(number, said["thing"], said["method"], said["witness"], by)
            messages.success(request, f"{said['thing'].partition(':')[0]}の消去を記録しました。")
            return redirect("erase", number)
    elif request.method == "POST":
        form = EraseAllForm(standing, by, request.POST)
        if form.is_valid():
            count = erasing.erase_all(number, form.cleaned_data["witness"], by)
            messages.success(request, f"{count}件の消去を記録しました。")
            return redirect("job", number)
    things, teller = erasing.erasable(job, standing), Teller(names_under(job.contract), PREFIXES)
    context = {
        "job": job, "form_title": form_title(job.form), "spooled": any(thing.what == SPOOL for thing in things), "all_form": EraseAllForm(standing, by),
        "rows": [(thing, where(thing, teller), EraseForm(thing, standing, by), thing.what in erasing.BY_HAND) for thing in things],
    }  # fmt: skip
    return render(request, "factory/erase.html", context, status=422 if request.method == "POST" else 200)


@page(roles=WORKERS)
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """Hand in the report of the erasure."""
    job, standing = jobs.load(number)
    form = ClaimForm(standing, request.user.pk, request.POST or None)
    if form.is_valid():
        erasing.claim(number, by=request.user.pk, **form.cleaned_data)
        messages.success(request, "データ消去報告書を区に出しました。区が検証します。")
        return redirect("job", number)
    return act_page(
        request, form, title="データ消去報告書", submit="報告書を区に出す", back=f"/jobs/{number}", job=job,
        intro="記録にあるすべての複製について、消去の方法・日時・実施者を報告します。",
        listed=[_erased_words(job, one) for one in sorted(to_be_claimed(job))],
        warning=_left_words(job, standing),
    )  # fmt: skip


def _erased_words(job: Job, thing_id: str) -> str:
    thing = job.things[thing_id]
    how = "まだ残っています" if thing.alive else HOW.get(thing.how or "", "終わり")
    return f"{thing.what}（{thing.quantity:,}） {how}"


def _left_words(job: Job, standing: Standing) -> str:
    left = erasing.erasable(job, standing)
    return f"まだ消去していない物が{len(left)}件あります。先に消去してください。" if left else ""


@page(roles=EVERYBODY)
def erasure_report(request: HttpRequest, number: str) -> HttpResponse:  # noqa: ARG001 -- Django's view
    """The report as a paper."""
    job, _ = jobs.load(number)
    pdf = job_papers.paper(number, "erasure-report", names_under(job.contract))
    shown = f'inline; filename="erasure-report-{number}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": shown})


@page(roles=WORKERS)
def move(request: HttpRequest, number: str) -> HttpResponse:
    """Say where something is now."""
    job, standing = jobs.load(number)
    form = MoveForm(standing, jobs.things_here(job), request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        delivering.move(number, said["thing"], said["place"] or None, said["hand"] or None, request.user.pk)
        messages.success(request, "保管場所・所持者の変更を記録しました。")
        return redirect("job", number)
    return act_page(
        request, form, title="保管場所・所持者の変更", submit="変更を記録する", back=f"/jobs/{number}", job=job,
        intro="置けるのは、契約で指定された場所だけです。持てるのは、承認された名簿の人だけです。",
    )  # fmt: skip

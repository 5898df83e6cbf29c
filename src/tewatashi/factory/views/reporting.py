"""The pages of reports with personal data: sealed, put on a medium, and carried to the ward on two occasions."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET

from tewatashi.core.contract import Standing
from tewatashi.core.custody import Report
from tewatashi.core.refused import Refused
from tewatashi.factory import jobs, reporting, reporting_story
from tewatashi.factory.forms import HandReportForm
from tewatashi.factory.views.shown import WORKERS
from tewatashi.sitekit import acting, clock, job_papers, password_paper, report_files
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.titles import form_title
from tewatashi.sitekit.uploads import FormStream

_FIRST_WORDS = "宛先不明一覧"


@csrf_exempt  # Django would read the whole body to find the token; `_seal` checks the token that stands before the file
@page(roles=WORKERS)
def seal_report(request: HttpRequest, number: str) -> HttpResponse:
    """The form, and the stream that it sends; its answer is the password notice, to be printed then and never again."""
    if request.method != "POST":
        job = reporting.refuse_unless_reportable(number, _FIRST_WORDS, request.user.pk)
        context = {"job": job, "form_title": form_title(job.form), "content": _FIRST_WORDS}
        return render(request, "factory/seal_report.html", context)
    form = FormStream(request, "report")
    request.POST = form.fields
    try:
        return _seal(request, number, form)
    finally:
        form.drain()


@csrf_protect
def _seal(request: HttpRequest, number: str, form: FormStream) -> HttpResponse:
    content = " ".join(form.fields.get("content", "").split())
    notice = reporting.seal(number, content, form.chunks(), request.user.pk)
    standing = acting.known_standing(notice.job.contract)
    context = {
        "notice": notice, "job": notice.job, "form_title": form_title(notice.job.form), "at": clock.now(), "by": request.user.display_name,
        "contract": standing.contract, "pdf": _pdf(notice, standing),
    }  # fmt: skip
    response = render(request, "factory/report_notice.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _pdf(notice: reporting.Notice, standing: Standing) -> str:
    """The notice as the paper that is handed over, in base64."""
    job, contract = notice.job, standing.contract
    return password_paper.inline(standing, "report-sealed", job.number, {
        "number": f"{job.number}-報告通知-{notice.report}", "to": job_papers.head_of(contract.outsourcing["保有課"]),
        "sender": f"{contract.contractor}　取扱責任者", "about": "報告データ", "parcel": notice.report, "content": notice.content,
        "password": notice.password, "ending": "裁断", "return_by": None, "return_within": None, "route": "手渡し",
    })  # fmt: skip


@page(roles=WORKERS)
@require_GET
def report_file(request: HttpRequest, number: str, report: str) -> HttpResponseBase:  # noqa: ARG001 -- Django's view
    """The sealed file, to be written onto a medium."""
    job, _ = jobs.load(number)
    found = report_files.report_of(job, report)
    if report_files.file_here(job, found) is None:
        next(report_files.chunks(job, found))  # refuses
    headers = {
        "Content-Length": str(found.size), "Content-Disposition": f'attachment; filename="{number}-{found.short}.age"',
        "Cache-Control": "no-store",
    }  # fmt: skip
    chunks = report_files.chunks(job, found)
    return StreamingHttpResponse(chunks, content_type="application/octet-stream", headers=headers)


@page(roles=WORKERS)
def hand_report(request: HttpRequest, number: str) -> HttpResponse:
    """Record that a medium with the report was handed over at the ward."""
    job, _ = jobs.load(number)
    waiting = reporting_story.to_hand(job)
    _refuse_empty(request, waiting, "媒体を渡す報告データはありません。")
    form = HandReportForm(waiting, request.POST or None, initial={"on": clock.now().date()})
    if form.is_valid():
        medium = reporting.hand(number, **form.cleaned_data, by=request.user.pk)
        messages.success(
            request, f"媒体 {medium} の受渡しを記録しました。区が内容を確かめるまで、控えは消去できません。"
        )
        return redirect("job", number)
    return act_page(
        request, form, title="報告データの媒体の受渡し", submit="受渡しを記録する", back=f"/jobs/{number}", job=job,
        intro=(
            f"案件の画面から暗号化されたファイルを取り出し、媒体に書き込みます。媒体の番号は {reporting_story.medium_number(job)} です。"
            "区の職員に手渡したあとで、渡した本人が記録します。"
        ),
        warning="パスワード通知書を持っている人は、媒体を運べません。通知書は、別の日に、別の人が渡します。",
    )  # fmt: skip


@page(roles=WORKERS)
def hand_report_notice(request: HttpRequest, number: str) -> HttpResponse:
    """Record that the report's password notice was handed over at the ward, on another occasion."""
    job, _ = jobs.load(number)
    waiting = reporting_story.notice_to_hand(job)
    _refuse_empty(request, waiting, "パスワード通知書を渡す報告データはありません。")
    form = HandReportForm(waiting, request.POST or None, initial={"on": clock.now().date()})
    if form.is_valid():
        reporting.hand_notice(number, **form.cleaned_data, by=request.user.pk)
        messages.success(request, "パスワード通知書の受渡しを記録しました。")
        return redirect("job", number)
    return act_page(
        request, form, title="報告データのパスワード通知書の受渡し", submit="受渡しを記録する", back=f"/jobs/{number}", job=job,
        intro="区の職員に手渡したあとで、渡した本人が記録します。",
        warning="媒体とは別の日に、渡す人も受け取る人も別にしてください。",
    )  # fmt: skip


def _refuse_empty(request: HttpRequest, reports: list[Report], wrong: str) -> None:
    """A form without a choice says nothing; whoever sends one is told by the act itself."""
    if request.method == "GET" and not reports:
        raise Refused("report-none", wrong, do="案件の画面で状態を確かめてください。", requirement="FAC-CD-2")

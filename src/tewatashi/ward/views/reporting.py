"""The pages of reports that the factory brings: taken in from the medium, opened, and their copies ended."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.titles import form_title
from tewatashi.sitekit.uploads import FormStream
from tewatashi.ward import reporting, reporting_story
from tewatashi.ward.carried_forms import OpenReportForm, ShredForm
from tewatashi.ward.offices import staff


@csrf_exempt  # Django would read the whole body to find the token; `_receive` checks the token that stands before the file
@page(roles={"clerk"})
def receive_report(request: HttpRequest, number: str) -> HttpResponse:
    """Take the sealed file in from the medium, as it streams in."""
    if request.method != "POST":
        job = acting.known_job(number)
        waiting = reporting_story.to_receive(job)
        if not waiting:
            raise Refused(
                "report-not-coming", "受け取りを待っている報告データはありません。", do="案件の画面で状態を確かめてください。", requirement="FAC-CD-2"
            )  # fmt: skip
        context = {"job": job, "form_title": form_title(job.form), "reports": waiting}
        return render(request, "ward/receive_report.html", context)
    form = FormStream(request, "file")
    request.POST = form.fields
    try:
        return _receive(request, number, form)
    finally:
        form.drain()


@csrf_protect
def _receive(request: HttpRequest, number: str, form: FormStream) -> HttpResponse:
    report = reporting.receive(number, form.fields.get("report", ""), form.chunks(), request.user.pk)
    messages.success(
        request, f"報告データ {report.short} を受け取り、委託先が作ったものと同じであることを確かめました。"
    )
    return redirect("job", number)


@page(roles={"clerk"})
def open_report(request: HttpRequest, number: str) -> HttpResponseBase:
    """Open the report onto the computer at which the password was typed."""
    job = acting.known_job(number)
    here = reporting_story.to_open(job)
    _refuse_empty(request, here, "開ける報告データはありません。")
    form = OpenReportForm(here, request.POST or None)
    if form.is_valid():
        name, chunks = reporting.open_report(number, **form.cleaned_data, by=request.user.pk)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return StreamingHttpResponse(chunks, content_type="application/octet-stream", headers=headers)
    return act_page(
        request, form, title="報告データを開く", submit="開いて、このコンピュータに保存する", back=f"/jobs/{number}", job=job,
        intro="委託先のパスワード通知書を見て入力します。開いた内容は、登録されたこのコンピュータにだけ渡し、この拠点には残しません。開いたことは台帳に残ります。",
    )  # fmt: skip


@page(roles={"clerk"})
def end_report(request: HttpRequest, number: str) -> HttpResponse:
    """Erase the sealed file, or record that its medium or notice was destroyed."""
    job = acting.known_job(number)
    things = reporting_story.to_end(job)
    _refuse_empty(request, things, "処分する物はありません。")
    form = ShredForm(things, staff(but=request.user.pk), request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        reporting.end(number, said["thing"], said["witness"], request.user.pk)
        messages.success(request, f"{said['thing'].partition(':')[0]}の処分を記録しました。")
        return redirect("job", number)
    return act_page(
        request, form, title="報告データの処分", submit="処分を記録する", back=f"/jobs/{number}", job=job,
        intro="媒体と通知書は、立会者の前で裁断してから記録します。暗号化されたファイルは、記録するときに消去します。開いて保存した物は、区の文書として保存年限に従います。",
    )  # fmt: skip


def _refuse_empty(request: HttpRequest, there: Sequence[object], wrong: str) -> None:
    """A form without a choice says nothing; whoever sends one is told by the act itself."""
    if request.method == "GET" and not there:
        raise Refused("report-none", wrong, do="案件の画面で状態を確かめてください。", requirement="FAC-CD-2")

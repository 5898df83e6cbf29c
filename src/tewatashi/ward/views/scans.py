"""The pages of the end of a job: ask for a residue scan, and take in its report."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.titles import form_title
from tewatashi.ward import scans
from tewatashi.ward.scan_keys import scan_keys


@page(roles={"manager"})
def scan_request(request: HttpRequest, number: str) -> HttpResponseBase:
    """Issue a request: the file that the scan is run with."""
    job = acting.known_job(number)
    if request.method == "POST":
        return StreamingHttpResponse(
            scans.issue_request(number, request.user.pk),
            content_type="text/plain; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{number}.scan-request"',
                "Cache-Control": "no-store",
            },
        )
    return act_page(
        request, None, title="調査依頼の取出し", submit="調査依頼を取り出す", back=f"/jobs/{number}/verify", job=job,
        intro="この案件の通し番号と、一度だけ使える依頼番号に、区が署名したファイルです。1つの依頼に取り込める報告は1つです。住民の情報は入っていません。",
    )  # fmt: skip


@page(roles={"manager"})
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Take in the report of a residue scan."""
    job = acting.known_job(number)
    if request.method == "POST":
        if scans.verify_erasure(number, _report(request), request.user.pk):
            messages.success(request, "残存データはありません。消去を検証済みとして記録しました。")
        else:
            messages.error(request, "消去を確かめられませんでした。委託先の消去報告は取り消されました。")
        return redirect("job", number)
    keys = [one.key.name for one in scan_keys().values() if not one.withdrawn_at]
    names = names_under(job.contract)
    shown = [
        (one, datetime.fromisoformat(one.issued_at), names.of(one.by, "ward")) for one in scans.scans_of(number)
    ]  # fmt: skip
    context = {"job": job, "form_title": form_title(job.form), "scans": shown, "keys": keys}
    return render(request, "ward/verify.html", context)


def _report(request: HttpRequest) -> bytes:
    file = request.FILES.get("report")
    if file is None:  # none was chosen, or Django dropped one that it may not hold in memory
        raise Refused(
            "report-missing",
            "残存調査の報告ファイルが選ばれていないか、大きすぎます。",
            do="報告ファイルを選んでください。",
        )
    data: bytes = file.read()
    return data

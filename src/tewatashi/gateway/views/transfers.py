"""The first page, 送受信状況: every parcel that came through, by number and size alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.gateway import services, todo
from tewatashi.sitekit import acting, store
from tewatashi.sitekit.models import OutLetter, Upload
from tewatashi.sitekit.policy import page


@page(roles={"operator", "auditor"})
def transfers(request: HttpRequest) -> HttpResponse:
    """What is owed, the list, the newest first, and how many letters wait."""
    rows = [_row(upload) for upload in Upload.objects.order_by("-begun_at")[:200]]
    waiting = OutLetter.objects.filter(delivered_at=None).count()
    return render(request, "gateway/transfers.html", {"rows": rows, "waiting": waiting, "lines": todo.lines()})


def _row(upload: Upload) -> dict[str, object]:
    job = acting.known_job(upload.job)
    thing = services.held(upload, job)
    return {
        "upload": upload,
        "job": job,
        "thing": thing,
        "come": upload.size if upload.finished_at else store.length(upload.id),
        "received": job.done.get("parcel-received") if job.parcel == upload.parcel else None,
    }

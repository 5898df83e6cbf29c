"""The first page, 案件一覧, and the closed jobs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job
from tewatashi.sitekit import clock
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.worklist import Row, closed_jobs, worklist
from tewatashi.ward import agenda, story
from tewatashi.ward.views.shown import EVERYBODY, way_to


@page(roles=EVERYBODY)
def home(request: HttpRequest) -> HttpResponse:
    """The list."""
    today, roles = clock.now().date(), request.user.roles
    found = worklist(_row, lambda standing: agenda.contract_agenda(standing, today), lambda url: way_to(url, roles))
    return render(request, "ward/home.html", {"heading": "案件一覧", **found})


@page(roles=EVERYBODY)
def closed(request: HttpRequest) -> HttpResponse:
    """The closed jobs, by fiscal year."""
    return render(request, "sitekit/closed.html", closed_jobs(request, _row))


def _row(job: Job, standing: Standing) -> Row:
    return Row(
        job=job,
        channel=standing.contract.channel,
        state=story.state_words(job, standing),
        steps=story.steps(job, standing),
        deadline=None if job.closed else job.erase_by if job.did("delivery-confirmed") else job.deliver_by,
        agenda=agenda.agenda(job, standing, clock.now()),
    )

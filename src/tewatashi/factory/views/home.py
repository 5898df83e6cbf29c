"""The first page, 作業一覧, and the closed jobs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job
from tewatashi.factory import story
from tewatashi.factory.state import floor_of
from tewatashi.factory.views.shown import EVERYBODY
from tewatashi.sitekit import clock
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.worklist import Row, closed_jobs, worklist


@page(roles=EVERYBODY)
def home(request: HttpRequest) -> HttpResponse:
    """The list."""
    return render(request, "factory/home.html", {"heading": "作業一覧", **worklist(_row, story.contract_agenda)})


@page(roles=EVERYBODY)
def closed(request: HttpRequest) -> HttpResponse:
    """The closed jobs, by fiscal year."""
    return render(request, "sitekit/closed.html", closed_jobs(request, _row))


def _row(job: Job, standing: Standing) -> Row:
    delivered = job.did("notices-delivered")
    return Row(
        job=job,
        channel=standing.contract.channel,
        state=story.state_words(job),
        steps=story.steps(job),
        deadline=None if job.closed else job.erase_by if delivered else job.deliver_by,
        agenda=story.agenda(job, standing, floor_of(job), clock.now().date()),
    )

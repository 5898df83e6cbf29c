"""The page of a job, and the same for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tewatashi.factory import jobs, story
from tewatashi.factory.models import PrintFile
from tewatashi.factory.state import floor_of, state_of
from tewatashi.factory.views.shown import EVERYBODY, people
from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.story import HOW


@page(roles=EVERYBODY)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The whole job: steps, what to do, where the data is, counts, history."""
    job, standing = jobs.load(number)
    floor, names = floor_of(job), people(standing)
    context = {
        "job": job,
        "contract": standing.contract,
        "state": story.state_words(job),
        "steps": story.steps(job),
        "agenda": story.agenda(job, floor, clock.now().date()),
        "counts": story.counts(job),
        "floor": floor,
        "reported": job.did("erasure-claimed"),
        "sites": story.things_by_site(job),
        "things": [(thing, story.SITES[thing.site], HOW.get(thing.how or "")) for thing in job.things.values()],
        "files": PrintFile.objects.filter(job=number),
        "timeline": [
            {"index": index, "act": act, "at": at, "site": story.SITES[act.site], "by": names.get(act.by, act.by), "said": story.said(act, names)}
            for index, act, at in acting.history(number)
        ],
        "names": names,
        "may": story.may(job, floor) if request.user.has_role("supervisor", "handler") else [],
    }  # fmt: skip
    return render(request, "factory/job.html", context)


@page(roles=EVERYBODY)
def state(request: HttpRequest, number: str) -> HttpResponse:  # noqa: ARG001 -- Django's view
    """The job for programs."""
    return JsonResponse(state_of(number), json_dumps_params={"ensure_ascii": False})

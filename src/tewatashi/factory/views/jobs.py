"""The page of a job, and the same for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tewatashi.factory import following, jobs, planning, story, todo
from tewatashi.factory.floor import floor_of
from tewatashi.factory.models import PrintFile
from tewatashi.factory.state import state_of
from tewatashi.factory.views.shown import EVERYBODY
from tewatashi.sitekit import acting, job_papers, report_files
from tewatashi.sitekit.jobpage import job_page, report_rows
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.piece_page import WAYS, piece_page
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.timeline import Teller


@page(roles=EVERYBODY)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The whole job: steps, what to do, where the data is, counts, history."""
    job, standing = jobs.load(number)
    floor, teller = floor_of(job), Teller(names_under(job.contract), story.PREFIXES)
    plan, version = planning.kept_counts(number) or (None, 0)
    history = acting.history(number)
    context = {
        **job_page(job, standing, history, sites=story.sites(job, standing), teller=teller),
        "state": story.state_words(job),
        "steps": story.steps(job),
        "agenda": todo.of_job(job, standing),
        "counts": story.counts(job),
        "floor": floor,
        "reported": job.did("erasure-claimed"),
        "issued": job_papers.issued(job),
        "reports": report_rows(job, teller.names),
        "reports_here": [one.id for one in job.reports.values() if report_files.file_here(job, one)],
        "plan": plan,
        "version": version,
        "files": PrintFile.objects.filter(job=number),
        "proofs": [(act.body, at) for _, act, at in history if act.kind == "pages-proofread"],
        "may": story.may(job, floor) if request.user.has_role("supervisor", "handler") else [],
        "aside": ("thing-moved",),
    }
    return render(request, "factory/job.html", context)


@page(roles=EVERYBODY)
def state(request: HttpRequest, number: str) -> HttpResponse:  # noqa: ARG001 -- Django's view
    """The job for programs."""
    return JsonResponse(state_of(number), json_dumps_params={"ensure_ascii": False})


@page(roles=EVERYBODY)
def piece(request: HttpRequest, number: str) -> HttpResponse:
    """Follow one piece of the job."""
    return piece_page(request, jobs.load(number)[0], WAYS, following.follow)

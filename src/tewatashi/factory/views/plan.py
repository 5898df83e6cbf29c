"""The page of a job's enclosing plan: counts, the floor's files, the labels of boxes, the check of inserts."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tewatashi.core.custody import Job
from tewatashi.core.plan_counts import Material, PlanCounts
from tewatashi.factory import box_labels, jobs, plan_files, planning, vault
from tewatashi.factory.forms import InsertForm
from tewatashi.factory.models import InsertCheck
from tewatashi.factory.views.shown import EVERYBODY, WORKERS
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.titles import form_title

_SHOWN = 100  # boxes


@page(roles=EVERYBODY)
@require_GET
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """What is planned, and what of it was checked."""
    return _page(request, number, InsertForm())


@page(roles=WORKERS)
@require_POST
def check_insert(request: HttpRequest, number: str) -> HttpResponse:
    """A version code read at the feeder."""
    form = InsertForm(request.POST)
    if not form.is_valid():
        return _page(request, number, form)
    planning.check_insert(number, form.cleaned_data["code"], request.user.pk)
    messages.success(request, f"同封物 {form.cleaned_data['code']} の版を確かめました。")
    return redirect("plan", number)


def _page(request: HttpRequest, number: str, form: InsertForm) -> HttpResponse:
    job, _ = jobs.load(number)
    counts, version = planning.kept_counts(number) or (None, 0)
    context = {
        "job": job, "form_title": form_title(job.form), "plan": counts, "version": version, "form": form,
        "boxes": counts.boxes[:_SHOWN] if counts else (), "inserts": _inserts(job, counts),
        "lists": list(plan_files.LISTS.items()), "machines": plan_files.machines(),
        "files_here": vault.holds(number, planning.KEPT_AS),
        "may": request.user.has_role("supervisor", "handler"), "open": not job.did("pieces-enclosed"),
    }  # fmt: skip
    return render(request, "factory/plan.html", context, status=422 if form.errors else 200)


def _inserts(job: Job, counts: PlanCounts | None) -> list[tuple[Material, InsertCheck | None, str]]:
    """Each insert with its last check, and who made that."""
    last = {each.code: each for each in reversed(planning.checks(job.number))}
    names = names_under(job.contract)
    found = [(each, last.get(each.code)) for each in counts.inserts] if counts else []
    return [(each, check, names.of(check.by, "factory") if check else "") for each, check in found]


@page(roles=WORKERS)
@require_GET
def plan_list(request: HttpRequest, number: str, name: str) -> HttpResponse:  # noqa: ARG001 -- Django's view
    """A list for the floor."""
    return _file(plan_files.list_of(number, name), "text/csv; charset=utf-8", f"{number}-{name}.csv")


@page(roles=WORKERS)
@require_GET
def machine_list(request: HttpRequest, number: str, machine: str) -> HttpResponse:  # noqa: ARG001 -- Django's view
    """The list in the way of one machine."""
    return _file(plan_files.machine_list(number, machine), "application/octet-stream", f"{number}-{machine}.txt")


@page(roles=WORKERS)
@require_GET
def labels(request: HttpRequest, number: str) -> HttpResponse:  # noqa: ARG001 -- Django's view
    """The labels of the boxes."""
    shown = f'inline; filename="box-labels-{number}.pdf"'
    return HttpResponse(
        box_labels.box_labels(number), content_type="application/pdf", headers={"Content-Disposition": shown}
    )


def _file(chunks: Iterator[bytes], kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(chunks, content_type=kind, headers=headers)

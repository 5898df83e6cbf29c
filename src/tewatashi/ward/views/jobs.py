"""The pages of a job: open it, see it whole, and the same for programs."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.story import HOW
from tewatashi.ward import agenda, jobs, receipts, story, timeline
from tewatashi.ward.forms import JobForm
from tewatashi.ward.models import Parcel
from tewatashi.ward.state import state_of
from tewatashi.ward.views.shown import EVERYBODY, form_page, opens_to, people

_RECEIPTS: Final = {kind: of for of, kind in receipts.OF.items()}


@page(roles={"clerk"})
def new(request: HttpRequest) -> HttpResponse:
    """Register a job."""
    contracts = [
        (number, f"{number} {acting.known_standing(number).contract.title}") for number in acting.contract_numbers()
    ]
    form = JobForm(contracts, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect("job", jobs.open_job(**form.cleaned_data, by=request.user.pk))
    return form_page(request, form, title="案件の登録", submit="案件を登録する", back="/")


@page(roles=EVERYBODY)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The whole job: steps, what to do, where the data is, counts, history."""
    job = acting.known_job(number)
    standing = acting.known_standing(job.contract)
    names, history = people(standing), acting.history(number)
    context = {
        "job": job,
        "standing": standing,
        "contract": standing.contract,
        "state": story.state_words(job),
        "steps": story.steps(job),
        "agenda": agenda.agenda(job, standing, clock.now().date()),
        "counts": story.counts(job, jobs.counted(history)),
        "sites": story.things_by_site(job),
        "things": [(thing, story.SITES[thing.site], HOW.get(thing.how or "")) for thing in job.things.values()],
        "timeline": [
            {"index": index, "act": act, "at": at, "site": story.SITES[act.site], "by": names.get(act.by, act.by), "said": timeline.said(act, names), "receipt": _RECEIPTS.get(act.kind)}
            for index, act, at in history
        ],
        "names": names,
        "parcel": Parcel.objects.filter(pk=job.parcel).first(),
        "too_late": story.too_late(job),
        "may": [one for one in story.may(job, standing) if opens_to(one[2], request.user.roles)],
    }  # fmt: skip
    return render(request, "ward/job.html", context)


@page(roles=EVERYBODY)
def state(request: HttpRequest, number: str) -> HttpResponse:  # noqa: ARG001 -- Django's view
    """The job for programs."""
    return JsonResponse(state_of(number), json_dumps_params={"ensure_ascii": False})


@page(roles=EVERYBODY)
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """データ授受確認書; `?of=delivery` (or nothing), `data` or `notice`."""
    of = request.GET.get("of", "delivery")
    names = people(acting.known_standing(acting.known_job(number).contract))
    pdf = receipts.receipt(number, of, names)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"})

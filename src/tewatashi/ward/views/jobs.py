"""The pages of a job: open it, see it whole, and the same for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tewatashi.core.custody import MEDIUM
from tewatashi.sitekit import acting, job_papers
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.jobpage import job_page, report_rows
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.piece_page import piece_page
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.timeline import Teller
from tewatashi.ward import following, jobs, receipts, story, todo
from tewatashi.ward.forms import JobForm
from tewatashi.ward.state import state_of
from tewatashi.ward.views.shown import EVERYBODY, opens_to


@page(roles={"clerk"})
def new(request: HttpRequest) -> HttpResponse:
    """Register a job."""
    contracts = [acting.known_standing(number).contract for number in acting.contract_numbers()]
    form = JobForm(contracts, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect("job", jobs.open_job(**form.cleaned_data, by=request.user.pk))
    return act_page(request, form, title="案件の登録", submit="案件を登録する", back="/")


@page(roles=EVERYBODY)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The whole job: steps, what to do, where the data is, counts, history."""
    job = acting.known_job(number)
    standing = acting.known_standing(job.contract)
    history = acting.history(number)
    confirmations = receipts.all_of(job, history)
    papers: dict[str | int, str] = {"parcel-received": f"{reverse('receipt', args=[number])}?of=data"}
    papers |= {one.index: reverse("confirmation", args=[number, one.number]) for one in confirmations}
    teller = Teller(names_under(job.contract), story.SITES)
    context = {
        **job_page(job, standing, history, sites=story.sites(job, standing), teller=teller, papers=papers),
        "state": story.state_words(job, standing),
        "steps": story.steps(job, standing),
        "agenda": todo.of_job(job, standing),
        "counts": story.counts(job, jobs.counted(history)),
        "too_late": story.too_late(job),
        "may": [one for one in story.may(job, standing) if opens_to(one[2], request.user.roles)],
        "aside": story.ASIDE,
        "confirmations": confirmations,
        "issued": job_papers.issued(job),
        "reports": report_rows(job, teller.names),
        "media": [thing for thing in job.things.values() if thing.what == MEDIUM],
    }
    return render(request, "ward/job.html", context)


@page(roles=EVERYBODY)
def state(request: HttpRequest, number: str) -> HttpResponse:  # noqa: ARG001 -- Django's view
    """The job for programs."""
    return JsonResponse(state_of(number), json_dumps_params={"ensure_ascii": False})


@page(roles=EVERYBODY)
def confirmation(request: HttpRequest, number: str, confirmation: str) -> HttpResponse:  # noqa: ARG001 -- Django's view
    """The 確認書 of this number, with what the contractor answered."""
    pdf = receipts.confirmation(number, confirmation, names_under(acting.known_job(number).contract))
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"})


@page(roles=EVERYBODY)
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """データ授受確認書; `?of=delivery` (or nothing), `data` or `notice`."""
    of = request.GET.get("of", "delivery")
    pdf = receipts.receipt(number, of, names_under(acting.known_job(number).contract))
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"})


@page(roles=EVERYBODY)
def piece(request: HttpRequest, number: str) -> HttpResponse:
    """Follow one piece of the job."""
    return piece_page(request, acting.known_job(number), following.ALL_WAYS, following.follow)

"""The pages of a contract: register it, see where it stands, share the workflow, accept the roster."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tewatashi.core.custody import STEP_NAMES
from tewatashi.sitekit import acting, clock, contract_papers
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.prepared import handed_in, people_of
from tewatashi.sitekit.proof_answers import answers
from tewatashi.ward import contracts, todo
from tewatashi.ward.forms import ContractForm, WorkflowForm, contract_initial
from tewatashi.ward.views.shown import EVERYBODY


@page(roles={"manager"})
def new(request: HttpRequest) -> HttpResponse:
    """Register a contract; `?from=<number>` begins with that contract's words, also to renew its certificates."""
    if request.method == "POST":
        form = ContractForm(request.POST)
        if form.is_valid():
            contracts.make(form.body(), request.user.pk)
            return redirect("contract", form.cleaned_data["contract"])
    else:
        number = request.GET.get("from")
        form = ContractForm(initial=contract_initial(acting.known_standing(number)) if number else {})
    return render(request, "ward/contract_new.html", {"form": form}, status=422 if form.errors else 200)


@page(roles=EVERYBODY)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The contract and where it stands."""
    standing, today = acting.known_standing(number), clock.now().date()
    context = {
        "standing": standing,
        "contract": standing.contract,
        "agenda": todo.of_contract(standing),
        "prepared": people_of(standing, today),
        "handed_in": handed_in(standing),
        "proofs": answers(standing),
        "certificates": contracts.certificate_rows(standing, today),
        "versions": contracts.versions(number, names_under(number)),
        "jobs": contracts.jobs_of(number),
        "sheets": contract_papers.sheets(standing.contract),
        "steps": [(step, step in STEP_NAMES) for step in standing.steps],
    }
    return render(request, "ward/contract.html", context)


@page(roles=EVERYBODY)
def registers(request: HttpRequest) -> HttpResponse:
    """The two sheets of every contract, by fiscal year, as the council reads them; `?year=` is western."""
    years = contracts.by_fiscal_year()
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else max(years, default=0)
    context = {
        "years": sorted(years, reverse=True),
        "year": year,
        "contracts": [(one, contract_papers.sheets(one)) for one in years.get(year, [])],
    }
    return render(request, "ward/registers.html", context)


@page(roles={"manager", "clerk"})
def workflow(request: HttpRequest, number: str) -> HttpResponse:
    """Share the next version of the workflow."""
    standing = acting.known_standing(number)
    initial = {"steps": "\n".join(standing.steps)} if standing.steps else {}
    form = WorkflowForm(request.POST) if request.method == "POST" else WorkflowForm(initial=initial)
    if form.is_valid():
        contracts.publish_workflow(number, form.cleaned_data["steps"], request.user.pk)
        return redirect("contract", number)
    return act_page(
        request, form, title=f"業務フロー（第{standing.workflow + 1}版）の共有", submit="委託先と共有する", back=f"/contracts/{number}",
        intro="委託先は、この版を確認するまでデータを受け取れません。版を改めると、もう一度の確認が要ります。",
    )  # fmt: skip


@page(roles={"manager"})
def accept_roster(request: HttpRequest, number: str) -> HttpResponse:
    """Accept the roster that the contractor submitted last."""
    standing = acting.known_standing(number)
    if request.method == "POST":
        contracts.accept_roster(number, request.POST.get("version", ""), request.user.pk)
        return redirect("contract", number)
    return render(request, "ward/roster.html", {"standing": standing, "contract": standing.contract})

"""The pages of a contract: see where it stands, acknowledge the workflow, submit the roster."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tewatashi.core.custody import STEP_NAMES
from tewatashi.factory import contracts, todo
from tewatashi.factory.forms import DUTIES, RosterForm, VersionForm
from tewatashi.factory.views.shown import EVERYBODY
from tewatashi.sitekit import acting, clock, ledger
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.prepared import handed_in, people_of
from tewatashi.sitekit.proof_answers import answers


@page(roles=EVERYBODY)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The contract and where it stands."""
    standing = acting.known_standing(number)
    opened = [entry.job for _, entry in ledger.entries(kind="job-opened", contract=number)]
    context = {
        "standing": standing,
        "contract": standing.contract,
        "agenda": todo.of_contract(standing),
        "steps": [(step, step in STEP_NAMES) for step in standing.steps],
        "prepared": people_of(standing, clock.now().date()),
        "handed_in": handed_in(standing),
        "proofs": answers(standing),
        "proposed": [(one, DUTIES[one.duty]) for one in standing.proposed] if standing.roster != standing.accepted else [],
        "places": [name.partition("/")[2] for name in sorted(standing.places) if name.startswith("factory/")],
        "jobs": opened[::-1],
    }  # fmt: skip
    return render(request, "factory/contract.html", context)


@page(roles={"supervisor"})
def acknowledge(request: HttpRequest, number: str) -> HttpResponse:
    """Acknowledge the workflow."""
    standing = acting.known_standing(number)
    form = VersionForm(request.POST or None, initial={"version": standing.workflow})
    if form.is_valid():
        contracts.acknowledge_workflow(number, form.cleaned_data["version"], request.user.pk)
        messages.success(request, "業務フローを確認しました。")
        return redirect("contract", number)
    return act_page(
        request, form, title=f"業務フロー（第{standing.workflow}版）の確認", submit="この版に従って業務を行う",
        back=f"/contracts/{number}", listed=[f"{n}. {step}" for n, step in enumerate(standing.steps, 1)],
        intro="区が示した業務フローです。システムは、この順番でだけ作業を受け付けます。",
    )  # fmt: skip


@page(roles={"supervisor"})
def roster(request: HttpRequest, number: str) -> HttpResponse:
    """Submit the roster."""
    standing = acting.known_standing(number)
    form = RosterForm(contracts.accounts(), standing, request.POST or None)
    if form.is_valid():
        contracts.submit_roster(number, form.duties(), request.user.pk)
        messages.success(request, "名簿を提出しました。区の承認を待っています。")
        return redirect("contract", number)
    return act_page(
        request, form, title=f"取扱責任者・取扱者名簿（第{standing.roster + 1}版）の提出", submit="名簿を区に提出する",
        back=f"/contracts/{number}",
        intro="名簿に載せられるのは、このサイトに利用者として登録された、自社の従業者だけです。区が承認するまで、新しい送付データの受領と開封はできません。",
    )  # fmt: skip

"""The page on which a supervisor submits the proof of a form, and sees what it was made with and what the ward said."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tewatashi.factory import approvals
from tewatashi.factory.printer import device_profile
from tewatashi.factory.views.shown import EVERYBODY
from tewatashi.sitekit import acting, site_proofs
from tewatashi.sitekit.policy import page


@page(roles=EVERYBODY, send={"supervisor"})
def proof(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """See where the proof of a form stands, and submit it."""
    standing = acting.known_standing(number)
    approvals.refuse_other_form(standing, form)
    if request.method == "POST":
        approvals.submit(number, form, request.user.pk)
        messages.success(request, "見本を区に提出しました。承認を待っています。")
        return redirect("contract", number)
    made = site_proofs.proof_of(form)
    latest, approved = standing.proofs.latest.get(form), standing.proofs.approved.get(form)
    parts = approvals.parts(approved, made.fingerprint(device_profile()))
    context = {
        "standing": standing, "contract": standing.contract, "form": form, "made": made, "latest": latest, "approved": approved,
        "parts": parts, "same": bool(approved) and all(part.here == part.approved for part in parts),
        "version": standing.proofs.next_version(form), "waiting": standing.proofs.waiting(form),
    }  # fmt: skip
    return render(request, "factory/proof.html", context)

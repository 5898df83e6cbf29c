"""The pages of a contractor's proof: beside the one approved before with what differs boxed; approve it, or send it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tewatashi.sitekit import acting
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.policy import page
from tewatashi.ward import proofs
from tewatashi.ward.forms import SendBackForm
from tewatashi.ward.proof_pages import picture
from tewatashi.ward.views.shown import EVERYBODY


@page(roles=EVERYBODY)
@require_GET
def proof(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """The proof that was submitted last."""
    return _show(request, number, form, SendBackForm())


def _show(request: HttpRequest, number: str, form: str, reason: SendBackForm) -> HttpResponse:
    standing = acting.known_standing(number)
    looked = proofs.look_at(standing, form)
    context = {
        "standing": standing, "contract": standing.contract, "form": form, "looked": looked, "reason": reason,
        "by": names_under(number).of(looked.proof.by, "factory") if looked else "",
    }  # fmt: skip
    return render(request, "ward/proof.html", context, status=422 if reason.errors else 200)


@page(roles=EVERYBODY)
@require_GET
def proof_page(request: HttpRequest, number: str, form: str, which: str, n: int) -> HttpResponse:  # noqa: ARG001 -- a view's first
    """A page of the proof, or of the one approved before, as a picture with what differs boxed."""
    looked = proofs.look_at(acting.known_standing(number), form)
    pdf = (looked.kept if which == "old" else looked.here and looked.here.pdf) if looked else None
    boxes = next((one.boxes for one in looked.pages if one.number == n), ()) if looked else ()
    image = picture(pdf, n, boxes) if pdf and which in ("old", "new") else None
    if image is None:
        raise Http404
    return HttpResponse(image, content_type="image/png")


@page(roles={"manager"})
@require_POST
def approve_proof(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """Approve it."""
    proofs.approve(number, form, request.POST.get("version", ""), request.user.pk)
    messages.success(request, "見本を承認しました。委託先に知らせます。")
    return redirect("contract", number)


@page(roles={"manager"})
@require_POST
def send_back_proof(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """Send it back with the reason."""
    reason = SendBackForm(request.POST)
    if not reason.is_valid():
        return _show(request, number, form, reason)
    proofs.send_back(number, form, request.POST.get("version", ""), reason.cleaned_data["reason"], request.user.pk)
    messages.success(request, "見本を差し戻しました。委託先に知らせます。")
    return redirect("contract", number)

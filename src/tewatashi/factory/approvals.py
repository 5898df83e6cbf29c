"""The factory's proofs: made here of the form at hand, submitted to the ward, and what each form may be composed with."""

from __future__ import annotations

from dataclasses import dataclass

from tewatashi.core.approval import NAMES, Fingerprint, Proof, refuse_unapproved
from tewatashi.core.contract import Standing
from tewatashi.core.refused import Refused
from tewatashi.factory.printer import device_profile
from tewatashi.press.program import Program
from tewatashi.sitekit import acting, site_proofs
from tewatashi.sitekit.site_forms import load_site_form


@dataclass(frozen=True)
class Part:
    """One part of a fingerprint: as it is here now, and as the ward approved it (empty: nothing approved)."""

    name: str
    here: str
    approved: str


def submit(number: str, form: str, by: str) -> None:
    """Submit the proof of the form as it is now; Refused while another waits, or when it is approved as it is."""
    standing = acting.known_standing(number)
    refuse_other_form(standing, form)
    proof = site_proofs.proof_of(form)
    fingerprint = proof.fingerprint(device_profile())
    approved = standing.proofs.approved.get(form)
    if approved and (approved.fingerprint, approved.sha256) == (fingerprint, proof.sha256):
        raise Refused(
            "proof-same", "この見本は、すでに区が承認したものと同じです。", found=f"第{approved.version}版", do="そのまま組版できます。"
        )  # fmt: skip
    body = {
        "contract": number, "form": form, "version": standing.proofs.next_version(form), "fingerprint": fingerprint.parts,
        "sha256": proof.sha256, "pages": proof.pages,
    }  # fmt: skip
    acting.perform("proof-submitted", body, by=by)


def parts(approved: Proof | None, here: Fingerprint) -> list[Part]:
    """The four parts side by side."""
    stood = approved.fingerprint.parts if approved else dict.fromkeys(NAMES, "")
    return [Part(words, here.parts[name], stood[name]) for name, words in NAMES.items()]


def of_form(form: str) -> dict[str, str]:
    """The parts of the fingerprint that a form is printed with here now."""
    return site_proofs.fingerprint_of(load_site_form(form), device_profile()).parts


def fingerprint_of(program: Program) -> Fingerprint:
    """What a compiled form is printed with here."""
    return site_proofs.fingerprint_of(program.form, device_profile())


def refuse_unless_approved(standing: Standing, program: Program) -> None:
    """Refused unless the ward approved the form's proof with just this form, fonts, program and device."""
    refuse_unapproved(standing.proofs, program.form.name, fingerprint_of(program))


def refuse_other_form(standing: Standing, form: str) -> None:
    """Refuse a form that the contract does not name (CL-7)."""
    forms = standing.contract.forms
    if form not in forms:
        raise Refused(
            "form-not-in-contract", "契約にない帳票です。", found=form[:60], expected="・".join(sorted(forms)),
            do="契約の画面から開き直してください。", requirement="CL-7",
        )  # fmt: skip

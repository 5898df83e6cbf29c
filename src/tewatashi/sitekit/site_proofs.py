"""The proof of a form (見本) as this site makes it of its own form, fonts and program, and what it was made with.

Ward and contractor each make it: where both have the same, the bytes are the same, and the letter that submits a proof
needs to carry no more than its digests. Not for the gateway, which loads nothing of the press.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tewatashi.core.approval import Fingerprint
from tewatashi.core.refused import Refused
from tewatashi.press.form import Form
from tewatashi.press.proof import compose_proof, program_digest
from tewatashi.press.samples import Samples
from tewatashi.sitekit.site_forms import load_site_form, site_fonts, site_samples

_KEPT = 8  # proofs in memory, some hundred kilobytes each


@dataclass(frozen=True)
class SiteProof:
    """form, fonts, program: SHA-256 of what it was made with; sha256: of the PDF."""

    form: str
    fonts: str
    program: str
    pdf: bytes
    sha256: str
    pages: int

    def fingerprint(self, device: str) -> Fingerprint:
        """With the profile of the device that will print: the contractor's, which the ward is told."""
        return Fingerprint(self.form, self.fonts, self.program, device)


def proof_of(name: str) -> SiteProof:
    """The proof of the form as it is now; Refused if there is no such form here, or if it can't be printed."""
    form = load_site_form(name)
    return _made(name, form.fingerprint, site_samples(name, form))


def fingerprint_of(form: Form, device: str) -> Fingerprint:
    """What a form prints with on this device. Its own 外字 are files of the form, and in the form's fingerprint."""
    return Fingerprint(form.fingerprint, site_fonts().fingerprint, program_digest(), device)


@lru_cache(maxsize=_KEPT)
def _made(name: str, fingerprint: str, samples: Samples) -> SiteProof:
    form, fonts = load_site_form(name), site_fonts()
    if form.fingerprint != fingerprint:
        raise Refused("form-changing", "様式が書き換えられている途中です。", do="もう一度開いてください。")
    file, pdf = compose_proof(form, samples, fonts)
    return SiteProof(fingerprint, fonts.fingerprint, program_digest(), pdf, file.sha256, file.pages)

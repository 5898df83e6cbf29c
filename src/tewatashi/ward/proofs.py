"""The ward's answer to a contractor's proof: made here anew, compared with the one approved before, approved or sent back.

Rules
  sunmesse-2021  only a proof that the ward's own form, fonts and program give byte for byte is approved
  inzai-2024     what differs from the proof approved before is found from the rendered pages, and shown
A proof that was approved is kept as a file by its digest: a form that has changed can't be printed again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from tewatashi.core.approval import NAMES, Proof
from tewatashi.core.contract import Standing
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting, site_proofs
from tewatashi.sitekit.rights import make_private_folder, write_private_file
from tewatashi.sitekit.site_proofs import SiteProof
from tewatashi.ward.proof_pages import PageDifference, compare

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Part:
    """One part of the fingerprint: as the contractor submitted it, and as the ward has it (empty: only the contractor has it)."""

    name: str
    submitted: str
    here: str

    @property
    def same(self) -> bool:
        return self.here in ("", self.submitted)


@dataclass(frozen=True)
class Looked:
    """A proof as the ward sees it. here: its own, or why there is none; before: PDF of the one approved before, if it is kept.

    pages: of the ward's own beside the one before; without one before, none is different.
    """

    proof: Proof
    here: SiteProof | None
    trouble: Refused | None
    parts: tuple[Part, ...]
    before: Proof | None
    kept: bytes | None
    pages: tuple[PageDifference, ...]

    @property
    def same(self) -> bool:
        """Whether it is, byte for byte, the proof that was submitted."""
        return self.here is not None and self.here.sha256 == self.proof.sha256 and all(part.same for part in self.parts)

    @property
    def different(self) -> list[PageDifference]:
        return [page for page in self.pages if not page.same]


def look_at(standing: Standing, form: str) -> Looked | None:
    """The proof submitted last; None if there is none."""
    proof = standing.proofs.latest.get(form)
    if proof is None:
        return None
    here, trouble = _made_here(form)
    before = standing.proofs.approved.get(form)
    kept = kept_pdf(before.sha256) if before else None
    pages = _pages(kept or here.pdf, here.pdf) if here else ()
    return Looked(proof, here, trouble, _parts(proof, here), before, kept, pages)


def approve(number: str, form: str, version: str, by: str) -> None:
    """Approve the version that the person at the screen saw, if it is made here just so; its PDF is kept."""
    looked = _waiting(number, form, version)
    if not looked.same or looked.here is None:
        different = "・".join(part.name for part in looked.parts if not part.same) or "見本データか部品の版"
        raise Refused(
            "proof-differs-here", "区で作った見本が、提出された見本と同じになりません。", found=different, expected="同じ指紋と同じ見本",
            do="様式・フォント・プログラムの版を委託先とそろえるか、見本を差し戻してください。", requirement="WORK-2",
        )  # fmt: skip
    _keep(looked.here)
    body = {"contract": number, "form": form, "version": int(version), "fingerprint": looked.proof.fingerprint.whole}
    acting.perform("proof-approved", body, by=by)


def send_back(number: str, form: str, version: str, reason: str, by: str) -> None:
    """Refuse the version that the person at the screen saw."""
    _waiting(number, form, version)
    body = {"contract": number, "form": form, "version": int(version), "reason": reason}
    acting.perform("proof-refused", body, by=by)


def kept_pdf(sha256: str) -> bytes | None:
    """The PDF of an approved proof; None where it was not kept, as after a restore."""
    try:
        return _file(sha256).read_bytes()
    except FileNotFoundError:
        return None


def _waiting(number: str, form: str, version: str) -> Looked:
    looked = look_at(acting.known_standing(number), form)
    if looked is None or looked.proof.answer != "waiting" or version != str(looked.proof.version):
        raise Refused(
            "version",
            "この見本は、提出されていないか、すでに回答されています。",
            do="契約の画面で、最新の見本を確かめてください。",
        )
    return looked


def _made_here(form: str) -> tuple[SiteProof | None, Refused | None]:
    try:
        return site_proofs.proof_of(form), None
    except Refused as refused:
        return None, refused


def _parts(proof: Proof, here: SiteProof | None) -> tuple[Part, ...]:
    """The device is the contractor's alone."""
    own = here.fingerprint("").parts if here else dict.fromkeys(NAMES, "")
    return tuple(Part(words, proof.fingerprint.parts[name], own[name]) for name, words in NAMES.items())


@lru_cache(maxsize=8)
def _pages(old: bytes, new: bytes) -> tuple[PageDifference, ...]:
    return tuple(compare(old, new))


def _keep(proof: SiteProof) -> None:
    """Whole, whatever an interrupted writing left there."""
    if kept_pdf(proof.sha256) != proof.pdf:
        make_private_folder(_folder())
        _file(proof.sha256).unlink(missing_ok=True)
        write_private_file(_file(proof.sha256), proof.pdf)


def _file(sha256: str) -> Path:
    if not _DIGEST.fullmatch(sha256):
        raise FileNotFoundError(sha256)
    return _folder() / f"{sha256}.pdf"


def _folder() -> Path:
    folder: Path = settings.SITE.data_dir / "proofs"
    return folder

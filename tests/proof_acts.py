"""The letter with which a factory submits a form's proof, made by the press itself, for tests in which it is played."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from tewatashi.core.approval import Fingerprint
from tewatashi.press.fonts import FontSet, load_fonts
from tewatashi.press.form import Form
from tewatashi.press.proof import compose_proof, program_digest
from tewatashi.press.samples import Samples
from tewatashi.press.shipped import load_shipped_form, load_shipped_samples

DEVICE = "d" * 64
_FONTS = Path(os.environ.get("TEWATASHI_FONTS", Path(__file__).parents[1] / ".tools" / "fonts"))


@cache
def _fonts() -> FontSet:
    return load_fonts(_FONTS)


def fingerprint_of(form: Form) -> Fingerprint:
    return Fingerprint(form.fingerprint, _fonts().fingerprint, program_digest(), DEVICE)


def submission(form: Form, samples: Samples, contract: str, version: int = 1) -> dict[str, Any]:
    """The body of `proof-submitted`."""
    file, _ = compose_proof(form, samples, _fonts())
    return {
        "contract": contract, "form": form.name, "version": version, "fingerprint": fingerprint_of(form).parts,
        "sha256": file.sha256, "pages": file.pages,
    }  # fmt: skip


@cache
def _shipped(name: str) -> dict[str, Any]:
    form = load_shipped_form(name)
    return submission(form, load_shipped_samples(name, form), "")


def shipped_submission(contract: str, form: str = "tokusoku", version: int = 1) -> dict[str, Any]:
    """The body of `proof-submitted` for a form that ships."""
    return {**_shipped(form), "contract": contract, "version": version}

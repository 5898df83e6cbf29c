"""Papers as PDF/A: the data go to typst as values, never into a template's source, so no text can become markup (R7)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import typst
import zxingcpp

from tewatashi.documents import codes
from tewatashi.documents.papers import EVERY, PAPERS, shown

_TEMPLATES: Final = Path(__file__).parent / "templates"


def render(name: str, data: Mapping[str, object], fonts: Path, now: datetime, letters: Sequence[str] = ()) -> bytes:
    """The PDF/A-2b of the paper `name`, a key of PAPERS, with nothing written to disk.

    data   the paper's own fields and those of every paper, no more and no fewer, else TypeError
    fonts  folder with the IPAex fonts (tools/fonts.py);  now  the time that the file names as that of its making
    letters  rows of digits (carriers.paper) to print as codes at its end; TypeError on a paper that carries none
    """
    paper = PAPERS[name]
    if letters and not paper.letters:
        raise TypeError(f"{name} carries no letters")
    values = shown(data, {**EVERY, **paper.fields})
    printed = {**values, "title": paper.title, "codes": codes.drawn(letters)}
    return set_paper(name, data, printed, fonts, now)


def set_paper(
    name: str, data: Mapping[str, object], printed: Mapping[str, object], fonts: Path, now: datetime
) -> bytes:
    """The PDF/A-2b of a template with what is printed on it; `data` has the number and entry that its code leads back to."""
    values = {**printed, "code": _code(data)}
    pdf = typst.compile(
        str(_TEMPLATES / f"{name}.typ"),
        root=str(_TEMPLATES),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
        pdf_standards=["a-2b"],
        timestamp=int(now.timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf


def _code(data: Mapping[str, object]) -> str:
    """The QR code that leads back to the record, as SVG: the paper's number, and the hash of its entry in the ledger."""
    text = f"TEWATASHI {data['number']}" + (f" {data['entry']}" if data["entry"] else "")
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(code.to_svg())

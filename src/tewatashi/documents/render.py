"""Papers as PDF/A: the data go to typst as values, never into a template's source, so no text can become markup (R7)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst
import zxingcpp

from tewatashi.core.refused import Refused
from tewatashi.documents import codes
from tewatashi.documents.papers import EVERY, PAPERS, shown

_TEMPLATES: Final = Path(__file__).parent / "templates"
_LINE: Final = re.compile(r"__typst_py_bytes__\.typ:(\d+):")


def render(
    name: str, data: Mapping[str, object], fonts: Path, now: datetime, letters: Sequence[str] = (), *, by_file: int = 0
) -> bytes:
    """The PDF/A-2b of the paper `name`, a key of PAPERS, with nothing written to disk.

    data   the paper's own fields and those of every paper, no more and no fewer, else TypeError
    fonts  folder with the IPAex fonts (tools/fonts.py);  now  the time that the file names as that of its making
    letters  rows of digits (carriers.paper) to print as codes at its end; TypeError on a paper that carries none
    by_file  how many letters are too much for it, which it then says
    """
    paper = PAPERS[name]
    if (letters or by_file) and not paper.letters:
        raise TypeError(f"{name} carries no letters")
    values = shown(data, {**EVERY, **paper.fields})
    printed = {**values, "title": paper.title, "codes": codes.drawn(letters), "by_file": by_file}
    return set_paper(name, data, printed, fonts, now)


def set_paper(
    name: str, data: Mapping[str, object], printed: Mapping[str, object], fonts: Path, now: datetime
) -> bytes:
    """The PDF/A-2b of a template with what is printed on it; `data` has the number and entry that its code leads back to."""
    values = {**printed, "code": _code(data)}
    own = _own.get(name)
    source: Any = str(_TEMPLATES / f"{name}.typ") if own is None else own
    try:
        pdf = typst.compile(
            source,
            root=str(_TEMPLATES),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
            pdf_standards=["a-2b"],
            timestamp=int(now.timestamp()),
        )
    except typst.TypstError as error:
        if own is None:
            raise
        raise _cannot_be_set(name, error) from None
    assert isinstance(pdf, bytes)
    return pdf


# Templates of a ward's own, by the name of their paper: set once when the site starts (own_templates).
_own: dict[str, bytes] = {}


def replace_templates(own: Mapping[str, bytes]) -> None:
    """Set papers of these names by these templates from now on, all others by the shipped ones."""
    _own.clear()
    _own.update(own)


def _cannot_be_set(name: str, error: typst.TypstError) -> Refused:
    """With the line, where typst names one; never its excerpt of the source."""
    place = _LINE.search(error.diagnostic)
    line = f" {place[1]}行目" if place else ""
    return Refused(
        "template-broken", "書面の様式を組めません。", found=f"papers/{name}.typ{line}: {error.message[:200]}",
        do="様式のその行を直すか、ファイルを除いて、添付の様式に戻してください。",
    )  # fmt: skip


def _code(data: Mapping[str, object]) -> str:
    """The QR code that leads back to the record, as SVG: the paper's number, and the hash of its entry in the ledger."""
    text = f"TEWATASHI {data['number']}" + (f" {data['entry']}" if data["entry"] else "")
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(code.to_svg())

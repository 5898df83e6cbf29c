"""OCR lines in OCR-B, as banks read them off a payment slip: ten characters an inch, each drawn from its outline.

What a line holds is the bank's agreement with the ward; the press prints it as it came. Who takes text out of the page
finds it too (ActualText).
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from tewatashi.core.refused import Refused
from tewatashi.press.form import OcrLine
from tewatashi.press.paint import Ink, Painter, Places, Record, reader

_POINTS_PER_MM: Final = 72 / 25.4
_CAPITAL: Final = 0.707  # em of its height; digits are a little higher
_ROOM: Final = 1e-6


@cache
def _table() -> tuple[float, dict[str, bytes]]:
    """How far one character is from the next in em, and their outlines."""
    table = tomllib.loads(Path(__file__).with_name("ocr_b.toml").read_text("utf-8"))
    return table["advance"] / 1000, {character: path.encode() for character, path in table["outlines"].items()}


def shapes() -> dict[bytes, bytes]:
    """The content of each character's form XObject by its name, in 1/1000 em."""
    return {_name(character): path + b" f\n" for character, path in _table()[1].items()}


def _name(character: str) -> bytes:
    return b"O%02X" % ord(character)


def ocr_painter(line: OcrLine, places: Places, paper_height: float) -> Painter:
    """The characters from the left of the area, in the middle of its height."""
    advance, outlines = _table()
    size = line.pitch / advance * _POINTS_PER_MM / 1000
    area = line.area
    left, pitch = area.x * _POINTS_PER_MM, line.pitch * _POINTS_PER_MM
    foot = (paper_height - area.y - area.height / 2) * _POINTS_PER_MM - _CAPITAL / 2 * size * 1000
    most = int(area.width / line.pitch + _ROOM)
    read = reader(line.text, places)
    drawn = {character: b"/%b Do Q\n" % _name(character) for character in outlines}

    def paint(record: Record, _: Ink) -> bytes:
        text = read(record)
        if len(text) > most or any(each not in outlines and each != " " for each in text):
            raise Refused(
                "ocr-text", f"{line.where}: OCR行にできない値です。", expected=f"OCR-Bの文字{most}字以内",
                do="抽出データのこの項目か、様式の枠を確かめてください。",
            )  # fmt: skip
        parts = [
            b"q %.5f 0 0 %.5f %.3f %.3f cm%b" % (size, size, left + place * pitch, foot, drawn[each])
            for place, each in enumerate(text)
            if each != " "
        ]
        if not parts:
            return b""
        return b"/Span<</ActualText<FEFF%b>>>BDC\n%bEMC\n" % (text.encode("utf-16-be").hex().encode(), b"".join(parts))

    return paint

"""Marks that an inserting machine reads off a sheet to know what belongs into one envelope: OMR bars by a profile.

No standard says which bar means what: each make of machine has its own. So the form lists them, in the order in which they
stand below one another, each by when it is printed:

  always       on every sheet (start, parity of a make that wants none)
  first, last  on the first, the last sheet of a piece
  sheet1-4     the bits of the sheet's number: 1, 2, 4
  left1-4      the bits of how many sheets still come
  even         where needed to make the number of bars even
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tewatashi.press.form import SHEET, SHEETS, InserterMarks
from tewatashi.press.paint import Ink, Painter, Places, Record

_POINTS_PER_MM: Final = 72 / 25.4
_EVEN: Final = "even"
_TESTS: Final[dict[str, Callable[[int, int], bool]]] = {
    "always": lambda _sheet, _of: True,
    "first": lambda sheet, _of: sheet == 1,
    "last": lambda sheet, of: sheet == of,
    "sheet1": lambda sheet, _of: bool(sheet & 1),
    "sheet2": lambda sheet, _of: bool(sheet & 2),
    "sheet4": lambda sheet, _of: bool(sheet & 4),
    "left1": lambda sheet, of: bool(of - sheet & 1),
    "left2": lambda sheet, of: bool(of - sheet & 2),
    "left4": lambda sheet, of: bool(of - sheet & 4),
}
MARKS: Final = (*_TESTS, _EVEN)


def bars(marks: tuple[str, ...], sheet: int, of: int) -> list[bool]:
    """Which of the marks are printed on a sheet, from 1."""
    found = [mark != _EVEN and _TESTS[mark](sheet, of) for mark in marks]
    odd = sum(found) % 2 == 1
    return [odd if mark == _EVEN else bar for mark, bar in zip(marks, found, strict=True)]


def inserter_painter(code: InserterMarks, places: Places, paper_height: float) -> Painter:
    """A bar as wide as the area for each mark, the first at the area's top."""
    area = code.area
    sheet, sheets = places[SHEET], places[SHEETS]
    left, wide, high = (mm * _POINTS_PER_MM for mm in (area.x, area.width, code.thickness))
    feet = [paper_height - area.y - place * code.pitch - code.thickness for place in range(len(code.marks))]
    drawn = [b"%.3f %.3f %.3f %.3f re\n" % (left, foot * _POINTS_PER_MM, wide, high) for foot in feet]

    def paint(record: Record, _: Ink) -> bytes:
        printed = bars(code.marks, int(record[sheet]), int(record[sheets]))
        return b"".join([bar for bar, there in zip(drawn, printed, strict=True) if there]) + b"f\n"

    return paint

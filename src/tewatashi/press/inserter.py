"""Marks that an inserting machine reads off a sheet to know what belongs into one envelope: OMR bars by a profile.

No standard says which bar means what: each make of machine has its own. So the form lists them, in the order in which they
stand below one another, each by when it is printed:

  always       on every sheet (start, parity of a make that wants none)
  first, last  on the first, the last sheet of a piece
  sheet1-4     the bits of the sheet's number: 1, 2, 4
  left1-4      the bits of how many sheets still come
  even         where needed to make the number of bars even

and these by the enclosing plan (docs/spec/plan.md), for which a form needs one:

  envelope-first, envelope-last  on the first, the last sheet of an envelope, which may hold several pieces
  seq1-8                         the bits of the envelope's wrapping number: 1, 2, 4, 8; a machine that misses one stops
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tewatashi.press.form import AFTER, BEFORE, SEQUENCE, SHEET, SHEETS, InserterMarks
from tewatashi.press.paint import Ink, Painter, Places, Record

_POINTS_PER_MM: Final = 72 / 25.4
_EVEN: Final = "even"


@dataclass(frozen=True, slots=True)
class Feed:
    """A sheet as the machine takes it. sheet: from 1 of how many of its piece; before, after: sheets of other pieces in its
    envelope; sequence: the envelope's wrapping number."""

    sheet: int
    of: int
    sequence: int = 0
    before: int = 0
    after: int = 0


_TESTS: Final[dict[str, Callable[[Feed], bool]]] = {
    "always": lambda _: True,
    "first": lambda feed: feed.sheet == 1,
    "last": lambda feed: feed.sheet == feed.of,
    "sheet1": lambda feed: bool(feed.sheet & 1),
    "sheet2": lambda feed: bool(feed.sheet & 2),
    "sheet4": lambda feed: bool(feed.sheet & 4),
    "left1": lambda feed: bool(feed.of - feed.sheet & 1),
    "left2": lambda feed: bool(feed.of - feed.sheet & 2),
    "left4": lambda feed: bool(feed.of - feed.sheet & 4),
}
_PLANNED: Final[dict[str, Callable[[Feed], bool]]] = {
    "envelope-first": lambda feed: feed.before == 0 and feed.sheet == 1,
    "envelope-last": lambda feed: feed.after == 0 and feed.sheet == feed.of,
    "seq1": lambda feed: bool(feed.sequence & 1),
    "seq2": lambda feed: bool(feed.sequence & 2),
    "seq4": lambda feed: bool(feed.sequence & 4),
    "seq8": lambda feed: bool(feed.sequence & 8),
}
_ALL: Final = _TESTS | _PLANNED
BY_PLAN: Final = tuple(_PLANNED)
MARKS: Final = (*_ALL, _EVEN)


def bars(marks: tuple[str, ...], feed: Feed) -> list[bool]:
    """Which of the marks are printed on a sheet."""
    found = [mark != _EVEN and _ALL[mark](feed) for mark in marks]
    odd = sum(found) % 2 == 1
    return [odd if mark == _EVEN else bar for mark, bar in zip(marks, found, strict=True)]


def inserter_painter(code: InserterMarks, places: Places, paper_height: float) -> Painter:
    """A bar as wide as the area for each mark, the first at the area's top."""
    area = code.area
    names = (SHEET, SHEETS, SEQUENCE, BEFORE, AFTER) if code.planned else (SHEET, SHEETS)
    told = [places[name] for name in names]
    left, wide, high = (mm * _POINTS_PER_MM for mm in (area.x, area.width, code.thickness))
    feet = [paper_height - area.y - place * code.pitch - code.thickness for place in range(len(code.marks))]
    drawn = [b"%.3f %.3f %.3f %.3f re\n" % (left, foot * _POINTS_PER_MM, wide, high) for foot in feet]

    def paint(record: Record, _: Ink) -> bytes:
        printed = bars(code.marks, Feed(*(int(record[place]) for place in told)))
        return b"".join([bar for bar, there in zip(drawn, printed, strict=True) if there]) + b"f\n"

    return paint

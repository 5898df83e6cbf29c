"""Reads an inserter's bars (OMR) off many pages of one side, and compares them with what the form's profile says of each sheet.

Rules
  katano-2016  a machine puts into one envelope what lies between two such bars: a wrong one would join two households
What marks say of the envelope (docs/spec/plan.md) comes behind the values of a piece: the wrapping number of its envelope, and
how many sheets of other pieces lie before and after it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from tewatashi.proofs.expected import Columns
from tewatashi.proofs.formtext import Box, CodePlace, SideText
from tewatashi.proofs.printed import Drawn, Page
from tewatashi.proofs.sidecheck import Tell

_TOLERANCE: Final = 0.05  # mm
_ENVELOPE: Final = ("envelope-first", "envelope-last", "seq1", "seq2", "seq4", "seq8")


class _Sheet(NamedTuple):
    """number: from 1 of how many of the piece; sequence, before, after: by the plan, where there is one."""

    number: int
    of: int
    sequence: int
    before: int
    after: int


class OmrCheck:
    """Of one side."""

    def __init__(self, side: SideText, items: int) -> None:
        self._places = [place for place in side.codes if place.kind == "omr"]
        self._items = items
        self._seen: dict[tuple[int, int], tuple[Drawn, tuple[Box, ...]]] = {}

    def check(self, pages: Sequence[Page], columns: Columns, tell: Tell) -> None:
        for at, place in enumerate(self._places):
            there = columns.there(place)
            planned = not set(place.keys["marks"]).isdisjoint(_ENVELOPE)
            for row, page in enumerate(pages):
                sheet = self._sheet(columns, row)
                if planned and sheet is None:
                    tell.add(row, "omr", "封入機の印を確かめるための封入計画がありません。", place)
                    continue
                comes = there is None or there[row]
                wanted = _bars(place, sheet or _Sheet(*columns.coming[row][1:3], 0, 0, 0)) if comes else []
                if not _alike(self._bars_on(page.drawn, at, place), wanted):
                    tell.add(row, "omr", "封入機の印（OMR）が、用紙の順番か封入計画と違います。", place)

    def _sheet(self, columns: Columns, row: int) -> _Sheet | None:
        """None where the record comes without its place in a plan."""
        beyond = columns.records[row][self._items :]
        coming = columns.coming[row]
        if len(beyond) != 3 or not all(each.isascii() and each.isdigit() for each in beyond):
            return None
        return _Sheet(coming.sheet, coming.of, *map(int, beyond))

    def _bars_on(self, drawn: Drawn, at: int, place: CodePlace) -> tuple[Box, ...]:
        """What is drawn within the place, from above."""
        key = id(drawn), at
        if key not in self._seen:
            left, top, right, foot = place.box
            inside = [
                box
                for box in drawn.boxes
                if left - _TOLERANCE <= box[0] and box[2] <= right + _TOLERANCE
                and top - _TOLERANCE <= box[1] and box[3] <= foot + _TOLERANCE
            ]  # fmt: skip
            self._seen[key] = drawn, tuple(sorted(inside, key=lambda box: box[1]))
        return self._seen[key][1]


def _bars(place: CodePlace, sheet: _Sheet) -> list[Box]:
    """The bars that the profile wants on a sheet, from above."""
    names: list[str] = list(place.keys["marks"])
    printed = [_is_printed(name, sheet) for name in names]
    if "even" in names and sum(printed) % 2:
        printed[names.index("even")] = True
    left, top, right, _ = place.box
    pitch, thick = float(place.keys["pitch"]), float(place.keys["thickness"])
    return [
        (left, top + number * pitch, right, top + number * pitch + thick)
        for number, there in enumerate(printed)
        if there
    ]


def _is_printed(name: str, sheet: _Sheet) -> bool:
    left = sheet.of - sheet.number
    if name in ("always", "even"):
        return name == "always"
    if name[-1].isdigit():
        told = {"sheet": sheet.number, "left": left, "seq": sheet.sequence}[name[:-1]]
        return bool(told & int(name[-1]))
    first, last = sheet.number == 1, left == 0
    return {
        "first": first, "last": last, "envelope-first": first and sheet.before == 0, "envelope-last": last and sheet.after == 0,
    }[name]  # fmt: skip


def _alike(found: Sequence[Box], wanted: Sequence[Box]) -> bool:
    return len(found) == len(wanted) and all(
        abs(one - other) <= _TOLERANCE
        for box, meant in zip(found, wanted, strict=True)
        for one, other in zip(box, meant, strict=True)
    )

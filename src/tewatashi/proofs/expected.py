"""What a form and a record together put on each side: which sides come, the text of every place, whether a code is there.

Worked out for many records at once, column by column; the same value is worded once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from tewatashi.proofs.formtext import Condition, FormText, Place, SheetText, Shown, TextPlace
from tewatashi.proofs.own import Own
from tewatashi.proofs.wording import Wording, wording

UNFIT: Final = "\ufffe"  # no text of a page: a value that its format can't write
_REMEMBERED: Final = 1 << 14
_PIECE, _COPY, _SHEET, _SHEETS = "@piece", "@copy", "@sheet", "@sheets"


class Coming(NamedTuple):
    """A side that comes for a piece. sheet: from 1; of: how many sheets; face: 1 front, 2 back."""

    side: int
    sheet: int
    of: int
    face: int


class Expectation:
    """Of a form."""

    def __init__(self, form: FormText, own: Own | None = None) -> None:
        self.form, self.own = form, own or Own()
        self.places = {item: place for place, item in enumerate(form.items)}
        self._wordings: dict[str, Wording] = {}
        self._written: dict[str, dict[str, str]] = {}
        self._chosen = any(sheet.when or sheet.rows for sheet in form.sheets)
        self._all = (True,) * len(form.sheets)
        self._orders: dict[tuple[bool, ...], tuple[Coming, ...]] = {}

    def sides(self, values: Sequence[str]) -> tuple[Coming, ...]:
        """The sides of a piece in the order of its pages."""
        there = tuple([self._comes(sheet, values) for sheet in self.form.sheets]) if self._chosen else self._all
        if there not in self._orders:
            coming = [sheet for sheet, comes in zip(self.form.sheets, there, strict=True) if comes]
            self._orders[there] = tuple(
                Coming(side, number, len(coming), face)
                for number, sheet in enumerate(coming, 1)
                for face, side in enumerate(sheet.sides, 1)
            )
        return self._orders[there]

    def _comes(self, sheet: SheetText, values: Sequence[str]) -> bool:
        if sheet.when and not all(self.holds(condition, values) for condition in sheet.when):
            return False
        return not sheet.rows or any(values[self.places[item]] for item in sheet.rows)

    def holds(self, condition: Condition, values: Sequence[str]) -> bool:
        value = values[self.places[condition.item]]
        return (bool(value) if condition.wanted is None else value == condition.wanted) != condition.negated

    def write(self, name: str, values: Sequence[str]) -> list[str]:
        """Each value in the format of this name; the same value is worded once."""
        if name not in self._wordings:
            self._wordings[name] = wording(name)
        write, written = self._wordings[name], self._written.setdefault(name, {"": ""})
        if len(written) > _REMEMBERED:
            written.clear()
            written[""] = ""
        for value in set(values).difference(written):
            try:
                written[value] = write(value)
            except (ValueError, IndexError):
                written[value] = UNFIT
        return [written[value] for value in values]


@dataclass
class Columns:
    """The records of pages of one side, and what was worked out from them."""

    expectation: Expectation
    records: list[Sequence[str]]
    pieces: list[str]
    copy: int
    coming: list[Coming]
    _known: dict[Hashable, Any] = field(default_factory=dict)

    def _once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def values(self, item: str) -> list[str]:
        """The value of each record."""
        if item.startswith("@"):
            return self._built_in(item)
        columns: list[list[str]] = self._once(None, lambda: list(map(list, zip(*self.records, strict=True))))
        return columns[self.expectation.places[item]]

    def _built_in(self, name: str) -> list[str]:
        if name == _PIECE:
            return self.pieces
        if name == _COPY:
            return [str(self.copy)] * len(self.pieces)
        return [str(each.sheet if name == _SHEET else each.of) for each in self.coming]

    def _part(self, part: str | Shown) -> list[str]:
        if isinstance(part, str):
            return [part] * len(self.records)
        values = self.values(part.name)
        if part.wording is None:
            return values
        wanted = part.wording
        made: list[str] = self._once(part, lambda: self.expectation.write(wanted, values))
        return made

    def there(self, place: Place) -> list[bool] | None:
        """For which records the place's conditions hold; None for all."""
        if not place.when:
            return None
        made: list[bool] = self._once(place.when, lambda: self._there(place.when))
        return made

    def _there(self, when: tuple[Condition, ...]) -> list[bool]:
        columns = [
            [(bool(value) if each.wanted is None else value == each.wanted) != each.negated for value in self.values(each.item)]
            for each in when
        ]  # fmt: skip
        return columns[0] if len(columns) == 1 else list(map(all, zip(*columns, strict=True)))

    def text(self, place: TextPlace) -> list[str]:
        """What stands in the place on each page; lines follow one another, without blanks where they may break at them."""
        made: list[str] = self._once((place.parts, place.when, place.wraps), lambda: self._text(place))
        return made

    def _joined(self, parts: Sequence[str | Shown]) -> list[str]:
        shown = [part for part in parts if isinstance(part, Shown)]
        if len(shown) != 1:
            return list(map("".join, zip(*map(self._part, parts), strict=True))) if parts else [""] * len(self.records)
        at = parts.index(shown[0])
        before, after = ("".join(map(str, each)) for each in (parts[:at], parts[at + 1 :]))
        values = self._part(shown[0])
        return [f"{before}{value}{after}" for value in values] if before or after else values

    def _text(self, place: TextPlace) -> list[str]:
        whole = self._joined(place.parts)
        if self.expectation.own.degraded:
            whole = list(map(self.expectation.own.degrade, whole))
        if place.wraps:
            whole = [text.replace(" ", "") for text in whole]
        there = self.there(place)
        return whole if there is None else [text if comes else "" for text, comes in zip(whole, there, strict=True)]

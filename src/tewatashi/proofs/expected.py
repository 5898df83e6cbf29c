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
        self._wordings: dict[str | None, Wording] = {}
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

    def write(self, name: str | None) -> Wording:
        if name not in self._wordings:
            made = wording(name)

            def safely(value: str) -> str:
                try:
                    return made(value)
                except (ValueError, IndexError):
                    return UNFIT

            self._wordings[name] = str if name is None else safely
        return self._wordings[name]


def _once_each(write: Wording, values: list[str]) -> list[str]:
    made = {value: write(value) for value in set(values)}
    return [made[value] for value in values]


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
        place = self.expectation.places[item]
        made: list[str] = self._once(item, lambda: [record[place] for record in self.records])
        return made

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
        write = self.expectation.write(part.wording)
        made: list[str] = self._once(part, lambda: _once_each(write, values))
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

    def _text(self, place: TextPlace) -> list[str]:
        parts = [self._part(part) for part in place.parts]
        whole = parts[0] if len(parts) == 1 else list(map("".join, zip(*parts, strict=True)))
        if self.expectation.own.degraded:
            whole = list(map(self.expectation.own.degrade, whole))
        if place.wraps:
            whole = [text.replace(" ", "") for text in whole]
        there = self.there(place)
        return whole if there is None else [text if comes else "" for text, comes in zip(whole, there, strict=True)]

"""Painters: each paints one element of a side from a record, as bytes of a PDF content stream.

A painter is made once from the form and called for every piece, so whatever does not depend on the record is worked out
when it is made. Painters share nothing and write nothing; the characters they use are noted in the file's Ink.

Any function of a record and an ink is a painter. A Columnar paints the records of a batch together, column by column, and
gives the same bytes for each as it gives for that record alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np

from tewatashi.core.refused import Refused
from tewatashi.press.codes import customer, datamatrix, gs1_128
from tewatashi.press.codes.address import address_numbers
from tewatashi.press.codes.grid import dots, stamp
from tewatashi.press.codes.towns import Towns
from tewatashi.press.fonts import IS_CID, CidTable
from tewatashi.press.form import (
    MARK,
    PIECE,
    Code,
    Condition,
    CustomerCode,
    Element,
    MarkCode,
    Paragraph,
    PaymentCode,
    Sheet,
    Text,
    Value,
)  # fmt: skip
from tewatashi.press.formats import FORMATS, write_all

Given = TypeVar("Given", bound=Hashable)
Made = TypeVar("Made")
Record = Sequence[str]
Used = np.ndarray[Any, np.dtype[np.bool_]]


class Ink:
    """What the pages of one file used. used: by font and CID, whether it is shown; uncoded: pieces whose address gives no
    customer barcode."""

    def __init__(self, fonts: int) -> None:
        self._marked = np.zeros((fonts, 1 << 16), np.bool_)
        self.uncoded = 0

    @property
    def used(self) -> Used:
        return self._marked & IS_CID

    def add(self, used: Used) -> None:
        self._marked |= used

    def note(self, font: int, cids: str) -> None:
        """cids: one character a CID."""
        self._marked[font, np.frombuffer(cids.encode("utf-16-le", "surrogatepass"), "<u2")] = True

    def note_all(self, font: int, cids: CidTable) -> None:
        """cids: also with numbers that no CID has."""
        self._marked[font, cids] = True


class Batch:
    """Records that are painted together, and what was worked out from them: elements often show the same values."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        self._known: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        return len(self.records)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once for each key."""
        if key not in self._known:
            self._known[key] = make()
        made: Made = self._known[key]
        return made

    def column(self, place: int) -> list[str]:
        """The value at a place of each record."""
        return self.once(place, lambda: [record[place] for record in self.records])

    def where(self, conditions: Hashable, holds: Callable[[Record], bool]) -> tuple[list[int], Batch | None]:
        """The rows for which the conditions hold, and these alone as a batch; None if there are none or all."""
        return self.once(conditions, lambda: self._where(holds))

    def _where(self, holds: Callable[[Record], bool]) -> tuple[list[int], Batch | None]:
        rows = [row for row, record in enumerate(self.records) if holds(record)]
        return rows, Batch([self.records[row] for row in rows]) if 0 < len(rows) < len(self) else None


Painter = Callable[[Record, Ink], bytes]
Many = Callable[[Batch, Ink], list[bytes]]
Places = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Columnar:
    """many: paints each record of a batch; one: paints one record, the plain way where there is one."""

    many: Many
    one: Painter | None = None

    def __call__(self, record: Record, ink: Ink) -> bytes:
        return self.one(record, ink) if self.one else self.many(Batch([record]), ink)[0]


def painted(paint: Painter, batch: Batch, ink: Ink) -> list[bytes]:
    """What a painter gives for each record of a batch."""
    return paint.many(batch, ink) if isinstance(paint, Columnar) else [paint(record, ink) for record in batch.records]


def reader(paragraph: Paragraph, places: Places) -> Callable[[Record], str]:
    """The text of a paragraph from a record."""
    readers = [_reader(part, places) for part in paragraph]
    if len(readers) == 1:
        return readers[0]
    return lambda record: "".join([read(record) for read in readers])


def _reader(part: str | Value, places: Places) -> Callable[[Record], str]:
    if isinstance(part, str):
        return lambda _: part
    place = places[part.name]
    if part.format is None:
        return lambda record: record[place]
    written = FORMATS[part.format]
    return lambda record: written(record[place])


def column_reader(paragraph: Paragraph, places: Places) -> Callable[[Batch], list[str]]:
    """The text of a paragraph from each record of a batch."""
    readers = [_column_reader(part, places) for part in paragraph]
    if len(readers) == 1:
        return readers[0]
    return lambda batch: batch.once(
        paragraph, lambda: list(map("".join, zip(*[read(batch) for read in readers], strict=True)))
    )


def _column_reader(part: str | Value, places: Places) -> Callable[[Batch], list[str]]:
    if isinstance(part, str):
        return lambda batch: [part] * len(batch)
    place = places[part.name]
    if part.format is None:
        return lambda batch: batch.column(place)
    written = part.format
    return lambda batch: batch.once((place, written), lambda: write_all(written, batch.column(place)))


def once_each(make: Callable[[Given], Made], given: Sequence[Given]) -> list[Made]:
    """make(each) for each of `given`, worked out once for those that are the same."""
    made = {each: make(each) for each in set(given)}
    return [made[each] for each in given]


def conditional(paint: Painter, conditions: Sequence[Condition], places: Places) -> Painter:
    """Paints only if all conditions hold."""
    if not conditions:
        return paint
    tests = [test(condition, places) for condition in conditions]
    holds = tests[0] if len(tests) == 1 else lambda record: all(each(record) for each in tests)

    def one(record: Record, ink: Ink) -> bytes:
        return paint(record, ink) if holds(record) else b""

    def many(batch: Batch, ink: Ink) -> list[bytes]:
        rows, part = batch.where(tuple(conditions), holds)
        if part is None:
            return painted(paint, batch, ink) if rows else [b""] * len(batch)
        return spread(painted(paint, part, ink), rows, len(batch))

    return Columnar(many, one)


def mandatory(paint: Painter, element: Element, places: Places) -> Painter:
    """Refuses a record for which the element comes out empty, or a value that it shows is empty (inzai-2024)."""
    shown = [places[name] for name in element.values] if isinstance(element, Text) else []

    def require(content: bytes, record: Record) -> bytes:
        if not content or not all(record[place] for place in shown):
            raise Refused(
                "form-mandatory", f"{element.where}: 必ず印字するものが空です。",
                do="抽出データのこの項目を確かめてください。",
            )  # fmt: skip
        return content

    def many(batch: Batch, ink: Ink) -> list[bytes]:
        return list(map(require, painted(paint, batch, ink), batch.records))

    return Columnar(many, lambda record, ink: require(paint(record, ink), record))


def spread(contents: Iterable[bytes], rows: Iterable[int], count: int) -> list[bytes]:
    """The contents of some rows among `count`, the others empty."""
    found = [b""] * count
    for row, content in zip(rows, contents, strict=True):
        found[row] = content
    return found


def test(condition: Condition, places: Places) -> Callable[[Record], bool]:
    """Whether a condition holds for a record."""
    place, wanted, negated = places[condition.item], condition.wanted, condition.negated
    if wanted is None:
        return lambda record: bool(record[place]) != negated
    return lambda record: (record[place] == wanted) != negated


def coming(sheet: Sheet, places: Places) -> Callable[[Record], bool]:
    """Whether the sheet comes for a piece of these values."""
    rows = [places[item] for item in sheet.rows]
    if not rows and not sheet.when:
        return lambda _: True
    tests = [test(condition, places) for condition in sheet.when]
    return lambda values: all(holds(values) for holds in tests) and (not rows or any(values[row] for row in rows))


def constant(content: bytes) -> Painter:
    return Columnar(lambda batch, _: [content] * len(batch), lambda _record, _ink: content)


def opening(number: int, places: Places) -> Painter:
    """What a page begins with: its piece id and its background. The id stands in plain digits, as glyph numbers and a
    code's bars are nothing that a residue scan could look for on a disk."""
    place, background = places[PIECE], b"/B%d" % number

    def many(batch: Batch, _: Ink) -> list[bytes]:
        return [b"/Piece<</ID(%b)>>BDC\n%b Do\n" % (piece.encode(), background) for piece in batch.column(place)]

    return Columnar(many)


def mark_painter(code: MarkCode, places: Places, paper_height: float) -> Painter:
    side = datamatrix.SIDE * code.dots
    at = corner(code, side, side, 2 * code.dots, paper_height)
    draw = stamp(at, (side, side), datamatrix.SIDE, datamatrix.SIDE)
    place = places[MARK]
    return Columnar(lambda batch, _: list(map(draw, datamatrix.symbols(batch.column(place)))))


def payment_painter(code: PaymentCode, places: Places, paper_height: float) -> Painter:
    wide, high = gs1_128.MODULES * code.dots, dots(code.area.height)
    gs1_128.require_size(code.dots, high)
    at = corner(code, wide, high, 2 * gs1_128.QUIET * code.dots, paper_height)
    draw = stamp(at, (wide, high), gs1_128.MODULES, 1)
    digits, amount, due = places[code.digits], places[code.amount], places[code.due]

    def paint(batch: Batch, _: Ink) -> list[bytes]:
        for values in zip(batch.column(digits), batch.column(amount), batch.column(due), strict=True):
            gs1_128.require_agreement(*values)
        return list(map(draw, gs1_128.symbols(batch.column(digits))))

    return conditional(Columnar(paint), [Condition(code.digits, None, negated=False)], places)


def customer_painter(code: CustomerCode, places: Places, paper_height: float, towns: Towns) -> Painter:
    wide, high = customer.size(code.points)
    draw = stamp(corner(code, wide, high, 0, paper_height), (wide, high), customer.COLUMNS, customer.ROWS)
    postcode, address, building = places[code.postcode], places[code.address], places[code.building]

    def many(batch: Batch, ink: Ink) -> list[bytes]:
        postcodes = [each.replace("-", "") for each in batch.column(postcode)]
        rests = list(map(towns.after_town, postcodes, batch.column(address)))
        rows = [row for row, rest in enumerate(rests) if rest is not None]
        ink.uncoded += len(batch) - len(rows)
        buildings = batch.column(building)
        numbers = address_numbers([f"{rests[row]} {buildings[row]}" for row in rows])
        symbols = customer.symbols([postcodes[row] for row in rows], numbers)
        return spread(map(draw, symbols), rows, len(batch))

    return Columnar(many)


_HAIR: Final = 2  # dots: rounding to the grid may take up one at each side


def corner(code: Code, wide: int, high: int, quiet: int, paper_height: float) -> tuple[int, int]:
    """The lower left corner in dots of a symbol in the middle of its area; quiet: white dots needed, both sides."""
    area = code.area
    room = dots(area.width), dots(area.height)
    if wide + quiet > room[0] + _HAIR or high > room[1] + _HAIR:
        raise Refused(
            "form-code-room", f"{code.where}: コードが枠に入りません。", found=f"幅{wide + quiet}×高さ{high}ドット",
            expected=f"幅{room[0]}×高さ{room[1]}ドット以内", do="様式のコードの枠を広げるか、コードを小さくしてください。",
        )  # fmt: skip
    left = dots(area.x) + (room[0] - wide) // 2
    return left, dots(paper_height - area.bottom) + (room[1] - high) // 2

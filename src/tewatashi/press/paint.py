"""Painters: each paints one element of a side from a record, as bytes of a PDF content stream.

A painter is made once from the form and called for every piece, so whatever does not depend on the record is worked out
when it is made. Painters share nothing and write nothing; the characters they use are noted in the file's Ink.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tewatashi.core.refused import Refused
from tewatashi.press.codes import customer, datamatrix, gs1_128
from tewatashi.press.codes.address import address_number
from tewatashi.press.codes.grid import dots
from tewatashi.press.codes.towns import Towns
from tewatashi.press.form import MARK, Code, Condition, CustomerCode, MarkCode, Paragraph, PaymentCode, Value
from tewatashi.press.formats import FORMATS

Record = Sequence[str]


@dataclass(slots=True)
class Ink:
    """What the pages of one file used. used[font]: the CIDs shown, as characters; uncoded: pieces whose address gives no
    customer barcode."""

    used: list[set[str]]
    uncoded: int = field(default=0)


Painter = Callable[[Record, Ink], bytes]
Places = Mapping[str, int]


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


def conditional(paint: Painter, conditions: Sequence[Condition], places: Places) -> Painter:
    """Paints only if all conditions hold."""
    if not conditions:
        return paint
    tests = [_test(condition, places) for condition in conditions]
    return lambda record, ink: paint(record, ink) if all(test(record) for test in tests) else b""


def _test(condition: Condition, places: Places) -> Callable[[Record], bool]:
    place, wanted, negated = places[condition.item], condition.wanted, condition.negated
    if wanted is None:
        return lambda record: bool(record[place]) != negated
    return lambda record: (record[place] == wanted) != negated


def constant(content: bytes) -> Painter:
    return lambda _record, _ink: content


def mark_painter(code: MarkCode, places: Places, paper_height: float) -> Painter:
    quiet = 2 * code.dots
    side = datamatrix.SIDE * code.dots
    x, y = _corner(code, side, side, quiet, paper_height)
    draw = datamatrix.painter(x, y, code.dots)
    place = places[MARK]
    return lambda record, _: draw(record[place])


def payment_painter(code: PaymentCode, places: Places, paper_height: float) -> Painter:
    wide, high = gs1_128.MODULES * code.dots, dots(code.area.height)
    x, y = _corner(code, wide, high, 2 * gs1_128.QUIET * code.dots, paper_height)
    draw = gs1_128.painter(x, y, code.dots, high)
    digits, amount, due = places[code.digits], places[code.amount], places[code.due]

    def paint(record: Record, _: Ink) -> bytes:
        gs1_128.require_agreement(record[digits], record[amount], record[due])
        return draw(gs1_128.complete(record[digits]))

    return lambda record, ink: paint(record, ink) if record[digits] else b""


def customer_painter(code: CustomerCode, places: Places, paper_height: float, towns: Towns) -> Painter:
    wide, high = customer.width(code.points), customer.height(code.points)
    x, y = _corner(code, wide, high, 0, paper_height)
    draw = customer.painter(x, y, code.points)
    postcode, address, building = places[code.postcode], places[code.address], places[code.building]

    def paint(record: Record, ink: Ink) -> bytes:
        digits = record[postcode].replace("-", "")
        rest = towns.after_town(digits, record[address])
        if rest is None:
            ink.uncoded += 1
            return b""
        return draw(customer.characters(digits, address_number(f"{rest} {record[building]}")))

    return paint


_HAIR: Final = 2  # dots: rounding to the grid may take up one at each side


def _corner(code: Code, wide: int, high: int, quiet: int, paper_height: float) -> tuple[int, int]:
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

"""A plan as files that the floor's machines take: one row an envelope, a piece, a box, a material (docs/spec/plan.md).

They hold piece ids and numbers, and nothing of a resident: a postcode stands in none, only whether it is the post office's own
district, and where a bundle of another three digits begins.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np

from tewatashi.core.plan import Column, Lot, Plan

Row = Sequence[object]

ENVELOPES: Final = (
    "envelope", "printed", "sequence", "box", "in_box", "lot", "bundle", "area", "registered", "class", "discount", "pieces",
    "sheets", "milligrams", "inserts",
)  # fmt: skip
PIECES: Final = ("piece", "envelope", "n", "of", "sheets", "before", "after", "printed", "sequence", "box")
BOXES: Final = (
    "box", "of", "lot", "area", "registered", "class", "discount", "first_envelope", "last_envelope", "envelopes", "pieces", "sheets",
)  # fmt: skip
MATERIALS: Final = ("code", "title", "needed", "spare", "total")
SHEET, ENVELOPE = "sheet", "envelope"  # codes of the materials that are no inserts
_TOGETHER: Final = 10_000


def csv_of(head: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8, comma, CRLF: RFC 4180. In chunks of many rows."""
    left = iter(rows)
    yield _written([head])
    while chunk := list(islice(left, _TOGETHER)):
        yield _written(chunk)


def all_lists(plan: Plan) -> dict[str, Iterator[bytes]]:
    """Each list by the name of its file."""
    return {
        "envelopes.csv": csv_of(ENVELOPES, envelope_rows(plan)), "pieces.csv": csv_of(PIECES, piece_rows(plan)),
        "boxes.csv": csv_of(BOXES, box_rows(plan)), "materials.csv": csv_of(MATERIALS, material_rows(plan)),
    }  # fmt: skip


def envelope_rows(plan: Plan) -> Iterator[Row]:
    """In the order in which they are made."""
    of, inserts = plan.envelopes, _insert_codes(plan)
    kinds = [_kind(lot) for lot in plan.lots]
    columns = zip(
        of.printed.tolist(), plan.sequence.tolist(), of.box.tolist(), _place_in(of.box).tolist(), of.lot.tolist(),
        of.bundle.tolist(), of.pieces.tolist(), of.sheets.tolist(), of.milligrams.tolist(), of.inserts.tolist(), strict=True,
    )  # fmt: skip
    for number, (printed, sequence, box, in_box, lot, bundle, pieces, sheets, weight, mask) in enumerate(columns, 1):
        yield (
            number, printed, sequence, box, in_box, lot + 1, bundle, *kinds[lot], pieces, sheets, weight,
            inserts(mask),
        )  # fmt: skip


def piece_rows(plan: Plan) -> Iterator[Row]:
    """In the order in which they go into the envelopes."""
    pieces, of = plan.pieces, plan.envelopes
    before, after = plan.beside()
    at = pieces.envelope
    places = _place_in(at)
    columns = zip(
        pieces.ids.tolist(), at.tolist(), places.tolist(), of.pieces[at].tolist(), pieces.sheets.tolist(), before.tolist(),
        after.tolist(), of.printed[at].tolist(), plan.sequence[at].tolist(), of.box[at].tolist(), strict=True,
    )  # fmt: skip
    for piece, envelope, n, *rest in columns:
        yield piece.decode(), envelope + 1, n, *rest


def box_rows(plan: Plan) -> Iterator[Row]:
    """box, of: number among how many in all."""
    for box in boxes_of(plan):
        kind = _kind(plan.lots[box.lot])
        yield box.number, plan.boxes, box.lot + 1, *kind, box.first, box.last, box.envelopes, box.pieces, box.sheets


def material_rows(plan: Plan) -> Iterator[tuple[str, str, int, int, int]]:
    """What is taken to the line, and what is made ready beyond it (予備)."""
    of, rules = plan.envelopes, plan.rules
    needs = [(SHEET, "用紙", int(of.sheets.sum())), (ENVELOPE, "封筒", len(of))]
    needs += [
        (insert.code, insert.title, int(((of.inserts >> number) & 1).sum()))
        for number, insert in enumerate(rules.inserts)
    ]
    for code, title, needed in needs:
        spare = rules.spare.beyond(needed)
        yield code, title, needed, spare, needed + spare


@dataclass(frozen=True, slots=True)
class Box:
    """A box of envelopes. lot: from 0; first, last: envelopes, from 1."""

    number: int
    lot: int
    first: int
    last: int
    envelopes: int
    pieces: int
    sheets: int


def boxes_of(plan: Plan) -> Iterator[Box]:
    """All boxes, from 1 on."""
    of = plan.envelopes
    first = np.flatnonzero(_place_in(of.box) == 1)
    if not len(first):
        return
    ends = np.append(first[1:], len(of))
    pieces, sheets = np.add.reduceat(of.pieces, first), np.add.reduceat(of.sheets, first)
    columns = (of.lot[first], first + 1, ends, ends - first, pieces, sheets)
    for number, row in enumerate(zip(*(column.tolist() for column in columns), strict=True), 1):
        yield Box(number, *row)


def _written(rows: Iterable[Row]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _kind(lot: Lot) -> tuple[str, int, str, str]:
    """area, registered, class, discount."""
    discount = lot.discount.code if lot.discount else ""
    return "local" if lot.local else "other", int(lot.registered), lot.klass.code, discount


def _insert_codes(plan: Plan) -> Callable[[int], str]:
    """The codes of the inserts of a mask, with a blank between; each mask is looked up once."""
    known: dict[int, str] = {}

    def codes(mask: int) -> str:
        if mask not in known:
            named = (insert.code for number, insert in enumerate(plan.rules.inserts) if mask >> number & 1)
            known[mask] = " ".join(named)
        return known[mask]

    return codes


def _place_in(group: Column) -> Column:
    """From 1: the place of each row in its group; a group's rows follow one another."""
    place = np.arange(len(group))
    begins = np.ones(len(group), np.bool_)
    begins[1:] = group[1:] != group[:-1]
    places: Column = place - np.maximum.accumulate(np.where(begins, place, 0)) + 1
    return places

"""The enclosing plan (封入計画): which pieces go into one envelope, in which order envelopes are made, and into which box.

Everything is a column (numpy), about 80 bytes a piece, so that a million pieces are planned in a process's memory.

Rules
  katano-2016    an envelope holds pieces of one household and one addressee, each whole, and no more sheets than the form allows
  iwaki-2025     a withdrawal takes pieces out of their envelopes and leaves no hole: an empty envelope is none, the others keep
                 what they hold, and class, discount and box are worked out anew from what is left
  every piece is in one envelope, every envelope in one box; a box holds envelopes of one lot
  the order is: registered first, then the post office's own district, postal class, postcode, place among the records
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress
from typing import Any, Final, TypeVar

import numpy as np

from tewatashi.core.postage import Discount, PostalClass, Rates
from tewatashi.core.refused import Refused

Column = np.ndarray[Any, np.dtype[Any]]
T = TypeVar("T")

MOST_INSERTS: Final = 16  # a bit each
NO_POSTCODE: Final = 10_000_000  # sorts after every postcode
POSTCODE_DIGITS: Final = 7
_DISTRICT: Final = 10_000  # what a postcode is divided by to have its first three digits (郵便区番号)


@dataclass(frozen=True, slots=True)
class Insert:
    """Something that goes with the sheets (同封物). code: the version code printed on it; milligrams: of one."""

    code: str
    title: str
    milligrams: int


@dataclass(frozen=True, slots=True)
class Spare:
    """What is made ready beyond the need (予備): so many in a thousand, and at least so many."""

    per_mille: int = 0
    least: int = 0

    def beyond(self, needed: int) -> int:
        return max(self.least, -(-needed * self.per_mille // 1000)) if needed else 0


@dataclass(frozen=True)
class PlanRules:
    """What a form says of its enclosing.

    shape        of the envelope, one of postage.SHAPES;  envelope, sheet: milligrams of one
    box          envelopes a box;  most_sheets: an envelope, 0 for any number
    local        how postcodes of the post office's own district begin
    barcode      whether the form has the customer barcode
    apart        whether a household's registered pieces go into an envelope of their own, or all go registered
    wraps        the sequence that an inserter reads runs from 0 to below this number
    """

    rates: Rates
    shape: str
    envelope: int
    sheet: int
    box: int
    inserts: tuple[Insert, ...] = ()
    most_sheets: int = 0
    local: tuple[str, ...] = ()
    barcode: bool = False
    apart: bool = False
    wraps: int = 8
    spare: Spare = Spare()


@dataclass(frozen=True)
class PieceColumns:
    """Of each piece in the plan's order. row: its place among the records, from 0; inserts: a bit each; envelope: from 0."""

    ids: Column
    row: Column
    sheets: Column
    inserts: Column
    registered: Column
    postcode: Column
    envelope: Column

    def __len__(self) -> int:
        return len(self.ids)

    def taken(self, places: Column) -> PieceColumns:
        """The pieces at these places, or where a mask is true."""
        return PieceColumns(*(getattr(self, name)[places] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class EnvelopeColumns:
    """Of each envelope in the plan's order.

    printed  its place in the stack of sheets as they were printed, from 1, with what was withdrawn since
    first    its first piece among the plan's;  klass: number in the rates;  milligrams: all it weighs
    lot      from 0;  box: from 1, over all lots;  bundle: from 1 in each lot, one for each district of postcodes
    """

    printed: Column
    first: Column
    pieces: Column
    sheets: Column
    inserts: Column
    registered: Column
    local: Column
    klass: Column
    milligrams: Column
    lot: Column
    box: Column
    bundle: Column

    def __len__(self) -> int:
        return len(self.printed)


@dataclass(frozen=True, slots=True)
class Lot:
    """Envelopes that are handed in together: alike in class, area and handling. yen: None where the post office says it."""

    registered: bool
    local: bool
    klass: PostalClass
    discount: Discount | None
    envelopes: int
    pieces: int
    sheets: int
    yen: int | None


@dataclass(frozen=True)
class Plan:
    """A whole plan; empty when every piece is withdrawn."""

    rules: PlanRules
    pieces: PieceColumns
    envelopes: EnvelopeColumns

    @cached_property
    def lots(self) -> tuple[Lot, ...]:
        """In the order in which their boxes stand."""
        return tuple(_lots(self.rules, self.envelopes))

    @property
    def boxes(self) -> int:
        return int(self.envelopes.box[-1]) if len(self.envelopes) else 0

    @property
    def sequence(self) -> Column:
        """The wrapping number of each envelope that an inserter reads off its sheets."""
        wrapped: Column = (self.envelopes.printed - 1) % self.rules.wraps
        return wrapped

    def beside(self) -> tuple[Column, Column]:
        """For each piece, how many sheets lie before it and after it in its envelope."""
        sheets = self.pieces.sheets.astype(np.int32)
        before_all = np.cumsum(sheets) - sheets
        of_envelope = self.pieces.envelope
        before = before_all - before_all[self.envelopes.first][of_envelope]
        return before, self.envelopes.sheets[of_envelope] - before - sheets


def without(plan: Plan, withdrawn: Collection[str]) -> Plan:
    """What is left of a plan when these pieces are taken out; ids of other jobs' pieces change nothing."""
    asked = np.array(sorted(piece.encode("ascii") for piece in withdrawn), "S20")
    pieces = plan.pieces.taken(~np.isin(plan.pieces.ids, asked))
    return arranged(plan.rules, pieces, plan.envelopes.printed)


def in_order(read: Callable[[], Iterable[T]], row: Column, together: int = 50_000) -> Iterator[T]:
    """The records as the plan has them. read: gives them anew from the first on; row: of each, in the plan's order. Records
    that stand in order stream past; of others, `together` are held at once, and all are read as often as it takes."""
    if np.array_equal(row, np.arange(len(row))):
        yield from read()
        return
    for begin in range(0, len(row), together):
        wanted = row[begin : begin + together]
        taken = np.zeros(int(wanted.max()) + 1, np.bool_)
        taken[wanted] = True
        held = list(compress(read(), taken.tobytes()))
        yield from map(held.__getitem__, np.argsort(np.argsort(wanted)).tolist())


def arranged(rules: PlanRules, pieces: PieceColumns, printed: Column | None) -> Plan:
    """Pieces of one envelope beside each other, by ascending numbers. printed: of each envelope number; None: as it will be."""
    envelope = pieces.envelope
    begins = np.ones(len(pieces), np.bool_)
    begins[1:] = envelope[1:] != envelope[:-1]
    first = np.flatnonzero(begins)
    if not len(first):
        return Plan(rules, pieces, EnvelopeColumns(*[np.zeros(0, np.int32)] * 12))
    sheets = np.add.reduceat(pieces.sheets.astype(np.int32), first)
    inserts = np.bitwise_or.reduceat(pieces.inserts, first)
    registered = np.logical_or.reduceat(pieces.registered, first)
    milligrams = _weights(rules, sheets, inserts)
    klass = _classes(rules, milligrams, pieces.ids[first])
    postcode = pieces.postcode[first]
    local = _is_local(rules, postcode)
    was = pieces.row[first] if printed is None else printed[envelope[first]]
    order = np.lexsort((was, postcode, klass, ~local, ~registered))
    place_of = np.empty(len(first), np.int32)
    place_of[order] = np.arange(len(first), dtype=np.int32)
    new = place_of[np.cumsum(begins) - 1]
    by_envelope = np.argsort(new, kind="stable")
    sorted_pieces = replace(pieces.taken(by_envelope), envelope=new[by_envelope])
    counts = np.diff(np.append(first, len(pieces)))[order].astype(np.int32)
    lot, box, bundle = _stowed(rules, registered[order], local[order], klass[order], postcode[order])
    stack = np.arange(1, len(first) + 1, dtype=np.int32) if printed is None else was[order]
    return Plan(
        rules, sorted_pieces,
        EnvelopeColumns(
            stack, np.cumsum(counts) - counts, counts, sheets[order], inserts[order], registered[order], local[order],
            klass[order], milligrams[order], lot, box, bundle,
        ),
    )  # fmt: skip


def _weights(rules: PlanRules, sheets: Column, inserts: Column) -> Column:
    weights: Column = rules.envelope + sheets.astype(np.int64) * rules.sheet
    for number, insert in enumerate(rules.inserts):
        weights = weights + ((inserts >> number) & 1).astype(np.int64) * insert.milligrams
    return weights


def _classes(rules: PlanRules, milligrams: Column, pieces: Column) -> Column:
    numbers = rules.rates.of_shape(rules.shape)
    limits = np.array([rules.rates.classes[number].grams * 1000 for number in numbers])
    place = np.searchsorted(limits, milligrams)
    if (place == len(limits)).any():
        at = int(np.argmax(milligrams))
        raise Refused(
            "plan-weight", f"郵便物として出せる重さを超える封筒があります（{pieces[at].decode()}）。",
            found=f"{milligrams[at] / 1000:g}g", expected=f"{limits[-1] // 1000}g以下",
            do="封筒に入れる枚数の上限か、同封物を改めてください。",
        )  # fmt: skip
    return np.array(numbers, np.int16)[place]


def _is_local(rules: PlanRules, postcode: Column) -> Column:
    local = np.zeros(len(postcode), np.bool_)
    for prefix in rules.local:
        local |= (postcode != NO_POSTCODE) & (postcode // 10 ** (POSTCODE_DIGITS - len(prefix)) == int(prefix))
    return local


def _stowed(
    rules: PlanRules, registered: Column, local: Column, klass: Column, postcode: Column
) -> tuple[Column, Column, Column]:
    """Lot, box and bundle of each envelope in their order."""
    kind = (registered.astype(np.int32) * 2 + local) * len(rules.rates.classes) + klass
    place = np.arange(len(kind), dtype=np.int32)
    begins = _changes(kind)
    lot = np.cumsum(begins, dtype=np.int32) - 1
    in_lot = place - place[begins][lot]
    box = np.cumsum(in_lot % rules.box == 0, dtype=np.int32)
    bundles = np.cumsum(begins | _changes(postcode // _DISTRICT), dtype=np.int32)
    return lot, box, bundles - bundles[begins][lot] + 1


def _changes(column: Column) -> Column:
    changes = np.ones(len(column), np.bool_)
    changes[1:] = column[1:] != column[:-1]
    return changes


def _lots(rules: PlanRules, envelopes: EnvelopeColumns) -> Iterator[Lot]:
    """Each with the first discount of the rates that it is entitled to. A discount counts the envelopes of its class that no
    discount before it took."""
    starts = np.flatnonzero(_changes(envelopes.lot))
    if not len(envelopes):
        return
    kinds = [(bool(envelopes.registered[at]), bool(envelopes.local[at]), int(envelopes.klass[at])) for at in starts]
    sizes = np.diff(np.append(starts, len(envelopes))).tolist()
    pieces = np.add.reduceat(envelopes.pieces, starts).tolist()
    sheets = np.add.reduceat(envelopes.sheets, starts).tolist()
    chosen: dict[int, Discount] = {}
    for discount in rules.rates.discounts:
        fit = [lot for lot, kind in enumerate(kinds) if lot not in chosen and _may_have(rules, discount, kind)]
        for lot in fit:
            together = sum(sizes[other] for other in fit if kinds[other][2] == kinds[lot][2])
            if together >= discount.least:
                chosen[lot] = discount
    for lot, (registered, local, number) in enumerate(kinds):
        klass, given = rules.rates.classes[number], chosen.get(lot)
        yen = given.price(klass, sizes[lot]) if given else klass.yen * sizes[lot]
        extra = rules.rates.registered_yen * sizes[lot] if registered else 0
        total = None if yen is None else yen + extra
        yield Lot(registered, local, klass, given, sizes[lot], pieces[lot], sheets[lot], total)


def _may_have(rules: PlanRules, discount: Discount, kind: tuple[bool, bool, int]) -> bool:
    registered, local, _ = kind
    return not registered and (local or discount.area != "local") and (rules.barcode or not discount.barcode)

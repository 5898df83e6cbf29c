"""What a plan adds up to, as a page shows it and a job keeps it after its pieces are gone: numbers and codes alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tewatashi.core.plan import Plan
from tewatashi.core.plan_lists import ENVELOPE, SHEET, Box, boxes_of, material_rows


@dataclass(frozen=True)
class LotCounts:
    """yen: None where the post office says it."""

    area: str
    handling: str
    postal_class: str
    discount: str
    envelopes: int
    pieces: int
    sheets: int
    boxes: int
    yen: int | None


@dataclass(frozen=True)
class Material:
    """What is made ready at the line; code as in the list of materials."""

    code: str
    title: str
    needed: int
    spare: int

    @property
    def total(self) -> int:
        return self.needed + self.spare


@dataclass(frozen=True)
class PlanCounts:
    """rates: the table of rates; moved: envelopes that no longer stand where the printed sheets have them."""

    rates: str
    envelopes: int
    pieces: int
    sheets: int
    moved: int
    lots: tuple[LotCounts, ...]
    boxes: tuple[Box, ...]
    materials: tuple[Material, ...]

    @property
    def yen(self) -> int | None:
        """All postage; None where a lot's is not known."""
        known = [lot.yen for lot in self.lots if lot.yen is not None]
        return sum(known) if len(known) == len(self.lots) else None

    @property
    def inserts(self) -> tuple[Material, ...]:
        return tuple(each for each in self.materials if each.code not in (SHEET, ENVELOPE))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> PlanCounts:
        """What as_dict gave."""
        made = {"lots": LotCounts, "boxes": Box, "materials": Material}
        lists = {name: tuple(kind(**each) for each in value[name]) for name, kind in made.items()}
        return cls(**{**value, **lists})


AREAS = {True: "区内", False: "区外"}


def counts_of(plan: Plan) -> PlanCounts:
    """Of the whole plan."""
    boxes = tuple(boxes_of(plan))
    lots = tuple(
        LotCounts(
            AREAS[lot.local], plan.rules.rates.registered_name if lot.registered else "普通", lot.klass.name,
            lot.discount.name if lot.discount else "", lot.envelopes, lot.pieces, lot.sheets,
            sum(box.lot == number for box in boxes), lot.yen,
        )
        for number, lot in enumerate(plan.lots)
    )  # fmt: skip
    printed = plan.envelopes.printed
    moved = int((printed[1:] < printed[:-1]).sum()) if len(printed) else 0
    materials = tuple(Material(code, title, needed, spare) for code, title, needed, spare, _ in material_rows(plan))
    return PlanCounts(
        plan.rules.rates.name, len(plan.envelopes), len(plan.pieces), int(plan.envelopes.sheets.sum()), moved, lots, boxes,
        materials,
    )  # fmt: skip

"""Plans for tests: rules, pieces that do not exist, and any plan by hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import tewatashi.press
from tewatashi.core.pieceid import new_piece_ids
from tewatashi.core.plan import Insert, Plan, PlanRules, Spare
from tewatashi.core.plan_gathering import Gathering
from tewatashi.core.postage import read_rates

RATES = read_rates((Path(tewatashi.press.__path__[0]) / "postage" / "2024-10.toml").read_bytes())
INSERTS = (Insert("GUIDE-2026A", "国保のてびき", 4_000), Insert("KOZA-2026B", "口座振替の案内", 12_000))


def rules(**changes: Any) -> PlanRules:
    """A4 of 4 g a sheet, an envelope of 5 g, boxes of 400."""
    usual: dict[str, Any] = {
        "rates": RATES, "shape": "定形", "envelope": 5_000, "sheet": 4_000, "box": 400, "inserts": INSERTS,
        "local": ("160", "161", "162", "169"), "spare": Spare(10, 5),
    }  # fmt: skip
    return PlanRules(**(usual | changes))


@dataclass(frozen=True)
class Asked:
    """A piece to be planned."""

    sheets: int = 1
    postcode: str = "1600021"
    household: str = ""
    registered: bool = False
    inserts: int = 0


def ids(count: int) -> list[str]:
    """Piece ids, the same at each call."""
    return [new_piece_ids(lambda size, number=number: number.to_bytes(size, "big"), 1)[0] for number in range(count)]


def planned(pieces: Sequence[Asked], of: PlanRules | None = None, *, households: bool = True) -> Plan:
    """The plan of these pieces, whose ids are those of `ids`."""
    gathering = Gathering(of or rules(), households=households)
    for piece, asked in zip(ids(len(pieces)), pieces, strict=True):
        gathering.add(
            piece, sheets=asked.sheets, postcode=asked.postcode, household=asked.household,
            addressee=(asked.household or piece,), registered=asked.registered, inserts=asked.inserts,
        )  # fmt: skip
    return gathering.plan()


_POSTCODES = ("1600021", "1600022", "1620801", "9000001", "0010010", "")


def _asked(household: str) -> st.SearchStrategy[Asked]:
    return st.builds(
        Asked, sheets=st.integers(1, 5), postcode=st.just(_POSTCODES[int(household or 0) % len(_POSTCODES)]),
        household=st.just(household), registered=st.booleans(), inserts=st.integers(0, 3),
    )  # fmt: skip


any_pieces = st.lists(st.sampled_from([*"1234567", ""]).flatmap(_asked), min_size=1, max_size=30)
any_rules = st.builds(
    rules, box=st.integers(1, 9), most_sheets=st.sampled_from((0, 5, 6, 8)), apart=st.booleans(), barcode=st.booleans(),
    wraps=st.sampled_from((2, 8, 16)),
)  # fmt: skip

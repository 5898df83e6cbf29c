"""A plan as one file, for a vault: a line of JSON, then its columns as they are, little-endian. It is as secret as the records:
it holds postcodes.

What follows from the columns is worked out again when it is read, by the rules that the form gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import orjson

from tewatashi.core.plan import PieceColumns, Plan, PlanRules, arranged
from tewatashi.core.refused import Refused

SCHEMA: Final = "tewatashi.plan/v1"
_COLUMNS: Final = (
    ("ids", "S20"), ("row", "<i4"), ("sheets", "u1"), ("inserts", "<u2"), ("registered", "?"), ("postcode", "<i4"), ("envelope", "<i4"),
)  # fmt: skip


def pack(plan: Plan, form: str) -> Iterator[bytes]:
    """The plan as it was printed. form: the fingerprint of the form by which it was made."""
    head = {"schema": SCHEMA, "form": form, "pieces": len(plan.pieces)}
    yield orjson.dumps(head, option=orjson.OPT_APPEND_NEWLINE)
    for name, kind in _COLUMNS:
        yield getattr(plan.pieces, name).astype(kind).tobytes()


def unpack(data: bytes, rules: PlanRules, form: str) -> Plan:
    """The plan of a file that `pack` wrote. Refused `plan-stored` if another form made it, or it is not whole."""
    line, _, rest = data.partition(b"\n")
    try:
        head = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise _refused("封入計画のファイルを読めません。") from None
    if not isinstance(head, dict) or head.get("schema") != SCHEMA or type(head.get("pieces")) is not int:
        raise _refused("封入計画のファイルを読めません。")
    if head.get("form") != form:
        raise _refused(
            "封入計画を作ったあとに、様式が変わっています。", found=form[:16], expected=str(head.get("form"))[:16]
        )
    count, at = head["pieces"], 0
    sizes = [np.dtype(kind).itemsize * count for _, kind in _COLUMNS]
    if count < 0 or sum(sizes) != len(rest):
        raise _refused("封入計画のファイルが途中で切れています。")
    columns = {}
    for (name, kind), size in zip(_COLUMNS, sizes, strict=True):
        columns[name] = np.frombuffer(rest, kind, count, at)
        at += size
    envelope = columns["envelope"]
    if count and (envelope[0] != 0 or not np.isin(np.diff(envelope), (0, 1)).all()):
        raise _refused("封入計画のファイルを読めません。")
    printed = np.arange(1, (int(envelope[-1]) if count else 0) + 2, dtype=np.int32)
    return arranged(rules, PieceColumns(**columns), printed)


def _refused(wrong: str, *, found: object = None, expected: object = None) -> Refused:
    return Refused(
        "plan-stored", wrong, found=found, expected=expected, do="様式を元に戻すか、案件を中止して、組版からやり直してください。",
    )  # fmt: skip

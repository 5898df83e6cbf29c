"""The papers that say how a contract stands: 安全管理措置の状況 for an auditor, 取扱状況報告書 for the ward.

They name a person of an office or of the contractor, never a resident. A field of the wrong name or kind is our bug.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from tewatashi.documents.papers import (
    Paper,
    Show,
    day,
    digest,
    line,
    lines,
    maybe,
    moment,
    number,
    one_of,
    rows,
    short_day,
    short_moment,
    shown,
)
from tewatashi.documents.render import set_paper

# number  of the document;  issued  its date;  sender  organisation;  entry  hash of a ledger's entry, or None
_EVERY: Final[Mapping[str, Show]] = {"number": line, "issued": day, "sender": line, "entry": maybe(digest)}
# size, root  of the ledger's checkpoint under which the paper was made
_CONTRACT: Final[Mapping[str, Show]] = {
    "contract": line, "task": line, "contractor": line, "year": line, "as_of": moment, "size": number, "root": digest,
}  # fmt: skip
STATES: Final = ("守られている", "まだ時期でない", "不足", "違反", "該当しない")

SAFEGUARD_PAPERS: Final[Mapping[str, Paper]] = {
    "safeguards": Paper("安全管理措置の状況", {
        **_CONTRACT,
        "counts": rows({"state": one_of(*STATES), "count": number}),
        "safeguards": rows({
            "id": line, "seed": line, "means": line, "clauses": maybe(line), "state": one_of(*STATES), "due": line,
            "evidence": lines, "open": lines,
        }),
    }),
    # 特記14
    "handling-report": Paper("取扱状況報告書", {
        **_CONTRACT,
        "to": line,
        "people": rows({"name": line, "duty": line, "training": line, "pledge": line}),
        "jobs": maybe(rows({
            "job": line, "content": line, "quantity": number, "state": line, "received": maybe(short_day),
            "delivered": maybe(short_day), "erased": maybe(short_day),
        })),
        "held": maybe(rows({"job": line, "thing": line, "quantity": number, "where": line, "since": short_moment})),
        "trouble": lines, "overdue": lines,
    }),
}  # fmt: skip


def render_safeguard_paper(name: str, data: Mapping[str, object], fonts: Path, now: datetime) -> bytes:
    """The PDF/A-2b of the paper `name`, a key of SAFEGUARD_PAPERS. data: its own fields and those of every paper, else TypeError."""
    paper = SAFEGUARD_PAPERS[name]
    values = shown(data, {**_EVERY, **paper.fields}) | {"title": paper.title, "codes": []}
    return set_paper(name, data, values, fonts, now)

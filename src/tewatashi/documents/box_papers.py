"""The labels of a job's boxes (箱ラベル): what is in each, and that none is missing when they are handed in.

They name a job and numbers, never a resident. A field of the wrong name or kind is our bug.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from tewatashi.documents.papers import Show, digest, line, maybe, number, rows, shown
from tewatashi.documents.papers import day as day_of
from tewatashi.documents.render import set_paper

TITLE: Final = "箱ラベル"
NAME: Final = "box-labels"
_FIELDS: Final[Mapping[str, Show]] = {
    "number": line, "issued": day_of, "sender": line, "entry": maybe(digest), "job": line, "task": line, "content": line,
    "total": number, "withdrawals": number,
    "boxes": rows({
        "box": number, "handling": line, "area": line, "postal_class": line, "discount": maybe(line), "first": number,
        "last": number, "envelopes": number, "pieces": number,
    }),
}  # fmt: skip


def render_box_labels(data: Mapping[str, object], fonts: Path, now: datetime) -> bytes:
    """The PDF/A-2b with four labels on a page, of the A6 sheets that box label paper comes in."""
    return set_paper(NAME, data, shown(data, _FIELDS) | {"title": TITLE}, fonts, now)

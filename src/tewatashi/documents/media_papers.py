"""The papers that stay with a medium: its label, the register of media, and the book of what goes in and out of a safe.

They name a person of an office or of the contractor, never a resident. A field of the wrong name or kind is our bug.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import zxingcpp

from tewatashi.documents.papers import (
    Paper,
    Show,
    day,
    digest,
    line,
    lines,
    maybe,
    number,
    one_of,
    rows,
    short_day,
    short_moment,
    shown,
)
from tewatashi.documents.render import set_paper


def address(value: object) -> object:
    """Lines of an address, of which a label has room for four."""
    if not isinstance(value, list) or not 1 <= len(value) <= 4:
        raise TypeError("one to four lines")
    return [line(one) for one in value]


# number  of the document;  issued  its date;  sender  organisation and post;  entry  hash of the ledger's entry
EVERY: Final[Mapping[str, Show]] = {"number": line, "issued": day, "sender": line, "entry": maybe(digest)}

MEDIA_PAPERS: Final[Mapping[str, Paper]] = {
    # 区 CD-R(1), 受託 CD-R(1): what lies in a cabinet or a safe says what it is
    "medium-label": Paper("媒体ラベル", {
        "medium": line, "kind": one_of("CD-R", "DVD-R"), "job": line, "contract": line, "task": line, "content": line,
        "quantity": number, "unit": line, "sealed": day, "erase_by": day, "sha256": digest, "return_to": address,
    }),
    # 区 CD-R(1) and (2), 受託 CD-R(3)
    "media-register": Paper("媒体管理台帳", {
        "year": line, "office": line, "media": rows({
            "medium": line, "kind": line, "serial": maybe(line), "job": line, "content": line, "quantity": maybe(number),
            "made": short_moment, "made_by": line, "place": line, "handed": maybe(short_day), "handed_to": maybe(line),
            "receipt": maybe(line), "returned": maybe(short_day), "ended": maybe(short_day), "how": maybe(line),
            "witness": maybe(line), "remarks": lines,
        }),
    }),
    # 受託 CD-R(1), 特記 8
    "safe-book": Paper("保管場所出納簿", {
        "place": line, "keeper": maybe(line), "movements": rows({
            "at": short_moment, "thing": line, "job": line, "direction": one_of("入", "出"), "quantity": number,
            "reason": line, "by": line, "witness": maybe(line), "left": number,
        }),
    }),
}  # fmt: skip


def render_medium_paper(name: str, data: Mapping[str, object], fonts: Path, now: datetime) -> bytes:
    """The PDF/A-2b of the paper `name`, a key of MEDIA_PAPERS, as `render` gives the others.

    data   the paper's own fields and EVERY, no more and no fewer, else TypeError
    """
    paper = MEDIA_PAPERS[name]
    values = shown(data, {**EVERY, **paper.fields}) | {"title": paper.title}
    if "medium" in data:
        values["bars"] = _bars(str(data["medium"]))
    return set_paper(name, data, values, fonts, now)


def _bars(medium: str) -> str:
    """The number as Code 128, which every hand scanner types, as SVG."""
    return str(zxingcpp.create_barcode(medium, zxingcpp.BarcodeFormat.Code128).to_svg())

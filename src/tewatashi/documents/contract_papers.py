"""The papers of a contract: the council's two sheets, the roster, the drawn workflow, and who is called in an emergency.

A field of the wrong name or kind is our bug and a TypeError.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from tewatashi.documents.media_papers import EVERY
from tewatashi.documents.papers import Paper, Show, day, line, lines, maybe, number, one_of, rows, short_day, shown
from tewatashi.documents.render import set_paper


def long_lines(value: object) -> object:
    """As `lines`, up to the length of an emergency procedure."""
    if not isinstance(value, str) or len(value) > 4000:
        raise TypeError("printable text")
    return "\n".join(str(lines(part)) for part in value.split("\n"))


def yes_no(value: object) -> object:
    if type(value) is not bool:
        raise TypeError("yes or no")
    return value


_FIELDS: Final = rows({"name": line, "text": lines})
_SHEET: Final[Mapping[str, Show]] = {
    "year": line, "contract": line, "subject": line, "contractor": line, "begins": day, "ends": day, "fields": _FIELDS,
}  # fmt: skip

CONTRACT_PAPERS: Final[Mapping[str, Paper]] = {
    # 審議会の別紙（業務委託、外部結合）
    "outsourcing-sheet": Paper("業務委託の届出", _SHEET),
    "connection-sheet": Paper("外部結合の届出", _SHEET),
    # 受託 共通 運用(2) and (5), 特記 13・18
    "roster": Paper("取扱責任者・取扱者名簿", {
        "contract": line, "task": line, "contractor": line, "version": number, "people": rows({
            "name": line, "id": line, "duty": one_of("取扱責任者", "取扱者"), "employer": line, "training": maybe(line),
            "pledged": maybe(short_day), "lacks": lines,
        }),
    }),
    # 区 共通 運用(3)
    "workflow": Paper("業務フロー図", {
        "contract": line, "task": line, "contractor": line, "version": number, "channel": line, "acknowledged": maybe(line),
        "steps": rows({
            "name": line, "enforced": yes_no, "ward": maybe(line), "toward": maybe(one_of("乙へ", "甲へ")),
        }),
    }),
    # 受託 共通 運用(4)
    "emergency": Paper("緊急連絡体制図", {
        "contract": line, "task": line, "contractor": line, "version": number, "ward": line, "accepted": yes_no,
        "contacts": rows({"name": line, "duty": line, "phone": line}), "procedure": long_lines,
    }),
}  # fmt: skip


def render_contract_paper(name: str, data: Mapping[str, object], fonts: Path, now: datetime) -> bytes:
    """The PDF/A-2b of the paper `name`, a key of CONTRACT_PAPERS, as `render` gives the others.

    data   the paper's own fields and those of every register (media_papers.EVERY), no more and no fewer, else TypeError
    """
    paper = CONTRACT_PAPERS[name]
    values = shown(data, {**EVERY, **paper.fields}) | {"title": paper.title}
    return set_paper("council-sheet" if name.endswith("-sheet") else name, data, values, fonts, now)

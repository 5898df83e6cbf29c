"""What an act says beyond its name, as a line of a job's history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tewatashi.core.acts import Act
from tewatashi.sitekit.story import SAID
from tewatashi.ward.story import place_name, thing_name


def said(act: Act, names: Mapping[str, str]) -> str:
    """What an act says beyond its name, for the timeline; never a resident's data, as an act holds none.

    names  of people, by account id
    """
    words = [
        form.format(_in_words(field, value, names))
        for field, form in _SAID.items()
        if (value := act.body.get(field)) is False or value not in (None, "", 0, [])
    ]
    return "　".join(words)


_SAID: Final = {
    "version": "第{}版", "thing": "{}", "parcel": "送付データ {}", "pieces": "{}通", "digests": "{}通", "declared": "予定{}件", "quantity": "{}通",
    "composed": "組版{}", "printed": "印字{}", "enclosed": "封入{}", "withdrawn": "引抜き{}", "spoiled": "破損{}", "agrees": "{}",
    "route": "{}", "to": "相手 {}", "tracking": "引受番号 {}", "method": "{}", "witness": "立会 {}", "place": "{}", "hand": "所持 {}",
    "reason": "理由 {}", "findings": "発見{}件", "not_scanned": "読めない物{}件", "ids": "探した番号{}件", "receipt": "確認書 {}",
}  # fmt: skip


def _in_words(field: str, value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "一致" if value else "不一致"
    if isinstance(value, int | list):
        return f"{value if isinstance(value, int) else len(value):,}"
    text = str(value)
    if field in ("to", "witness", "hand"):
        return names.get(text, text)
    return _SHOWN[field](text) if field in _SHOWN else SAID.get(text, text)


_SHOWN: Final[dict[str, Callable[[str], str]]] = {
    "parcel": lambda parcel: parcel[:8],
    "thing": thing_name,
    "place": place_name,
}

"""What an act says beyond its name, as a line of a job's history: never a resident's data, as an act holds none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tewatashi.core.acts import Act, Role
from tewatashi.core.custody import MEDIUM, REPORT_MEDIUM
from tewatashi.sitekit.people import Names
from tewatashi.sitekit.story import SAID

Prefixes = Mapping[Role, str]  # what stands before a place or a thing of each site; nothing before one's own


def place_name(place: str, prefixes: Prefixes) -> str:
    """`factory/保管庫` as 委託先・保管庫."""
    site, _, name = place.partition("/")
    before = _before(site, prefixes)
    return f"{before}・{name}" if before else name or place


def thing_name(thing: str, prefixes: Prefixes) -> str:
    """`送付データ:abcdef01@ward` as 区の送付データ abcdef01."""
    what, _, rest = thing.partition(":")
    parcel, _, site = rest.partition("@")
    if what in (MEDIUM, REPORT_MEDIUM):  # of which there may be several from one parcel, each with its number
        return f"{what} {site}"
    site, _, number = site.partition("#")
    parcel += f"（箱{number}）" if what == "通知書" and number else ""
    before = _before(site, prefixes)
    return f"{before}の{what} {parcel}" if before else f"{what} {parcel}".strip()


def _before(site: str, prefixes: Prefixes) -> str:
    return next((words for role, words in prefixes.items() if role == site), "")


@dataclass(frozen=True)
class Teller:
    """Says acts as one site's pages do."""

    names: Names
    prefixes: Prefixes

    def said(self, act: Act) -> str:
        """The act's words in the order of _SAID, without the fields that hold nothing."""
        return "　".join(
            form.format(self._in_words(act, name, value))
            for name, form in _SAID.items()
            if (value := act.body.get(name)) not in (None, "", [])
        )

    def _in_words(self, act: Act, name: str, value: object) -> object:
        if name in ("to", "witness", "hand", "key_holder", "brought_by"):
            return self.names.of(str(value), _site_of(act, name))
        if name == "place":
            return place_name(str(value), self.prefixes)
        if name == "quantity":
            return f"{value:,}{'枚' if str(act.body.get('thing')).partition(':')[0].endswith(MEDIUM) else '通'}"
        if name == "thing":
            return thing_name(str(value), self.prefixes)
        if name in _SPELT:
            return _SPELT[name](value)
        return SAID.get(value, value) if isinstance(value, str) else value


def _site_of(act: Act, name: str) -> Role:
    """At which site the person is whom the act names: what is handed over goes to the other one."""
    if name in ("key_holder", "brought_by"):
        return "factory"
    if name != "to":
        return act.site
    return "factory" if act.site == "ward" else "ward"


_SAID: Final = {
    "scope": "{}", "version": "第{}版", "thing": "{}", "parcel": "送付データ {}", "pieces": "{}", "pages": "{:,}ページ", "codes": "コード{:,}個", "drawn": "描画{:,}面", "digests": "{}", "copy": "{}",
    "declared": "予定{:,}件", "quantity": "{}", "composed": "組版{:,}", "printed": "印字{:,}", "enclosed": "封入{:,}", "boxes": "{}",
    "withdrawn": "引抜き{:,}", "spoiled": "破損{:,}", "agrees": "{}", "route": "{}", "to": "相手 {}", "tracking": "引受番号 {}",
    "method": "方法 {}", "witness": "立会 {}", "place": "場所 {}", "hand": "所持 {}", "printer": "プリンター {}",
    "reason": "理由 {}", "statement": "{}", "findings": "発見{:,}件", "not_scanned": "読めない物{:,}件", "ids": "探した番号{:,}件",
    "receipt": "確認書 {}", "confirmation": "確認書 {}", "note": "{}", "report": "報告 {}", "medium": "媒体 {}", "notice": "通知書 {}", "case": "ケース {}",
    "key_holder": "鍵 {}", "expected": "到着予定 {}", "brought_by": "持参 {}", "serial": "製造番号 {}", "intact": "{}", "on": "行った日 {}",
}  # fmt: skip
_SPELT: Final[Mapping[str, Callable[[Any], str]]] = {
    "scope": lambda value: {"parcel": "送付データの取消し", "job": "案件の中止"}[value],
    "pieces": lambda value: f"{value:,}通",
    "digests": lambda value: f"{len(value):,}通",
    "boxes": lambda value: f"{len(value):,}箱",
    "copy": lambda value: f"再作成{value}回目" if value else "原本",
    "parcel": lambda value: value[:8],
    "report": lambda value: value[:8],
    "agrees": lambda value: "一致" if value else "不一致",
    "intact": lambda value: "異状なし" if value else "異状あり",
    "expected": lambda value: f"{datetime.fromisoformat(value):%m/%d %H:%M}",
}

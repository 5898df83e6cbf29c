"""The list of safeguards that a contract is held to, as the TOML file that the product carries.

A safeguard names the acts that are its evidence, those that show it broken, and what is owed under it. Which state
follows is said in core.safeguards; any bytes give a SafeguardList or a Refused.

    "medium-made"                      every entry of this kind
    "copy-erased@factory"              done at this site; of a site's own business, in that site's ledger
    "delivery-confirmed:agrees=false"  whose act says so;  != says otherwise, ^= begins so;  @year is the year asked for
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast

from tewatashi.core.acts import Role, day, text
from tewatashi.core.ledger import Entry
from tewatashi.core.preparation import fiscal_year
from tewatashi.core.refused import Refused

SCHEMA: Final = "tewatashi.safeguards/v1"
YEAR: Final = "@year"
_MOST_BYTES: Final = 1 << 18
_MOST: Final = 200
_PICK: Final = re.compile(
    r"(?P<kind>[a-z][a-z-]*)(@(?P<site>ward|gateway|factory))?(:(?P<name>[a-z_]+)(?P<how>!=|\^=|=)(?P<value>.+))?"
)
_CODE: Final = re.compile(r"(?P<code>[a-z][a-z-]*)(@(?P<site>ward|gateway|factory))?")
_TEXTS: Final = ("id", "seed", "means", "due")
_OPTIONAL: Final = ("stands", "breach", "owed", "channel", "from_term")


@dataclass(frozen=True)
class Pick:
    """Which entries count: of a kind, done at a site, whose act's field `name` says `value`; all of the kind without these."""

    kind: str
    site: Role | None
    name: str
    how: str
    value: str

    def takes(self, entry: Entry, ledger: Role, year: int) -> bool:
        """Whether the entry of the ledger of the site `ledger` counts for this fiscal year."""
        if entry.kind != self.kind or self.site not in (None, entry.body.get("site", ledger)):
            return False
        if not self.name:
            return True
        said = entry.body.get("act")
        value = said.get(self.name) if isinstance(said, dict) else None
        if self.value == YEAR:
            return day(value) and fiscal_year(date.fromisoformat(cast("str", value))) == year
        found = str(value).lower() if type(value) is bool else str(value)
        if self.how == "^=":
            return found.startswith(self.value)
        return (found == self.value) is (self.how == "=")


@dataclass(frozen=True)
class Safeguard:
    """One safeguard.

    id      of the requirement;  seed  the sentence that asks for it;  means  what is done, in one line
    how     enforce: the software refuses what would break it;  evidence, provide: only what is recorded shows it
    due     when it is due, in words;  evidence, stands, breach  what counts, what shows it kept, and what shows it broken
    owed    codes of core.obligation, each with the site that owes it or None;  channel  if it is for one channel alone
    from_term  whether it is missing from the first day of the term, and not only once something comes up under it
    """

    id: str
    seed: str
    means: str
    how: Literal["enforce", "evidence", "provide"]
    due: str
    evidence: tuple[Pick, ...]
    stands: tuple[Pick, ...]
    breach: tuple[Pick, ...] = ()
    owed: frozenset[tuple[str, str | None]] = frozenset()
    channel: Literal["lgwan", "disc"] | None = None
    from_term: bool = False

    def owes(self, code: str, who: Role) -> bool:
        """Whether this obligation is one under the safeguard."""
        return not self.owed.isdisjoint({(code, None), (code, who)})


@dataclass(frozen=True)
class SafeguardList:
    """All of them in their order; `digest`, the SHA-256 of the file, tells two lists apart."""

    digest: str
    safeguards: tuple[Safeguard, ...]

    def kinds(self) -> frozenset[str]:
        """Kinds of all entries that any safeguard asks for."""
        return frozenset(pick.kind for one in self.safeguards for pick in (*one.evidence, *one.stands, *one.breach))


def read_safeguards(data: bytes) -> SafeguardList:
    """The list that the TOML file `data` holds. Refused `safeguards`, naming the key."""
    try:
        root = tomllib.loads(data.decode()) if len(data) <= _MOST_BYTES else {}
    except (ValueError, RecursionError):
        root = {}
    tables = root.get("safeguard")
    if root.keys() != {"schema", "safeguard"} or root["schema"] != SCHEMA or not isinstance(tables, list):
        raise _refused("全体", "一覧として読めません。")
    if not 0 < len(tables) <= _MOST or not all(isinstance(one, dict) for one in tables):
        raise _refused("safeguard", "表の配列ではないか、多すぎます。")
    found = tuple(_safeguard(one, f"safeguard[{number}]") for number, one in enumerate(tables, 1))
    if len({one.id for one in found}) != len(found):
        raise _refused("safeguard", "同じ番号が二つあります。")
    return SafeguardList(hashlib.sha256(data).hexdigest(), found)


def _safeguard(table: Mapping[str, Any], where: str) -> Safeguard:
    wanted = {*_TEXTS, "how", "evidence"}
    if not wanted <= table.keys() <= {*wanted, *_OPTIONAL}:
        raise _refused(where, "キーが足りないか、知らないキーがあります。")
    if not all(text(table[name]) for name in _TEXTS):
        raise _refused(where, "1行の文字列ではありません。")
    if type(table.get("from_term", False)) is not bool:
        raise _refused(where, "from_term が正しくありません。")
    if table["how"] not in ("enforce", "evidence", "provide") or table.get("channel") not in (None, "lgwan", "disc"):
        raise _refused(where, "how か channel が正しくありません。")
    evidence = _picks(table["evidence"], f"{where}.evidence")
    return Safeguard(
        table["id"], table["seed"], table["means"], table["how"], table["due"], evidence,
        _picks(table["stands"], f"{where}.stands") if "stands" in table else evidence,
        _picks(table.get("breach", []), f"{where}.breach"), _codes(table.get("owed", []), f"{where}.owed"), table.get("channel"),
        table.get("from_term", False),
    )  # fmt: skip


def _picks(values: object, where: str) -> tuple[Pick, ...]:
    return tuple(
        Pick(one["kind"], cast("Role | None", one["site"]), one["name"] or "", one["how"] or "", one["value"] or "")
        for one in _matches(values, _PICK, where)
    )


def _codes(values: object, where: str) -> frozenset[tuple[str, str | None]]:
    return frozenset((one["code"], one["site"]) for one in _matches(values, _CODE, where))


def _matches(values: object, form: re.Pattern[str], where: str) -> list[re.Match[str]]:
    if not isinstance(values, list) or len(values) > _MOST:
        raise _refused(where, "文字列の配列ではないか、多すぎます。")
    found = [form.fullmatch(value) if isinstance(value, str) else None for value in values]
    if None in found:
        raise _refused(where, "書き方が正しくありません。")
    return cast("list[re.Match[str]]", found)


def _refused(where: str, wrong: str) -> Refused:
    return Refused("safeguards", f"安全管理措置の一覧の {where}: {wrong}", do="一覧のファイルを直してください。")

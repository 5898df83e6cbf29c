"""How one make of machine wants a plan's list: which columns under which names, and how a line is written. TOML by profile.

    schema = "tewatashi.plan-profile/v1"
    name = "見本の封入機"
    rows = "pieces"                                      # or "envelopes"
    columns = [["piece", "ID"], ["sequence", "SEQ"]]     # a column of docs/spec/plan.md, and its name in the file
    delimiter = "\\t"
    header = true
    newline = "\\r\\n"
    encoding = "cp932"

Any bytes give a Profile or a Refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from tewatashi.core.acts import text
from tewatashi.core.plan import Plan
from tewatashi.core.plan_lists import ENVELOPES, PIECES, Row, envelope_rows, piece_rows
from tewatashi.core.refused import Refused

SCHEMA: Final = "tewatashi.plan-profile/v1"
_LARGEST: Final = 1 << 16
_TOGETHER: Final = 10_000
_KEYS: Final = {"schema", "name", "rows", "columns", "delimiter", "header", "newline", "encoding"}
_LISTS: Final = {"pieces": PIECES, "envelopes": ENVELOPES}


@dataclass(frozen=True)
class Profile:
    """columns: (of the list, as named in the file)."""

    name: str
    rows: str
    columns: tuple[tuple[str, str], ...]
    delimiter: str
    header: bool
    newline: str
    encoding: str

    def write(self, plan: Plan) -> Iterator[bytes]:
        """The list in the machine's way. Values are digits and codes, and never hold the delimiter."""
        rows: Iterable[Row] = piece_rows(plan) if self.rows == "pieces" else envelope_rows(plan)
        places = [_LISTS[self.rows].index(column) for column, _ in self.columns]
        if self.header:
            yield self._line(name for _, name in self.columns).encode(self.encoding)
        left = iter(rows)
        while chunk := list(islice(left, _TOGETHER)):
            yield "".join(self._line(str(row[place]) for place in places) for row in chunk).encode(self.encoding)

    def _line(self, values: Iterable[str]) -> str:
        return self.delimiter.join(values) + self.newline


def read_profile(data: bytes) -> Profile:
    """A profile as TOML."""
    try:
        top = tomllib.loads(data[: _LARGEST + 1].decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise _bad("TOMLとして読めません。") from None
    if len(data) > _LARGEST or top.keys() != _KEYS or top["schema"] != SCHEMA:
        raise _bad("キーか版が違います。", expected="、".join(sorted(_KEYS)))
    choices = {
        "rows": tuple(_LISTS), "delimiter": (",", "\t", ";", "|"), "header": (True, False), "newline": ("\r\n", "\n"),
        "encoding": ("ascii", "utf-8", "cp932"),
    }  # fmt: skip
    for key, allowed in choices.items():
        if not any(top[key] is choice or (type(top[key]) is str and top[key] == choice) for choice in allowed):
            raise _bad("選べない値です。", found=key, expected="、".join(map(repr, allowed)))
    if not text(top["name"]):
        raise _bad("名前がありません。")
    columns = tuple(_column(each, top) for each in _columns(top["columns"]))
    return Profile(
        top["name"], top["rows"], columns, top["delimiter"], top["header"], top["newline"], top["encoding"]
    )  # fmt: skip


def _columns(value: Any) -> list[Any]:
    if not isinstance(value, list) or not 0 < len(value) <= len(ENVELOPES) + len(PIECES):
        raise _bad("columns の数が違います。")
    return value


def _column(pair: Any, top: dict[str, Any]) -> tuple[str, str]:
    if not isinstance(pair, list) or len(pair) != 2 or pair[0] not in _LISTS[top["rows"]] or not text(pair[1]):
        raise _bad("columns は [一覧の列, ファイルでの名前] で書きます。", expected="、".join(_LISTS[top["rows"]]))
    column, name = pair
    try:
        name.encode(top["encoding"])
    except UnicodeEncodeError:
        raise _bad("列の名前を、この文字コードで書けません。", found=column) from None
    if top["delimiter"] in name:
        raise _bad("列の名前に区切り文字があります。", found=column)
    return column, name


def _bad(wrong: str, *, found: object = None, expected: object = None) -> Refused:
    return Refused(
        "plan-profile", f"封入機のプロファイル: {wrong}", found=found, expected=expected,
        do="プロファイルを直してください。",
    )  # fmt: skip

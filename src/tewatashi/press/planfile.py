"""Reads the [plan] of a form.toml: how its pieces become envelopes (docs/spec/plan.md).

As strict as the rest of the form; rates are a table that comes with the press, or a file of the form's folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from tewatashi.core.plan import MOST_INSERTS, Insert, PlanRules, Spare
from tewatashi.core.postage import SHAPES, Rates, read_rates
from tewatashi.press.elementfile import ReadFile
from tewatashi.press.form import Condition, CustomerCode, Enclosing, Sheet
from tewatashi.press.postage import load_rates, shipped_rates
from tewatashi.press.toml import Table

_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
_PREFIX: Final = re.compile(r"[0-9]{1,7}")
_MOST_BOX: Final = 10_000
_MOST_PREFIXES: Final = 1000
_MIXED: Final = ("together", "apart")

ReadConditions = Callable[[Table], tuple[Condition, ...]]


class PlanReader:
    """items: of the form; conditions: reads when and unless of a table."""

    def __init__(
        self, items: Iterable[str], sheets: tuple[Sheet, ...], conditions: ReadConditions, read: ReadFile
    ) -> None:
        self._items = frozenset(items)
        self._sheets = sheets
        self._conditions = conditions
        self._read_file = read

    def read(self, table: Table) -> Enclosing:
        codes = (code for sheet in self._sheets for side in sheet.sides for code in side.codes)
        inserts = table.tables("inserts", required=False)
        if len(inserts) > MOST_INSERTS:
            raise table.refused("inserts", "同封物が多すぎます。", expected=f"{MOST_INSERTS}以下")
        read = [self._insert(each) for each in inserts]
        if len({insert.code for insert, _ in read}) != len(read):
            raise table.refused("inserts", "同じ code の同封物が二度あります。")
        registered = table.table_if_any("registered")
        rules = PlanRules(
            rates=self._rates(table), shape=table.one_of("shape", SHAPES, None),
            envelope=_milligrams(table, "envelope_grams"), sheet=_milligrams(table, "sheet_grams"),
            box=table.whole("box", 1, _MOST_BOX), inserts=tuple(insert for insert, _ in read),
            most_sheets=table.whole("sheets", 1, 99) if "sheets" in table else 0, local=self._local(table),
            barcode=any(isinstance(code, CustomerCode) for code in codes),
            apart=registered is not None and registered.one_of("household", _MIXED, _MIXED[0]) == "apart",
            wraps=table.whole("wraps", 2, 16) if "wraps" in table else 8, spare=_spare(table),
        )  # fmt: skip
        enclosing = Enclosing(
            rules, self._item(table, "postcode", table.text("postcode")), self._same(table),
            self._item(table, "household", table.text("household")) if "household" in table else "",
            self._registered(registered) if registered else None, tuple(when for _, when in read),
        )  # fmt: skip
        table.close()
        return enclosing

    def _item(self, table: Table, key: str, name: str) -> str:
        if name not in self._items:
            raise table.refused(key, "items にない項目です。", found=name)
        return name

    def _same(self, table: Table) -> tuple[str, ...]:
        """What the window shows, where the form does not say."""
        if "same" in table:
            return tuple(self._item(table, "same", name) for name in table.texts("same"))
        shown = [name for text in self._sheets[0].front.texts if text.window for name in text.values]
        return tuple(dict.fromkeys(name for name in shown if name in self._items))

    def _registered(self, table: Table) -> tuple[Condition, ...]:
        when = self._conditions(table)
        table.close()
        return when

    def _insert(self, table: Table) -> tuple[Insert, tuple[Condition, ...]]:
        code, title = table.text("code"), table.text("title")
        if not _CODE.fullmatch(code):
            raise table.refused(
                "code", "同封物の版の記号に使えない文字があります。", found=code, expected="英数字と . _ -"
            )
        insert, when = Insert(code, title, _milligrams(table, "grams")), self._conditions(table)
        table.close()
        return insert, when

    def _local(self, table: Table) -> tuple[str, ...]:
        prefixes = table.texts("local", required=False)
        if len(prefixes) > _MOST_PREFIXES or not all(map(_PREFIX.fullmatch, prefixes)):
            raise table.refused("local", "郵便番号の初めの数字（1～7桁）ではないものがあります。")
        return prefixes

    def _rates(self, table: Table) -> Rates:
        name = table.text("rates") if "rates" in table else shipped_rates()[-1]
        return read_rates(self._read_file(name)) if name.endswith(".toml") else load_rates(name)


def _milligrams(table: Table, key: str) -> int:
    return round(table.number(key, 0.1, 5000) * 1000)


def _spare(table: Table) -> Spare:
    spare = table.table_if_any("spare")
    if spare is None:
        return Spare()
    found = Spare(
        spare.whole("per_mille") if "per_mille" in spare else 0, spare.whole("least") if "least" in spare else 0
    )
    spare.close()
    return found

"""A set of special clauses (特記事項) as the TOML file that a municipality brings (docs/spec/clauses.md).

Any bytes give a ClauseSet or a Refused. A key that nobody asked for is refused: what is misspelt must not be lost.

Rules
  WARD-OP-1  a contract carries its clauses, and the ordinances and policies that it binds to
  CL-3-5     an item of a forbidden category is declared only with the ward's recorded consent
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tewatashi.core.acts import text
from tewatashi.core.contract import Category, Clause, Standing
from tewatashi.core.layout import Column
from tewatashi.core.refused import Refused

SCHEMA: Final = "tewatashi.clauses/v1"
_MOST_BYTES: Final = 1 << 18
_MOST: Final = {"binds": 20, "clause": 100, "forbidden": 20, "rules": 50, "words": 100}


@dataclass(frozen=True)
class ClauseSet:
    """One set: its title, what it binds to, the clauses in their order, and the categories that may not be collected."""

    title: str
    binds: tuple[str, ...]
    clauses: tuple[Clause, ...]
    forbidden: tuple[Category, ...]

    def body(self) -> dict[str, object]:
        """What `clauses-attached` says of it, beside contract and version."""
        return {
            "title": self.title,
            "binds": list(self.binds),
            "clauses": [
                {"number": one.number, "heading": one.heading, "rules": list(one.rules)} for one in self.clauses
            ],
            "forbidden": [{"category": one.name, "words": list(one.words)} for one in self.forbidden],
        }


def read_clauses(data: bytes) -> ClauseSet:
    """The set that the TOML file `data` describes. Refused `clauses`, naming the key."""
    if len(data) > _MOST_BYTES:
        raise _refused("全体", "ファイルが大きすぎます。", found=len(data), expected=f"{_MOST_BYTES} バイト以内")
    try:
        root = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _refused("全体", "UTF-8 の TOML として読めません。") from None
    _keys(root, "", {"schema", "title", "binds", "clause", "forbidden"})
    if root["schema"] != SCHEMA:
        raise _refused("schema", "知らない版の特記事項です。", expected=SCHEMA)
    found = ClauseSet(
        _line(root, "", "title"),
        _lines(root, "", "binds"),
        tuple(_clause(one, f"clause[{n}]") for n, one in _tables(root, "clause")),
        tuple(_category(one, f"forbidden[{n}]") for n, one in _tables(root, "forbidden")),
    )
    numbers = [one.number for one in found.clauses]
    if double := next((one for one in numbers if numbers.count(one) > 1), None):
        raise _refused("clause", "同じ番号の特記事項が二つあります。", found=double[:40])
    return found


def refuse_forbidden_items(
    standing: Standing, form: str, columns: Iterable[Column], shipped: tuple[Category, ...]
) -> None:
    """CL-3-5: no approved column belongs to a forbidden category, unless the ward has consented to it for this form.

    shipped: the categories that hold while the contract carries no clauses of its own
    """
    forbidden = standing.clauses.forbidden if standing.clauses else shipped
    for column in columns:
        category = category_of(column, forbidden)
        if column.approved and category and (form, category) not in standing.categories:
            raise Refused(
                "forbidden-category", "収集を禁じられた事項の項目です。", found=f"{column.name}（{category}）",
                expected="区の承諾", do="項目を外すか、契約の画面で理由を記して承諾を記録してください。", requirement="CL-3-5",
            )  # fmt: skip


def category_of(column: Column, forbidden: Iterable[Category]) -> str:
    """The forbidden category that a column belongs to, by what its layout declares or by its name; nothing if to none."""
    if column.category:
        return column.category
    return next((one.name for one in forbidden if any(word in column.name for word in one.words)), "")


def _clause(table: Mapping[str, Any], where: str) -> Clause:
    _keys(table, where, {"number", "heading", "rules"})
    return Clause(_line(table, where, "number"), _line(table, where, "heading"), _lines(table, where, "rules"))


def _category(table: Mapping[str, Any], where: str) -> Category:
    _keys(table, where, {"category", "words"})
    return Category(_line(table, where, "category"), _lines(table, where, "words"))


def _keys(table: Mapping[str, Any], where: str, wanted: set[str]) -> None:
    if unknown := sorted(table.keys() - wanted):
        raise _refused(f"{where}.{unknown[0][:40]}".strip("."), "知らないキーです。")
    if missing := sorted(wanted - table.keys()):
        raise _refused(f"{where}.{missing[0]}".strip("."), "必要なキーがありません。")


def _line(table: Mapping[str, Any], where: str, key: str) -> str:
    value = table[key]
    if not text(value):
        raise _refused(f"{where}.{key}".strip("."), "1行の文字列ではありません。")
    return str(value)


def _lines(table: Mapping[str, Any], where: str, key: str) -> tuple[str, ...]:
    values = table[key]
    if not isinstance(values, list) or len(values) > _MOST[key] or not all(map(text, values)):
        raise _refused(
            f"{where}.{key}".strip("."), "文字列の配列ではないか、多すぎます。", expected=f"{_MOST[key]}以下"
        )
    return tuple(values)


def _tables(root: Mapping[str, Any], key: str) -> list[tuple[int, Mapping[str, Any]]]:
    values = root[key]
    if not isinstance(values, list) or len(values) > _MOST[key] or not all(isinstance(value, dict) for value in values):
        raise _refused(key, "表の配列ではないか、多すぎます。", expected=f"{_MOST[key]}以下")
    return list(enumerate(values, 1))


def _refused(where: str, wrong: str, *, found: object = None, expected: object = None) -> Refused:
    return Refused(
        "clauses", f"特記事項の {where}: {wrong}", found=found, expected=expected, do="特記事項のファイルを直してください。",
        requirement="WARD-OP-1",
    )  # fmt: skip

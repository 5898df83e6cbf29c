"""A TOML table read key by key: each value of its declared kind, each refusal with the place, no key left unread."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from tewatashi.core.refused import Refused

_KINDS: Final = {str: "文字列", dict: "表", list: "配列", bool: "true か false", float: "数"}
_LARGEST: Final = 10_000.0


class Table:
    """where: how a refusal names this table, such as sheet[1].front.texts[3]; empty for the file itself.
    places: line and column of each such path (press.places)."""

    def __init__(self, values: Mapping[str, Any], where: str, places: Mapping[str, str] | None = None) -> None:
        self._values = dict(values)
        self._left = set(self._values)
        self._places = places or {}
        self.where = where

    @property
    def place(self) -> str:
        """where, with line and column."""
        return self._placed(self.where)

    def _placed(self, where: str) -> str:
        return f"{where}（{place}）" if (place := self._places.get(where)) else where

    def refused(self, key: str, wrong: str, *, found: object = None, expected: object = None) -> Refused:
        where = self._below(key)
        place = self._places.get(where) or self._places.get(self.where)
        named = f"{where}（{place}）" if place else where
        return Refused("form", f"{named}: {wrong}", found=found, expected=expected, do="様式ファイルを直してください。")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def _take(self, key: str, kind: type, default: Any) -> Any:
        self._left.discard(key)
        if key not in self._values:
            if default is _REQUIRED:
                raise self.refused(key, "必要な値がありません。")
            return default
        value = self._values[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value) if abs(value) < _LARGEST else math.inf
        if not isinstance(value, kind):
            raise self.refused(key, "値の種類が違います。", expected=_KINDS[kind])
        return value

    def text(self, key: str) -> str:
        value: str = self._take(key, str, _REQUIRED)
        return value

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """An array of strings; where it is not required, one string or nothing will do."""
        if not required and isinstance(self._values.get(key), str):
            return (self.text(key),)
        values = self._take(key, list, _REQUIRED if required else [])
        if not all(isinstance(value, str) for value in values) or (required and not values):
            raise self.refused(key, "値の種類が違います。", expected="文字列の配列")
        return tuple(values)

    def truth(self, key: str) -> bool:
        value: bool = self._take(key, bool, default=False)
        return value

    def number(self, key: str, least: float = 0, most: float = _LARGEST, *, default: float | None = None) -> float:
        value: float = self._take(key, float, _REQUIRED if default is None else default)
        if key in self._values and not least <= value <= most:
            raise self.refused(key, "数が範囲外です。", found=value, expected=f"{least:g}～{most:g}")
        return value

    def whole(self, key: str, least: int = 0, most: int = 1000) -> int:
        value = self.number(key, least, most)
        if not value.is_integer():
            raise self.refused(key, "整数ではありません。", found=value)
        return int(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        values = self._take(key, list, [])
        return tuple(Table({key: value}, self.where, self._places).number(key) for value in values)

    def pair(self, key: str) -> tuple[float, float]:
        values = self.numbers(key)
        if len(values) != 2:
            raise self.refused(key, "数を二つ書きます。", expected="[横, 縦]")
        return values[0], values[1]

    def one_of(self, key: str, choices: tuple[Any, ...], default: Any) -> Any:
        value = self._take(key, str, _REQUIRED if default is None else default)
        if value not in choices:
            raise self.refused(key, "選べない値です。", found=value, expected="、".join(choices))
        return value

    def text_table(self, key: str) -> dict[str, str]:
        values = self._take(key, dict, {})
        table = Table(values, self._below(key), self._places)
        return {name: table.text(name) for name in values}

    def table(self, key: str) -> Table:
        return Table(self._take(key, dict, _REQUIRED), self._below(key), self._places)

    def table_if_any(self, key: str) -> Table | None:
        return self.table(key) if key in self._values else None

    def tables_by_name(self, key: str) -> dict[str, Table]:
        table = Table(self._take(key, dict, _REQUIRED), self._below(key), self._places)
        return {name: table.table(name) for name in table._values}

    def tables(self, key: str, *, required: bool = True) -> list[Table]:
        values = self._take(key, list, _REQUIRED if required else [])
        if not all(isinstance(value, dict) for value in values):
            raise self.refused(key, "値の種類が違います。", expected="表の配列")
        return [Table(value, f"{self._below(key)}[{number}]", self._places) for number, value in enumerate(values, 1)]

    def texts_and_tables(self, key: str) -> list[str | Table]:
        """An array that mixes strings and tables."""
        values = self._take(key, list, _REQUIRED)
        if not values or not all(isinstance(value, str | dict) for value in values):
            raise self.refused(key, "値の種類が違います。", expected="文字列か表の配列")
        below = self._below(key)
        return [
            value if isinstance(value, str) else Table(value, f"{below}[{number}]", self._places)
            for number, value in enumerate(values, 1)
        ]

    def filled_in(self, sign: str, text: str) -> Table:
        """The same table with every `sign` in every string of it replaced."""
        return Table(_filled_in(self._values, sign, text), self.where, self._places)

    def close(self) -> None:
        self.close_but()

    def close_but(self, *keys: str) -> None:
        """Refused if a key is left that nobody asked for: a misspelt key would silently change a print run."""
        if left := sorted(self._left.difference(keys)):
            raise self.refused(left[0], "知らないキーです。")

    def _below(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key


_REQUIRED: Final = object()


def _filled_in(value: Any, sign: str, text: str) -> Any:
    if isinstance(value, str):
        return value.replace(sign, text)
    if isinstance(value, list):
        return [_filled_in(each, sign, text) for each in value]
    if isinstance(value, dict):
        return {key: _filled_in(each, sign, text) for key, each in value.items()}
    return value

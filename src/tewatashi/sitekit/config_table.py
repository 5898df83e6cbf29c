"""A table of site.toml, read key by key: each refused unless it is what it should be, and so is whatever nobody asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

from tewatashi.core.refused import Refused

T = TypeVar("T")


def wrong(key: str, found: object) -> Refused:
    return Refused(
        "config-wrong", f"設定「{key}」の値が正しくありません。", found=found, do="site.toml を直してください。"
    )


_MISSING: Final = object()


class Table:
    """A TOML table that is emptied key by key; what is left at the end was not known."""

    def __init__(self, name: str, values: object, folder: Path) -> None:
        if not isinstance(values, Mapping):
            raise wrong(name, type(values).__name__)
        self._name = name
        self._left = dict(values)
        self._folder = folder

    def take(self, key: str, read: Callable[[str], T], default: object = _MISSING) -> T:
        value = self._left.pop(key, default)
        if value is _MISSING:
            raise Refused(
                "config-missing-key", f"設定「{self._key(key)}」がありません。", do="site.toml に書いてください。"
            )
        if not isinstance(value, str):
            raise wrong(self._key(key), value)
        try:
            return read(value)
        except ValueError:
            raise wrong(self._key(key), value) from None

    def text(self, key: str) -> str:
        return self.take(key, str)

    def path(self, key: str) -> Path:
        return self.take(key, lambda value: self._folder / value)

    def number(self, key: str, low: int, high: int, default: int | None = None) -> int:
        value = self._left.pop(key, default)
        if type(value) is not int or not low <= value <= high:
            raise wrong(self._key(key), value)
        return value

    def each(self, key: str, read: Callable[[str], T]) -> list[T]:
        values = self._left.pop(key, [])
        if not isinstance(values, list):
            raise wrong(self._key(key), values)
        inner = Table(self._key(key), {str(n): value for n, value in enumerate(values)}, self._folder)
        return [inner.take(str(n), read) for n in range(len(values))]

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(self.each(key, str))

    def has(self, key: str) -> bool:
        return key in self._left

    def table(self, key: str) -> Table:
        return Table(self._key(key), self._left.pop(key, {}), self._folder)

    def tables(self, key: str) -> list[Table]:
        values = self._left.pop(key, [])
        if not isinstance(values, list):
            raise wrong(self._key(key), values)
        return [Table(self._key(key), value, self._folder) for value in values]

    def refuse_rest(self) -> None:
        if self._left:
            raise Refused(
                "config-unknown-key",
                "知らない設定があります。",
                found=self._key(next(iter(self._left))),
                do="綴りを確かめてください。",
            )

    def _key(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

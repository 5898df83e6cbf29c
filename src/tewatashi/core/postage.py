"""Postage: what an envelope costs by its shape and weight, and from how many on a lot of them is cheaper.

The rates are data with a date (press/postage/*.toml, docs/spec/plan.md); any bytes give Rates or a Refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tewatashi.core.acts import day, text
from tewatashi.core.refused import Refused

SCHEMA: Final = "tewatashi.postage/v1"
SHAPES: Final = ("定形", "定形外規格内", "定形外規格外")
_LARGEST: Final = 1 << 16
_MOST: Final = 100
_MILLE: Final = 1000


@dataclass(frozen=True, slots=True)
class PostalClass:
    """The envelopes of some shapes up to a weight. grams: at most; yen: for one."""

    code: str
    name: str
    shapes: tuple[str, ...]
    grams: int
    yen: int


@dataclass(frozen=True, slots=True)
class Discount:
    """What is off for `least` envelopes of one class or more.

    area       "local" where only letters within the post office's own district count, else ""
    barcode    whether they must bear the customer barcode
    per_mille  what is off;  yen: or the price of one, by class; where neither is given the post office says it
    """

    code: str
    name: str
    least: int
    area: str = ""
    barcode: bool = False
    per_mille: int = 0
    yen: Mapping[str, int] = field(default_factory=dict)

    def price(self, klass: PostalClass, count: int) -> int | None:
        """Yen for so many of the class; None if this table does not say."""
        if klass.code in self.yen:
            return self.yen[klass.code] * count
        return klass.yen * count * (_MILLE - self.per_mille) // _MILLE if self.per_mille else None


@dataclass(frozen=True)
class Rates:
    """classes: the lightest first, of each shape; registered_name, registered_yen: of 簡易書留, on top of the class."""

    name: str
    since: str
    classes: tuple[PostalClass, ...]
    discounts: tuple[Discount, ...]
    registered_name: str
    registered_yen: int

    def of_shape(self, shape: str) -> tuple[int, ...]:
        """The numbers of the classes of this shape, the lightest first."""
        return tuple(number for number, klass in enumerate(self.classes) if shape in klass.shapes)


def read_rates(data: bytes) -> Rates:
    """A table of rates as TOML."""
    try:
        top = tomllib.loads(data[: _LARGEST + 1].decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _refused(
            "TOMLとして読めません。", found=error if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        ) from None
    if len(data) > _LARGEST or top.keys() != {"schema", "name", "from", "class", "discount", "registered"}:
        raise _refused("キーが違います。", expected="schema、name、from、class、discount、registered")
    if top["schema"] != SCHEMA or not text(top["name"]) or not day(top["from"]):
        raise _refused("版、名前か日付が違います。", expected=SCHEMA)
    classes = tuple(map(_class, _tables(top["class"])))
    discounts = tuple(map(_discount, _tables(top["discount"], least=0)))
    registered = _fields(top["registered"], {"name": str, "yen": int}, {})
    rates = Rates(top["name"], top["from"], classes, discounts, registered["name"], registered["yen"])
    _refuse_unsound(rates)
    return rates


def _refuse_unsound(rates: Rates) -> None:
    codes = [each.code for each in rates.classes] + [each.code for each in rates.discounts]
    if len(set(codes)) != len(codes):
        raise _refused("同じ code が二度あります。")
    for shape in SHAPES:
        grams = [rates.classes[number].grams for number in rates.of_shape(shape)]
        if grams != sorted(set(grams)):
            raise _refused("class は軽い順に並べます。", found=shape)
    known = {each.code for each in rates.classes}
    if unknown := [code for each in rates.discounts for code in each.yen if code not in known]:
        raise _refused("discount の yen に、知らない class があります。", found=unknown[0])


def _class(table: Any) -> PostalClass:
    value = _fields(table, {"code": str, "name": str, "shapes": list, "grams": int, "yen": int}, {})
    shapes = tuple(value["shapes"])
    if not shapes or any(shape not in SHAPES for shape in shapes) or not value["grams"]:
        raise _refused("shapes か grams が違います。", found=value["code"], expected="、".join(SHAPES))
    return PostalClass(value["code"], value["name"], shapes, value["grams"], value["yen"])


def _discount(table: Any) -> Discount:
    value = _fields(
        table, {"code": str, "name": str, "least": int}, {"area": "", "barcode": False, "per_mille": 0, "yen": {}}
    )
    prices = value["yen"]
    if value["area"] not in ("", "local") or value["per_mille"] > _MILLE or not all(map(_whole, prices.values())):
        raise _refused("area、per_mille か yen が違います。", found=value["code"])
    return Discount(**value)


def _tables(value: Any, *, least: int = 1) -> list[Any]:
    if not isinstance(value, list) or not least <= len(value) <= _MOST:
        raise _refused("表の数が違います。", expected=f"{least}～{_MOST}")
    return value


def _fields(table: Any, needed: Mapping[str, type], optional: Mapping[str, Any]) -> dict[str, Any]:
    """The table's values, each of its kind; Refused for a key too many, one missing, or another kind."""
    if not isinstance(table, dict) or not needed.keys() <= table.keys() <= needed.keys() | optional.keys():
        raise _refused("キーが違います。", expected="、".join((*needed, *optional)))
    values = {**optional, **table}
    kinds = {**needed, **{name: type(value) for name, value in optional.items()}}
    for name, kind in kinds.items():
        value = values[name]
        fits = (
            type(value) is kind and (kind is not int or _whole(value)) and (name not in ("code", "name") or text(value))
        )
        if not fits:
            raise _refused("値が違います。", found=name)
    return values


def _whole(value: object) -> bool:
    return type(value) is int and 0 <= value < 10_000_000


def _refused(wrong: str, *, found: object = None, expected: object = None) -> Refused:
    return Refused("postage", f"郵便料金の表: {wrong}", found=found, expected=expected, do="料金の表を直してください。")

"""How a value of the extract is written on paper: 和暦, amounts, kanji numerals, postcodes.

Each format is a function from the value to its printed text; an empty value prints nothing. A value that is not what
the format writes is refused without being shown: it may be a resident's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from tewatashi.core.refused import Refused
from tewatashi.press.codes import gs1_128

# First day of each era. 明治 begins here with the Gregorian calendar (明治6年): earlier dates were kept in another one.
_ERAS: Final = (
    (date(2019, 5, 1), "令和", 2018),
    (date(1989, 1, 8), "平成", 1988),
    (date(1926, 12, 25), "昭和", 1925),
    (date(1912, 7, 30), "大正", 1911),
    (date(1873, 1, 1), "明治", 1867),
)
_ONES: Final = "〇一二三四五六七八九"
_TENS: Final = ("", "十", "百", "千")
_MOST_DIGITS: Final = 40
_MYRIADS: Final = ("", "万", "億", "兆")

Format = Callable[[str], str]


def _date(value: str) -> date:
    try:
        parsed = date.fromisoformat(value)
    except ValueError:
        raise _unfit("日付（yyyy-mm-dd）") from None
    if value != parsed.isoformat():  # Python 3.11 also takes 20261130 and 2026-W48-1
        raise _unfit("日付（yyyy-mm-dd）")
    return parsed


def _era(day: date) -> tuple[str, int]:
    for first, name, before in _ERAS:
        if day >= first:
            return name, day.year - before
    raise _unfit("明治6年以後の日付")


@lru_cache(4096)
def wareki(value: str) -> str:
    """2026-11-30 -> 令和8年11月30日; the first year of an era is 元年."""
    day = _date(value)
    era, year = _era(day)
    return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"


@lru_cache(4096)
def wareki_short(value: str) -> str:
    """2026-11-30 -> 令和8.11.30, for narrow columns."""
    day = _date(value)
    era, year = _era(day)
    return f"{era}{'元' if year == 1 else year}.{day.month}.{day.day}"


@lru_cache(256)
def nendo(value: str) -> str:
    """2026 -> 令和8年度: a fiscal year is named by the era of its first day, 1 April."""
    if len(value) != 4 or _number(value) < 1873:
        raise _unfit("西暦4桁の年度")
    era, year = _era(date(int(value), 4, 1))
    return f"{era}{'元' if year == 1 else year}年度"


def comma(value: str) -> str:
    """12300 -> 12,300"""
    return f"{_number(value):,}"


def yen(value: str) -> str:
    """12300 -> ￥12,300; the sign in front, close to the first digit, so that no digit can be written before it."""
    return f"￥{_number(value):,}"


def yen_plain(value: str) -> str:
    """12300 -> ￥12300, for boxes of one digit each."""
    return f"￥{_number(value)}"


def kanji(value: str) -> str:
    """12300 -> 一万二千三百"""
    number = _number(value)
    if number == 0:
        return "〇"
    groups: list[str] = []
    for myriad in _MYRIADS:
        number, group = divmod(number, 10000)
        if group:
            groups.append(_below_myriad(group) + myriad)
    if number:
        raise _unfit("1京未満の数")
    return "".join(reversed(groups))


def _below_myriad(number: int) -> str:
    parts: list[str] = []
    for ten in _TENS:
        number, digit = divmod(number, 10)
        if digit:
            parts.append(ten if digit == 1 and ten else _ONES[digit] + ten)
    return "".join(reversed(parts))


def postcode(value: str) -> str:
    """1600021 or 160-0021 -> 160-0021"""
    digits = value[:3] + value[4:] if value[3:4] == "-" else value
    if len(digits) != 7:
        raise _unfit("7桁の郵便番号")
    _number(digits)
    return f"{digits[:3]}-{digits[3:]}"


def fours(value: str) -> str:
    """12345678901 -> 1234 5678 901: long numbers that a person types into a machine."""
    _number(value)
    return " ".join([value[start : start + 4] for start in range(0, len(value), 4)])


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
        raise _unfit("半角数字だけの値")
    return int(value)


def _unfit(expected: str) -> Refused:
    return Refused(
        "format", "値が様式の書式に合いません。", expected=expected, do="抽出データのこの項目を確かめてください。"
    )


def _unless_empty(write: Format) -> Format:
    return lambda value: write(value) if value else ""


_WRITERS: Final[Mapping[str, Format]] = {
    "和暦": wareki,
    "和暦短": wareki_short,
    "年度": nendo,
    "コンマ": comma,
    "円": yen,
    "円記号": yen_plain,
    "漢数字": kanji,
    "郵便番号": postcode,
    "四桁区切り": fours,
    "収納代行上段": lambda value: gs1_128.readable(gs1_128.complete(value))[0],
    "収納代行下段": lambda value: gs1_128.readable(gs1_128.complete(value))[1],
}

FORMATS: Final[Mapping[str, Format]] = {name: _unless_empty(write) for name, write in _WRITERS.items()}

_OF_AMOUNTS: Final[Mapping[str, Callable[[int], str]]] = {
    "コンマ": "{:,}".format,
    "円": "￥{:,}".format,
    "円記号": "￥{}".format,
}


def write_all(name: str, values: Sequence[str]) -> list[str]:
    """Each value as the format of this name writes it; each is looked at once, and amounts all together."""
    kinds = set(values)
    amounts = kinds - {""}
    if name in _OF_AMOUNTS and _are_numbers(amounts):
        written = dict(zip(amounts, map(_OF_AMOUNTS[name], map(int, amounts)), strict=True)) | {"": ""}
    else:
        write = FORMATS[name]
        written = {value: write(value) for value in kinds}
    return [written[value] for value in values]


def _are_numbers(values: Iterable[str]) -> bool:
    joined = "".join(values)
    return joined.isascii() and joined.isdigit() and max(map(len, values)) <= _MOST_DIGITS

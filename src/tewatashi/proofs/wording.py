"""What a value of a record looks like on paper, worked out anew: a fault in the composer's own formats is not repeated here.

Each format is a function of a value that isn't empty; ValueError if the value is not what the format writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from tewatashi.proofs.payment import check_digit

Wording = Callable[[str], str]

_REIGNS: Final = (
    ("令和", 20190501, 2018),
    ("平成", 19890108, 1988),
    ("昭和", 19261225, 1925),
    ("大正", 19120730, 1911),
)
_MEIJI: Final = ("明治", 18730101, 1867)
_DIGITS: Final = "〇一二三四五六七八九"
AMOUNTS: Final = frozenset({"コンマ", "円", "円記号", "漢数字"})
DAYS: Final = frozenset({"和暦", "和暦短"})


def _reign(year: int, month: int, day: int) -> str:
    """The year as 令和8, 令和元."""
    wanted = 10000 * year + 100 * month + day
    for name, first, before in (*_REIGNS, _MEIJI):
        if wanted >= first:
            return name + ("元" if year - before == 1 else str(year - before))
    raise ValueError("before the calendar")


def _parts(value: str) -> tuple[int, int, int]:
    year, month, day = value.split("-")
    if (len(year), len(month), len(day)) != (4, 2, 2):
        raise ValueError("day")
    return int(year), int(month), int(day)


def _day(value: str) -> str:
    year, month, day = _parts(value)
    date(year, month, day)
    return f"{_reign(year, month, day)}年{month}月{day}日"


def _short_day(value: str) -> str:
    year, month, day = _parts(value)
    date(year, month, day)
    return f"{_reign(year, month, day)}.{month}.{day}"


def _fiscal_year(value: str) -> str:
    return f"{_reign(int(value), 4, 1)}年度"


def _grouped(value: str) -> str:
    digits = _digits(value).lstrip("0") or "0"
    grouped = digits[-3:]
    for end in range(len(digits) - 3, 0, -3):
        grouped = f"{digits[max(end - 3, 0) : end]},{grouped}"
    return grouped


def _digits(value: str) -> str:
    if not value.isascii() or not value.isdecimal():
        raise ValueError("digits")
    return value


def _whole(value: str) -> int:
    return int(_digits(value))


def _in_kanji(value: str) -> str:
    digits = str(_whole(value))
    if digits == "0":
        return "〇"
    written, group = "", ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit != "0":
            unit = ("", "十", "百", "千")[place % 4]
            group += unit if digit == "1" and unit else _DIGITS[int(digit)] + unit
        if place % 4 == 0:
            written += group + ("", "万", "億", "兆")[place // 4] if group else ""
            group = ""
    return written


def _postcode(value: str) -> str:
    digits = value.replace("-", "")
    if len(digits) != 7 or not digits.isdecimal():
        raise ValueError("postcode")
    return f"{digits[:3]}-{digits[3:]}"


def _by_fours(value: str) -> str:
    _digits(value)
    return " ".join([value[at : at + 4] for at in range(0, len(value), 4)])


def _upper(value: str) -> str:
    return f"(91){value[2:8]}-{value[8:29]}"


def _lower(value: str) -> str:
    return f"{value[29]}-{value[30:36]}-{value[36]}-{value[37:43]}-{check_digit(value)}"


_WORDINGS: Final[Mapping[str, Wording]] = {
    "和暦": _day,
    "和暦短": _short_day,
    "年度": _fiscal_year,
    "コンマ": _grouped,
    "円": lambda value: f"￥{_grouped(value)}",
    "円記号": lambda value: f"￥{_whole(value)}",
    "漢数字": _in_kanji,
    "郵便番号": _postcode,
    "四桁区切り": _by_fours,
    "収納代行上段": _upper,
    "収納代行下段": _lower,
}


def wording(name: str) -> Wording:
    """The format of this name, for a value that isn't empty. KeyError if there is no such format."""
    return _WORDINGS[name]

"""Days and times as office staff write them: western or 令和 years, digits of any width."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from typing import Final

_WESTERN: Final = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
_REIWA: Final = re.compile(r"(?:R|令和)(\d{1,2}|元)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_TIME: Final = re.compile(r"([0-9]{1,2})(?::|時)(?:([0-9]{1,2})分?)?")
_YEAR_BEFORE_REIWA: Final = 2018


def day_of(text: str) -> date:
    """The day; ValueError when there is none such. 2026-11-24, 2026/11/24, 20261124, R8.11.24, 令和８年１１月２４日."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if (match := _REIWA.fullmatch(plain)) is not None:
        year = 1 if match[1] == "元" else int(match[1])
        return date(year + _YEAR_BEFORE_REIWA, int(match[2]), int(match[3]))
    if (match := _WESTERN.fullmatch(plain)) is None:
        raise ValueError
    return date(int(match[1]), int(match[2]), int(match[3]))


def time_of(text: str) -> time:
    """The time of the day; ValueError when there is none such. 15:00, 15時, １５時３０分."""
    match = _TIME.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if match is None:
        raise ValueError
    return time(int(match[1]), int(match[2] or 0))

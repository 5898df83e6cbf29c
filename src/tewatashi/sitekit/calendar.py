"""On which days an office works: weekdays, without Japan's holidays and the office's own closures.

A closure of every year is written mm-dd, one of a single year yyyy-mm-dd; [calendar] of site.toml replaces the list.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Final

import jpholiday
from django.conf import settings

from tewatashi.core.obligation import IsWorkingDay

YEAR_END: Final = ("12-29", "12-30", "12-31", "01-01", "01-02", "01-03")
_A_LEAP_YEAR: Final = "2028-"
_YEARLY: Final = re.compile(r"\d\d-\d\d")


def closure(text: str) -> str:
    """A day of closure as it is written; ValueError when it is none."""
    whole = _A_LEAP_YEAR + text if _YEARLY.fullmatch(text) else text
    if date.fromisoformat(whole).isoformat() != whole:
        raise ValueError(text)
    return text


def working_days(closed: Collection[str]) -> IsWorkingDay:
    """Whether an office with these closures works on a day."""

    def is_working_day(day: date) -> bool:
        written = day.isoformat()
        return not (day.weekday() >= 5 or written in closed or written[5:] in closed or jpholiday.is_holiday(day))

    return is_working_day


def of_this_site() -> IsWorkingDay:
    """The calendar of the site that we are."""
    return working_days(settings.SITE.closed)

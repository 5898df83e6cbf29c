"""Dates and times as a ward writes them: the era's year with the western one, `令和8年11月24日（2026年）`."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

JAPAN: Final = timezone(timedelta(hours=9), "JST")
# Each era from its first day; earlier dates do not occur in these papers.
_ERAS: Final = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)


def era_day(day: date) -> str:
    """`令和元年5月1日（2019年）`. ValueError for a day before 昭和."""
    for first, era in _ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日（{day.year}年）"
    raise ValueError(f"{day} lies before the eras known here")


def era_moment(moment: datetime) -> str:
    """`令和8年11月24日（2026年）9時05分`, in Japan's time."""
    here = moment.astimezone(JAPAN)
    return f"{era_day(here.date())}{here.hour}時{here.minute:02}分"

"""How the pages of every site write days, moments, counts and names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django import template
from django.utils.dateformat import format as django_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tewatashi.sitekit.clock import JAPAN

register = template.Library()

_SHAPES: Final = {
    "error": "■",
    "late": "■",
    "warning": "▲",
    "soon": "▲",
    "success": "✓",
    "info": "●",
    "now": "●",
    "waiting": "○",
}


@register.simple_tag
def chip(kind: str, words: str) -> SafeString:
    """A state as shape and word (error, warning, success, info, waiting); the colour is only a third sign of it."""
    return format_html('<span class="chip {}">{} {}</span>', kind, _SHAPES[kind], words)


@register.filter
def wareki(day: date | None) -> str:
    """令和8年11月24日; a dash for no day."""
    if day is None:
        return "－"
    year = day.year - 2018
    if year < 1:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"令和{'元' if year == 1 else year}年{day.month}月{day.day}日"


@register.filter
def fiscal_year(year: int) -> str:
    """令和8年度 for 2026."""
    return f"令和{'元' if year == 2019 else year - 2018}年度" if year >= 2019 else f"{year}年度"


@register.filter
def jst(moment: datetime, form: str) -> str:
    """A moment in Japan's time."""
    return django_format(moment.astimezone(JAPAN), form)


@register.filter
def count(number: int | None) -> str:
    """12,034; a dash for a count that does not stand yet."""
    return "－" if number is None else f"{number:,}"


@register.filter
def signed(number: int) -> str:
    """+3, -12,034."""
    return f"{number:+,}"


@register.filter
def after_colon(thing: str) -> str:
    """`送付データ:abcdef01@ward` as abcdef01."""
    return thing.partition(":")[2].partition("@")[0]


@register.filter
def sorted_list(values: Iterable[str]) -> list[str]:
    """In their order."""
    return sorted(values)

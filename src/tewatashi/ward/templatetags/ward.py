"""How the ward's pages write places, forms, urgency and years."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from tewatashi.sitekit.story import Due
from tewatashi.sitekit.templatetags.kit import chip
from tewatashi.sitekit.timeline import place_name as placed
from tewatashi.sitekit.titles import form_title
from tewatashi.ward.story import SITES

register = template.Library()
register.filter(form_title)


@register.filter
def place_name(place: str) -> str:
    """`factory/保管庫` as 委託先・保管庫."""
    return placed(place, SITES)


@register.simple_tag
def urgency(due: Due) -> SafeString:
    """The urgency as a chip."""
    return chip(due.urgency, due.word)


@register.filter
def fiscal_year(year: int) -> str:
    """令和8年度 for 2026."""
    return f"令和{'元' if year == 2019 else year - 2018}年度" if year >= 2019 else f"{year}年度"

"""How the ward's pages write places and forms."""

from __future__ import annotations

from django import template

from tewatashi.sitekit.timeline import place_name as placed
from tewatashi.sitekit.titles import form_title
from tewatashi.ward.story import SITES

register = template.Library()
register.filter(form_title)


@register.filter
def place_name(place: str) -> str:
    """`factory/保管庫` as 委託先・保管庫."""
    return placed(place, SITES)

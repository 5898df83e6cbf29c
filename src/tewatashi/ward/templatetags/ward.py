"""How the ward's pages write places and urgency."""

from __future__ import annotations

from typing import Final

from django import template
from django.utils.safestring import SafeString

from tewatashi.sitekit.templatetags.kit import chip
from tewatashi.ward.story import SITES, Due

register = template.Library()
_NAMES: Final[dict[str, str]] = {str(site): name for site, name in SITES.items()}


@register.simple_tag
def urgency(due: Due) -> SafeString:
    """The urgency as a chip."""
    return chip(due.urgency, due.word)


@register.filter
def place_name(place: str) -> str:
    """`factory/保管庫` as 委託先・保管庫."""
    site, _, name = place.partition("/")
    return f"{_NAMES[site]}・{name}" if site in _NAMES else place

"""How the factory's pages write places and forms."""

from __future__ import annotations

from django import template

from tewatashi.factory.story import PREFIXES
from tewatashi.sitekit.timeline import place_name as placed
from tewatashi.sitekit.titles import form_title

register = template.Library()
register.filter(form_title)


@register.filter
def place_name(place: str) -> str:
    """`factory/保管庫` as 保管庫, another site's place with that site's name."""
    return placed(place, PREFIXES)

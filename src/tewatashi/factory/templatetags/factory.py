"""How the factory's pages write places."""

from __future__ import annotations

from typing import Any

from django import template

from tewatashi.factory.story import SITES

register = template.Library()


@register.filter
def place_name(place: str) -> str:
    """`factory/保管庫` as 保管庫, another site's place with that site's name."""
    site, _, name = place.partition("/")
    role: Any = site
    return name if site == "factory" else f"{SITES.get(role, site)}・{name}"

"""How the ward's pages write places and urgency."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from tewatashi.sitekit.templatetags.kit import chip
from tewatashi.ward import story

register = template.Library()
register.filter(story.place_name)


@register.simple_tag
def urgency(due: story.Due) -> SafeString:
    """The urgency as a chip."""
    return chip(due.urgency, due.word)

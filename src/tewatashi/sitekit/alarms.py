"""Alarms: what must not happen and did, shown to people, kept for good, and told once however often it is tried again."""

from __future__ import annotations

from tewatashi.core.refused import Refused
from tewatashi.sitekit.models import Alarm

_MOST_ABOUT = Alarm._meta.get_field("about").max_length
_MOST_TEXT = Alarm._meta.get_field("text").max_length


def raise_alarm(kind: str, about: str, refused: Refused, evidence: bytes = b"") -> None:
    """Keep the refusal, and the bytes that prove it."""
    Alarm.objects.create(kind=kind, about=about[:_MOST_ABOUT], text=str(refused)[:_MOST_TEXT], evidence=evidence)


def raise_once(kind: str, about: str, refused: Refused, evidence: bytes = b"") -> None:
    """As `raise_alarm`, unless there is one of this kind about this already."""
    if not Alarm.objects.filter(kind=kind, about=about[:_MOST_ABOUT]).exists():
        raise_alarm(kind, about, refused, evidence)

"""What the factory hands in before its people may handle data: emergency contacts, training, pledges; version by version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from tewatashi.sitekit import acting


def submit_emergency(number: str, contacts: list[dict[str, str]], procedure: str, by: str) -> None:
    """Hand in the next version of contacts and procedure. contacts: name, duty and phone of each."""
    body = {"contacts": contacts, "procedure": procedure}
    _hand_in(number, "emergency", "emergency-submitted", body, by)


def report_training(number: str, held_on: date, content: str, people: Iterable[str], by: str) -> None:
    """Report a training. people: ids of those on the accepted roster who took part."""
    body = {"held_on": held_on.isoformat(), "content": content, "people": sorted(people)}
    _hand_in(number, "training", "training-reported", body, by)


def submit_pledges(number: str, on: date, people: Iterable[str], by: str) -> None:
    """Hand in the pledges that these people signed on this day."""
    body = {"people": [{"id": person, "on": on.isoformat()} for person in sorted(people)]}
    _hand_in(number, "pledges", "pledges-submitted", body, by)


def _hand_in(number: str, what: str, kind: str, body: Mapping[str, object], by: str) -> None:
    version = acting.known_standing(number).preparation.version(what) + 1
    acting.perform(kind, {"contract": number, "version": version, **body}, by=by)

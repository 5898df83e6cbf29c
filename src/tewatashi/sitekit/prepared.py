"""What a contractor has shown before its people may handle data, as the pages of both sides lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from tewatashi.core.contract import Person, Standing
from tewatashi.core.preparation import NAMES, lacking

DUTIES: Final = {"supervisor": "取扱責任者", "handler": "取扱者"}


@dataclass(frozen=True)
class HandedIn:
    """One of the three things that are handed in, at its latest version; version 0 when there is none yet."""

    what: str
    name: str
    version: int
    accepted: int
    body: Mapping[str, Any]
    people: tuple[str, ...] = ()  # whom it is about, in words

    @property
    def waits(self) -> bool:
        """Whether the ward has still to accept it."""
        return self.version != self.accepted


@dataclass(frozen=True)
class Prepared:
    """A person of the accepted roster, and what the person lacks today."""

    person: Person
    duty: str
    year: int | None  # the latest fiscal year of an accepted training
    pledged: date | None
    lacks: tuple[str, ...]


def handed_in(standing: Standing) -> list[HandedIn]:
    """All three, in the order of NAMES."""
    return [handed_in_of(standing, what) for what in NAMES]


def handed_in_of(standing: Standing, what: str) -> HandedIn:
    """One of the three; `what` is a key of NAMES."""
    prepared = standing.preparation
    version, body = prepared.latest.get(what, (0, {}))
    people = tuple(_person(standing, one) for one in cast("list[Any]", body.get("people", [])))
    return HandedIn(what, NAMES[what], version, prepared.accepted.get(what, 0), body, people)


def _person(standing: Standing, one: Any) -> str:
    person, on = (one, "") if isinstance(one, str) else (one["id"], f"　署名 {one['on']}")
    found = standing.person(person)
    return f"{found.name if found else person}（{person}）{on}"


def people_of(standing: Standing, today: date) -> list[Prepared]:
    """Everyone on the accepted roster."""
    return [_prepared(standing, one, today) for one in standing.people]


def _prepared(standing: Standing, one: Person, today: date) -> Prepared:
    prepared = standing.preparation
    years = [year for person, year in prepared.trained if person == one.id]
    lacks = tuple({"training": "今年度の研修", "pledges": "誓約書"}[what] for what in lacking(prepared, one.id, today))
    return Prepared(one, DUTIES[one.duty], max(years, default=None), prepared.pledged.get(one.id), lacks)

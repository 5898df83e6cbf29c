"""Where everything was at a moment: the things of jobs as their acts up to then tell it, and the way of each.

CL-8: 'where is it now' has one answer, and so has every earlier moment. An act counts from when it was done, not from when
this site was told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tewatashi.core import login_notice
from tewatashi.core.acts import Act
from tewatashi.core.custody.history import evolve, fold
from tewatashi.core.custody.job import Job, Thing

Told = Sequence[tuple[Act, datetime]]


@dataclass(frozen=True)
class Held:
    """A thing of a job, as it was."""

    job: Job
    thing: Thing


@dataclass(frozen=True)
class Stay:
    """One stay of a thing, from an act until the next that moved it; `until` is None for the last.

    thing  as it was then: in one place or one hand, or ended
    """

    since: datetime
    until: datetime | None
    act: Act
    thing: Thing


def as_of(number: str, told: Told, moment: datetime) -> Job | None:
    """The job as it stood at a moment, or None if it had not been opened."""
    done = [one for one in told if one[1] <= moment]
    if not done:
        return None
    try:
        return fold(number, done)
    except (AssertionError, KeyError):
        # A site whose clock was behind tells of an act before what it rests on: then the ledger's order decides.
        last = max(n for n, (_, at) in enumerate(told) if at <= moment)
        return fold(number, told[: last + 1])


def holders_of(kind: str, by: str, body: Mapping[str, object]) -> frozenset[str]:
    """Every place and person that this act may leave something with: what is found in one was named by an act as it came.

    More than that is named (the place where notices were counted), so it narrows where to look and answers nothing.
    """
    named = {body.get(name) for name in ("place", "spool", "hand", "to")}
    if kind in _LEAVES_WITH_DOER:
        named.add(by)
    return frozenset(one for one in named if isinstance(one, str))


_LEAVES_WITH_DOER: Final = ("notices-delivered", "report-sealed")


def alive(jobs: Iterable[Job], *, place: str | None = None, person: str | None = None) -> Iterator[Held]:
    """What existed; only what lay in this place or was in this person's hand, where one is named."""
    for job in jobs:
        for thing in job.things.values():
            if thing.alive and place in (None, thing.place) and person in (None, thing.hand):
                yield Held(job, thing)


def stays(number: str, told: Told, thing: str) -> list[Stay]:
    """Where a thing has been, from its beginning, in the ledger's order; empty for one that the job never had."""
    found: list[Stay] = []
    job: Job | None = None
    for act, at in told:
        job = evolve(job, number, act, at)
        now = job.things.get(thing)
        if now is None or (found and _same(found[-1].thing, now)):
            continue
        if found:
            found[-1] = Stay(found[-1].since, at, found[-1].act, found[-1].thing)
        found.append(Stay(at, None, act, now))
    return found


def _same(one: Thing, other: Thing) -> bool:
    return (one.site, one.place, one.hand, one.ended) == (other.site, other.place, other.hand, other.ended)


# ------------------------------------------------------------------------------------------------------ of a contract


def login_notices(told: Told, moment: datetime) -> list[Thing]:
    """The login notices of a contract as things, as they stood at a moment; those that had ended among them."""
    found = {thing.id: thing for _, at, thing in _notices(told) if at <= moment}
    return list(found.values())


def notice_stays(told: Told, thing: str) -> list[Stay]:
    """Where a contract's login notice has been; empty for one that the contract never had."""
    way = [(act, at, one) for act, at, one in _notices(told) if one.id == thing]
    until = [at for _, at, _ in way[1:]]
    return [Stay(at, end, act, one) for (act, at, one), end in zip(way, [*until, None], strict=False)]


def _notices(told: Told) -> Iterator[tuple[Act, datetime, Thing]]:
    """Each act on a login notice, with the thing as it was after it."""
    notices: login_notice.Notices = {}
    born: dict[str, datetime] = {}
    for act, at in told:
        if act.kind in login_notice.KINDS:
            notices = login_notice.evolve(notices, act)
            yield act, at, _as_thing(notices[act.text("notice")], born.setdefault(act.text("notice"), at), at)


def _as_thing(one: login_notice.LoginNotice, born: datetime, at: datetime) -> Thing:
    name = f"{login_notice.WHAT}:{one.number}@ward"
    ended = at if one.how else None
    return Thing(name, login_notice.WHAT, one.site, 1, born, one.place, one.hand, ended, one.how, one.number)

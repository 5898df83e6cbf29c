"""Where everything was at a moment: the things of jobs as their acts up to then tell it, and the way of each.

CL-8: 'where is it now' has one answer, and so has every earlier moment. An act counts from when it was done, not from when
this site was told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

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

"""Acts as the lines of a ledger, as the site that does or is told of them writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from tests.core.cast_of_acts import NOW, contract_acts, whole_disc_job, whole_job
from tests.core.cast_of_acts import act as an_act
from tewatashi.core.acts import KINDS, Act
from tewatashi.core.ledger import Entry
from tewatashi.core.safeguards import Line

NAMES = {"ward": "ward.example", "gateway": "gateway.example", "factory": "factory.example"}
JOB = "R8-0001"
SET_UP = NOW - timedelta(days=3)
DISC = {"channel": "disc", "lgwan_asp": None, "connection": None}


def entry_of(act: Act, at: datetime, job: str | None = JOB) -> Entry:
    """The entry that the acting site writes."""
    said: dict[str, object] = {"site": act.site, "from": NAMES[act.site], "act": dict(act.body), "letters": {}}
    number = None if KINDS[act.kind].of_contract else job
    return Entry(at.isoformat(timespec="seconds"), act.by, act.kind, number, said)


def refused(kind: str, code: str, requirement: str, at: datetime) -> Entry:
    """The entry of a letter from the factory that the rules refused."""
    said: dict[str, object] = {
        "from": NAMES["factory"],
        "kind": kind,
        "code": code,
        "requirement": requirement,
        "letters": {},
    }
    return Entry(at.isoformat(timespec="seconds"), "system", "letter-refused", JOB, said)


def clauses() -> Act:
    return an_act(
        "clauses-attached", "ward", "tanaka", contract="R8-1", version=1, title="特記事項", binds=["条例"], forbidden=[],
        clauses=[{"number": "11", "heading": "資料等の返還等", "rules": ["FAC-CD-3", "CL-11-12"]}],
    )  # fmt: skip


def numbered(entries: Iterable[Entry], first: int = 0) -> list[Line]:
    return list(enumerate(entries, first))


def by_lgwan() -> list[Line]:
    """A contract and a whole job over LGWAN, an act a minute."""
    acts = [(act, SET_UP) for act in [*contract_acts(), clauses()]]
    acts += [(act, NOW + timedelta(minutes=number)) for number, act in enumerate(whole_job())]
    return numbered(entry_of(act, at) for act, at in acts)


def by_disc() -> list[Line]:
    """The same over the disc, on several days."""
    from tests.core.cast_of_acts import DISC_PLACES

    acts = [(act, SET_UP) for act in [*contract_acts(places=DISC_PLACES, **DISC), clauses()]]
    for number, (day, act) in enumerate(whole_disc_job()):
        acts.append((act, NOW + timedelta(days=day, minutes=number)))
    return numbered(entry_of(act, at) for act, at in acts)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5

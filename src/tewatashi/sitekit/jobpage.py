"""The page of a job as ward and factory show it alike, and the same facts for programs.

What a site adds of its own (its steps, what it has to do, its counts) it hands over; templates/sitekit/job.html shows both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tewatashi.core.acts import Act, Role
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job, Occasion, Thing
from tewatashi.core.ledger import entry_number
from tewatashi.sitekit.models import Alarm
from tewatashi.sitekit.people import Names
from tewatashi.sitekit.story import HOW, Due, thing_facts, things_by_site
from tewatashi.sitekit.timeline import Teller, place_name
from tewatashi.sitekit.titles import form_title


@dataclass(frozen=True)
class Held:
    """A thing with the words for whose it is, where it is and how it ended."""

    thing: Thing
    site: str
    where: str
    how: str


@dataclass(frozen=True)
class Line:
    """One line of the history. paper: the address of what can be printed of it, or nothing."""

    index: int
    act: Act
    at: datetime
    site: str
    by: str
    said: str
    paper: str

    @property
    def number(self) -> int:
        return entry_number(self.index)


def job_page(
    job: Job,
    standing: Standing,
    history: Sequence[tuple[int, Act, datetime]],
    *,
    sites: Mapping[Role, str],
    teller: Teller,
    papers: Mapping[str | int, str] | None = None,
) -> dict[str, Any]:
    """What the page shows of every job. papers: the address of a paper, by an act's place in the ledger or by its kind."""
    papers = papers or {}
    return {
        "job": job,
        "contract": standing.contract,
        "form_title": form_title(job.form),
        "sites": [
            (name, [_held(thing, sites, teller) for thing in things]) for name, things in things_by_site(job, sites)
        ],
        "things": [_held(thing, sites, teller) for thing in job.things.values()],
        "timeline": [
            Line(
                index, act, at, sites[act.site], teller.names.of(act.by, act.site), teller.said(act),
                papers.get(index) or papers.get(act.kind, ""),
            )
            for index, act, at in history
        ],
    }  # fmt: skip


@dataclass(frozen=True)
class ReportRow:
    """A report with personal data on its way to the ward; media and notice: on which day, from whom to whom."""

    id: str
    short: str
    content: str
    sealed: datetime
    media: tuple[str, ...]
    notice: str
    received: datetime | None


def report_rows(job: Job, names: Names) -> list[ReportRow]:
    """The job's reports as both sides show them."""

    def way(one: Occasion) -> str:
        return f"{one.on}　{names.of(one.by, 'factory')} → {names.of(one.to, 'ward')}"

    return [
        ReportRow(
            one.id, one.short, one.content, one.sealed, tuple(map(way, one.media)), way(one.notice) if one.notice else "", one.received
        )
        for one in job.reports.values()
    ]  # fmt: skip


def _held(thing: Thing, sites: Mapping[Role, str], teller: Teller) -> Held:
    return Held(thing, sites[thing.site], where(thing, teller), HOW.get(thing.how or "", ""))


def where(thing: Thing, teller: Teller) -> str:
    """The place that a thing is in, or who has it; a dash for what is no more."""
    if thing.place is not None:
        return place_name(thing.place, teller.prefixes)
    return "－" if thing.hand is None else f"所持: {teller.names.of(thing.hand, thing.site)}"


def job_facts(job: Job, standing: Standing, state: str, agenda: Sequence[Due]) -> dict[str, Any]:
    """What both sites tell programs of a job, as JSON takes it."""
    return {
        "job": job.number,
        "contract": job.contract,
        "channel": standing.contract.channel,
        "form": job.form,
        "base_date": job.base_date.isoformat(),
        "deliver_by": job.deliver_by.isoformat(),
        "erase_by": job.erase_by.isoformat(),
        "state": state,
        "closed": job.closed,
        "disputed": job.disputed,
        "parcel": job.parcel,
        "receipt": job.receipt,
        "counts": {"declared": job.declared, **asdict(job.counts)},
        "proofread": {digest: asdict(read) for digest, read in job.proofread.items()},
        "done": {kind: at.isoformat() for kind, at in job.done.items()},
        "things": [thing_facts(thing) for thing in job.things.values()],
        "agenda": [{"urgency": due.urgency, "text": due.text} for due in agenda],
        "residue_found": job.residue_found,
        "confirmations": [{"number": c.number, "kind": c.kind, "agreed": c.agreed} for c in job.confirmations.values()],
        "alarms": [
            {"kind": alarm.kind, "about": alarm.about, "text": alarm.text} for alarm in Alarm.objects.order_by("id")
        ],
    }

"""A job as one JSON value, for programs: the same that its page shows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tewatashi.core.custody import Job
from tewatashi.factory import enclosing, jobs, line, printing, story
from tewatashi.factory.story import Floor
from tewatashi.sitekit import clock
from tewatashi.sitekit.models import Alarm
from tewatashi.sitekit.story import thing_facts


def floor_of(job: Job) -> Floor:
    """What the floor's tables say of the job; nothing before the printing, and after the enclosing."""
    if not job.did("pieces-printed") or job.did("pieces-enclosed"):
        return Floor()
    findings = len(line.state_of(job.number).findings)
    return Floor(len(printing.spoiled(job.number)), findings, enclosing.remaining(job), enclosing.open_rows(job))


def state_of(number: str) -> dict[str, Any]:
    """The job; Refused when there is none."""
    job, standing = jobs.load(number)
    floor, at = floor_of(job), line.state_of(number)
    return {
        "job": job.number,
        "contract": job.contract,
        "channel": standing.contract.channel,
        "form": job.form,
        "base_date": job.base_date.isoformat(),
        "deliver_by": job.deliver_by.isoformat(),
        "erase_by": job.erase_by.isoformat(),
        "state": story.state_words(job),
        "closed": job.closed,
        "disputed": job.disputed,
        "parcel": job.parcel,
        "receipt": job.receipt,
        "counts": {"declared": job.declared, **asdict(job.counts)},
        "done": {kind: at.isoformat() for kind, at in job.done.items()},
        "things": [thing_facts(thing) for thing in job.things.values()],
        "next": [{"act": act, "url": url} for act, _, url in story.may(job, floor)],
        "agenda": [{"urgency": due.urgency, "text": due.text} for due in story.agenda(job, floor, clock.now().date())],
        "withdrawals": {
            "version": job.withdrawal_version,
            "acknowledged": job.withdrawals_acknowledged,
            "pieces": sorted(enclosing.asked_pieces(job)),
        },
        "reads": line.machine_lines(number),
        "read_events": at.read,
        "findings": [{"n": one.n, "problem": one.problem, "mark": one.mark} for one in at.findings],
        "recheck": sorted(at.recheck),
        "remaining": floor.remaining,
        "open": floor.open,
        "spoiled_waiting": floor.spoiled,
        "residue_found": job.residue_found,
        "alarms": [
            {"kind": alarm.kind, "about": alarm.about, "text": alarm.text} for alarm in Alarm.objects.order_by("id")
        ],
    }

"""A job as one JSON value, for programs: the same that its page shows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.models import Alarm
from tewatashi.sitekit.story import thing_facts
from tewatashi.ward import story
from tewatashi.ward.agenda import agenda
from tewatashi.ward.models import Parcel


def state_of(number: str) -> dict[str, Any]:
    """The job; Refused when there is none."""
    job = acting.known_job(number)
    standing = acting.known_standing(job.contract)
    parcel = Parcel.objects.filter(pk=job.parcel).first()
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
        "sha256": job.sha256,
        "size": job.size,
        "at_gateway": parcel is not None and parcel.arrived_at is not None,
        "receipt": job.receipt,
        "counts": {"declared": job.declared, **asdict(job.counts)},
        "done": {kind: at.isoformat() for kind, at in job.done.items()},
        "things": [thing_facts(thing) for thing in job.things.values()],
        "next": [{"act": act, "url": url} for act, _, url in story.may(job, standing)],
        "agenda": [{"urgency": due.urgency, "text": due.text} for due in agenda(job, standing, clock.now().date())],
        "withdrawals": {
            "version": job.withdrawal_version,
            "acknowledged": job.withdrawals_acknowledged,
            "pieces": len(job.withdrawals),
            "too_late": story.too_late(job),
        },
        "residue_found": job.residue_found,
        "alarms": [
            {"kind": alarm.kind, "about": alarm.about, "text": alarm.text} for alarm in Alarm.objects.order_by("id")
        ],
    }

"""A job as one JSON value, for programs: the same that its page shows."""

from __future__ import annotations

from typing import Any

from tewatashi.sitekit import acting
from tewatashi.sitekit.jobpage import job_facts
from tewatashi.ward import story, todo
from tewatashi.ward.models import Parcel


def state_of(number: str) -> dict[str, Any]:
    """The job; Refused when there is none."""
    job = acting.known_job(number)
    standing = acting.known_standing(job.contract)
    parcel = Parcel.objects.filter(pk=job.parcel).first()
    return {
        **job_facts(job, standing, story.state_words(job, standing), todo.of_job(job, standing)),
        "sha256": job.sha256,
        "size": job.size,
        "at_gateway": parcel is not None and parcel.arrived_at is not None,
        "next": [{"act": act, "url": url} for act, _, url in story.may(job, standing)],
        "withdrawals": {
            "version": job.withdrawal_version,
            "acknowledged": job.withdrawals_acknowledged,
            "pieces": len(job.withdrawals),
            "too_late": story.too_late(job),
        },
    }

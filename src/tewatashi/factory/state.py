"""A job as one JSON value, for programs: the same that its page shows."""

from __future__ import annotations

from typing import Any

from tewatashi.core.custody import Job
from tewatashi.factory import enclosing, jobs, line, printing, story
from tewatashi.factory.story import Floor
from tewatashi.sitekit import clock
from tewatashi.sitekit.jobpage import job_facts


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
        **job_facts(job, standing, story.state_words(job), story.agenda(job, standing, floor, clock.now().date())),
        "next": [{"act": act, "url": url} for act, _, url in story.may(job, floor)],
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
    }

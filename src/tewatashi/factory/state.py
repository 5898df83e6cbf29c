"""A job as one JSON value, for programs: the same that its page shows."""

from __future__ import annotations

from typing import Any

from tewatashi.factory import enclosing, jobs, line, planning, story, todo
from tewatashi.factory.floor import floor_of
from tewatashi.sitekit.jobpage import job_facts


def state_of(number: str) -> dict[str, Any]:
    """The job; Refused when there is none."""
    job, standing = jobs.load(number)
    floor, at = floor_of(job), line.state_of(number)
    return {
        **job_facts(job, standing, story.state_words(job), todo.of_job(job, standing)),
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
        "plan": _plan(number),
    }


def _plan(number: str) -> dict[str, Any] | None:
    """What the enclosing plan adds up to; None where the job has none."""
    kept = planning.kept_counts(number)
    return {**kept[0].as_dict(), "withdrawals": kept[1]} if kept else None

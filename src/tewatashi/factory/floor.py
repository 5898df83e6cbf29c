"""What the factory's own tables say of a job, beyond the ledger."""

from __future__ import annotations

from tewatashi.core.custody import Job
from tewatashi.factory import enclosing, line, planning, printing
from tewatashi.factory.story import Floor


def floor_of(job: Job) -> Floor:
    """What the floor's tables say of the job; nothing before the printing, and after the enclosing."""
    if not job.did("pieces-printed") or job.did("pieces-enclosed"):
        return Floor()
    findings = len(line.state_of(job.number).findings)
    kept = planning.kept_counts(job.number)
    return Floor(
        len(printing.spoiled(job.number)), findings, enclosing.remaining(job), enclosing.open_rows(job),
        unchecked=len(planning.unchecked(job.number, kept[0])) if kept else 0,
    )  # fmt: skip

"""Custody of one job: what exists, where it is, who holds it, which counts stand, and what may happen next.

`decide(job, standing, act, now)` gives back the act when every rule allows it, or refuses; `evolve(job, number, act, now)` is
the job after it. The same two functions run at the ward and at the factory: the side that acts decides before it writes,
the side that is told decides again before it believes.

Invariants, held by a state machine in the tests
  - a thing that exists has exactly one place or one hand; a thing that has ended has neither and never comes back
  - extract = composed = printed = enclosed + withdrawn, and delivered = enclosed, or the job does not go on
  - the job closes only when no copy at the contractor is alive and the ward, not the contractor, has said so
"""

from tewatashi.core.custody.counts import refuse_open_withdrawals
from tewatashi.core.custody.ending import hold_is_over
from tewatashi.core.custody.history import evolve, fold
from tewatashi.core.custody.job import (
    KEY,
    MEDIUM,
    NOTICE,
    OPENED_BY_KEY,
    PAPER,
    REPORT,
    REPORT_MEDIUM,
    REPORT_NOTICE,
    SPOOL,
    STEP_NAMES,
    WITNESSED,
    WORKFLOW,
    Confirmation,
    Counts,
    Job,
    Occasion,
    Report,
    Thing,
    Trip,
    carried,
    live_copies,
    thing_id,
    to_be_claimed,
)
from tewatashi.core.custody.rules import RULES, decide

__all__ = [
    "KEY", "MEDIUM", "NOTICE", "OPENED_BY_KEY", "PAPER", "REPORT", "REPORT_MEDIUM", "REPORT_NOTICE", "RULES", "SPOOL", "STEP_NAMES", "WITNESSED", "WORKFLOW", "Confirmation", "Counts", "Job", "Occasion", "Report", "Thing", "Trip", "carried", "decide", "evolve", "fold", "hold_is_over",
    "live_copies", "refuse_open_withdrawals", "thing_id", "to_be_claimed",
]  # fmt: skip

"""Which changes of a contract its open jobs forbid: those after which a job could neither go on nor end.

Rules
  CL-10   what was handed to a contractor ends with that contractor's people: another one has another roster
  WORK-5  what is on its way arrives by the channel by which it went
  CL-7    a job's form stays in the contract
  CL-6    a place where something lies, or where a site itself puts what is still to come, stays in the contract
Certificates, term, days and further places may change at any time. Only the ward asks: it alone changes a contract, and what
others do at the same time is judged by the contract that they knew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tewatashi.core.acts import Act
from tewatashi.core.contract import COUNTER, INBOX, OUTBOX, PRESS_ROOM, RELAY, VAULT, Standing, contract_of
from tewatashi.core.custody import MEDIUM, Job, live_copies
from tewatashi.core.refused import Refused

_USED_BY_SITES: Final = (OUTBOX, RELAY, INBOX, VAULT, PRESS_ROOM, COUNTER)
_CHANNELS: Final = {"lgwan": "LGWAN 回線", "disc": "CD-R"}


def refuse_stranding(standing: Standing | None, act: Act, jobs: Iterable[Job]) -> None:
    """Refuse a `contract-made` that would leave a job without an end, naming the job. jobs: the contract's, not closed."""
    if standing is None:
        return
    old, new = standing.contract, contract_of(act)
    for job in jobs:
        if new.contractor != old.contractor and _handed_over(job):
            raise _stranded(job, "委託先", new.contractor, old.contractor, "CL-10")
        if new.channel != old.channel and _on_its_way(job):
            raise _stranded(job, "授受方式", _CHANNELS[new.channel], _CHANNELS[old.channel], "WORK-5")
        if job.form not in new.forms:
            raise _stranded(job, "帳票", "・".join(sorted(new.forms)), job.form, "CL-7")
        lost = (old.places - new.places - standing.consented) & _needed_by(job)
        if lost:
            raise _stranded(job, "場所", "・".join(sorted(new.places)), "・".join(sorted(lost)), "CL-6")


def _handed_over(job: Job) -> bool:
    gone = ("parcel-sent", "medium-handed", "password-notice-handed")
    return any(job.did(kind) for kind in gone) or any(thing.site != "ward" for thing in live_copies(job))


def _on_its_way(job: Job) -> bool:
    left = job.did("parcel-sent") or any(thing.what == MEDIUM for thing in live_copies(job))
    return left and not job.did("parcel-received")


def _needed_by(job: Job) -> frozenset[str]:
    return frozenset(thing.place for thing in live_copies(job) if thing.place is not None).union(_USED_BY_SITES)


def _stranded(job: Job, what: str, found: str, expected: str, requirement: str) -> Refused:
    return Refused(
        "job-open", f"終了していない案件 {job.number} が使っている{what}は、契約から外せません。", found=found, expected=expected,
        do="案件を終えてから変更するか、もとのままにしてください。", requirement=requirement,
    )  # fmt: skip

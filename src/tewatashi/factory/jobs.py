"""What every act of the factory on a job begins with: load it, and ask the rules before any work is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tewatashi.core import custody
from tewatashi.core.acts import Act
from tewatashi.core.contract import Standing, refuse_unless_on_roster
from tewatashi.core.custody import Job, Thing
from tewatashi.core.refused import Refused
from tewatashi.factory import vault
from tewatashi.sitekit import acting, clock


def load(number: str) -> tuple[Job, Standing]:
    """The job and where its contract stands; Refused when there is none."""
    job = acting.known_job(number)
    return job, acting.known_standing(job.contract)


def refuse_unless_allowed(number: str, kind: str, body: Mapping[str, object], by: str) -> Job:
    """The job, if the rules would allow the act now; what its work will yield may stand in the body as zeros."""
    job, standing = load(number)
    custody.decide(job, standing, Act(kind, "factory", by, dict(body)), clock.now())
    return job


@contextmanager
def alone_at(number: str, kind: str, body: Mapping[str, object], by: str) -> Iterator[Job]:
    """The job with its vault held, if the rules allow the act.

    They are asked first, so that a refusal leaves no trace, and again once nobody else is at work: whoever held the vault
    may have just done the same act, and beginning it anew would destroy what the ledger says is there.
    """
    refuse_unless_allowed(number, kind, body, by)
    with vault.held(number):
        yield refuse_unless_allowed(number, kind, body, by)


def refuse_stranger(standing: Standing, by: str) -> None:
    """Refuse whoever is not on the accepted roster (FAC-OP-2)."""
    refuse_unless_on_roster(standing, by, ("supervisor", "handler"))


def refuse_witness(standing: Standing, witness: str, by: str) -> None:
    """Refuse a witness who is not on the roster, or who is the person witnessed."""
    refuse_stranger(standing, witness)
    if witness == by:
        raise Refused(
            "witness-self", "自分の作業に自分で立ち会うことはできません。", found=witness, do="別の人に立会いを頼んでください。",
            requirement="FAC-OP-7",
        )  # fmt: skip


def things_here(job: Job) -> list[Thing]:
    """What the factory holds of the job now, but for the vault's keys, which nobody moves or erases alone."""
    return [thing for thing in custody.live_copies(job) if thing.site == "factory" and thing.what != custody.KEY]

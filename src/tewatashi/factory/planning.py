"""The enclosing plan of a job (封入計画): made with the print files, sealed beside them, and counted anew as pieces are withdrawn.

Rules
  katano-2016   what goes into an envelope is the plan's, in the order of the printed sheets
  iwaki-2025    a plan is shown and given out without the pieces whose withdrawal was acknowledged
  FAC-SYS-4     the plan holds postcodes: it lies in the vault and in memory, and only numbers stand in the database
  WORK-1        the boxes hold as many pieces as were enclosed; an insert of another version is not enclosed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from tewatashi.core.custody import Job
from tewatashi.core.plan import Plan, without
from tewatashi.core.plan_counts import PlanCounts, counts_of
from tewatashi.core.plan_store import pack, unpack
from tewatashi.core.refused import Refused
from tewatashi.factory import intake, jobs, vault
from tewatashi.factory.models import EnclosingPlan, InsertCheck
from tewatashi.press.form import Form
from tewatashi.press.planning import in_plan_order, places_of, plan_of
from tewatashi.press.program import Piece
from tewatashi.sitekit import clock
from tewatashi.sitekit.site_forms import load_site_form

KEPT_AS: Final = "print-plan.age"


def make(number: str, form: Form) -> Plan | None:
    """Plan the job and seal the plan, while its vault is held; None where its form asks for none. What was known of an earlier
    plan, of a parcel that was voided, goes."""
    EnclosingPlan.objects.filter(job=number).delete()
    InsertCheck.objects.filter(job=number).delete()
    if form.enclosing is None:
        return None
    plan = plan_of(form, intake.records(number))
    vault.write(number, "print", KEPT_AS, pack(plan, form.fingerprint))
    return plan


def to_compose(number: str, form: Form, plan: Plan | None) -> Iterator[Piece]:
    """The job's pieces as they are composed, and proofread."""
    if plan is None:
        return intake.records(number)
    return in_plan_order(form, plan, partial(intake.records, number))


def to_remake(job: Job, form: Form, pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces that are made anew, with what their sheets told the inserter before."""
    given = list(pieces)
    if not form.planned:
        return given
    places = places_of(form, printed(job, form), frozenset(piece for piece, _ in given))
    return [(piece, [*values, *places[piece]]) for piece, values in given]


def printed(job: Job, form: Form | None = None) -> Plan:
    """The plan of all pieces, as their sheets were printed. Refused `plan-none` where there is none, or none any more."""
    form = form or load_site_form(job.form)
    if form.enclosing is None or not vault.holds(job.number, KEPT_AS):
        raise Refused(
            "plan-none", "この案件の封入計画は、ありません（組版の前か、消去のあと、または計画のない様式です）。",
            do="案件の画面で工程を確かめてください。",
        )  # fmt: skip
    data = b"".join(vault.read(job.number, "print", KEPT_AS))
    return unpack(data, form.enclosing.rules, form.fingerprint)


def sharing(plan: Plan) -> dict[str, int]:
    """The pieces that share an envelope, each with its number in the printed stack."""
    of = plan.envelopes
    shared = of.pieces[plan.pieces.envelope] > 1
    numbers = of.printed[plan.pieces.envelope[shared]].tolist()
    return dict(zip((piece.decode() for piece in plan.pieces.ids[shared].tolist()), numbers, strict=True))


def remaining(job: Job, taken_out: Iterable[str]) -> Plan:
    """What is left of the plan without these pieces."""
    return without(printed(job), frozenset(taken_out))


def keep_counts(job: Job, plan: Plan, *, version: int) -> None:
    """What the job's page shows from now on. version: of the withdrawals that the plan has regard to."""
    EnclosingPlan.objects.update_or_create(
        job=job.number, defaults={"withdrawals": version, "counts": counts_of(plan).as_dict()}
    )


def kept_counts(number: str) -> tuple[PlanCounts, int] | None:
    """The counts, and the version of withdrawals that they have regard to; None where the job has no plan."""
    row = EnclosingPlan.objects.filter(job=number).first()
    return (PlanCounts.from_dict(row.counts), row.withdrawals) if row else None


def is_planned(number: str) -> bool:
    return EnclosingPlan.objects.filter(job=number).exists()


# ------------------------------------------------------------------------------------------------------------ inserts


def check_insert(number: str, code: str, by: str) -> None:
    """Record the version code that somebody read off what lies in the feeder. Refused if the plan has no such insert."""
    job, standing = jobs.load(number)
    jobs.refuse_stranger(standing, by)
    kept = kept_counts(number)
    if kept is None or job.did("pieces-enclosed"):
        raise Refused("plan-none", "同封物を確かめる時ではありません。", do="案件の画面で工程を確かめてください。")
    codes = inserts_of(kept[0])
    if code not in codes:
        raise Refused(
            "insert-version", "この案件の同封物ではありません。版が違うかもしれません。", found=code,
            expected="・".join(codes) or "同封物なし", do="封入機から外し、正しい版に入れ替えてから読み直してください。",
            requirement="WORK-1",
        )  # fmt: skip
    InsertCheck.objects.create(job=number, code=code, by=by, at=clock.now())


def inserts_of(counts: PlanCounts) -> list[str]:
    """The version codes of the inserts that some envelope needs."""
    return [each.code for each in counts.inserts if each.needed]


def checks(number: str) -> list[InsertCheck]:
    """All that were recorded, the last one first."""
    return list(InsertCheck.objects.filter(job=number).order_by("-id"))


def unchecked(number: str, counts: PlanCounts) -> list[str]:
    """The version codes of needed inserts that nobody has read yet."""
    checked = {each.code for each in checks(number)}
    return [code for code in inserts_of(counts) if code not in checked]


def refuse_unlike(job: Job, withdrawn: Iterable[str], enclosed: int) -> Plan | None:
    """The plan as it was enclosed; Refused if an insert was not checked, or the boxes would not hold what was enclosed."""
    if not is_planned(job.number):
        return None
    plan = remaining(job, withdrawn)
    counts = counts_of(plan)
    if left := unchecked(job.number, counts):
        raise Refused(
            "insert-unchecked", "版を確かめていない同封物があります。", found="・".join(left),
            do="封入計画の画面で、封入した同封物の版の記号を読んでください。", requirement="WORK-1",
        )  # fmt: skip
    if counts.pieces != enclosed:
        raise Refused(
            "count", "箱の中の通数の合計が、封入した通数と合いません。", found=counts.pieces, expected=enclosed,
            do="突合の画面で1通ずつ確かめてください。", requirement="WORK-1",
        )  # fmt: skip
    return plan

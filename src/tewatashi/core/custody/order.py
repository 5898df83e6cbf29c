"""Rules of order and of persons: what comes before what, who may do it, where it may be put."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tewatashi.core.acts import KINDS, Act
from tewatashi.core.approval import fingerprint_of, refuse_unapproved
from tewatashi.core.contract import SYSTEM, Duty, Standing, refuse_hand_over, refuse_place, refuse_unprepared_person
from tewatashi.core.custody.job import STEP_NAMES, Job
from tewatashi.core.refused import Refused

Rule = Callable[[Job, Standing, Act, datetime], None]


def not_again(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.kind == "job-opened" or job.did(act.kind):
        raise Refused(
            "done-already", f"「{act.name}」はすでに記録されています。", do="案件の画面で状態を確かめてください。"
        )


def job_open(job: Job, _standing: Standing, _act: Act, _now: datetime) -> None:
    if job.closed:
        raise Refused("job-closed", "終了した案件です。", do="新しい案件を登録してください。")


def goes_on(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """In a cancelled job only what was carried and what ends its things is still recorded."""
    if job.cancelled:
        raise Refused(
            "job-cancelled", f"取り消した案件です。「{act.name}」はできません。",
            do="残っている物を返却・消去し、案件を終えてください。", requirement="FAC-OP-1",
        )  # fmt: skip


def not_being_cancelled(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """What the ward would still tell the factory crosses with the answer, and would be refused there."""
    if job.cancelling is not None:
        raise Refused(
            "being-cancelled", f"取消しを依頼しています。「{act.name}」はできません。", do="委託先の回答を待ってください。",
        )  # fmt: skip


def after(*kinds: str) -> Rule:
    def rule(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
        for kind in kinds:
            if not job.did(kind):
                raise Refused(
                    "too-early", f"「{act.name}」の前に「{KINDS[kind].name}」が要ります。",
                    do=f"先に「{KINDS[kind].name}」を済ませてください。", requirement="FAC-OP-1",
                )  # fmt: skip

    return rule


def before(*kinds: str) -> Rule:
    def rule(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
        for kind in kinds:
            if job.did(kind):
                raise Refused(
                    "too-late", f"「{KINDS[kind].name}」のあとに「{act.name}」はできません。",
                    do="区と委託先で協議してください。", requirement="FAC-OP-1",
                )  # fmt: skip

    return rule


def in_workflow_order(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """FAC-OP-1: the factory works only in the order of the workflow that it acknowledged."""
    order = [STEP_NAMES[step] for step in standing.steps if step in STEP_NAMES]
    if act.kind not in order:
        raise Refused(
            "not-in-workflow", f"「{act.name}」は、共有した業務フローにない工程です。", do="業務フローを改めてください。",
            requirement="FAC-OP-1",
        )  # fmt: skip
    for earlier in order[: order.index(act.kind)]:
        if not job.did(earlier):
            raise Refused(
                "out-of-order", "業務フローの順番と違います。", found=act.name, expected=KINDS[earlier].name,
                do=f"先に「{KINDS[earlier].name}」を行ってください。", requirement="FAC-OP-1",
            )  # fmt: skip


def in_workflow_order_or_cancelled(job: Job, standing: Standing, act: Act, now: datetime) -> None:
    """What was erased is reported at the end of the workflow, after the delivery, or of a cancelled job wherever it stood."""
    if not job.cancelled:
        in_workflow_order(job, standing, act, now)
        after("delivery-confirmed")(job, standing, act, now)


def may_hand_over(_job: Job, standing: Standing, _act: Act, now: datetime) -> None:
    refuse_hand_over(standing, now.date())


def by(*duties: Duty) -> Rule:
    """FAC-OP-2, FAC-OP-5, CL-1-2: somebody with one of these duties, trained this fiscal year and pledged."""

    def rule(_job: Job, standing: Standing, act: Act, now: datetime) -> None:
        refuse_unprepared_person(standing, act.by, duties, now.date())

    return rule


def by_system(_job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.by != SYSTEM:
        raise Refused(
            "by-system", f"「{act.name}」を記録するのはシステムだけです。", found=act.by, expected=SYSTEM,
            do="記録させる操作を行ってください。",
        )  # fmt: skip


def by_system_or_roster(_job: Job, standing: Standing, act: Act, now: datetime) -> None:
    if act.by != SYSTEM:
        refuse_unprepared_person(standing, act.by, ("supervisor", "handler"), now.date())


def place_listed(*fields: str) -> Rule:
    """CL-6: what a site says lies somewhere (null: nowhere) lies in its own places that the contract lists."""

    def rule(_job: Job, standing: Standing, act: Act, _now: datetime) -> None:
        for name in fields:
            if act.body[name] is None:
                continue
            refuse_place(standing, act.text(name))
            if act.text(name).partition("/")[0] != act.site:
                raise Refused(
                    "others-place", "ほかの拠点の場所です。", found=act.text(name), expected=act.site,
                    do="拠点の間の移動は、送付・納品・返却として記録してください。", requirement="CL-6",
                )  # fmt: skip

    return rule


def as_approved(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """sunmesse-2021: with the form, fonts, program and device of the proof that the ward approved last."""
    refuse_unapproved(standing.proofs, job.form, fingerprint_of(act))


def for_the_jobs_form(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.text("purpose") != job.form:
        raise Refused(
            "other-purpose", "この案件の帳票以外に使うことはできません。", found=act.text("purpose"), expected=job.form,
            do="案件の帳票だけを組版してください。", requirement="CL-7",
        )  # fmt: skip

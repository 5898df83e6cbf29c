"""Rules of counting: withdrawals, printing, enclosing and delivery agree piece by piece, or the job does not go on."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from tewatashi.core.acts import Act
from tewatashi.core.contract import Standing
from tewatashi.core.custody.job import Job
from tewatashi.core.refused import Refused


def next_withdrawal(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("version") != job.withdrawal_version + 1:
        raise Refused(
            "version", "引抜き依頼の版が違います。", found=act.number("version"), expected=job.withdrawal_version + 1,
            do="最新の依頼を確かめてください。",
        )  # fmt: skip


def acknowledges_latest(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("version") > job.withdrawal_version:
        raise Refused(
            "version", "まだ出されていない引抜き依頼です。", found=act.number("version"), expected=job.withdrawal_version,
            do="依頼の版を確かめてください。",
        )  # fmt: skip


def originals_once(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("copy") == 0:
        if job.did("pieces-printed"):
            raise Refused(
                "done-already",
                "原本はすでに印字されています。",
                do="破損分だけを再作成してください。",
                requirement="CL-9",
            )
        if act.number("pieces") != job.counts.composed:
            raise Refused(
                "count", "印字の件数が組版と違います。", found=act.number("pieces"), expected=job.counts.composed,
                do="印字をやり直さず、原因を確かめてください。", requirement="WORK-1",
            )  # fmt: skip
    elif not job.did("pieces-printed"):
        raise Refused(
            "too-early", "原本の印字の前に再作成はできません。", do="先に印字してください。", requirement="FAC-OP-1"
        )


def refuse_open_withdrawals(job: Job) -> None:
    """Refuse to enclose while a request that this site knows is not acknowledged (iwaki-2025). For the factory alone: the
    ward may have asked for more before it was told of the enclosing, and sees then that it came too late."""
    if job.withdrawals_acknowledged != job.withdrawal_version:
        raise Refused(
            "withdrawal-open", "受領していない引抜き依頼があります。", found=f"第{job.withdrawals_acknowledged}版",
            expected=f"第{job.withdrawal_version}版", do="引抜き依頼を受領し、現物を抜き取ってください。",
        )  # fmt: skip


def withdrawals_as_acknowledged(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("withdrawal_version") != job.withdrawals_acknowledged:
        raise Refused(
            "version", "封入した引抜き依頼の版が、受領した版と違います。", found=act.number("withdrawal_version"),
            expected=job.withdrawals_acknowledged, do="引抜き依頼の受領を確かめてください。",
        )  # fmt: skip


def counts_agree(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """WORK-1: extract = composed = printed = enclosed + withdrawn; every spoiled piece was remade."""
    counts = job.counts
    pairs = [
        ("組版", act.number("composed"), counts.composed),
        ("印字", act.number("printed"), counts.printed),
        ("引抜き", act.number("withdrawn"), len(job.honoured)),
        ("封入と引抜きの和", act.number("enclosed") + act.number("withdrawn"), counts.extract),
        ("再作成", act.number("remade"), act.number("spoiled")),
        ("印字した再作成", act.number("remade"), counts.remade),
    ]
    boxes = cast("list[int]", act.body["boxes"])
    if boxes:  # a form without an enclosing plan tells of none
        pairs.append(("箱の中", sum(boxes) if all(boxes) else 0, act.number("enclosed")))
    for name, found, expected in pairs:
        if found != expected:
            raise Refused(
                "count", f"{name}の件数が合いません。", found=found, expected=expected,
                do="突合の表で、合わない1通ずつを確かめてください。", requirement="WORK-1",
            )  # fmt: skip


def delivers_what_was_enclosed(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    for name, found, expected in (
        ("納品", act.number("quantity"), job.counts.enclosed),
        ("引抜き品", act.number("withdrawn"), job.counts.withdrawn),
    ):
        if found != expected:
            raise Refused(
                "count", f"{name}の数量が合いません。", found=found, expected=expected,
                do="数え直してください。", requirement="WARD-OP-4",
            )  # fmt: skip


def confirms_the_receipt(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.text("receipt") != job.receipt:
        raise Refused(
            "other-receipt", "別の確認書です。", found=act.text("receipt"), expected=job.receipt,
            do="納品の確認書を確かめてください。", requirement="WARD-OP-4",
        )  # fmt: skip
    same = (act.number("quantity"), act.number("withdrawn")) == (job.counts.enclosed, job.counts.withdrawn)
    if act.body["agrees"] is not same:
        raise Refused(
            "count", "数量の一致・不一致が、数えた数と合いません。", found=act.number("quantity"), expected=job.counts.enclosed,
            do="数えた数を入力し直してください。", requirement="WARD-OP-4",
        )  # fmt: skip


def undisputed(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if job.disputed:
        raise Refused(
            "disputed", f"数量の不一致が解けるまで「{act.name}」はできません。", do="区と委託先で数え直し、確認書を改めてください。",
            requirement="WARD-OP-4",
        )  # fmt: skip

"""Reconciliation (突合) and the enclosing: the job goes on only when every piece has exactly one end.

Rules
  WORK-1       extract = composed = printed = enclosed + withdrawn, proven by a read of every piece
  iwaki-2025   no withdrawal that we know of is open
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import cast

from django.db import transaction

from tewatashi.core import piece as rules
from tewatashi.core.contract import PRESS_ROOM
from tewatashi.core.custody import Job, refuse_open_withdrawals
from tewatashi.core.piece import Problem, Reconciliation, State
from tewatashi.core.pieceid import piece_digest
from tewatashi.core.plan import Plan, without
from tewatashi.core.plan_lists import boxes_of
from tewatashi.core.refused import Refused
from tewatashi.factory import jobs, line, planning
from tewatashi.factory.models import Piece
from tewatashi.sitekit import acting


def acknowledge_withdrawals(number: str, version: int, by: str) -> None:
    """Acknowledge the requests up to this version: the one that the person at the screen read."""
    job, standing = jobs.load(number)
    jobs.refuse_stranger(standing, by)
    if version <= job.withdrawals_acknowledged:
        raise Refused(
            "done-already", "この版の引抜き依頼は、すでに受領しています。", do="案件の画面で版を確かめてください。"
        )
    acting.perform("withdrawal-acknowledged", {"version": version}, by=by, job=number)
    if planning.is_planned(number):
        with suppress(Refused):  # whatever is wrong with the plan, the acknowledgement stands; the enclosing asks again
            count_plan(acting.known_job(number), planning.printed(job))


def keep_plan(job: Job, plan: Plan) -> None:
    """What the site knows of the plan of a job that was composed: its counts, and which pieces share an envelope."""
    count_plan(job, plan)
    rows = Piece.objects.filter(job=job.number)
    for chunk in line.in_chunks(planning.sharing(plan).items(), line.LOOKED_UP):
        of = dict(chunk)
        shared = list(rows.filter(piece__in=list(of)))
        for row in shared:
            row.envelope = of[row.piece]
        Piece.objects.bulk_update(shared, ["envelope"])


def count_plan(job: Job, printed: Plan) -> None:
    """Keep what the plan adds up to without the pieces whose withdrawal the job acknowledged."""
    planning.keep_counts(job, without(printed, acknowledged_pieces(job)), version=job.withdrawals_acknowledged)


def acknowledged_pieces(job: Job) -> frozenset[str]:
    """The pieces of the withdrawals that were acknowledged; of one that was not, nobody at the line knows yet."""
    return _pieces_among(job, job.honoured)


def reconciliation(job: Job) -> Reconciliation:
    """What the job's pieces add up to, and each piece that stands in the way."""
    rows = Piece.objects.filter(job=job.number).order_by("n").values_list("piece", "state", "copy")
    found = (rules.Piece(piece, cast("State", state), copy) for piece, state, copy in rows.iterator())
    counted = rules.reconcile(found, asked_pieces(job), line.state_of(job.number))
    strange: tuple[tuple[str, Problem], ...] = tuple((piece, "foreign") for piece in strangers(job))
    return replace(counted, open=(*counted.open, *strange))


def strangers(job: Job) -> list[str]:
    """What the ward wants withdrawn and the job has not: without this line nobody would see why the counts differ."""
    if not job.did("parcel-opened"):
        return []
    known = {piece_digest(piece) for piece in asked_pieces(job)}
    return sorted(digest[:20] for digest in job.withdrawals - known)


def asked_pieces(job: Job) -> frozenset[str]:
    """The job's pieces that the ward wants withdrawn."""
    return _pieces_among(job, job.withdrawals)


def _pieces_among(job: Job, digests: frozenset[str]) -> frozenset[str]:
    if not digests:
        return frozenset()
    pieces = Piece.objects.filter(job=job.number).values_list("piece", flat=True)
    return frozenset(piece for piece in pieces.iterator() if line.is_asked(piece, digests))


def remaining(job: Job) -> int:
    """How many pieces still have no end."""
    return Piece.objects.filter(job=job.number).exclude(state__in=("enclosed", "withdrawn")).count()


def open_rows(job: Job) -> int:
    """How many rows `reconciliation` has, by counting alone: it is asked for often, and a job may have a million pieces."""
    at = line.state_of(job.number)
    return len(at.findings) + len(at.recheck) + remaining(job) + len(asked_in_boxes(job)) + len(strangers(job))


def asked_in_boxes(job: Job) -> list[str]:
    """The pieces that the ward wants withdrawn and that stand as enclosed."""
    rows = Piece.objects.filter(job=job.number, state="enclosed").values_list("piece", flat=True)
    chunks = line.in_chunks(sorted(asked_pieces(job)), line.LOOKED_UP)
    return [piece for chunk in chunks for piece in rows.filter(piece__in=chunk)]


def enclose(number: str, by: str) -> None:
    """Record the enclosing, if nothing stands in the way."""
    with transaction.atomic():
        line.locked(number)  # no read comes between the count and its record
        job = acting.known_job(number)
        refuse_open_withdrawals(job)
        found = reconciliation(job)
        _refuse_open(found)
        plan = planning.refuse_unlike(job, acknowledged_pieces(job), found.enclosed)
        counts = ("composed", "printed", "enclosed", "withdrawn", "spoiled", "remade", "pulled")
        body = {
            **{name: getattr(found, name) for name in counts}, "withdrawal_version": job.withdrawals_acknowledged,
            "boxes": [box.pieces for box in boxes_of(plan)] if plan else [], "reads_sha256": log_digest(number), "place": PRESS_ROOM,
        }  # fmt: skip
        acting.perform("pieces-enclosed", body, by=by, job=number)
        if plan is not None:
            planning.keep_counts(job, plan, version=job.withdrawals_acknowledged)


def log_digest(number: str) -> str:
    """SHA-256 in hex of the job's read-log."""
    digest = hashlib.sha256()
    for stretch in line.log_of(number):
        digest.update(stretch)
    return digest.hexdigest()


def _refuse_open(found: Reconciliation) -> None:
    if not found.empty:
        piece, problem = found.open[0]
        raise Refused(
            "not-reconciled", "突合で合わない通し番号があります。",
            found=f"{len(found.open)}件（{piece or '読めないシート'}: {line.words(problem)} など）", expected="0件",
            do="突合の画面で1通ずつ確かめてください。", requirement="WORK-1",
        )  # fmt: skip

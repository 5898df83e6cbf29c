"""Erasure: every copy that the ledger knows goes, each in its own way, and only then is it claimed.

Rules
  FAC-OP-7   parcel, opened data, print files, spool and paper: each erased, each recorded, by whom and before whom
  CL-11-12   the claim names every thing that there ever was; the ward looks for itself afterwards
What a system erases is erased before it is recorded: a crash leaves a record to be made, never a copy nobody knows of.
What a queue keeps of its documents no system here can see: people empty it before a witness, as they shred paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.db import transaction

from tewatashi.core import custody
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job, Thing
from tewatashi.core.refused import Refused
from tewatashi.factory import intake, jobs, remains, vault
from tewatashi.factory.models import EnclosingLine, Piece, PrintFile, ReadLines
from tewatashi.sitekit import acting, clock, report_files, store
from tewatashi.sitekit.models import Upload

BY_HAND: Final = custody.WITNESSED
METHODS: Final[Mapping[str, str]] = {
    "key-destroyed": "鍵の破棄",
    "deleted": "削除",
    "shredded": "裁断",
    "returned": "区へ返却",
}


def erasable(job: Job, standing: Standing) -> list[Thing]:
    """What is to be erased before the claim, the system's first. Media, and over the disc the notice, go back instead."""
    by_disc = standing.contract.channel == "disc"
    kept = {custody.MEDIUM, *([] if job.cancelled else ["通知書"]), *([custody.NOTICE] if by_disc else [])}
    here = [thing for thing in jobs.things_here(job) if thing.what not in kept]
    return sorted(here, key=lambda thing: thing.what in BY_HAND)


def erase(number: str, thing_id: str, method: str, witness: str, by: str) -> None:
    """Erase one thing, or record that a paper was destroyed, or a spool emptied, before a witness. Data may be erased without one."""
    job, standing = jobs.load(number)
    jobs.refuse_stranger(standing, by)
    thing = next((one for one in erasable(job, standing) if one.id == thing_id), None)
    if thing is None:
        raise Refused(
            "no-such-thing", "記録にない、またはすでに終わった物です。", found=thing_id, do="案件の画面で確かめてください。",
            requirement="CL-8",
        )  # fmt: skip
    if witness or thing.what in BY_HAND:
        jobs.refuse_witness(standing, witness, by)
    if thing.what in BY_HAND:
        _refuse_other_method(thing, method)
        _record(number, thing, method, witness, by)
    else:
        _erase_data(job, thing, witness, by)


def erase_all(number: str, witness: str, by: str) -> int:
    """Erase all that the system holds; with a witness also record all paper as shredded and the spool as emptied. Returned: how many things."""
    job, standing = jobs.load(number)
    jobs.refuse_stranger(standing, by)
    if witness:
        jobs.refuse_witness(standing, witness, by)
    things = [thing for thing in erasable(job, standing) if witness or thing.what not in BY_HAND]
    for thing in things:
        _refuse_early(job, thing, witness, by)
    for thing in things:
        erase(number, thing.id, _method(thing), witness, by)
    return len(things)


def claim(number: str, witness: str, statement: str, by: str) -> None:
    """Report the erasure (データ消去報告), naming every thing that there was."""
    job, standing = jobs.load(number)
    jobs.refuse_witness(standing, witness, by)
    things = sorted(custody.to_be_claimed(job))
    acting.perform("erasure-claimed", {"things": things, "witness": witness, "statement": statement}, by=by, job=number)


def _refuse_early(job: Job, thing: Thing, witness: str, by: str) -> None:
    body = {"thing": thing.id, "method": _method(thing), "quantity": thing.quantity, "witness": witness}
    jobs.refuse_unless_allowed(job.number, "copy-erased", body, by)


def _erase_data(job: Job, thing: Thing, witness: str, by: str) -> None:
    _refuse_early(job, thing, witness, by)
    with vault.held(job.number):
        if thing.what == custody.REPORT:
            report_files.erase(job, thing)
        else:
            _ERASE[thing.what](job)
        _record(job.number, thing, _METHOD[thing.what], witness, by)


def _erase_parcel(job: Job) -> None:
    for upload in Upload.objects.filter(job=job.number, parcel=job.parcel, gone_at=None):
        store.erase(upload.id)
        Upload.objects.filter(pk=upload.pk).update(gone_at=clock.now())


def _erase_records(job: Job) -> None:
    """With the records go the piece ids: the ledger keeps the counts and the read-log's digest. Print files that were never
    recorded, because their composing was cut, go too."""
    if not job.did("pieces-composed"):
        vault.destroy(job.number, "print")
    with transaction.atomic():
        intake.forget(job.number)
        ReadLines.objects.filter(job=job.number).delete()
        EnclosingLine.objects.filter(job=job.number).delete()
        PrintFile.objects.filter(job=job.number).update(pieces="")
    remains.take_out(Piece, ReadLines, EnclosingLine, PrintFile)


def _erase_print_files(job: Job) -> None:
    vault.destroy(job.number, "print")


_ERASE: Final[Mapping[str, Callable[[Job], None]]] = {
    "送付データ": _erase_parcel,
    "開封データ": _erase_records,
    "印刷ファイル": _erase_print_files,
}
_METHOD: Final[Mapping[str, str]] = {
    "送付データ": "deleted",
    "開封データ": "key-destroyed",
    "印刷ファイル": "key-destroyed",
    custody.REPORT: "deleted",
}


def _method(thing: Thing) -> str:
    """How it ends where nobody chooses."""
    return BY_HAND[thing.what][0] if thing.what in BY_HAND else _METHOD[thing.what]


def _refuse_other_method(thing: Thing, method: str) -> None:
    if method not in BY_HAND[thing.what]:
        raise Refused(
            "method", f"{thing.what}の消去の方法ではありません。", found=METHODS.get(method, method),
            expected="・".join(METHODS[one] for one in BY_HAND[thing.what]), do="方法を選び直してください。", requirement="CL-11-12",
        )  # fmt: skip


def _record(number: str, thing: Thing, method: str, witness: str, by: str) -> None:
    body = {"thing": thing.id, "method": method, "quantity": thing.quantity, "witness": witness}
    acting.perform("copy-erased", body, by=by, job=number)

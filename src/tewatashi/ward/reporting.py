"""Reports with personal data come to the ward sealed, and are opened with the password from their notice (FAC-CD-2).

Rules
  - what is taken in is what the factory sealed, byte for byte, or nothing of it stays
  - it is opened as a stream to the computer of whoever typed the password: the plaintext touches no disk here, and each
    opening stands in the ledger
  - medium, notice and sealed file end before the job does; what was opened is the ward's own record
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from django.db import Error as DatabaseFailure
from django.db import transaction

from tewatashi.core import custody
from tewatashi.core.acts import Act
from tewatashi.core.age import Passphrase, decrypt
from tewatashi.core.contract import COUNTER
from tewatashi.core.custody import REPORT, Job, Report
from tewatashi.core.password import check_password
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting, clock, ledger, report_files, store
from tewatashi.ward.offices import refuse_unless_witness
from tewatashi.ward.reporting_story import to_end

OPENED: Final = "report-opened"  # in the ward's ledger alone: it moves nothing between the sites


def receive(number: str, named: str, chunks: Iterator[bytes], by: str) -> Report:
    """Take the sealed file in as it comes, and record it. Refused, with nothing left, when it is not what was sealed."""
    job = acting.known_job(number)
    report = report_files.report_of(job, named)
    _refuse_unless_awaited(job, report, by)
    with report_files.in_progress(alone=True):
        store.erase(report.id, store.REPORTS)  # half of one, left by a crash
        try:
            sha256, size = store.keep(report.id, _no_longer(chunks, report), store.REPORTS)
            acting.perform("report-received", _said(report, sha256, size), by=by, job=number)
        except DatabaseFailure:
            # A line that broke at the commit does not say whether the act stands. If it does not, the sweep erases this.
            raise
        except BaseException:
            store.erase(report.id, store.REPORTS)
            raise
    return report


def _refuse_unless_awaited(job: Job, report: Report, by: str) -> None:
    """Asked before the file is read, and before what is here of it could be erased."""
    act = Act("report-received", "ward", by, _said(report, report.sha256, report.size))
    custody.decide(job, acting.known_standing(job.contract), act, clock.now())


def _said(report: Report, sha256: str, size: int) -> dict[str, object]:
    return {"report": report.id, "sha256": sha256, "size": size, "place": COUNTER}


def _no_longer(chunks: Iterator[bytes], report: Report) -> Iterator[bytes]:
    """What is longer than the report fills no disk."""
    left = report.size
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise Refused(
                "other-bytes", "届いた報告データの内容が、委託先が作ったものと違います。", found=f"{report.size}バイトを超える",
                expected=f"{report.size}バイト", do="受け取らず、委託先に連絡してください。", requirement="FAC-CD-2",
            )  # fmt: skip
        yield chunk


def open_report(number: str, named: str, typed: str, by: str) -> tuple[str, Iterator[bytes]]:
    """A name for the file and what is in it, as a stream, with the password as typed. Refused before anything is given."""
    job = acting.known_job(number)
    report = report_files.report_of(job, named)
    inside = decrypt(report_files.chunks(job, report), Passphrase(check_password(typed)))
    first = next(inside, b"")
    with transaction.atomic():
        ledger.append_one(OPENED, {"report": report.id}, by=by, job=number)
    return f"{number}-{report.short}.{_ending(first)}", chain((first,), inside)


def _ending(first: bytes) -> str:
    """The file's own name did not travel: it could name a resident."""
    if first.startswith(b"%PDF-"):
        return "pdf"
    return "xlsx" if first.startswith(b"PK\x03\x04") else "csv"


def end(number: str, thing_id: str, witness: str, by: str) -> None:
    """Erase the sealed file, or record that the medium or the notice was destroyed before a witness."""
    job = acting.known_job(number)
    thing = next((one for one in to_end(job) if one.id == thing_id), None)
    if thing is None:
        raise Refused(
            "no-such-thing", "処分できる物ではありません。", found=thing_id[:60], do="「いま、データはどこにあるか」を確かめてください。",
            requirement="CL-8",
        )  # fmt: skip
    refuse_unless_witness(witness, by)
    if thing.what == REPORT:
        report_files.erase(job, thing)
    method = "deleted" if thing.what == REPORT else "shredded"
    body = {"thing": thing.id, "method": method, "quantity": thing.quantity, "witness": witness}
    acting.perform("copy-erased", body, by=by, job=number)

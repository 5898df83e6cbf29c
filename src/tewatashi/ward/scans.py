"""Residue scans as the ward asks for them and takes in their reports: verified instead of believed (CL-11-12, FAC-OP-7).

Rules
  - a report is signed with a scan key that is registered and not withdrawn
  - it answers a request that was issued for this job, after the contractor's claim that stands, and not answered before
  - it looked for the ids of this job, in every place that the request names, and neither began before the claim nor comes from the future
  - what is refused leaves nothing behind; request and report stand in the ledger, where the claim is: their order is its
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final, cast

from django.conf import settings
from django.db import transaction

from tewatashi.core.custody import MEDIUM, PAPER, Job, Thing, evolve
from tewatashi.core.ledger import Entry
from tewatashi.core.refused import Refused
from tewatashi.core.residue import Report, read_report, refuse_unscanned
from tewatashi.core.residue_request import Request, write_request
from tewatashi.sitekit import acting, clock, ledger
from tewatashi.sitekit.keys import note_key
from tewatashi.ward import index
from tewatashi.ward.jobs import sealed_job
from tewatashi.ward.scan_keys import scan_keys

REQUESTED: Final = "scan-requested"
REPORTED: Final = "scan-reported"
_AHEAD: Final = timedelta(minutes=5)  # by how much the scanning computer's clock may be ahead of ours


# ----------------------------------------------------------------------------------------------------------- request


def issue_request(number: str, by: str) -> Iterator[bytes]:
    """A new request in pieces: its note, then the ids of the job, one a line."""
    job, parcel = sealed_job(number)
    request = Request(
        nonce=secrets.token_hex(16), ward=settings.SITE.name, job=number, ids=job.counts.extract or 0,
        ids_sha256=_ids_sha256(parcel), places=_places(number), issued_at=clock.stamp(),
    )  # fmt: skip
    with transaction.atomic():
        ledger.lock()
        _claim(number)
        asked = {"nonce": request.nonce, "ids_sha256": request.ids_sha256, "places": list(request.places)}
        ledger.append_one(REQUESTED, asked, by=by, job=number)
    return chain([write_request(request, note_key(settings.SITE))], id_lines(parcel))


def _places(number: str) -> tuple[str, ...]:
    """Where at the contractor the job's data has ever been. Where only paper or media were there is nothing to be scanned."""
    named, job = set[str](), None
    for _, act, at in acting.history(number):
        job = evolve(job, number, act, at)
        named |= {thing.place for thing in job.things.values() if _is_data(thing) and thing.place}
    return tuple(sorted(named))


def _is_data(thing: Thing) -> bool:
    return thing.site == "factory" and thing.what not in (*PAPER, MEDIUM)


def id_lines(parcel: str) -> Iterator[bytes]:
    """The ids that the residue scan looks for, one a line."""
    return ("".join(f"{piece}\n" for piece in pieces).encode() for pieces in index.piece_ids(parcel))


def _ids_sha256(parcel: str) -> str:
    digest = hashlib.sha256()
    for lines in id_lines(parcel):
        digest.update(lines)
    return digest.hexdigest()


# ------------------------------------------------------------------------------------------------------------- shown


@dataclass(frozen=True)
class Scan:
    """A request as its page shows it: its number, when it was issued and to whom, and the report that answered it."""

    nonce: str
    issued_at: str
    by: str
    report: Mapping[str, Any] | None


def scans_of(number: str) -> list[Scan]:
    """Every request of the job, the newest first."""
    answered = _by_nonce(number, REPORTED)
    asked = _by_nonce(number, REQUESTED).items()
    return [
        Scan(nonce, entry.at, entry.by, answered[nonce][1].body if nonce in answered else None)
        for nonce, (_, entry) in reversed(list(asked))
    ]


# ------------------------------------------------------------------------------------------------------------ report


def verify_erasure(number: str, data: bytes, by: str) -> bool:
    """Record what the report of a residue scan says. Returned: whether it found nothing and read everything."""
    job, parcel = sealed_job(number)
    report = _signed_report(data)
    if report.job != number:
        raise _refused("scan-other-job", "別の案件の残存調査の報告です。", report.job, number)
    _refuse_other_ids(parcel, report)
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        ledger.lock()
        _refuse_unasked(number, report)
        _perform(job, report, digest, by)
        ledger.append_one(REPORTED, _said(report, digest), by=by, job=number)
    return report.clean


def _signed_report(data: bytes) -> Report:
    keys = scan_keys()
    report = read_report(data, [one.key for one in keys.values()])
    if withdrawn_at := keys[report.scanner].withdrawn_at:
        raise _refused(
            "scan-key-withdrawn", "登録を取り消された調査鍵で署名されています。", f"{report.scanner}（{withdrawn_at} 取消し）",
            "・".join(name for name, one in keys.items() if not one.withdrawn_at) or "登録された調査鍵はありません",
        )  # fmt: skip
    return report


def _refuse_other_ids(parcel: str, report: Report) -> None:
    """A scan that looked for other ids proves nothing about this job."""
    own = _ids_sha256(parcel)
    if report.ids_sha256 != own:
        raise _refused(
            "scan-other-ids", "残存調査が、この案件の通し番号で行われていません。", report.ids_sha256[:16], own[:16]
        )


def _refuse_unasked(number: str, report: Report) -> None:
    """Refused unless the report answers a request of this job that still waits for one, and its times fit."""
    claimed_at, claim = _claim(number)
    asked, answered = _by_nonce(number, REQUESTED), _by_nonce(number, REPORTED)
    if report.nonce not in asked:
        last = next(reversed(asked), "")
        raise _refused(
            "scan-not-asked", "この案件の調査依頼に答える報告ではありません。", f"依頼 {report.nonce[:8]}", f"依頼 {last[:8]}" if last else "依頼なし"
        )  # fmt: skip
    if report.nonce in answered:
        raise _refused(
            "scan-replayed", "この調査依頼への報告は、すでに取り込まれています。",
            f"依頼 {report.nonce[:8]}（{answered[report.nonce][1].at} 取込み）", "まだ報告のない依頼",
        )  # fmt: skip
    at, request = asked[report.nonce]
    refuse_unscanned(
        cast("list[str]", request.body["places"]), (place for one in report.scanned for place in one.places)
    )
    if at < claimed_at:
        raise _refused(
            "scan-older", "消去報告より前の調査依頼です。", f"依頼 {request.at}", f"消去報告 {claim.at} より後"
        )
    if _time(report.started) < _time(claim.at):
        raise _refused("scan-older", "消去報告より前の残存調査です。", report.started, f"消去報告 {claim.at} より後")
    if _time(report.ended) > clock.now() + _AHEAD:
        raise _refused("scan-future", "残存調査の時刻が、この拠点の時計より進んでいます。", report.ended, clock.stamp())


def _perform(job: Job, report: Report, digest: str, by: str) -> None:
    found = {"report_sha256": digest, "findings": report.found, "not_scanned": report.unread}
    if not report.clean:
        acting.perform("residue-found", found, by=by, job=job.number)
        return
    clean = found | {"ids": report.ids, "scanned_bytes": report.scanned_bytes}
    acting.perform("erasure-verified", clean, by=by, job=job.number)


def _said(report: Report, digest: str) -> dict[str, Any]:
    """What the ledger keeps of a report: who signed it, and what was read. No finding: the ledger never forgets an id."""
    return {
        "nonce": report.nonce, "report_sha256": digest, "key": report.scanner, "computer": report.computer,
        "scanned": [one.as_row() for one in report.scanned], "program": report.program, "started": report.started,
        "ended": report.ended,
    }  # fmt: skip


def _claim(number: str) -> tuple[int, Entry]:
    """The contractor's claim that stands: its index in our ledger, and its entry."""
    if not acting.known_job(number).did("erasure-claimed"):
        raise Refused(
            "claim-missing", "データ消去報告書が出ていません。", found="なし", expected="消去報告", requirement="FAC-OP-7",
            do="委託先に消去と報告を求めてください。",
        )  # fmt: skip
    return list(ledger.entries(job=number, kind="erasure-claimed"))[-1]


def _time(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _by_nonce(number: str, kind: str) -> dict[str, tuple[int, Entry]]:
    """Entries of the kind, with their indexes, by the nonce that they name."""
    return {str(entry.body["nonce"]): (at, entry) for at, entry in ledger.entries(job=number, kind=kind)}


def _refused(code: str, wrong: str, found: Any, expected: Any) -> Refused:
    return Refused(
        code, wrong, found=found, expected=expected, requirement="CL-11-12",
        do="調査依頼を取り出し、登録された調査鍵で調査し直してください。",
    )  # fmt: skip

"""Verifying the erasure instead of believing it (iseto-2024), and closing the job."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from tests.waiting import until
from tests.ward.office import Office
from tewatashi.core.residue import Finding, Report, Scanned, Unread, write_report
from tewatashi.core.residue_request import Request, read_request
from tewatashi.core.signing import SigningKey
from tewatashi.sitekit import clock

pytestmark = [pytest.mark.requirement("CL-11-12"), pytest.mark.requirement("FAC-OP-7")]

PLACES = ("factory/保管庫", "factory/印字室", "factory/受信箱")


def asked(office: Office, job: str) -> Request:
    """A request of the ward, as its file says."""
    answer = office.tanaka.post(f"/jobs/{job}/scan-request")
    assert answer.status_code == 200
    request, ids = read_request(answer.content, office.end.ward)
    assert ids.ids == {piece.encode() for piece in office.piece_ids(job)}
    return request


def report_of(office: Office, job: str, request: Request | None = None) -> Report:
    """The report of a scan that answers the request (or a new one), read everything and found nothing."""
    request, when = request or asked(office, job), clock.stamp()
    return Report(
        nonce=request.nonce, job=job, ids=request.ids, ids_sha256=request.ids_sha256, scanner="scan-1", computer="print-01",
        scanned=(Scanned("/srv/print", 12, 34_567, request.places),), found=0, findings=(), unread=0, not_scanned=(),
        program="tewatashi 1", started=when, ended=when,
    )  # fmt: skip


def hand_in(office: Office, job: str, report: Report | bytes, key: SigningKey | None = None) -> httpx.Response:
    data = report if isinstance(report, bytes) else write_report(report, key or office.scan_key)
    return office.tanaka.post(f"/jobs/{job}/verify", files={"report": ("report", data)})


def refused(office: Office, job: str, report: Report | bytes, *words: str, key: SigningKey | None = None) -> None:
    """The ward refuses the report, says both values, and writes nothing."""
    acts = office.acts()
    answer = hand_in(office, job, report, key)
    assert answer.status_code == 422
    for word in words:
        assert word in answer.text
    assert office.acts() == acts


@pytest.mark.accident("iseto-2024")
def test_a_clean_scan_verifies_the_erasure_and_lets_the_job_be_closed(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    acts = office.acts()
    assert office.tanaka.post(f"/jobs/{job}/close").status_code == 422
    assert office.acts() == acts
    parcel, report = office.sato.state(job)["parcel"], report_of(office, job)
    assert hand_in(office, job, report).status_code == 302
    body = office.end.await_letter("erasure-verified", job).body
    assert body["report_sha256"] == hashlib.sha256(write_report(report, office.scan_key)).hexdigest()
    until(lambda: not [one for one in office.sato.state(job)["things"] if one["alive"]])
    office.tanaka.act(f"/jobs/{job}/close")
    assert office.sato.state(job)["closed"]
    until(lambda: not any(parcel in file for file in office.files("parcels", "index")))
    assert office.tanaka.post(f"/jobs/{job}/scan-request").status_code == 422


def test_the_page_tells_who_asked_who_signed_and_what_was_scanned(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    request = asked(office, job)
    assert (request.job, request.ids, request.places) == (
        job,
        3,
        PLACES,
    )
    waiting = office.tanaka.page(f"/jobs/{job}/verify")
    assert request.nonce[:8] in waiting
    assert "報告を待っています" in waiting
    assert hand_in(office, job, report_of(office, job, request)).status_code == 302
    page = office.tanaka.page(f"/jobs/{job}/verify")
    for word in ("scan-1", "田中", "print-01: /srv/print ＝ factory/保管庫・factory/印字室・factory/受信箱"):
        assert word in page


def test_nobody_asks_for_a_scan_before_the_contractor_has_claimed(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    acts = office.acts()
    assert office.tanaka.post(f"/jobs/{job}/scan-request").status_code == 422
    assert office.acts() == acts


# ---------------------------------------------------------------------------------------------- what is not believed


@pytest.mark.accident("iseto-2024")
def test_a_report_written_by_hand_is_refused(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    report, stranger = report_of(office, job), SigningKey.generate("scan-1", secrets.token_bytes)
    refused(office, job, b'{"found":0}\n', "署名つきの記録として読めません")
    refused(office, job, report, "scan-1 の署名", office.scan_key.verify_key.key_id.hex(), key=stranger)


@pytest.mark.accident("iseto-2024")
def test_a_report_edited_by_a_byte_is_refused(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    found = replace(report_of(office, job), found=1, unread=1, findings=(Finding("/srv/a", 1, "", "ascii", office.piece_ids(job)[0]),), not_scanned=(Unread("/srv/b", 0, "", "読めません"),))  # fmt: skip
    refused(office, job, write_report(found, office.scan_key).replace(b'"found":1', b'"found":0'), "改変のおそれ")


@pytest.mark.accident("iseto-2024")
def test_a_report_of_another_job_is_refused(office: Office, contract: str) -> None:
    job, other = office.claimed_job(contract), office.claimed_job(contract)
    theirs = asked(office, other)
    refused(office, job, report_of(office, other, theirs), "別の案件", job, other)
    mine = asked(office, job)
    borrowed = replace(report_of(office, job, mine), nonce=theirs.nonce)
    refused(office, job, borrowed, theirs.nonce[:8], mine.nonce[:8])


@pytest.mark.accident("iseto-2024")
def test_a_report_that_was_taken_in_already_is_refused(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    report = report_of(office, job)
    assert hand_in(office, job, report).status_code == 302
    refused(office, job, report, "すでに取り込まれています", report.nonce[:8])


@pytest.mark.accident("iseto-2024")
def test_a_scan_from_before_the_claim_is_refused(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    early = clock.stamp(clock.now() - timedelta(hours=1))
    refused(office, job, replace(report_of(office, job), started=early), "より前の残存調査", early)


@pytest.mark.accident("iseto-2024")
def test_a_request_from_before_a_new_claim_is_refused(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    old, found = asked(office, job), Unread("/dev/sdb", 0, "", "読み取りの誤り")
    hand_in(office, job, replace(report_of(office, job), unread=1, not_scanned=(found,)))
    things = [one["id"] for one in office.sato.state(job)["things"] if one["site"] == "factory"]
    erased = [thing for thing in things if not thing.startswith("通知書")]
    office.end.tell("erasure-claimed", "suzuki", job, things=erased, witness="takahashi", statement="消去しました。")
    refused(office, job, report_of(office, job, old), "より前の調査依頼")
    assert hand_in(office, job, report_of(office, job)).status_code == 302


def test_a_scan_from_the_future_is_refused(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    late = clock.stamp(clock.now() + timedelta(hours=1))
    refused(office, job, replace(report_of(office, job), ended=late), "時計より進んで", late)


@pytest.mark.accident("iseto-2024")
def test_a_report_by_a_withdrawn_key_is_refused(office: Office, contract: str) -> None:
    job, lost = office.claimed_job(contract), SigningKey.generate("scan-lost", secrets.token_bytes)
    report = replace(report_of(office, job), scanner="scan-lost")
    office.run("scan-key", "add", str(lost.verify_key))
    office.run("scan-key", "withdraw", "scan-lost")
    refused(office, job, report, "取り消された調査鍵", "scan-lost", "scan-1", key=lost)


@pytest.mark.accident("iseto-2024")
@pytest.mark.parametrize(
    "change", [{"ids_sha256": "ab" * 32}, {"ids": 2}, {"scanned": (Scanned("/srv", 0, 0, PLACES),)}]
)
def test_a_scan_for_other_ids_or_of_nothing_is_refused(
    office: Office, contract: str, change: dict[str, object]
) -> None:
    job = office.claimed_job(contract)
    refused(office, job, replace(report_of(office, job), **change), "残存調査")  # type: ignore[arg-type]


@pytest.mark.accident("iseto-2024")
def test_a_scan_that_leaves_a_requested_place_out_is_refused_and_names_it(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    report = report_of(office, job)
    some = (Scanned("/srv/data", 12, 34_567, (PLACES[0], PLACES[2])), Scanned("/dev/sdb", 1, 4096))
    refused(office, job, replace(report, scanned=some), "調べていない場所があります: factory/印字室")
    every = (*some, Scanned("/var/spool/cups", 0, 0, (PLACES[1],)))
    assert hand_in(office, job, replace(report, scanned=every)).status_code == 302


def test_a_missing_file_is_refused(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    assert office.tanaka.post(f"/jobs/{job}/verify").status_code == 422


# -------------------------------------------------------------------------------------------------- what was found


@pytest.mark.accident("iseto-2024")
def test_what_the_scan_found_takes_the_claim_back(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    found = Finding("/srv/old/proof.zip", 42, "zip", "ascii", office.piece_ids(job)[0])
    assert hand_in(office, job, replace(report_of(office, job), found=1, findings=(found,))).status_code == 302
    state = office.sato.state(job)
    assert (state["residue_found"], "erasure-claimed" in state["done"]) == (1, False)
    assert "残存データが見つかっています（1件）" in office.tanaka.page("/")
    office.end.await_letter("residue-found", job)


@pytest.mark.accident("iseto-2024")
def test_a_report_is_never_too_long_to_be_recorded(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    piece, unread = office.piece_ids(job)[0], Unread("/srv/b" * 40, 0, "", "読めません")
    listed = tuple(Finding(f"/srv/{'古い' * 30}{n}", n, "zip", "ascii", piece) for n in range(5_000))
    long = replace(
        report_of(office, job), found=250_000, findings=listed, unread=9_000, not_scanned=(unread,) * 3_000
    )  # fmt: skip
    assert len(write_report(long, office.scan_key)) > 2_000_000
    assert hand_in(office, job, long).status_code == 302
    assert office.sato.state(job)["residue_found"] == 259_000


def test_a_place_that_could_not_be_read_verifies_nothing(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    unread = Unread("/dev/sdb", 0, "", "読み取りの誤り")
    hand_in(office, job, replace(report_of(office, job), unread=1, not_scanned=(unread,)))
    assert "erasure-verified" not in office.sato.state(job)["done"]

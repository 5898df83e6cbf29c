"""Verifying the erasure instead of believing it (iseto-2024), and closing the job."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import httpx
import pytest

from tests.ward.office import Office, until
from tewatashi.core.residue import MOST_LISTED, Finding, Report, Unread, write_report

pytestmark = pytest.mark.requirement("CL-11-12")


def report_of(office: Office, job: str) -> Report:
    """The report of a scan for this job's ids that read everything and found nothing."""
    ids = office.tanaka.page(f"/jobs/{job}/piece-ids.txt").encode()
    when = "2026-11-24T10:00:00+09:00"
    digest = hashlib.sha256(ids).hexdigest()
    return Report(len(ids.split()), digest, 12, 34_567, 0, (), 0, (), when, when)


def hand_in(office: Office, job: str, report: Report | bytes) -> httpx.Response:
    data = report if isinstance(report, bytes) else write_report(report)
    return office.tanaka.post(f"/jobs/{job}/verify", files={"report": ("report.json", data)})


@pytest.mark.requirement("FAC-OP-7")
@pytest.mark.accident("iseto-2024")
def test_a_clean_scan_verifies_the_erasure_and_lets_the_job_be_closed(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    acts = office.acts()
    assert office.tanaka.post(f"/jobs/{job}/close").status_code == 422
    assert office.acts() == acts
    parcel, report = office.sato.state(job)["parcel"], report_of(office, job)
    assert hand_in(office, job, report).status_code == 302
    body = office.end.await_letter("erasure-verified", job).body
    assert body["report_sha256"] == hashlib.sha256(write_report(report)).hexdigest()
    until(lambda: not [one for one in office.sato.state(job)["things"] if one["alive"]])
    office.tanaka.act(f"/jobs/{job}/close")
    assert office.sato.state(job)["closed"]
    until(lambda: not any(parcel in file for file in office.files("parcels", "index")))
    assert office.tanaka.get(f"/jobs/{job}/piece-ids.txt").status_code == 422


@pytest.mark.accident("iseto-2024")
def test_what_the_scan_found_takes_the_claim_back(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    piece = office.tanaka.page(f"/jobs/{job}/piece-ids.txt").split()[0]
    found = Finding("/srv/old/proof.zip", 42, "zip", "ascii", piece)
    assert hand_in(office, job, replace(report_of(office, job), found=1, findings=(found,))).status_code == 302
    state = office.sato.state(job)
    assert (state["residue_found"], "erasure-claimed" in state["done"]) == (1, False)
    assert "残存データが見つかっています（1件）" in office.tanaka.page("/")
    office.end.await_letter("residue-found", job)


@pytest.mark.accident("iseto-2024")
def test_a_report_is_never_too_long_to_be_recorded(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    piece = office.tanaka.page(f"/jobs/{job}/piece-ids.txt").split()[0]
    listed = tuple(Finding(f"/srv/{'古い控え/' * 30}{n}", n, "zip", "ascii", piece) for n in range(MOST_LISTED))
    assert hand_in(office, job, replace(report_of(office, job), found=250_000, findings=listed)).status_code == 302
    assert office.sato.state(job)["residue_found"] == 250_000


def test_a_place_that_could_not_be_read_verifies_nothing(office: Office, contract: str) -> None:
    job = office.claimed_job(contract)
    unread = Unread("/dev/sdb", 0, "", "読み取りの誤り")
    hand_in(office, job, replace(report_of(office, job), unread=1, not_scanned=(unread,)))
    assert "erasure-verified" not in office.sato.state(job)["done"]


@pytest.mark.parametrize("change", [{"ids_sha256": "ab" * 32}, {"ids": 2}, {"scanned_bytes": 0}])
def test_a_scan_for_other_ids_or_of_nothing_is_refused(
    office: Office, contract: str, change: dict[str, object]
) -> None:
    job = office.claimed_job(contract)
    report = replace(report_of(office, job), **change)  # type: ignore[arg-type]
    acts = office.acts()
    assert hand_in(office, job, report).status_code == 422
    assert hand_in(office, job, b"no report").status_code == 422
    assert office.acts() == acts

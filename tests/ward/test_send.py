"""Sending by LGWAN, and what the ward keeps of the parcel afterwards."""

from __future__ import annotations

import hashlib

import pytest

from tests.waiting import until
from tests.ward.office import Office, notice


@pytest.mark.requirement("CONN-1")
def test_the_gateway_gets_the_bytes_that_the_cover_names(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    office.sato.act(f"/jobs/{job}/password-notice", notice())
    office.sato.act(f"/jobs/{job}/send")
    state = office.sato.state(job)
    assert hashlib.sha256(office.end.await_parcel(state["parcel"], state["size"])).hexdigest() == state["sha256"]
    until(lambda: office.sato.state(job)["at_gateway"])


@pytest.mark.requirement("WARD-SYS-2")
def test_once_received_the_wards_ciphertext_goes_and_the_index_stays(office: Office, contract: str) -> None:
    job = office.sent_job(contract)
    parcel = office.sato.state(job)["parcel"]
    until(lambda: f"{parcel}.age" not in office.files("parcels"))
    until(lambda: not _own(office, job)["alive"])
    assert _own(office, job)["how"] == "deleted"
    assert f"{parcel}.ids" in office.files("index")


def _own(office: Office, job: str) -> dict[str, object]:
    found: dict[str, object] = next(one for one in office.sato.state(job)["things"] if one["site"] == "ward")
    return found


def test_the_timeline_tells_every_act_with_time_site_and_hand(office: Office, contract: str) -> None:
    job = office.sent_job(contract)
    page = office.kansa.page(f"/jobs/{job}")
    for words in (
        "案件の登録",
        "送付データの作成・暗号化",
        "パスワード通知書の受渡し",
        "送付データの受領",
        "佐藤",
        "システム",
        "手渡し",
    ):
        assert words in page

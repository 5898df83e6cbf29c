"""Who may do what at the ward: 責任者 decides, 担当 works, 監査 reads."""

from __future__ import annotations

import re

import pytest

from tests.ward.office import Office, extract

MANAGERS = ("/contracts/new",)
CLERKS = ("/jobs/new",)
CLERKS_OF_JOB = (
    "seal", "password-notice", "send", "void", "withdraw", "confirm-delivery", "keep-notice", "make-medium", "hand-medium", "take-back",
    "destroy-medium", "shred-notice", "move", "lose",
)  # fmt: skip
MANAGERS_OF_JOB = ("scan-request", "verify", "close", "cancel")


@pytest.mark.requirement("WARD-LG-3")
def test_each_page_opens_to_its_roles_alone(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    clerks = [*CLERKS, *(f"/jobs/{job}/{act}" for act in CLERKS_OF_JOB)]
    managers = [*MANAGERS, f"/contracts/{contract}/accept-roster", *(f"/jobs/{job}/{act}" for act in MANAGERS_OF_JOB)]
    for paths, closed in ((clerks, (office.tanaka, office.kansa)), (managers, (office.sato, office.kansa))):
        for path in paths:
            for person in closed:
                assert person.get(path).status_code == 403, path


@pytest.mark.requirement("WARD-SYS-1")
def test_an_extract_is_sealed_from_a_registered_computer_alone(office: Office, contract: str) -> None:
    job = office.job(contract)
    token = office.sato.token()
    cookies = office.sato.line.cookies
    computer = cookies.pop("__Host-computer")
    try:
        for answer in (office.sato.get(f"/jobs/{job}/seal"), office.sato.get("/")):
            assert (answer.status_code, "WARD-SYS-1" in answer.text) == (403, True)
        files = {"extract": ("x.csv", extract())}
        data = {"csrfmiddlewaretoken": token, "layout": "見本の小型システム"}
        headers = {"Referer": str(office.sato.line.base_url)}
        assert office.sato.line.post(f"/jobs/{job}/seal", data=data, files=files, headers=headers).status_code == 403
    finally:
        cookies.set("__Host-computer", computer)
    assert office.sato.state(job)["parcel"] is None


def test_nobody_is_offered_a_page_that_does_not_open(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    for person in (office.sato, office.tanaka, office.kansa):
        for page in ("/", f"/jobs/{job}", f"/contracts/{contract}"):
            for path in set(re.findall(r'href="(/[^"]*)"', person.page(page))):
                assert person.get(path).status_code != 403, (page, path)


@pytest.mark.requirement("WARD-LG-3")
def test_the_auditor_reads_everything_but_the_piece_ids(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    for path in ("/", f"/contracts/{contract}", f"/jobs/{job}", f"/jobs/{job}/state.json", "/media", "/places"):
        assert office.kansa.get(path).status_code == 200
    assert office.kansa.get(f"/jobs/{job}/scan-request").status_code == 403

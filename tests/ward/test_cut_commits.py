"""PostgreSQL commits a sealing, and the line breaks before its answer: nobody got the password, and the job goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cut_commits import CuttingLine, cutting_line
from tests.postgres import Postgres
from tests.ward.office import Office, extract, notice, open_office


@pytest.fixture(scope="module")
def line(postgres: Postgres) -> Iterator[CuttingLine]:
    with cutting_line(postgres.new_database()) as line:
        yield line


@pytest.fixture(scope="module")
def office(line: CuttingLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    yield from open_office(tmp_path_factory.mktemp("cut-ward"), line.address)


def test_a_parcel_that_the_ledger_tells_of_is_there_and_can_be_voided_and_sealed_anew(
    office: Office, line: CuttingLine
) -> None:
    job = office.job(office.agreed_contract())
    line.armed = "parcel-sealed"
    assert (office.seal(job, extract(3)).status_code, line.cuts) == (500, 1)
    lost = office.sato.state(job)["parcel"]
    assert f"{lost}.age" in office.files("parcels")
    office.sato.act(f"/jobs/{job}/void", {"reason": "パスワードが表示されませんでした。"})
    assert office.seal(job, extract(3)).status_code == 200
    assert office.sato.state(job)["parcel"] != lost
    office.sato.act(f"/jobs/{job}/password-notice", notice())
    office.sato.act(f"/jobs/{job}/send")
    state = office.sato.state(job)
    office.end.await_parcel(state["parcel"], state["size"])

"""The page of a contract's safeguards, its PDF, and the bundle that an auditor verifies with no site."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.core.cast_of_acts import PEOPLE
from tests.documents.test_papers import text_of
from tests.ward.office import Office, notice
from tests.ward.test_verify import hand_in, report_of
from tewatashi.cli.audit import app
from tewatashi.core.residue import Finding

RUN = CliRunner()
_STATE = re.compile(r'<tr id="([A-Z0-9-]+)".*?class="chip [a-z]+">. ([^<]+)<', re.DOTALL)


def states(office: Office, contract: str) -> dict[str, str]:
    return dict(_STATE.findall(office.kansa.page(f"/contracts/{contract}/safeguards")))


def bundle(office: Office, contract: str, folder: Path) -> Path:
    answer = office.kansa.get(f"/contracts/{contract}/safeguards.audit")
    assert answer.status_code == 200
    file = folder / f"{contract}.audit"
    file.write_bytes(answer.content)
    return file


def verified(file: Path, *more: str) -> tuple[int, dict[str, object]]:
    result = RUN.invoke(app, ["verify", str(file), *more, "--json"])
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture(scope="module")
def contract(office: Office) -> str:
    """A contract of this file's own, with one job that is done and one whose parcel is made."""
    number = office.agreed_contract()
    office.tanaka.act(f"/contracts/{number}/attach-clauses", {"set": "shinjuku", "binds": "見本市条例"})
    office.claimed_job(number)
    office.sealed_job(number)
    return number


@pytest.mark.requirement("CL-14")
def test_an_auditor_sees_every_safeguard_with_its_evidence(office: Office, contract: str) -> None:
    assert f'href="/contracts/{contract}/safeguards"' in office.kansa.page(f"/contracts/{contract}")
    found = states(office, contract)
    assert len(found) == 40
    assert found["FAC-OP-7"] == found["WORK-1"] == found["CL-9"] == found["WARD-OP-1"] == "守られている"
    assert found["WARD-CD-2"] == "該当しない"
    assert found["CL-11-12"] == "まだ時期でない"
    page = office.kansa.page(f"/contracts/{contract}/safeguards")
    assert "データ消去報告" in page
    assert "特記事項 11・12" in page
    assert "鈴木" in page


@pytest.mark.requirement("WARD-OP-3")
@pytest.mark.requirement("FAC-OP-5")
@pytest.mark.requirement("CL-1-2")
def test_a_contract_without_its_papers_shows_what_is_missing(office: Office) -> None:
    number = office.contract()
    found = states(office, number)
    assert (found["WARD-OP-1"], found["WARD-OP-3"], found["FAC-OP-2"]) == ("不足", "まだ時期でない", "まだ時期でない")
    assert found["FAC-OP-5"] == found["CL-1-2"] == "まだ時期でない"  # nobody is on a roster yet
    office.end.tell("roster-submitted", "suzuki", None, contract=number, version=1, people=PEOPLE)
    office.tanaka.act(f"/contracts/{number}/accept-roster", {"version": "1"})
    found = states(office, number)
    assert found["FAC-OP-5"] == found["CL-1-2"] == "不足"
    office.prepare(number)
    found = states(office, number)
    assert found["FAC-OP-5"] == found["CL-1-2"] == "守られている"


@pytest.mark.requirement("CL-9")
@pytest.mark.requirement("CL-11-12")
def test_data_that_was_left_behind_shows_as_a_breach_on_page_paper_and_in_the_bundle(
    office: Office, tmp_path: Path
) -> None:
    number = office.agreed_contract()
    job = office.claimed_job(number)
    left = office.sato.state(job)
    assert left["residue_found"] == 0
    before = states(office, number)
    assert before["CL-9"] == "守られている"
    _find_residue(office, job)
    found = states(office, number)
    assert found["CL-9"] == found["CL-11-12"] == found["FAC-OP-7"] == "違反"
    assert "残存データの発見" in text_of(office.kansa.get(f"/contracts/{number}/safeguards.pdf").content)
    code, answer = verified(bundle(office, number, tmp_path))
    assert (code, answer["ok"]) == (0, True)
    assert answer["safeguards"]["CL-9"] == "breached"  # type: ignore[index]


def _find_residue(office: Office, job: str) -> None:
    """A scan's report that names a copy."""
    found = Finding("/srv/print/copy", 1, "", "ascii", office.piece_ids(job)[0])
    assert hand_in(office, job, replace(report_of(office, job), found=1, findings=(found,))).status_code == 302


@pytest.mark.requirement("FAC-OP-2")
def test_what_the_rules_refused_to_believe_shows_as_a_breach(office: Office) -> None:
    number = office.agreed_contract()
    job = office.sent_job(number)
    parcel = office.sato.state(job)["parcel"]
    office.end.tell("parcel-opened", "watanabe", job, parcel=parcel, pieces=3, place="factory/保管庫")
    assert states(office, number)["FAC-OP-2"] == "違反"
    page = office.kansa.page(f"/contracts/{number}/safeguards")
    assert "相手の記録の拒否" in page
    assert "[not-on-roster]" in page


@pytest.mark.requirement("CL-10")
def test_a_roster_with_a_stranger_that_was_refused_shows_under_its_contract(office: Office) -> None:
    number = office.agreed_contract()
    ito = {"id": "ito", "name": "伊藤", "duty": "supervisor", "employer": "別の印刷"}
    office.end.tell("roster-submitted", "suzuki", None, contract=number, version=2, people=[ito])
    assert states(office, number)["CL-10"] == "違反"
    assert states(office, office.agreed_contract())["CL-10"] == "守られている"


def test_the_pdf_says_the_same_as_the_page(office: Office, contract: str) -> None:
    text = text_of(office.kansa.get(f"/contracts/{contract}/safeguards.pdf").content)
    for part in (
        "安全管理措置の状況",
        contract,
        "見本印刷",
        "FAC-OP-7",
        "守られている",
        "該当しない",
        "データ消去報告",
    ):
        assert part in text


@pytest.mark.requirement("CL-14")
def test_the_bundle_verifies_alone_and_beside_the_sites_whole_ledger(
    office: Office, contract: str, tmp_path: Path
) -> None:
    file, whole = bundle(office, contract, tmp_path), tmp_path / "ward.ledger"
    office.run("ledger", "export", "--out", str(whole))
    assert verified(file)[0] == 0
    code, answer = verified(file, "--against", str(whole))
    assert (code, answer["findings"]) == (0, [])


def test_a_bundle_whose_byte_was_changed_is_refused_with_exit_code_5(
    office: Office, contract: str, tmp_path: Path
) -> None:
    file = bundle(office, contract, tmp_path)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    code, answer = verified(file)
    assert (code, answer["ok"]) == (5, False)
    assert answer["refused"]["code"] in ("export-line", "export-seal", "not-canonical")  # type: ignore[index]
    assert verified(tmp_path / "none")[0] == 3


def test_a_command_writes_the_same_bundle_and_never_over_a_file(office: Office, contract: str, tmp_path: Path) -> None:
    file = tmp_path / "by-command.audit"
    year = json.loads(bundle(office, contract, tmp_path).read_bytes().splitlines()[0])["year"]
    office.run("audit", "export", contract, str(year), "--out", str(file))
    code, answer = verified(file)
    assert (code, answer["contract"], answer["year"]) == (0, contract, year)


def test_no_resident_is_in_a_bundle(office: Office, contract: str, tmp_path: Path) -> None:
    assert "架空乃" not in bundle(office, contract, tmp_path).read_text("utf-8")


def test_a_contract_that_there_is_not_is_refused(office: Office) -> None:
    for path in ("safeguards", "safeguards.pdf", "safeguards.audit"):
        assert office.kansa.get(f"/contracts/R1-9/{path}").status_code == 422


def test_a_loss_shows_until_the_year_is_over(office: Office) -> None:
    number = office.agreed_contract()
    job = office.sealed_job(number)
    office.sato.act(f"/jobs/{job}/password-notice", notice())
    thing = next(one for one in office.sato.state(job)["things"] if one["what"] == "パスワード通知書")
    body = {"thing": thing["id"], "quantity": 1, "on": notice()["on"], "statement": "紛失しました。"}
    office.end.tell("thing-lost", "takahashi", job, **body)
    assert states(office, number)["CL-8"] == "違反"

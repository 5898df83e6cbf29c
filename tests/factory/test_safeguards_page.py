"""The contractor's side of the safeguards: the same list, the bundle, and the report that the ward may ask for at any time."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.documents.test_papers import text_of
from tests.factory.works import CONTRACT, Works, today
from tewatashi.cli.audit import app

_STATE = re.compile(r'<tr id="([A-Z0-9-]+)".*?class="chip [a-z]+">. ([^<]+)<', re.DOTALL)


def states(works: Works) -> dict[str, str]:
    return dict(_STATE.findall(works.suzuki.page(f"/contracts/{CONTRACT}/safeguards")))


def report(works: Works) -> str:
    answer = works.takahashi.get(f"/contracts/{CONTRACT}/handling-report.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    return text_of(answer.content)


@pytest.mark.requirement("CL-14")
def test_the_report_says_what_is_held_where_at_the_moment_it_is_asked_for(works: Works) -> None:
    job = works.enclosed_job()
    text = report(works)
    for part in ("取扱状況報告書", "見本印刷", job, "作業中", "開封データ", "保管庫", "鈴木", "取扱責任者", "済"):
        assert part in text


@pytest.mark.requirement("CL-8")
@pytest.mark.requirement("CL-14")
def test_the_report_names_what_was_lost(works: Works) -> None:
    job = works.sent_job()
    works.takahashi.act(f"/jobs/{job}/lose", {"thing": notice_of(works, job), "statement": "見当たらない。"})
    assert states(works)["CL-8"] == "違反"
    assert f"{job}紛失（CL-8" in report(works)


@pytest.mark.requirement("CL-14")
def test_the_report_names_what_the_rules_refused(works: Works) -> None:
    job = works.sent_job()
    lost = {"thing": notice_of(works, job), "quantity": 1, "on": today().isoformat(), "statement": "紛失"}
    works.tell("thing-lost", "sato", job, **lost)  # the notice is not the ward's any more
    assert works.acts(job)[-1] == "letter-refused"
    assert f"{job}規則により断られた記録（CL-8" in report(works)


def notice_of(works: Works, job: str) -> str:
    return next(one["id"] for one in works.suzuki.state(job)["things"] if one["what"] == "パスワード通知書")


def test_the_factorys_bundle_verifies(works: Works, tmp_path: Path) -> None:
    works.confirmed_job()
    file = tmp_path / "factory.audit"
    file.write_bytes(works.suzuki.get(f"/contracts/{CONTRACT}/safeguards.audit").content)
    result = CliRunner().invoke(app, ["verify", str(file), "--json"])
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["findings"], answer["origin"]) == (0, [], "factory.test")
    assert answer["safeguards"]["WORK-1"] == "kept"

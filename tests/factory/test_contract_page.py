"""The contract's page: the workflow that the contractor acknowledges, the roster that it submits."""

from __future__ import annotations

import pytest

from tests.factory.test_job_papers import text_of
from tests.factory.works import CONTRACT, Works

_ROSTERS = "SELECT count(*) FROM sitekit_ledgerentry WHERE kind = 'roster-submitted' AND contract = ?"


def test_contract_workflow_and_roster_are_shown_as_they_stand(works: Works) -> None:
    page = works.takahashi.page(f"/contracts/{CONTRACT}")
    assert all(words in page for words in ("✓ 確認済み", "鈴木", "高橋", "承認済み 第1版", "保管庫"))
    assert "渡辺" not in page


@pytest.mark.requirement("FAC-OP-2")
def test_only_a_supervisor_submits_a_roster_or_acknowledges_a_workflow(works: Works) -> None:
    assert works.takahashi.post(f"/contracts/{CONTRACT}/roster", {"duty_takahashi": "supervisor"}).status_code == 403
    assert works.takahashi.post(f"/contracts/{CONTRACT}/acknowledge", {"version": "1"}).status_code == 403


@pytest.mark.accident("amagasaki-2022")
@pytest.mark.requirement("CL-10")
def test_a_person_of_another_company_is_not_put_on_the_roster(works: Works) -> None:
    duties = {"duty_suzuki": "supervisor", "duty_ito": "handler"}
    assert works.suzuki.refused(f"/contracts/{CONTRACT}/roster", duties) == "other-company"
    assert works.rows(_ROSTERS, CONTRACT) == [(1,)]


def test_a_workflow_is_acknowledged_once_and_only_the_version_that_stands(works: Works) -> None:
    assert works.suzuki.refused(f"/contracts/{CONTRACT}/acknowledge", {"version": "1"}) == "done-already"
    assert works.suzuki.refused(f"/contracts/{CONTRACT}/acknowledge", {"version": "2"}) == "version"


def test_every_page_that_a_worker_opens_answers(works: Works) -> None:
    job = works.printed_job()
    pages = (
        "",
        "/open",
        "/compose",
        "/print",
        "/acknowledge-withdrawals",
        "/scan",
        "/reconciliation",
        "/remake",
        "/enclose",
    )
    for path in (*pages, "/deliver", "/erase", "/claim", "/move"):
        assert "基準日" in works.takahashi.page(f"/jobs/{job}{path}") or path == "/scan"
    for path in ("/", f"/contracts/{CONTRACT}/acknowledge", f"/contracts/{CONTRACT}/roster"):
        works.suzuki.page(path)


@pytest.mark.requirement("WORK-7", "WARD-OP-3", "FAC-OP-2", "FAC-OP-4")
def test_the_contracts_papers_are_printed_here_too(works: Works) -> None:
    page = works.takahashi.page(f"/contracts/{CONTRACT}")
    for name, words in (
        ("outsourcing-sheet", ("業務委託の届出", "受託事業者に行わせる情報保護対策", "見本印刷")),
        ("connection-sheet", ("外部結合の届出", "結合の相手方")),
        ("workflow", ("業務フロー図", "封入封緘", "乙の確認", "鈴木")),
        ("roster", ("取扱責任者・取扱者名簿", "鈴木", "高橋")),
        ("emergency", ("緊急連絡体制図", "03-0000-0000")),
    ):  # fmt: skip
        address = f"/contracts/{CONTRACT}/papers/{name}.pdf"
        assert address in page
        text = text_of(works.takahashi.get(address).content)
        assert all(part in text for part in words), text
        assert ("年）見本印刷" in text) is (name in ("roster", "emergency"))  # from whom it is
    assert works.suzuki.get(f"/contracts/{CONTRACT}/papers/lunch.pdf").status_code == 422

"""The contract's page: the workflow that the contractor acknowledges, the roster that it submits."""

from __future__ import annotations

import pytest

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

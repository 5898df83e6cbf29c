"""What the factory hands in, and who may handle data: trained this fiscal year and pledged, from the moment that the ward accepts."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.core.cast_of_acts import STEPS
from tests.counterparty import contract_letters
from tests.factory.works import PASSWORD, Works, today
from tewatashi.carriers import lgwan

NEW = "R8-7"
PAGE = f"/contracts/{NEW}"


@pytest.fixture(scope="module")
def job(works: Works) -> str:
    """A job whose parcel has come under a contract whose people were accepted, trained and pledged; no proof was approved."""
    for letter in contract_letters(works.ward, "factory.test", contract=NEW):
        lgwan.post_letter(works.line, letter)
    works.tell("workflow-published", "tanaka", None, contract=NEW, version=1, steps=STEPS)
    works.suzuki.act(f"{PAGE}/acknowledge", {"version": "1"})
    take_up_roster(works, 1, "suzuki", "takahashi")
    number, note, file = works.told_job(contract=NEW)
    works.suzuki.act(
        f"{PAGE}/emergency", {"contacts": "鈴木、取扱責任者、０３-0000-0000", "procedure": "区に\r\n連絡する"}
    )
    day, people = today().isoformat(), ["suzuki", "takahashi"]
    works.suzuki.act(f"{PAGE}/training", {"on": day, "content": "個人情報保護", "people": people})
    works.suzuki.act(f"{PAGE}/pledges", {"on": day, "people": people})
    for what in ("emergency", "training", "pledges"):
        accept(works, what)
    lgwan.send_parcel(works.line, note, BytesIO(file), len(file))
    return number


def take_up_roster(works: Works, version: int, *people: str) -> None:
    duties = {f"duty_{one}": "supervisor" if one == "suzuki" else "handler" for one in people}
    works.suzuki.act(f"{PAGE}/roster", duties)
    works.tell("roster-accepted", "tanaka", None, contract=NEW, version=version)


def accept(works: Works, what: str, version: int = 1) -> None:
    works.tell("preparation-accepted", "tanaka", None, contract=NEW, what=what, version=version)


@pytest.mark.requirement("FAC-OP-5")
@pytest.mark.requirement("CL-1-2")
def test_nothing_is_opened_while_a_newcomer_is_untrained_or_without_a_pledge(works: Works, job: str) -> None:
    works.hand_notice(job)
    take_up_roster(works, 2, "suzuki", "takahashi", "watanabe")
    assert "今年度の研修・誓約書がありません" in works.takahashi.page(PAGE)
    acts, files = works.acts(job), works.files(job)
    opening = {"password": PASSWORD}
    assert works.takahashi.refused(f"/jobs/{job}/open", opening) == "untrained"
    day = today().isoformat()
    works.suzuki.act(f"{PAGE}/training", {"on": day, "content": "個人情報保護", "people": ["watanabe"]})
    assert works.takahashi.refused(f"/jobs/{job}/open", opening) == "untrained"  # not accepted yet
    accept(works, "training", 2)
    assert works.takahashi.refused(f"/jobs/{job}/open", opening) == "no-pledge"
    assert (works.acts(job), works.files(job)) == (acts, files)
    take_up_roster(works, 3, "suzuki", "takahashi")
    works.takahashi.act(f"/jobs/{job}/open", opening)


@pytest.mark.requirement("FAC-OP-2")
def test_only_a_supervisor_hands_in_and_only_for_the_roster(works: Works, job: str) -> None:
    rows = "SELECT count(*) FROM sitekit_ledgerentry WHERE contract = ?"
    before = works.rows(rows, NEW)
    data = {"on": today().isoformat(), "content": "研修", "people": ["watanabe"]}
    assert works.suzuki.refused(f"{PAGE}/training", data) == "not-on-roster"
    assert works.suzuki.refused(f"{PAGE}/pledges", data) == "not-on-roster"
    for what in ("emergency", "training", "pledges"):
        assert works.takahashi.post(f"{PAGE}/{what}", data).status_code == 403
    assert works.rows(rows, NEW) == before


@pytest.mark.requirement("FAC-OP-4")
def test_contacts_are_read_a_line_each_and_mistakes_are_named(works: Works, job: str) -> None:
    page = works.suzuki.page(PAGE)
    assert all(words in page for words in ("03-0000-0000", "区に<br>連絡する", "✓ 承認済み"))
    assert "鈴木、取扱責任者、03-0000-0000" in works.suzuki.page(f"{PAGE}/emergency")
    answer = works.suzuki.post(f"{PAGE}/emergency", {"contacts": "鈴木 03-0000-0000", "procedure": "連絡する"})
    assert (answer.status_code, "1行目を" in answer.text) == (422, True)
    later = {"on": "2999-01-01", "content": "研修", "people": ["suzuki"]}
    answer = works.suzuki.post(f"{PAGE}/training", later)
    assert (answer.status_code, "まだ来ていない日" in answer.text) == (422, True)

"""The page that tells where everything is, and where it was, at the factory and for its auditor."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.at_a_screen import Person
from tests.factory.works import CONTRACT, Works, today


def _table(page: str) -> str:
    """The rows of the table, without tags."""
    body = page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return re.sub(r"<[^>]+>", " ", body)


def _picture(page: str) -> str:
    return re.sub(
        r"<[^>]+>", " ", page.split('<div class="places">')[1].split('<div class="table-scroll"', maxsplit=1)[0]
    )


def _where(somebody: Person, **asked: str) -> str:
    return somebody.page("/where?" + "&".join(f"{name}={quote(value)}" for name, value in asked.items()))


@pytest.mark.requirement("CL-8")
def test_where_it_is_now_is_told_for_a_job_a_place_a_person_and_a_contract(works: Works) -> None:
    job = works.sent_job()
    by_job = _where(works.suzuki, job=job)
    assert "受信箱" in _table(by_job)
    assert "高橋" in _table(by_job)
    assert "送付データ" in _picture(by_job)
    in_place, in_hand = (
        _table(_where(works.suzuki, place="factory/受信箱")),
        _table(_where(works.suzuki, person="takahashi")),
    )
    assert (job in in_place, "受信箱" in in_place, "高橋" in in_place) == (True, True, False)
    assert (job in in_hand, "パスワード通知書" in in_hand, "受信箱" in in_hand) == (True, True, False)
    assert job in _table(_where(works.suzuki, contract=CONTRACT))
    assert f'href="/where?job={job}"' in works.suzuki.page(f"/jobs/{job}")


@pytest.mark.requirement("CL-14")
def test_a_report_of_where_everything_was_on_a_day_comes_from_the_ledger_and_an_auditor_may_ask_for_it(
    works: Works,
) -> None:
    job = works.sent_job()
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert "当てはまる物はありません" in _where(works.people["kansa"], job=job, on=yesterday)
    now = _where(works.people["kansa"], job=job, on=today().isoformat())
    assert "受信箱" in _table(now)
    works.open(job)
    assert "開封データ" in _table(_where(works.people["kansa"], contract=CONTRACT))


def test_the_way_of_a_thing_is_told_from_place_to_hand(works: Works) -> None:
    job = works.sent_job()
    thing = next(one["id"] for one in works.suzuki.state(job)["things"] if one["what"] == "パスワード通知書")
    works.takahashi.act(f"/jobs/{job}/move", {"thing": thing, "place": "factory/保管庫"})
    way = _where(works.suzuki, job=job, thing=thing).split('<h2 id="way">')[1]
    words = re.sub(r"<[^>]+>|\s+", " ", way)
    assert words.index("所持: 高橋") < words.index("保管庫")
    assert words.count("保管場所・所持者の変更") == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"on": "昨日"}, "where-on"),
        ({"on": "2026-02-30"}, "where-on"),
        ({"place": "factory/どこか"}, "where-unknown"),
        ({"person": "watanabe' OR 1=1"}, "where-unknown"),
        ({"job": "R8-9999"}, "job-unknown"),
        ({"contract": "R7-9"}, "contract-unknown"),
    ],
)
def test_what_cannot_be_asked_is_refused(works: Works, asked: dict[str, str], code: str) -> None:
    answer = works.suzuki.get("/where?" + "&".join(f"{name}={quote(value)}" for name, value in asked.items()))
    assert answer.status_code == 422
    assert f"（{code}）" in answer.text

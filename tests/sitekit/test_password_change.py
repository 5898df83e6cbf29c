"""An initial or an old password is changed before anything opens; a weak one is not taken."""

from __future__ import annotations

import pytest

from tests.sitekit.house import House
from tewatashi.demo.person import Papers, Person

pytestmark = [pytest.mark.requirement("FAC-SYS-3")]
GOOD = "kumo-no-ue-no-hito-42"


def at_the_new_password(house: House) -> Person:
    person = house.browser(house.new_account())
    person.fill("/login", login=person.papers.username, password=person.papers.password)
    assert person.fill("/login/code", code=person.one_time_code()).url.path == "/login/password"
    return person


def test_no_page_opens_before_the_initial_password_is_changed(house: House) -> None:
    person = at_the_new_password(house)
    assert person.get("/").url.path.startswith("/login")
    assert house.office.ask("count_sessions", username=person.papers.username) == 0


def test_the_new_password_lets_in_and_the_old_one_no_more(house: House) -> None:
    person = at_the_new_password(house)
    assert person.fill("/login/password", password=GOOD, again=GOOD).url.path == "/"
    other = house.browser(person.papers)
    assert other.fill("/login", login=person.papers.username, password=person.papers.password).url.path == "/login"


@pytest.mark.parametrize(
    ("new", "again", "answer"),
    [
        (GOOD, GOOD + "x", "2回の入力が違います"),
        ("short-one", "short-one", "12 文字以上"),
        ("password1234", "password1234", "一般的すぎます"),
        ("928374650192", "928374650192", "数字だけ"),
    ],
)
def test_a_weak_or_mistyped_password_is_not_taken(house: House, new: str, again: str, answer: str) -> None:
    person = at_the_new_password(house)
    assert answer in person.fill("/login/password", password=new, again=again).text
    assert person.get("/").url.path.startswith("/login")


def test_the_same_password_again_is_not_taken(house: House) -> None:
    person = at_the_new_password(house)
    old = person.papers.password
    assert "今までと違うパスワード" in person.fill("/login/password", password=old, again=old).text


def test_a_password_older_than_its_days_is_changed_at_the_next_login(house: House) -> None:
    person = house.somebody_in()
    house.office.ask("age_password", username=person.papers.username, days=181)
    later = house.browser(person.papers)
    later._last_step = person._last_step
    later.fill("/login", login=later.papers.username, password=later.papers.password)
    assert later.fill("/login/code", code=later.one_time_code()).url.path == "/login/password"


def test_a_change_by_oneself_ends_the_other_sessions(house: House) -> None:
    person = house.somebody_in()
    papers = person.papers
    elsewhere = house.browser(papers)
    elsewhere._last_step = person._last_step
    elsewhere.log_in()
    assert person.fill("/password", password=GOOD, again=GOOD).is_success
    assert elsewhere.get("/password").url.path == "/login"
    assert person.get("/password").url.path == "/password"
    assert {"account": papers.username} in house.office.ask("entries", kind="password-changed")


def test_a_reset_ends_every_session_and_gives_an_initial_password(house: House) -> None:
    person = house.somebody_in()
    given = house.office.ask("reset_user", username=person.papers.username)
    assert person.get("/password").url.path == "/login"
    anew = house.browser(Papers(person.papers.username, given["password"], given["totp_secret"]))
    anew.fill("/login", login=anew.papers.username, password=anew.papers.password)
    assert anew.fill("/login/code", code=anew.one_time_code()).url.path == "/login/password"

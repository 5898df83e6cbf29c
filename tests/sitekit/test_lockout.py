"""Guessing stops: after five wrong guesses in a row an id is shut for a while, whether anybody has it or not."""

from __future__ import annotations

import pytest

from tests.sitekit.house import House
from tewatashi.demo.person import Person

pytestmark = [pytest.mark.requirement("WARD-LG-3")]
REFUSED = "ログインできませんでした"


def guess_wrong(person: Person, times: int) -> None:
    for _ in range(times):
        assert REFUSED in person.fill("/login", login=person.papers.username, password="wrong").text


def try_right(person: Person) -> str:
    return person.fill("/login", login=person.papers.username, password=person.papers.password).url.path


def locks_of(house: House, person: Person) -> int:
    return house.office.ask("entries", kind="account-locked").count({"account": person.papers.username})


def test_five_wrong_passwords_shut_the_account_for_the_right_one_too(house: House) -> None:
    person = house.browser(house.new_account())
    guess_wrong(person, 5)
    assert try_right(person) == "/login"
    assert locks_of(house, person) == 1


def test_four_wrong_passwords_do_not(house: House) -> None:
    person = house.browser(house.new_account())
    guess_wrong(person, 4)
    assert try_right(person) == "/login/code"
    assert locks_of(house, person) == 0


def test_the_lock_ends_by_itself(house: House) -> None:
    person = house.browser(house.new_account())
    guess_wrong(person, 5)
    house.office.ask("end_locks")
    assert try_right(person) == "/login/code"


def test_a_reset_ends_the_lock_at_once(house: House) -> None:
    papers = house.new_account()
    guess_wrong(house.browser(papers), 5)
    given = house.office.ask("reset_user", username=papers.username)
    person = house.browser(type(papers)(papers.username, given["password"], given["totp_secret"]))
    assert try_right(person) == "/login/code"


def test_wrong_codes_count_as_well(house: House) -> None:
    person = house.browser(house.new_account())
    try_right(person)
    for _ in range(5):
        person.fill("/login/code", code="000000x")
    code = person.one_time_code()
    assert "確認コードを受け付けられませんでした" in person.fill("/login/code", code=code).text
    assert locks_of(house, person) == 1


def test_the_right_password_does_not_take_back_wrong_codes(house: House) -> None:
    papers = house.new_account()
    for _ in range(5):
        person = house.browser(papers)
        assert try_right(person) == "/login/code"
        person.fill("/login/code", code="000000x")
    assert try_right(house.browser(papers)) == "/login"


def test_an_id_that_nobody_has_is_answered_alike(house: House) -> None:
    nobody = house.browser(type(house.new_account())("nobody-here", "wrong", ""))
    guess_wrong(nobody, 7)
    assert locks_of(house, nobody) == 0

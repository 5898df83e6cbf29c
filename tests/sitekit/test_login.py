"""The one way in: id and password, then a one-time code, and a session only after all of it."""

from __future__ import annotations

import dataclasses

import pytest

from tests.sitekit.house import House
from tewatashi.demo.person import Person, TurnedAway

pytestmark = [pytest.mark.requirement("WARD-LG-3")]


def sent_to_login(person: Person) -> bool:
    return person.get("/password").url.path in ("/login", "/login/code")  # the second while a login is half done


def test_id_password_and_code_let_a_person_in(house: House) -> None:
    person = house.somebody_in()
    assert "見本 人" in person.page("/password")


def test_without_a_login_every_page_leads_to_it(house: House) -> None:
    visitor = house.browser(house.new_account())
    assert visitor.get("/").url.path == "/login"
    assert sent_to_login(visitor)


def test_a_password_alone_opens_nothing(house: House) -> None:
    person = house.browser(house.new_account())
    assert (
        person.fill("/login", login=person.papers.username, password=person.papers.password).url.path == "/login/code"
    )
    assert sent_to_login(person)
    assert house.office.ask("count_sessions", username=person.papers.username) == 0


@pytest.mark.parametrize("wrong", ["password", "username"])
def test_a_wrong_half_is_answered_in_the_same_words(house: House, wrong: str) -> None:
    papers = house.new_account()
    person = house.browser(dataclasses.replace(papers, **{wrong: "nobody-has-this"}))
    answer = person.fill("/login", login=person.papers.username, password=person.papers.password)
    assert "ログインできませんでした。ユーザーIDとパスワードを確かめてください。" in answer.text
    assert sent_to_login(person)


def test_a_disabled_account_is_answered_like_a_wrong_password(house: House) -> None:
    person = house.browser(house.new_account())
    house.office.ask("disable_user", username=person.papers.username)
    answer = person.fill("/login", login=person.papers.username, password=person.papers.password)
    assert "ログインできませんでした" in answer.text


@pytest.mark.requirement("FAC-LG-3")
def test_an_initial_password_opens_nothing_after_two_weeks_until_it_is_issued_anew(house: House) -> None:
    papers = house.new_account()
    house.office.ask("age_password", username=papers.username, days=15)
    person = house.browser(papers)
    answer = person.fill("/login", login=papers.username, password=papers.password)
    assert (answer.url.path, "ログインできませんでした" in answer.text) == ("/login", True)
    given = house.office.ask("reset_user", username=papers.username)
    assert person.fill("/login", login=papers.username, password=given["password"]).url.path == "/login/code"


def test_a_disabled_account_is_out_with_its_next_page(house: House) -> None:
    person = house.somebody_in()
    house.office.ask("disable_user", username=person.papers.username)
    assert sent_to_login(person)


def test_a_wrong_code_does_not_let_in(house: House) -> None:
    person = house.browser(house.new_account())
    person.fill("/login", login=person.papers.username, password=person.papers.password)
    right = person.one_time_code()
    answer = person.fill("/login/code", code=f"{(int(right) + 1) % 10**6:06d}")
    assert "確認コードを受け付けられませんでした" in answer.text
    assert sent_to_login(person)


def test_a_code_is_good_once(house: House) -> None:
    papers = house.new_account()
    first, second = house.browser(papers), house.browser(papers)
    for person in (first, second):
        person.fill("/login", login=papers.username, password=papers.password)
    code = first.one_time_code()
    assert first.fill("/login/code", code=code).url.path == "/login/password"
    assert "確認コードを受け付けられませんでした" in second.fill("/login/code", code=code).text


def test_full_width_digits_are_the_same_code(house: House) -> None:
    person = house.browser(house.new_account())
    person.fill("/login", login=person.papers.username, password=person.papers.password)
    code = person.one_time_code().translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert person.fill("/login/code", code=code).url.path == "/login/password"


def test_an_authenticator_is_enrolled_at_the_first_login(house: House) -> None:
    person = house.browser(house.new_account(with_totp=False))
    page = person.fill("/login", login=person.papers.username, password=person.papers.password)
    assert page.url.path == "/login/authenticator"
    assert "二次元コード" in page.text
    secret = page.text.partition('<code id="secret">')[2].partition("<")[0]
    person.papers = dataclasses.replace(person.papers, totp_secret=secret)
    assert person.fill("/login/authenticator", code=person.one_time_code()).url.path == "/login/password"
    assert {"account": person.papers.username} in house.office.ask("entries", kind="authenticator-enrolled")


def test_logging_out_ends_the_session(house: House) -> None:
    person = house.somebody_in()
    person.post("/logout")
    assert sent_to_login(person)
    assert house.office.ask("count_sessions", username=person.papers.username) == 0


def test_a_login_does_not_lead_off_the_site(house: House) -> None:
    person = house.browser(house.new_account())
    person.get("/login?next=https://elsewhere.example/")
    person.log_in()
    assert person.get("/").url.host == "127.0.0.1"


def test_a_form_from_another_page_is_refused(house: House) -> None:
    person = house.somebody_in()
    stranger = {"Origin": "https://elsewhere.example", "X-CSRFToken": person.cookie("__Host-csrf")}
    answer = person._browser.post("/logout", headers=stranger)
    assert answer.status_code == 403
    assert not sent_to_login(person)


def test_nobody_can_sign_up(house: House) -> None:
    visitor = house.browser(house.new_account())
    for path in ("/signup", "/accounts/signup/", "/login/signup", "/password/reset", "/admin/"):
        assert visitor.get(path).status_code == 404


def test_a_person_helper_says_why_a_page_turned_it_away(house: House) -> None:
    with pytest.raises(TurnedAway, match="404"):
        house.somebody_in().page("/no-such-page")

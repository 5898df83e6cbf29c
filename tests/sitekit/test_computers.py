"""Whoever handles extracts at the ward does so from a registered computer, and from no other (WARD-SYS-1)."""

from __future__ import annotations

import pytest

from tests.sitekit.house import House
from tewatashi.demo.person import Person, TurnedAway

pytestmark = [pytest.mark.requirement("WARD-SYS-1")]


def clerk_at(house: House, name: str) -> Person:
    """A clerk, logged in at a computer registered under this name."""
    person = house.browser(house.new_account("clerk"))
    person.enrol_computer(house.office.ask("offer_code", name=name))
    person.log_in()
    return person


def test_a_clerk_is_refused_at_a_computer_that_nobody_registered(house: House) -> None:
    person = house.browser(house.new_account("clerk"))
    before = house.office.ask("last_line")
    with pytest.raises(TurnedAway, match="このコンピュータは登録されていない") as refused:
        person.log_in()
    assert refused.value.answer.status_code == 403
    assert house.office.ask("count_sessions", username=person.papers.username) == 0
    lines = house.office.ask("lines", after=before)
    assert (person.papers.username, "computer-unregistered") in {(line["who"], line["remark"]) for line in lines}


def test_nobody_enrols_an_authenticator_at_a_computer_that_nobody_registered(house: House) -> None:
    papers = house.new_account("clerk", with_totp=False)
    person = house.browser(papers)
    with pytest.raises(TurnedAway, match="このコンピュータは登録されていない"):
        person.fill("/login", login=papers.username, password=papers.password)
    assert person.get("/login/authenticator").url.path == "/login"
    assert {"account": papers.username} not in house.office.ask("entries", kind="authenticator-enrolled")


def test_a_registered_computer_lets_the_clerk_enrol_an_authenticator(house: House) -> None:
    papers = house.new_account("clerk", with_totp=False)
    person = house.browser(papers)
    person.enrol_computer(house.office.ask("offer_code", name="PC-first"))
    answer = person.fill("/login", login=papers.username, password=papers.password)
    assert answer.url.path == "/login/authenticator"


def test_a_registered_computer_lets_the_clerk_in_and_is_named_in_the_log(house: House) -> None:
    person = clerk_at(house, "PC-named")
    before = house.office.ask("last_line")
    person.page("/password")
    [line] = house.office.ask("lines", after=before)
    assert (line["who"], line["computer"]) == (person.papers.username, "PC-named")


def test_an_auditor_needs_no_registered_computer(house: House) -> None:
    assert house.somebody_in("auditor").get("/password").url.path == "/password"


def test_a_code_registers_one_computer_once(house: House) -> None:
    code = house.office.ask("offer_code", name="PC-once")
    first, second = (house.browser(house.new_account("clerk")) for _ in range(2))
    first.enrol_computer(code)
    assert first.cookie("__Host-computer")
    assert "登録コードが違うか、有効期限が切れています" in second.fill("/computer", code=code).text
    assert not second.cookie("__Host-computer")


def test_a_withdrawn_computer_is_shut_at_once(house: House) -> None:
    person = clerk_at(house, "PC-withdrawn")
    house.office.ask("withdraw_computer", name="PC-withdrawn")
    assert person.get("/password").status_code == 403


def test_a_session_taken_to_another_computer_opens_nothing(house: House) -> None:
    person = clerk_at(house, "PC-left")
    thief = house.browser(person.papers)
    thief._browser.cookies.set("__Host-session", person.cookie("__Host-session"), domain="127.0.0.1", path="/")
    assert thief.get("/password").status_code == 403


def test_a_new_code_ends_the_registration_before_it(house: House) -> None:
    person = clerk_at(house, "PC-anew")
    house.office.ask("offer_code", name="PC-anew")
    assert person.get("/password").status_code == 403

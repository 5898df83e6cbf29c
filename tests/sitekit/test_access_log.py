"""Every request leaves one line, bound into the ledger; what a person typed never stands in it."""

from __future__ import annotations

import pytest

from tests.sitekit.house import House

pytestmark = [pytest.mark.requirement("WARD-LG-2")]


def test_every_request_is_one_line_with_person_page_and_outcome(house: House) -> None:
    person = house.somebody_in()
    before = house.office.ask("last_line")
    person.get("/password")
    person.get("/no-such-page")
    lines = house.office.ask("lines", after=before)
    assert [(line["who"], line["method"], line["route"], line["status"]) for line in lines] == [
        (person.papers.username, "GET", "change_password", 200),
        (person.papers.username, "GET", "-", 404),
    ]
    assert lines[0]["address"] == "127.0.0.1"


def test_a_wrong_password_is_on_the_line_of_the_account(house: House) -> None:
    person = house.browser(house.new_account())
    before = house.office.ask("last_line")
    person.fill("/login", login=person.papers.username, password="wrong")
    line = house.office.ask("lines", after=before)[-1]
    assert (line["who"], line["remark"]) == (person.papers.username, "login-wrong")


def test_a_password_typed_as_an_id_or_into_an_address_is_nowhere_in_the_log(house: House) -> None:
    secret = "typed-into-the-wrong-field"
    person = house.browser(house.new_account())
    before = house.office.ask("last_line")
    person.fill("/login", login=secret, password="x")
    person.get(f"/{secret}")
    person.get(f"/login?next=/{secret}")
    assert secret not in str(house.office.ask("lines", after=before))
    assert secret not in (house.config.file.parent / "log").read_text()


def test_lines_are_bound_into_the_ledger_without_a_gap(house: House) -> None:
    house.browser(house.new_account()).get("/login")
    house.office.ask("bind_lines")
    house.browser(house.new_account()).get("/login")
    house.office.ask("bind_lines")
    ranges = house.office.ask("entries", kind="access-log")
    assert [one["first"] for one in ranges[1:]] == [one["last"] + 1 for one in ranges[:-1]]
    assert ranges[0]["first"] == 1
    assert house.office.ask("broken_ranges") == []

"""A session ends when nobody uses it, and after a working day in any case; its cookies serve one site over TLS only."""

from __future__ import annotations

import pytest

from tests.sitekit.house import House

pytestmark = [pytest.mark.requirement("WARD-LG-3")]


@pytest.mark.parametrize(("key", "seconds"), [("seen", 31 * 60), ("begun", 10 * 3600 + 60)])
def test_a_session_left_or_too_long_is_over(house: House, key: str, seconds: int) -> None:
    person = house.somebody_in()
    assert house.office.ask("age_sessions", username=person.papers.username, key=key, seconds=seconds) == 1
    answer = person.get("/password")
    assert answer.url.path == "/login"
    assert "もう一度ログインしてください" in answer.text
    assert house.office.ask("count_sessions", username=person.papers.username) == 0


@pytest.mark.parametrize(("key", "seconds"), [("seen", 28 * 60), ("begun", 9 * 3600)])
def test_a_session_in_use_goes_on(house: House, key: str, seconds: int) -> None:
    person = house.somebody_in()
    house.office.ask("age_sessions", username=person.papers.username, key=key, seconds=seconds)
    assert person.get("/password").url.path == "/password"


def test_a_login_gets_another_session_than_the_one_before_it(house: House) -> None:
    person = house.browser(house.new_account())
    person.fill("/login", login=person.papers.username, password=person.papers.password)
    before = person.cookie("__Host-session")
    page = person.fill("/login/code", code=person.one_time_code())
    assert page.url.path == "/login/password"
    person.fill("/login/password", password="kumo-no-ue-no-hito-42", again="kumo-no-ue-no-hito-42")
    assert before
    assert person.cookie("__Host-session") != before


def test_cookies_are_for_this_host_over_tls_and_no_script(house: House) -> None:
    person = house.browser(house.new_account())
    answer = person._browser.post(
        "/login",
        data={"login": "x", "password": "y"},
        headers={"X-CSRFToken": (person.get("/login"), person.cookie("__Host-csrf"))[1]},
    )
    for cookie in answer.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            assert part in cookie


def test_pages_allow_no_foreign_code_and_stay_out_of_caches(house: House) -> None:
    headers = house.browser(house.new_account()).get("/login").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store" or "no-store" in headers["cache-control"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert "max-age=31536000" in headers["strict-transport-security"]

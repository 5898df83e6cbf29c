"""A first login in a real Chromium, from the registration of the computer to the first page and out again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from tests.sitekit.house import House

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NEW = "kumo-no-ue-no-hito-42"


@pytest.fixture
def page(chromium: Browser, house: House) -> Page:
    page = chromium.new_page(
        ignore_https_errors=True, base_url=house.config.url, viewport={"width": 320, "height": 640}
    )
    page.set_default_timeout(20_000)
    return page


def send(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"main input[name={name}]").fill(value)
    page.locator("main button").click()


@pytest.mark.requirement("WARD-SYS-1")
def test_a_clerk_registers_the_computer_and_logs_in(page: Page, house: House) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    papers = house.new_account("clerk", with_totp=False)

    page.goto("/login")
    page.get_by_role("link", name="登録コードを入力").click()
    send(page, code=house.office.ask("offer_code", name=f"PC-{papers.username}"))
    page.get_by_role("link", name="ログインへ進む").click()
    send(page, login=papers.username, password=papers.password)
    person = house.browser(dataclasses.replace(papers, totp_secret=page.locator("#secret").inner_text()))
    send(page, code=person.one_time_code())
    send(page, password=NEW, again=NEW)

    page.get_by_role("heading", level=1, name="案件一覧").wait_for()
    assert "見本 人（担当）" in page.locator("header").inner_text()
    page.get_by_role("button", name="ログアウト").click()
    page.get_by_role("heading", level=1, name="ログイン").wait_for()
    assert said == []


def test_a_mistake_is_named_at_the_top_and_beside_its_field(page: Page) -> None:
    page.goto("/login")
    send(page, login="sato")
    page.get_by_role("alert").get_by_role("link", name="パスワードを入力してください。").click()
    assert page.locator("#id_password:focus").count() == 1
    assert page.locator("#id_password").get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize("path", ["/login", "/computer", "/no-such-page"])
def test_a_page_fits_a_narrow_screen(page: Page, path: str) -> None:
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

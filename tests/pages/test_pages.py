"""Every page of the three sites in a real Chromium, as its people meet it in the course of a job; the tests go on with one job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pages.browsing import NARROW, desk
from tests.pages.conftest import Office
from tewatashi.demo import papers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PEOPLE = ("tanaka", "sato", "kimura", "kondo", "suzuki", "takahashi")


def everybody_looks_around(chromium: Browser, office: Office) -> None:
    """Each opens every page that links lead to from the first; nothing is wrong with any of them."""
    wrong = []
    for name in PEOPLE:
        role, person = office.people[name]
        with desk(chromium, office.sites, role, person) as seat:
            wrong += [f"{name} {one}" for _, found in seat.walk() for one in found]
    assert wrong == []


def test_pages_before_there_is_anything_are_sound(chromium: Browser, office: Office) -> None:
    everybody_looks_around(chromium, office)


def test_a_clerk_registers_a_job_and_seals_the_extract_by_choosing_the_file(chromium: Browser, office: Office) -> None:
    office.bring_to("agree")
    role, sato = office.people["sato"]
    with desk(chromium, office.sites, role, sato) as seat:
        page, job = seat.page, office.job
        page.goto("/")
        page.get_by_role("link", name="案件を登録する").click()
        for label, text in (
            ("基準日", f"{job.base_date}"),
            ("予定件数", "３０"),
            ("納品の期限", "R8.12.8"),
            ("消去の期限", "R8.12.15"),
        ):
            page.get_by_label(label).fill(text)
        page.get_by_role("button", name="案件を登録する").click()
        page.get_by_role("link", name="送付データを作成・暗号化する").click()
        page.get_by_label("抽出データのファイル").set_input_files(job.extract)
        page.get_by_role("button", name="検査して暗号化する").click()
        job.password = page.locator("#password").inner_text()
        page.get_by_role("button", name="通知書（PDF/A）を開いて印刷する").wait_for()  # a script shows it
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        page.get_by_role("link", name="印刷したので、案件へ進む").click()
        job.number = page.url.rsplit("/", 1)[1]
        assert page.locator("h1").inner_text().startswith(f"案件 {job.number}")
        assert seat.said == []
    office.done += ["open_job", "seal"]


def test_pages_of_a_sealed_job_are_sound(chromium: Browser, office: Office) -> None:
    assert "seal" in office.done
    everybody_looks_around(chromium, office)


def test_the_page_of_a_job_tells_the_whole_of_it(chromium: Browser, office: Office) -> None:
    office.bring_to("withdraw_paid")
    for name in ("kimura", "takahashi"):
        role, person = office.people[name]
        with desk(chromium, office.sites, role, person) as seat:
            seat.page.goto(f"/jobs/{office.job.number}")
            main = seat.page.locator("main")
            assert "令和" in main.locator("dt:text-is('基準日') + dd").inner_text()
            assert main.locator("ol.steps li[aria-current=step]").inner_text().startswith("封入封緘")
            pictured = main.locator(".place li").all_inner_texts()
            table = main.get_by_role("region", name="データを持つ物の一覧").locator("tbody tr", has_text="▲ ある")
            listed = table.locator("th").all_inner_texts()
            assert len(pictured) == len(listed) == 6
            assert all(one.split()[0] in picture for one, picture in zip(listed, pictured, strict=True))
            assert "印字" in main.get_by_role("region", name="件数").last.inner_text()
            assert "送付データの受領" in main.get_by_role("region", name="授受の履歴").last.inner_text()


def test_pages_on_the_floor_are_sound(chromium: Browser, office: Office) -> None:
    office.bring_to("withdraw_paid")
    everybody_looks_around(chromium, office)


@pytest.mark.parametrize("name", ["sato", "takahashi"])
def test_the_keyboard_alone_reaches_what_is_to_be_done(chromium: Browser, office: Office, name: str) -> None:
    office.bring_to("withdraw_paid")
    role, person = office.people[name]
    with desk(chromium, office.sites, role, person) as seat:
        seat.page.goto(f"/jobs/{office.job.number}")
        assert seat.tab_to("main nav .button:not(.secondary)")
        seat.page.keyboard.press("Enter")
        seat.page.wait_for_url("**/jobs/*/*")
        assert seat.tab_to("main button[type=submit]")


def test_a_hand_scan_is_ok_and_a_foreign_sheet_is_ng_until_it_is_pulled(chromium: Browser, office: Office) -> None:
    office.bring_to("withdraw_paid")
    job, (role, takahashi) = office.job, office.people["takahashi"]
    withdrawn = set(takahashi.state(job.number)["withdrawals"]["pieces"])
    sheets = (sheet for file in papers.files_of(job.paper, job.number, 0) for sheet in papers.sheets_of(file))
    good = next(sheet for sheet in sheets if sheet[0][:20] not in withdrawn)
    foreign = ("9" * 20 + "0111", "9" * 20 + "0112")
    with desk(chromium, office.sites, role, takahashi) as seat:
        seat.page.goto(f"/jobs/{job.number}/scan")
        for sheet, answer in ((good, "OK"), (foreign, "NG")):
            for mark, shown in zip(sheet, ("次は裏", answer), strict=True):
                seat.page.keyboard.type(mark)  # as a scanner does: no mouse, Enter at the end
                seat.page.keyboard.press("Enter")
                seat.page.get_by_text(shown, exact=True).wait_for()
        assert "この案件にない通し番号" in seat.page.locator("main").inner_text()
        seat.page.get_by_label("列から外した").check()
        seat.page.get_by_label("表の符号").fill(foreign[0])
        seat.page.keyboard.press("Enter")
        seat.page.get_by_text("OK", exact=True).wait_for()
    assert takahashi.state(job.number)["findings"] == []
    office.enclose_all_but(good)


def test_the_gateway_lists_the_parcel_and_tells_when_its_copy_went(chromium: Browser, office: Office) -> None:
    office.bring_to("send")
    role, kondo = office.people["kondo"]
    with desk(chromium, office.sites, role, kondo) as seat:
        seat.page.goto("/")
        row = seat.page.get_by_role("region", name="送付データの一覧").locator("tbody tr").inner_text()
        assert (office.job.number in row, "消去済み" in row) == (True, True)


def test_pages_after_the_delivery_and_of_a_closed_job_are_sound(chromium: Browser, office: Office) -> None:
    office.bring_to("deliver")
    everybody_looks_around(chromium, office)
    office.bring_to("erase")
    office.people["tanaka"][1].fill(f"/jobs/{office.job.number}/scan-request")  # one that waits for its report
    everybody_looks_around(chromium, office)
    office.bring_to("close")
    everybody_looks_around(chromium, office)


def test_without_scripts_a_job_is_registered_and_sealed_too(chromium: Browser, office: Office) -> None:
    office.bring_to("agree")
    role, sato = office.people["sato"]
    with desk(chromium, office.sites, role, sato, scripts=False) as seat:
        page, job = seat.page, office.job
        page.goto("/jobs/new")
        for label, text in (
            ("基準日", f"{job.base_date}"),
            ("予定件数", "30"),
            ("納品の期限", "R8.12.8"),
            ("消去の期限", "R8.12.15"),
        ):
            page.get_by_label(label).fill(text)
        page.get_by_role("button", name="案件を登録する").click()
        page.get_by_role("link", name="送付データを作成・暗号化する").click()
        page.get_by_label("抽出データのファイル").set_input_files(job.extract)
        page.get_by_role("button", name="検査して暗号化する").click()
        assert len(page.locator("#password").inner_text()) > 30
        assert page.get_by_text("Ctrl＋P").is_visible()
        assert not page.locator("#print").is_visible()

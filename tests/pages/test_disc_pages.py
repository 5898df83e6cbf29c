"""The pages of a job by disc in a real Chromium, while its media and papers are on their way; nothing is wrong with any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.pages.browsing import desk
from tests.pages.conftest import FONTS
from tewatashi.demo.person import Person
from tewatashi.demo.sites import Sites
from tewatashi.demo.stage import main_job, running_sites
from tewatashi.demo.walk import MainJob
from tewatashi.sitekit import clock
from tewatashi.sitekit.clock import TEST_CLOCK
from tewatashi.sitekit.roles import Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sites, MainJob]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEWATASHI_FONTS", str(FONTS))
        patch.setenv(TEST_CLOCK, "")  # taken back at the end
        with running_sites(tmp_path_factory.mktemp("disc"), channel="disc") as sites:
            yield sites, main_job(sites, 10, 1, lambda _: None)


def look_around(chromium: Browser, sites: Sites, *seats: tuple[Role, Person]) -> None:
    wrong = []
    for role, person in seats:
        with desk(chromium, sites, role, person) as seat:
            wrong += [f"{role} {path} {one}" for path, found in seat.walk() for one in found]
    assert wrong == []


def bring_report(job: MainJob) -> None:
    """A report is sealed and its medium handed over: one of the two sides has each of a report's pages to see."""
    page, staff = f"/jobs/{job.number}", job.staff
    staff.suzuki.fill(f"{page}/seal-report", files={"report": b"0000000001,returned"}, content="宛先不明一覧")
    (report,) = re.findall(r"/reports/([0-9a-f]{8})\.age", staff.suzuki.page(page))
    staff.takahashi.fill(f"{page}/hand-report", report=report, to="sato", on=clock.now().date().isoformat())


def test_pages_are_sound_with_the_medium_in_its_cabinet_and_when_both_are_to_come_back(
    chromium: Browser, stage: tuple[Sites, MainJob]
) -> None:
    sites, job = stage
    seats: tuple[tuple[Role, Person], ...] = (
        ("ward", job.staff.sato), ("ward", job.staff.tanaka), ("factory", job.staff.suzuki),
    )  # fmt: skip
    for _, step in job.steps():
        step()
        if step.__name__ == "open_parcel":
            bring_report(job)
        if step.__name__ == "_keep_and_burn":
            look_around(chromium, sites, *seats[:1])  # the others have nothing else to see yet
        if step.__name__ == "_deliver_and_confirm":
            look_around(chromium, sites, *seats)
            break

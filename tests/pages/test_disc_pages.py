"""The pages of a job by disc in a real Chromium, while its media and papers are on their way; nothing is wrong with any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.pages.browsing import desk
from tests.pages.conftest import FONTS
from tewatashi.demo.sites import Sites
from tewatashi.demo.stage import main_job, running_sites
from tewatashi.demo.walk import MainJob
from tewatashi.sitekit.clock import TEST_CLOCK

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sites, MainJob]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEWATASHI_FONTS", str(FONTS))
        patch.setenv(TEST_CLOCK, "")  # taken back at the end
        with running_sites(tmp_path_factory.mktemp("disc"), channel="disc") as sites:
            yield sites, main_job(sites, 10, 1, lambda _: None)


def look_around(chromium: Browser, sites: Sites, job: MainJob) -> None:
    staff = job.staff
    wrong = []
    for role, person in (("ward", staff.sato), ("ward", staff.tanaka), ("factory", staff.suzuki)):
        with desk(chromium, sites, role, person) as seat:  # type: ignore[arg-type]
            wrong += [f"{role} {path} {one}" for path, found in seat.walk() for one in found]
    assert wrong == []


def test_pages_are_sound_with_the_medium_in_its_cabinet_and_when_both_are_to_come_back(
    chromium: Browser, stage: tuple[Sites, MainJob]
) -> None:
    sites, job = stage
    for _, step in job.steps():
        step()
        if step.__name__ in {"_keep_and_burn", "deliver"}:
            look_around(chromium, sites, job)
        if step.__name__ == "deliver":
            break

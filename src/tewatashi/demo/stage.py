"""The stage of the main job: three running sites with what they need, a made-up extract, and four people logged in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final, Literal

from tewatashi.demo.extract_maker import notice_numbers, write_extract
from tewatashi.demo.prepare import scan_key_file
from tewatashi.demo.sites import Sites
from tewatashi.demo.staff import Staff
from tewatashi.demo.towns import ken_all_lines
from tewatashi.demo.walk import FORM, MainJob, Say
from tewatashi.demo.walk_by_disc import DiscJob
from tewatashi.factory.printer import PRINTER_VARIABLE
from tewatashi.sitekit.clock import TEST_CLOCK
from tewatashi.sitekit.rights import write_private_file
from tewatashi.sitekit.roles import ROLES, Role
from tewatashi.ward.layouts import shipped_layout

Channel = Literal["lgwan", "disc"]
_WITHDRAWN_OF: Final = 200  # one household of so many has paid since


@contextmanager
def running_sites(
    folder: Path,
    *,
    databases: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    channel: Channel = "lgwan",
) -> Iterator[Sites]:
    """Sites that answer until the caller is done; `paper` in the folder is their printer.

    channel  over the disc there is no gateway, and the sites' days are those of the test clock, which this sets to today
    """
    folder.mkdir(parents=True, exist_ok=True)
    roles: tuple[Role, ...] = ROLES if channel == "lgwan" else ("ward", "factory")
    if channel == "disc":
        days_of(folder).write_text("0")
        os.environ[TEST_CLOCK] = str(days_of(folder))  # for the people's own watches, too
    env = {PRINTER_VARIABLE: str(paper_of(folder)), **(env or {})}
    sites = Sites(folder, databases=databases, env=env, roles=roles)
    write_private_file(sites.sites["factory"].config.data_dir / "ken_all.csv", "".join(ken_all_lines()).encode())
    try:
        sites.start()
        yield sites
    finally:
        sites.stop()


def paper_of(folder: Path) -> Path:
    """Where the sheets come out."""
    return folder / "paper"


def days_of(folder: Path) -> Path:
    """The file of the test clock."""
    return folder / "days"


def main_job(sites: Sites, households: int, seed: int, say: Say, form: str = FORM) -> MainJob:
    """The job with its extract, of today; some households have paid since it was made. form: one that ships."""
    today = date.today()  # noqa: DTZ011 -- the machine's own day is what the people of the demonstration see
    extract = sites.folder / "extract.csv"
    say(f"架空の抽出データを作ります: {households:,}世帯（シード {seed}）")
    with extract.open("wb") as file:
        write_extract(shipped_layout(f"{form}-csv"), households, seed, today, file.write)
    paid = list(notice_numbers(households, seed, today, form))[::_WITHDRAWN_OF][: households // 2]
    say("区と委託先の4人がログインします")
    staff = Staff(
        tanaka=sites.person("ward", "tanaka"), sato=sites.person("ward", "sato"), suzuki=sites.person("factory", "suzuki"),
        takahashi=sites.person("factory", "takahashi"), factory=sites.sites["factory"].config.data_dir,
        scan_key=scan_key_file(sites.sites["ward"].config),
    )  # fmt: skip
    made = (staff, extract, households, today, paid, seed, paper_of(sites.folder), say, form)
    if "gateway" in sites.sites:
        return MainJob(*made)
    return DiscJob(*made, days=days_of(sites.folder), discs=sites.folder / "discs")

"""The first page of a site that has worked for years."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.sitekit.house import make_house

_ROOT = Path(__file__).parents[2]


def _after(closed: int, folder: Path, database: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.sitekit.years", str(make_house(folder, "ward", database).file), str(closed)]
    found: dict[str, Any] = orjson.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=_ROOT).stdout)
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()


def test_an_old_open_job_stays_on_the_first_page_whatever_was_closed_since(tmp_path: Path, database: str) -> None:
    found = _after(400, tmp_path, database)
    assert found["open"] == ["old"]
    assert found["closed"] == [False, True, False, True]
    assert found["years"] == [2025, 2024, 2023, 2022, 2021]


def test_closed_jobs_are_shown_a_fiscal_year_and_a_page_at_a_time(tmp_path: Path) -> None:
    found = _after(150, tmp_path, "sqlite")
    first, second = found["pages"]
    assert (len(first), first[0], second[-1]) == (50, "job-91", "job-0")  # day 364 is 31 March 2022
    assert len(first) + len(second) == 92
    assert found["years"] == [2022, 2021]
    assert (found["last"][0], found["last"][-1]) == ("job-149", "job-100")


def test_the_first_page_asks_no_more_when_more_jobs_were_closed(tmp_path: Path) -> None:
    few, many = (_after(n, tmp_path / str(n), "sqlite")["queries"] for n in (2, 300))
    assert few == many

"""What asking for one place costs: nothing for the jobs that never had anything there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.sitekit.house import make_house

_ROOT = Path(__file__).parents[2]


def _beside(others: int, folder: Path, database: str = "sqlite") -> dict[str, Any]:
    house = make_house(folder, "ward", database)
    command = [sys.executable, "-m", "tests.sitekit.places", str(house.file), str(others)]
    found: dict[str, Any] = orjson.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=_ROOT).stdout)
    return found


@pytest.mark.requirement("CL-8")
def test_the_page_and_the_book_of_a_place_read_only_jobs_that_had_something_there(tmp_path: Path) -> None:
    alone, beside = _beside(0, tmp_path / "0"), _beside(20, tmp_path / "20")
    assert (alone["folded"]["all"], beside["folded"]["all"]) == (1, 21)
    assert alone["folded"]["cabinet"] == beside["folded"]["cabinet"] == ["R8-1-job"]
    assert beside["folded"]["person"] == 20
    assert alone["found"] == beside["found"] == ["R8-1-job"]
    assert alone["book"] == beside["book"] == alone["held"] == beside["held"] == ["R8-1-job"]
    assert alone["queries"] == beside["queries"]
    assert beside["anew"]  # as on PostgreSQL below


def test_a_site_that_worked_before_finds_the_same_in_its_ledger(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    assert _beside(3, tmp_path, request.getfixturevalue("postgres").new_database())["anew"]

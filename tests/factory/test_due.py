"""What the factory still owes, on its first page, at the command line, and as an alarm when the day is over."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from tests.factory.works import CONTRACT, FORM, Works, today
from tests.waiting import until

_ROOT = Path(__file__).parents[2]


def _open(works: Works, deliver_in: int) -> str:
    """A job that has to be delivered in so many days."""
    job = f"R8-{next(works.numbers):04d}"
    by, end = today() + timedelta(days=deliver_in), today() + timedelta(days=max(deliver_in, 0) + 30)
    works.tell(
        "job-opened", "sato", job, contract=CONTRACT, form=FORM, base_date="2026-11-20", declared=3, deliver_by=by.isoformat(),
        erase_by=end.isoformat(),
    )  # fmt: skip
    return job


def _alarms(works: Works, job: str) -> list[tuple[str]]:
    return works.rows("SELECT kind FROM sitekit_alarm WHERE about LIKE ?", f"{job} %")


def _due(works: Works, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tewatashi.cli.main", "due", str(works.site.file), *options]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=_ROOT)


def test_the_first_page_opens_with_what_is_overdue(works: Works) -> None:
    job = _open(works, -3)
    first = re.search(r'<ul class="due">(.*?)</ul>', works.suzuki.page("/"), re.DOTALL)
    assert first is not None
    lines = [re.sub(r"<[^>]+>", "", line) for line in first[1].split("</li>")]
    late = [line for line in lines if job in line and "至急" in line]
    assert [("納品" in line, "3日過ぎています" in line) for line in late] == [(True, True)]
    words = [line.split()[1] for line in lines if line.strip()]
    assert words == sorted(words, key=["至急", "注意", "今すること"].index)


@pytest.mark.accident("amagasaki-2022")
def test_one_overdue_raises_an_alarm_and_only_one(works: Works) -> None:
    job = _open(works, -1)
    until(lambda: _alarms(works, job) == [("not-delivered",)])
    other = _open(works, -2)  # its letter wakes every loop once more
    until(lambda: _alarms(works, other) == [("not-delivered",)])
    assert _alarms(works, job) == [("not-delivered",)]
    assert f"（{job} 納品）" in works.suzuki.page("/") or f"（{other} 納品）" in works.suzuki.page("/")


def test_what_is_in_time_raises_none(works: Works) -> None:
    punctual, late = _open(works, 1), _open(works, -1)
    until(lambda: _alarms(works, late) != [])
    assert _alarms(works, punctual) == []
    assert f"{punctual} " in _due(works).stdout


def test_the_command_line_says_the_same_and_ends_with_9_when_something_is_overdue(works: Works) -> None:
    job = _open(works, -4)
    spoken = _due(works)
    assert (spoken.returncode, f"【至急】{job}" in spoken.stdout) == (9, True)
    found = orjson.loads(_due(works, "--json").stdout)
    (mine,) = [one for one in found["due"] if one["about"] == job and one["urgency"] == "late"]
    assert (found["schema"], found["ok"], mine["who"]) == ("tewatashi.due/v1", False, "factory")
    assert mine["by"] == (today() - timedelta(days=4)).isoformat()
    assert "waiting" not in {one["urgency"] for one in found["due"]}
    everything = orjson.loads(_due(works, "--json", "--all").stdout)["due"]
    assert {one["about"] for one in everything if one["urgency"] == "waiting"} >= {job}


def test_a_site_that_is_not_there_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tewatashi.cli.main", "due", str(tmp_path / "site.toml")]
    assert subprocess.run(command, check=False, capture_output=True, cwd=_ROOT).returncode == 4

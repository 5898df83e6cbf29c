"""Working days: Japan's holidays, the ward's year-end, and closures of its own."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sitekit.house import make_house
from tewatashi.core.obligation import working_days_after
from tewatashi.core.refused import Refused
from tewatashi.sitekit.calendar import YEAR_END, closure, working_days
from tewatashi.sitekit.config import load_config

WARD = working_days(YEAR_END)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 11, 23), False),  # 勤労感謝の日
        (date(2026, 9, 22), False),  # between two holidays
        (date(2026, 5, 6), False),  # 振替休日
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2027, 1, 1), False),
        (date(2028, 1, 3), False),
        (date(2027, 1, 4), True),
    ],
)
def test_the_ward_works_on_weekdays_that_are_no_holidays(day: date, works: bool) -> None:
    assert WARD(day) is works


def test_what_is_due_after_the_last_working_day_of_a_year_is_due_on_the_first_of_the_next() -> None:
    assert working_days_after(date(2026, 12, 28), 1, WARD) == date(2027, 1, 4)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_no_more_than_eleven_days_pass_without_one_on_which_the_ward_works(day: date) -> None:
    assert any(WARD(day + timedelta(days=n)) for n in range(11))


@given(st.text())
def test_a_closure_is_a_day_or_an_error(text: str) -> None:
    try:
        assert closure(text) == text
    except ValueError:
        return
    assert len(text) in (5, 10)


def _with_calendar(folder: Path, closed: str) -> Path:
    file = make_house(folder, "ward").file
    file.write_text(file.read_text("utf-8") + f"\n[calendar]\nclosed = {closed}\n", "utf-8")
    return file


def test_a_ward_names_its_own_closures(tmp_path: Path) -> None:
    named = load_config(_with_calendar(tmp_path, '["12-29", "2026-11-25"]'))
    works = working_days(named.closed)
    assert [works(date(2026, month, day)) for month, day in ((11, 25), (11, 26), (12, 29), (12, 30))] == [
        False, True, False, True,
    ]  # fmt: skip
    assert working_days(load_config(make_house(tmp_path / "plain", "ward").file).closed)(date(2026, 12, 30)) is False


@pytest.mark.parametrize("closed", ['["13-01"]', '["2026-02-30"]', '["月曜"]', "[1]", '"12-29"'])
def test_a_closure_that_is_no_day_is_refused(tmp_path: Path, closed: str) -> None:
    with pytest.raises(Refused) as refused:
        load_config(_with_calendar(tmp_path, closed))
    assert refused.value.code == "config-wrong"

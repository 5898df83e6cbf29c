"""Days, times and notice numbers as people type them."""

from __future__ import annotations

import contextlib
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.ward.days import day_of, time_of


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-24",
        "2026/11/24",
        "20261124",
        "2026年11月24日",
        "R8.11.24",
        "r8-11-24",
        "令和８年１１月２４日",
        " ２０２６－１１－２４ ",
    ],
)
def test_a_day_is_understood_however_it_is_written(typed: str) -> None:
    assert day_of(typed) == date(2026, 11, 24)


def test_the_first_year_of_reiwa_may_be_called_so() -> None:
    assert day_of("令和元年5月1日") == date(2019, 5, 1)


@given(st.text(max_size=30))
def test_any_text_gives_a_day_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(day_of(text), date)


@given(st.dates(min_value=date(2019, 5, 1), max_value=date(2117, 12, 31)))
def test_a_day_in_reiwa_is_read_back(day: date) -> None:
    assert day_of(f"R{day.year - 2018}.{day.month}.{day.day}") == day


@pytest.mark.parametrize("typed", ["15:30", "15時30分", " １５：３０ ", "１５時３０"])
def test_a_time_is_understood_however_it_is_written(typed: str) -> None:
    assert time_of(typed) == time(15, 30)
    assert time_of("9時") == time(9)


@given(st.text(max_size=12) | st.from_regex(r"[0-9０-９]{1,3}[:：時][0-9]{0,3}分?", fullmatch=True))
def test_any_text_gives_a_time_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(time_of(text), time)

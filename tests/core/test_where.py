"""Where it is now, and what was where at any earlier moment."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cast_of_acts import DISC_NOTICE, MEDIUM, NOW, times, whole_disc_job, whole_job
from tewatashi.core.acts import Act
from tewatashi.core.custody import fold
from tewatashi.core.custody.where import alive, as_of, holders_of, stays

BY_LINE = list(zip(whole_job(), times(), strict=False))
BY_DISC = [(act, NOW + timedelta(days=day, minutes=n)) for n, (day, act) in enumerate(whole_disc_job())]
NUMBER = "R8-0001"


def _when(kind: str, told: list[tuple[Act, datetime]] = BY_DISC) -> datetime:
    return next(at for act, at in told if act.kind == kind)


def _places(moment: datetime) -> dict[str, str | None]:
    job = as_of(NUMBER, BY_DISC, moment)
    assert job is not None
    return {held.thing.id: held.thing.place or held.thing.hand for held in alive([job])}


@pytest.mark.requirement("CL-8")
def test_what_was_where_is_told_for_every_moment() -> None:
    assert _places(_when("medium-made"))[MEDIUM] == "ward/キャビネット1"
    assert _places(_when("medium-handed"))[MEDIUM] == "takahashi"
    assert _places(_when("medium-arrived"))[MEDIUM] == "factory/金庫1"
    assert _places(_when("medium-arrived"))[DISC_NOTICE] == "ward/キャビネット2"
    assert MEDIUM not in _places(_when("medium-destroyed"))


def test_before_the_job_was_opened_there_was_nothing() -> None:
    assert as_of(NUMBER, BY_DISC, NOW - timedelta(seconds=1)) is None


@given(st.integers(-1, len(BY_LINE)), st.sampled_from([BY_LINE, BY_DISC]))
def test_a_moment_tells_just_the_acts_up_to_it(n: int, told: list[tuple[Act, datetime]]) -> None:
    moment = told[min(max(n, 0), len(told) - 1)][1]
    assert as_of(NUMBER, told, moment) == fold(NUMBER, [one for one in told if one[1] <= moment])


def test_an_act_of_which_this_site_was_told_late_counts_from_when_it_was_done() -> None:
    arrived = next(n for n, (act, _) in enumerate(BY_DISC) if act.kind == "medium-arrived")
    late = [
        *BY_DISC[:arrived],
        BY_DISC[arrived + 1],
        BY_DISC[arrived],
        *BY_DISC[arrived + 2 :],
    ]  # after the next day's act
    job = as_of(NUMBER, late, BY_DISC[arrived][1])
    assert job is not None
    assert job.things[MEDIUM].place == "factory/金庫1"
    assert not job.did("password-notice-handed")


@given(st.permutations(range(len(BY_LINE))), st.integers(0, len(BY_LINE) - 1))
def test_clocks_that_differ_never_leave_a_moment_without_an_answer(minutes: list[int], n: int) -> None:
    told = [(act, NOW + timedelta(minutes=minute)) for (act, _), minute in zip(BY_LINE, minutes, strict=True)]
    job = as_of(NUMBER, told, told[n][1])
    assert job is not None
    assert all((t.place is None) != (t.hand is None) for t in job.things.values() if t.alive)


def test_a_place_and_a_person_are_asked_for_by_name() -> None:
    job = as_of(NUMBER, BY_DISC, _when("medium-handed"))
    assert job is not None
    assert [held.thing.id for held in alive([job], person="takahashi")] == [MEDIUM]
    assert [held.thing.id for held in alive([job], place="ward/キャビネット2")] == [DISC_NOTICE]
    assert list(alive([job], place="ward/キャビネット2", person="takahashi")) == []


def test_the_way_of_a_thing_has_no_gap() -> None:
    way = stays(NUMBER, BY_DISC, MEDIUM)
    assert [one.act.kind for one in way] == [
        "medium-made", "medium-handed", "medium-arrived", "thing-returned", "medium-destroyed",
    ]  # fmt: skip
    assert [one.until for one in way] == [*(one.since for one in way[1:]), None]
    assert not way[-1].thing.alive
    assert stays(NUMBER, BY_DISC, "媒体:00000000@nothing") == []


@pytest.mark.parametrize("told", [BY_LINE, BY_DISC], ids=["line", "disc"])
def test_whatever_has_a_thing_was_named_by_an_act(told: list[tuple[Act, datetime]]) -> None:
    """So a search for one place or person may leave out every job whose acts never named it."""
    named: set[str] = set()
    for n, (act, _) in enumerate(told, 1):
        named |= holders_of(act.kind, act.by, act.body)
        job = fold(NUMBER, told[:n])
        assert job is not None
        assert {thing.place or thing.hand for thing in job.things.values() if thing.alive} <= named

"""Boxes of notices: each is a thing with its pieces, from the enclosing to the ward's count; together they hold what was enclosed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.cast_of_acts import PARCEL, act, whole_job
from tests.core.test_custody import WALK, refusal, upto, walk
from tewatashi.core.acts import Act
from tewatashi.core.custody import live_copies, to_be_claimed

NOTICES = f"通知書:{PARCEL[:8]}@factory"


def enclosed(*boxes: int) -> Act:
    one = next(each for each in WALK if each.kind == "pieces-enclosed")
    return replace(one, body={**one.body, "boxes": list(boxes)})


def boxed(acts: list[Act], *boxes: int) -> list[Act]:
    return [enclosed(*boxes) if each.kind == "pieces-enclosed" else each for each in acts]


def test_after_the_enclosing_each_box_is_a_thing_of_its_own() -> None:
    job = walk(boxed(upto("notices-delivered"), 4, 4, 1))
    boxes = {one.id: (one.quantity, one.number, one.place) for one in live_copies(job) if one.what == "通知書"}
    assert boxes == {
        f"{NOTICES}#1": (4, "箱1", "factory/印字室"), f"{NOTICES}#2": (4, "箱2", "factory/印字室"),
        f"{NOTICES}#3": (1, "箱3", "factory/印字室"),
    }  # fmt: skip
    assert (job.things[NOTICES].alive, job.things[NOTICES].how) == (False, "boxed")


def test_all_boxes_go_to_the_ward_and_none_is_left_or_to_be_claimed() -> None:
    job = walk(boxed(whole_job(), 4, 4, 1))
    assert job.closed
    assert live_copies(job) == ()
    assert {job.things[f"{NOTICES}#{number}"].how for number in (1, 2, 3)} == {"delivered"}
    assert not any(thing.startswith("通知書") for thing in to_be_claimed(job))


@pytest.mark.parametrize("boxes", [(4, 4), (4, 4, 2), (9, 0), (10,)])
def test_boxes_that_do_not_hold_what_was_enclosed_are_refused(boxes: tuple[int, ...]) -> None:
    assert refusal([*upto("pieces-enclosed"), enclosed(*boxes)]) == "count"


@given(st.lists(st.integers(1, 9), max_size=9))
@settings(max_examples=30)
def test_any_boxes_add_up_to_the_notices_or_are_refused(boxes: list[int]) -> None:
    acts = [*upto("pieces-enclosed"), enclosed(*boxes)]
    if boxes and sum(boxes) != 9:
        assert refusal(acts) == "count"
    else:
        assert sum(one.quantity for one in live_copies(walk(acts)) if one.what == "通知書") == 9


def test_one_box_is_moved_and_the_others_stay() -> None:
    move = act("thing-moved", "factory", "takahashi", thing=f"{NOTICES}#2", place=None, hand="takahashi")
    job = walk([*boxed(upto("notices-delivered"), 4, 5), move])
    assert (job.things[f"{NOTICES}#1"].hand, job.things[f"{NOTICES}#2"].hand) == (None, "takahashi")

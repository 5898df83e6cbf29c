"""Over the disc: what may be handed over, when, to whom, and how everything comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.cast_of_acts import DISC_NOTICE, MEDIUM, NOW, PARCEL, act, standing, standing_by_disc, whole_disc_job
from tewatashi.core.acts import Act
from tewatashi.core.custody import Job, decide, evolve
from tewatashi.core.refused import Refused

WALK = whole_disc_job()
STANDING = standing_by_disc()
NUMBER = "R8-0001"


def walk(steps: list[tuple[int, Act]]) -> Job:
    job: Job | None = None
    for day, one in steps:
        at = NOW + timedelta(days=day)
        job = evolve(job, NUMBER, decide(job, STANDING, one, at), at)
    assert job is not None
    return job


def upto(kind: str) -> list[tuple[int, Act]]:
    """Everything before the first act of this kind."""
    return WALK[: next(n for n, (_, one) in enumerate(WALK) if one.kind == kind)]


def the(kind: str, **changes: object) -> Act:
    one = next(one for _, one in WALK if one.kind == kind)
    return Act(one.kind, one.site, one.by, {**one.body, **changes})


def refusal(before: str, one: Act, day: int) -> tuple[str, str | None]:
    job = walk(upto(before))
    with pytest.raises(Refused) as refused:
        decide(job, STANDING, one, NOW + timedelta(days=day))
    return refused.value.code, refused.value.requirement


def test_the_way_that_goes_right_ends_with_everything_back_and_destroyed() -> None:
    job = walk(WALK)
    assert job.closed
    assert (job.things[MEDIUM].how, job.things[DISC_NOTICE].how) == ("cut", "shredded")


def test_both_in_one_cabinet_are_refused() -> None:
    assert refusal("medium-made", the("medium-made", place="ward/キャビネット2"), 0) == ("same-place", "WARD-CD-1")
    moved = act("thing-moved", "ward", "sato", thing=DISC_NOTICE, place="ward/キャビネット1", hand=None)
    assert refusal("medium-handed", moved, 0) == ("same-place", "WARD-CD-1")


def test_a_medium_lies_in_nothing_without_a_lock() -> None:
    assert refusal("medium-made", the("medium-made", place="ward/送信箱"), 0) == ("not-lockable", "WARD-CD-1")
    assert refusal("medium-arrived", the("medium-arrived", place="factory/印字室"), 1) == ("not-lockable", "FAC-CD-1")


def test_both_on_one_day_are_refused() -> None:
    notice = the("password-notice-handed", on="2026-11-25")
    assert refusal("password-notice-handed", notice, 2) == ("same-day", "WARD-CD-2")
    back = the("thing-returned", thing=DISC_NOTICE, place="ward/キャビネット2", on="2026-11-29")
    job = walk([*upto("thing-returned"), (5, the("thing-returned"))])
    with pytest.raises(Refused, match="同じ日"):
        decide(job, STANDING, back, NOW + timedelta(days=6))


def test_nobody_holds_both() -> None:
    before = [
        *upto("medium-arrived"),
        (1, act("thing-moved", "ward", "sato", thing=DISC_NOTICE, place=None, hand="sato")),
    ]
    with pytest.raises(Refused) as refused:
        decide(walk(before), STANDING, the("password-notice-handed", to="takahashi"), NOW + timedelta(days=2))
    assert (refused.value.code, refused.value.requirement) == ("same-hand", "WARD-CD-2")


@pytest.mark.requirement("FAC-CD-3")
def test_the_two_come_back_by_different_people() -> None:
    one_back = walk([*upto("thing-returned"), (5, the("thing-returned"))])
    again = {"thing": DISC_NOTICE, "place": "ward/キャビネット2", "on": "2026-11-30"}
    with pytest.raises(Refused) as refused:
        decide(one_back, STANDING, the("thing-returned", **again), NOW + timedelta(days=6))
    assert (refused.value.code, refused.value.requirement) == ("same-hand", "FAC-CD-3")
    decide(one_back, STANDING, the("thing-returned", **again, brought_by="suzuki"), NOW + timedelta(days=6))
    taken = act("thing-moved", "factory", "suzuki", thing=DISC_NOTICE, place=None, hand="takahashi")
    holding = walk([*upto("thing-returned"), (5, taken)])
    with pytest.raises(Refused) as refused:
        decide(holding, STANDING, the("thing-returned"), NOW + timedelta(days=5))
    assert (refused.value.code, refused.value.requirement) == ("same-hand", "FAC-CD-3")


def test_hander_and_taker_are_on_the_roster() -> None:
    assert refusal("medium-handed", the("medium-handed", to="watanabe"), 1) == ("not-on-roster", "FAC-OP-2")
    assert refusal("medium-handed", the("medium-handed", key_holder="watanabe"), 1) == ("not-on-roster", "FAC-OP-2")
    assert refusal("thing-returned", the("thing-returned", brought_by="watanabe"), 5) == ("not-on-roster", "FAC-OP-2")


def test_the_key_travels_with_somebody_else_than_the_case() -> None:
    assert refusal("medium-handed", the("medium-handed", key_holder="takahashi"), 1) == ("key-with-case", "WARD-CD-4")


def test_what_arrives_comes_in_the_case_in_which_it_left() -> None:
    assert refusal("medium-arrived", the("medium-arrived", case="C-8"), 1) == ("other-case", "WARD-CD-4")
    assert refusal("medium-handed", the("medium-arrived"), 1)[0] == "not-on-its-way"
    assert refusal("medium-arrived", the("parcel-received"), 1) == ("not-arrived", "WARD-CD-4")


def test_nothing_is_taken_in_from_a_medium_that_came_broken_until_the_parcel_is_sealed_anew() -> None:
    broken = [*upto("medium-arrived"), (1, the("medium-arrived", intact=False))]
    job = walk(broken)
    with pytest.raises(Refused, match="R8-0001-M01") as refused:
        decide(job, STANDING, the("parcel-received"), NOW + timedelta(days=1))
    assert (refused.value.code, refused.value.requirement) == ("not-intact", "WARD-CD-4")
    asked = {"scope": "parcel", "parcel": PARCEL}
    cancelled = [
        (1, act("cancel-requested", "ward", "sato", reason="封印の異状", **asked)),
        (1, act("cancel-accepted", "factory", "system", **asked)),
    ]
    anew = (1, the("parcel-sealed", parcel="ef" * 16))
    back = (2, the("thing-returned", on="2026-11-26"))
    job = walk([*broken, *cancelled, anew, back])
    assert job.things[MEDIUM].site == "ward"


def test_a_medium_without_its_number_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        the("medium-made", medium="")
    assert refused.value.code == "act-body"
    assert refusal("medium-handed", the("medium-handed", medium="R8-0001-M02"), 1) == ("no-such-medium", "CL-8")


def test_nothing_comes_back_before_the_delivery_or_in_another_number() -> None:
    assert refusal("pieces-composed", the("thing-returned", on="2026-11-28"), 4) == ("too-early", "FAC-CD-3")
    assert refusal("thing-returned", the("thing-returned", quantity=2), 5) == ("count", "WARD-CD-3")


def test_the_factory_ends_neither_medium_nor_notice() -> None:
    for thing in (MEDIUM, DISC_NOTICE):
        gone = act("copy-erased", "factory", "takahashi", thing=thing, method="shredded", quantity=1, witness="suzuki")
        assert refusal("thing-returned", gone, 5) == ("to-be-returned", "FAC-CD-3")


def test_a_job_is_not_closed_with_anything_not_back() -> None:
    back = ("thing-returned", "copy-erased")
    without = [(d, one) for d, one in WALK if one.kind not in back or one.body.get("thing") != DISC_NOTICE]
    without = [(d, one) for d, one in without if one.body.get("confirmation") != "R8-0001-K05"]
    with pytest.raises(Refused) as refused:
        walk(without)
    assert refused.value.code == "copies-left"


def test_a_record_that_the_contractor_disputes_keeps_the_job_open_and_stays() -> None:
    disputed = act("countersigned", "factory", "suzuki", confirmation="R8-0001-K03", agrees=False, note="数量が違う")
    before = [step for step in WALK if step[1].body.get("confirmation") != "R8-0001-K03"]
    with pytest.raises(Refused) as refused:
        walk([*before[:-1], (7, disputed), before[-1]])
    assert (refused.value.code, refused.value.requirement) == ("countersignature-missing", "FAC-CD-4")
    assert walk([*before[:-1], (7, disputed), (7, the("countersigned", confirmation="R8-0001-K03")), before[-1]]).closed


def test_a_medium_ends_by_its_own_serial_before_a_witness() -> None:
    assert refusal("medium-destroyed", the("medium-destroyed", serial="AB13"), 6)[0] == "other-serial"
    assert refusal("medium-destroyed", the("medium-destroyed", witness="sato"), 6)[0] == "witness-self"


def test_a_badly_burnt_medium_is_destroyed_and_another_is_made_under_a_number_of_its_own() -> None:
    broken = [*upto("medium-handed"), (0, the("medium-destroyed"))]
    again = the("medium-made", medium="R8-0001-M02", serial="AB13")
    handed = the("medium-handed", medium="R8-0001-M02")
    job = walk([*broken, (0, again), (1, handed)])
    assert [thing.number for thing in job.things.values() if thing.alive and thing.what == "媒体"] == ["R8-0001-M02"]
    with pytest.raises(Refused) as refused:
        decide(walk(broken), STANDING, the("medium-made"), NOW)
    assert refused.value.code == "number-used"
    assert refusal("medium-arrived", the("medium-destroyed"), 1)[0] == "others-thing"


def test_over_the_line_no_medium_is_made_and_over_the_disc_nothing_is_sent() -> None:
    assert refusal("medium-handed", act("parcel-sent", "ward", "sato", parcel=PARCEL), 1) == ("channel", "WORK-5")
    with pytest.raises(Refused) as refused:
        decide(walk(upto("medium-made")), standing(), the("medium-made"), NOW)
    assert (refused.value.code, refused.value.requirement) == ("channel", "WORK-5")


def test_over_the_disc_the_notice_is_never_mailed() -> None:
    mailed = the("password-notice-handed", route="registered-mail", tracking="123-45-67890-1")
    assert refusal("password-notice-handed", mailed, 2) == ("not-in-person", "WARD-CD-2")

"""A contract is not changed so that its open jobs could neither go on nor end; what is renewed may change at any time."""

from __future__ import annotations

import pytest

from tests.core.cast_of_acts import CONTRACT, PLACES, standing, times, whole_job
from tewatashi.core.acts import CONNECTION_SHEET, Act
from tewatashi.core.contract_change import refuse_stranding
from tewatashi.core.custody import Job, evolve
from tewatashi.core.refused import Refused

NUMBER = "R8-0001"


def job_after(last: str) -> Job:
    job: Job | None = None
    for one, at in zip(whole_job(), times(), strict=False):
        job = evolve(job, NUMBER, one, at)
        if one.kind == last:
            break
    assert job is not None
    return job


def change(job: Job | None, **changes: object) -> None:
    made = Act("contract-made", "ward", "tanaka", {**CONTRACT, "places": [*PLACES, "factory/倉庫"], **changes})
    refuse_stranding(
        standing(places=[*PLACES, "factory/倉庫", "factory/空き棚"]), made, [] if job is None else [job]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "requirement"),
    [
        ({"contractor": "別の会社"}, "CL-10"),
        ({"channel": "disc", "lgwan_asp": None, "connection": None}, "WORK-5"),
        ({"forms": ["other"]}, "CL-7"),
        ({"places": [place for place in PLACES if place != "factory/保管庫"]}, "CL-6"),
        ({"places": [place for place in PLACES if place != "ward/納品窓口"]}, "CL-6"),
    ],
)
def test_a_change_that_strands_an_open_job_is_refused_and_names_it(
    changes: dict[str, object], requirement: str
) -> None:
    with pytest.raises(Refused, match=NUMBER) as refused:
        change(job_after("parcel-sent"), **changes)
    assert (refused.value.code, refused.value.requirement) == ("job-open", requirement)
    change(None, **changes)


def test_before_anything_is_handed_over_another_contractor_or_channel_may_come() -> None:
    job = job_after("parcel-sealed")
    change(job, contractor="別の会社")
    change(job, channel="disc", lgwan_asp=None, connection=None)


def test_a_parcel_that_has_arrived_needs_no_channel_but_its_contractor() -> None:
    job = job_after("parcel-received")
    change(job, channel="disc", lgwan_asp=None, connection=None)
    with pytest.raises(Refused, match="委託先"):
        change(job, contractor="別の会社")


def test_a_place_where_something_was_put_stays() -> None:
    job = job_after("pieces-printed")
    moved = Act("thing-moved", "factory", "takahashi", {"thing": next(t.id for t in job.things.values() if t.what == "通知書"), "place": "factory/倉庫", "hand": None})  # fmt: skip
    job = evolve(job, NUMBER, moved, next(times()))
    with pytest.raises(Refused, match="factory/倉庫"):
        change(job, places=PLACES)


def test_certificates_term_and_unused_places_change_while_jobs_are_open() -> None:
    renewed = {"number": "P2", "expires": "2029-03-31"}
    change(
        job_after("parcel-opened"), privacy_mark=renewed, lgwan_asp=renewed, ends="2028-03-31", gateway_hold_days=7,
        erase_within_days=9, connection=dict.fromkeys(CONNECTION_SHEET, "更新"), forms=["tokusoku", "other"],
    )  # fmt: skip

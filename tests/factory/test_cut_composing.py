"""What a composing that was cut left in the vault: gone on with for an hour, and never there without an end."""

from __future__ import annotations

import os
import time

import pytest

from tests.factory.works import Works
from tests.waiting import until

LEFT = ("print-0-1.age", "print-0-1.made.age", "print-0-2.age.part")


def cut_composing(works: Works, *, hours_ago: float) -> str:
    """An opened job, and files as a composing leaves them when the site is killed."""
    job = works.sent_job()
    works.open(job)
    paths = [works.data / "keys" / f"{job}.print.key", *(works.data / "vault" / job / name for name in LEFT)]
    for path in paths:
        path.write_bytes(b"half")
        path.chmod(0o600)
        os.utime(path, (moment := time.time() - hours_ago * 3600, moment))
    return job


def left(works: Works, job: str) -> list[str]:
    return [name for name in works.files(job) if "print" in name]


def sweep(works: Works) -> None:
    """A letter wakes the sweep."""
    works.told_job()


@pytest.mark.requirement("FAC-SYS-4")
def test_what_was_cut_is_left_for_an_hour_and_then_goes_though_nobody_composes_again(works: Works) -> None:
    new, old = cut_composing(works, hours_ago=0.9), cut_composing(works, hours_ago=1.1)
    sweep(works)
    until(lambda: left(works, old) == [])
    assert left(works, new) == sorted([f"{new}.print.key", *LEFT])


@pytest.mark.requirement("CL-11-12")
def test_what_was_cut_goes_with_the_opened_records_of_a_cancelled_job(works: Works) -> None:
    job = cut_composing(works, hours_ago=0)
    parcel = works.takahashi.state(job)["parcel"]
    works.tell("cancel-requested", "tanaka", job, scope="job", parcel=parcel, reason="基準日の誤り")
    until(lambda: "cancel-accepted" in works.acts(job))
    works.takahashi.act(f"/jobs/{job}/erase", {"all": "1", "witness": "suzuki"})
    assert works.files(job) == []

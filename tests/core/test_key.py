"""The vault's key: it comes to be with the opening, and ends with the last that it opens."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.core.cast_of_acts import KEY, PARCEL, act, standing, times, whole_job
from tewatashi.core.acts import Act
from tewatashi.core.custody import Job, decide, evolve, fold, live_copies, to_be_claimed
from tewatashi.core.custody.where import stays
from tewatashi.core.refused import Refused

WALK = whole_job()
STANDING = standing()
NUMBER = "R8-0001"


def walk(acts: list[Act]) -> Job:
    job: Job | None = None
    for one, now in zip(acts, times(), strict=False):
        job = evolve(job, NUMBER, decide(job, STANDING, one, now), now)
    assert job is not None
    return job


def until(kind: str, thing: str = "") -> list[Act]:
    last = next(n for n, one in enumerate(WALK) if one.kind == kind and thing in str(one.body.get("thing")))
    return WALK[: last + 1]


@pytest.mark.requirement("CL-11-12")
def test_the_key_lives_from_the_opening_to_the_end_of_the_last_that_it_opens() -> None:
    assert KEY not in walk(until("parcel-received")).things
    opened, composed = walk(until("parcel-opened")).things[KEY], walk(until("pieces-composed")).things[KEY]
    assert [(key.place, key.quantity) for key in (opened, composed)] == [("factory/保管庫", 1), ("factory/保管庫", 2)]
    one_left = walk(until("copy-erased", "開封データ")).things[KEY]
    assert (one_left.alive, one_left.quantity) == (True, 1)
    gone = walk(until("copy-erased", "印刷ファイル")).things[KEY]
    assert (gone.alive, gone.how, gone.place, gone.hand) == (False, "key-destroyed", None, None)


@pytest.mark.requirement("CL-8")
def test_its_way_is_one_stay_in_the_vault_and_its_end() -> None:
    told: list[tuple[Act, datetime]] = list(zip(WALK, times(), strict=False))
    way = stays(NUMBER, told, KEY)
    assert [(one.act.kind, one.thing.place) for one in way] == [
        ("parcel-opened", "factory/保管庫"), ("copy-erased", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "said", "code"),
    [
        ("copy-erased", {"method": "key-destroyed", "quantity": 2, "witness": "suzuki"}, "key-by-itself"),
        ("thing-moved", {"place": "factory/印字室", "hand": None}, "key-by-itself"),
        ("thing-moved", {"place": None, "hand": "takahashi"}, "key-by-itself"),
        ("thing-lost", {"quantity": 2, "on": "2026-11-24", "statement": "ない。"}, "not-carried"),
    ],
)
def test_a_key_is_not_moved_erased_or_lost_by_itself(kind: str, said: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        walk([*until("delivery-confirmed"), act(kind, "factory", "takahashi", thing=KEY, **said)])
    assert refused.value.code == code


@pytest.mark.requirement("FAC-OP-7")
def test_the_erasure_report_names_the_key() -> None:
    assert KEY in to_be_claimed(walk(until("pieces-composed")))
    claimed = next(one for one in WALK if one.kind == "erasure-claimed")
    without = Act(claimed.kind, claimed.site, claimed.by, {
        **claimed.body, "things": [one for one in claimed.body["things"] if one != KEY],  # type: ignore[attr-defined]
    })  # fmt: skip
    with pytest.raises(Refused) as refused:
        walk([*until("erasure-claimed")[:-1], without])
    assert refused.value.code == "list-incomplete"


def test_a_job_that_is_cancelled_after_the_opening_ends_its_key_with_what_it_holds() -> None:
    cancel = [
        act("cancel-requested", "ward", "tanaka", scope="job", parcel=PARCEL, reason="中止"),
        act("cancel-accepted", "factory", "system", scope="job", parcel=PARCEL),
    ]
    opened = f"開封データ:{PARCEL[:8]}@factory"
    erase = act("copy-erased", "factory", "system", thing=opened, method="key-destroyed", quantity=10, witness="")
    job = walk([*until("parcel-opened"), *cancel, erase])
    assert job.things[KEY].how == "key-destroyed"
    assert KEY not in {thing.id for thing in live_copies(job)}


def test_what_an_older_ledger_tells_has_its_key_too() -> None:
    """It follows from the acts alone, so a job that was opened before there was such a thing has one."""
    job = fold(NUMBER, zip(until("parcel-opened"), times(), strict=False))
    assert job is not None
    assert job.things[KEY].alive

"""A state machine of a job: acts in any order, with any counts, by anybody; what the rules accept breaks no invariant."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.core.cast_of_acts import FINGERPRINT, NOW, PARCEL, PLACES, REMADE, SHA, act, proofread, standing, whole_job
from tewatashi.core.acts import Act
from tewatashi.core.custody import KEY, OPENED_BY_KEY, Job, Thing, decide, evolve, live_copies
from tewatashi.core.refused import Refused

STANDING = standing()
WALK = whole_job()
NUMBER = "R8-0001"


class Custody(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.job: Job | None = None
        self.now: datetime = NOW
        self.ended: dict[str, Thing] = {}
        self.reached = 0
        self.read: dict[str, Act] = {}
        self.printed: list[Act] = []

    def try_act(self, one: Act) -> None:
        self.now += timedelta(minutes=1)
        try:
            decide(self.job, STANDING, one, self.now)
        except Refused:
            return
        self.job = evolve(self.job, NUMBER, one, self.now)
        if one.kind == "pieces-composed":
            assert one.body["fingerprint"] == FINGERPRINT  # sunmesse-2021
        if one.kind == "pages-proofread":
            self.read[one.text("sha256")] = one
        if one.kind == "pieces-printed" and one.number("pieces"):
            self.printed.append(one)

    @rule()
    def go_on_as_the_workflow_says(self) -> None:
        """The next acts of a job that goes right: without it a walk would hardly ever reach the end."""
        for one in WALK[self.reached : self.reached + 4]:
            self.try_act(one)
        self.reached = min(self.reached + 4, len(WALK))

    @rule(which=st.integers(0, len(WALK) - 1))
    def do_something_out_of_order(self, which: int) -> None:
        self.try_act(WALK[which])

    @rule(which=st.integers(0, len(WALK) - 1), by=st.sampled_from(["watanabe", "ito", "system", "takahashi"]))
    def somebody_else_does_it(self, which: int, by: str) -> None:
        one = WALK[which]
        self.try_act(Act(one.kind, one.site, by, one.body))

    @rule(
        which=st.integers(0, len(WALK) - 1),
        name=st.sampled_from(["pieces", "quantity", "enclosed", "withdrawn", "size"]),
        value=st.integers(0, 12),
    )
    def a_count_is_another(self, which: int, name: str, value: int) -> None:
        one = WALK[which]
        if name in one.body and type(one.body[name]) is int:
            self.try_act(Act(one.kind, one.site, one.by, {**one.body, name: value}))

    @rule(
        sha256=st.sampled_from([SHA, REMADE, "ab" * 32]), findings=st.integers(0, 1), pieces=st.sampled_from([0, 1, 10])
    )
    def files_are_read_back(self, sha256: str, findings: int, pieces: int) -> None:
        copy = int(sha256 != SHA)
        self.try_act(proofread(copy=copy, pieces=pieces, pages=2 * pieces, sha256=sha256, findings=findings))

    @rule(sha256=st.sampled_from([SHA, REMADE, "ab" * 32]), copy=st.integers(0, 2), pieces=st.sampled_from([0, 1, 10]))
    def files_are_printed(self, sha256: str, copy: int, pieces: int) -> None:
        self.try_act(
            act(
                "pieces-printed", "factory", "takahashi", pieces=pieces, copy=copy, sha256=sha256, printer="ipp",
                place="factory/印字室", spool="factory/印字室",
            )
        )  # fmt: skip

    @rule(
        thing=st.sampled_from(["送付データ", "開封データ", "印刷ファイル", "通知書", KEY]),
        place=st.sampled_from([*PLACES, "factory/事務所", None]),
        hand=st.sampled_from(["takahashi", "watanabe", None]),
    )
    def something_is_moved(self, thing: str, place: str | None, hand: str | None) -> None:
        self.try_act(
            act("thing-moved", "factory", "takahashi", thing=f"{thing}:{PARCEL[:8]}@factory", place=place, hand=hand)
        )

    @rule(part=st.sampled_from(sorted(FINGERPRINT)))
    def it_is_composed_with_something_else_than_was_approved(self, part: str) -> None:
        one = next(one for one in WALK if one.kind == "pieces-composed")
        other = {**one.body, "fingerprint": {**FINGERPRINT, part: "00" * 32}}
        self.try_act(Act(one.kind, one.site, one.by, other))

    @rule()
    def the_parcel_is_voided(self) -> None:
        self.try_act(act("parcel-voided", "ward", "tanaka", parcel=PARCEL, reason="作り直し"))

    @rule(quantity=st.integers(0, 12), withdrawn=st.integers(0, 2), agrees=st.booleans())
    def the_ward_counts(self, quantity: int, withdrawn: int, agrees: bool) -> None:
        self.try_act(act(
            "delivery-confirmed", "ward", "sato", receipt="確-1", quantity=quantity, withdrawn=withdrawn, agrees=agrees,
            at="2026-11-28T10:20:00+09:00", place="ward/納品窓口",
        ))  # fmt: skip

    @invariant()
    def everything_that_exists_has_one_place_or_one_hand(self) -> None:
        for thing in self.job.things.values() if self.job else ():
            assert ((thing.place is None) != (thing.hand is None)) is thing.alive
            if thing.alive and thing.place is not None:
                assert thing.place in PLACES

    @invariant()
    def what_has_ended_never_comes_back(self) -> None:
        things = self.job.things if self.job else {}
        for name, thing in self.ended.items():
            assert things[name] == thing
        self.ended = {name: thing for name, thing in things.items() if not thing.alive}

    @invariant()
    def there_is_a_key_for_each_kind_that_lies_in_the_vault_and_no_other(self) -> None:
        alive = [thing for thing in self.job.things.values() if thing.alive] if self.job else []
        assert sum(t.quantity for t in alive if t.what == KEY) == sum(t.what in OPENED_BY_KEY for t in alive)
        assert all(thing.place == "factory/保管庫" for thing in alive if thing.what == KEY)

    @invariant()
    def no_count_differs_unseen(self) -> None:
        counts = self.job.counts if self.job else None
        if counts is None or counts.enclosed is None:
            return
        assert counts.withdrawn is not None
        assert counts.extract == counts.composed == counts.printed == counts.enclosed + counts.withdrawn
        assert counts.spoiled == counts.remade
        assert counts.delivered in (None, counts.enclosed)

    @invariant()
    def nothing_is_printed_that_was_not_read_without_a_finding(self) -> None:
        for one in self.printed:
            assert one.text("sha256") in self.read
            assert self.read[one.text("sha256")].number("findings") == 0

    @invariant()
    def a_closed_job_has_no_copy_left_and_was_verified(self) -> None:
        if self.job is not None and self.job.closed:
            assert live_copies(self.job) == ()
            assert self.job.did("erasure-verified")
            assert not self.job.disputed

    @invariant()
    def nothing_is_handed_over_by_somebody_who_is_not_on_the_roster(self) -> None:
        for thing in self.job.things.values() if self.job else ():
            assert thing.hand != "watanabe"


Custody.TestCase.settings = settings(max_examples=120, stateful_step_count=60, deadline=None)
TestCustody = Custody.TestCase


def test_the_walk_that_goes_right_reaches_the_end() -> None:
    custody = Custody()
    while custody.reached < len(WALK):
        custody.go_on_as_the_workflow_says()
    assert custody.job is not None
    assert custody.job.closed

"""A state machine of medium and password notice: any act, day, place and person; what the rules accept never brings both
together."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.core.cast_of_acts import DISC_NOTICE, DISC_PLACES, MEDIUM, NOW, PARCEL, act, standing_by_disc, whole_disc_job
from tewatashi.core.acts import Act
from tewatashi.core.custody import Job, decide, evolve, live_copies
from tewatashi.core.place import is_lockable
from tewatashi.core.refused import Refused

STANDING = standing_by_disc()
WALK = [one for _, one in whole_disc_job()]
PEOPLE = ["suzuki", "takahashi", "watanabe", "sato", "tanaka"]
DAYS = st.integers(0, 9)


class Media(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.job: Job | None = None
        self.now: datetime = NOW
        self.handed: dict[str, list[tuple[str, date]]] = {"medium-handed": [], "password-notice-handed": []}
        self.brought: set[tuple[str, str, str]] = set()  # parcel, what, who brought it back
        self.reached = 0

    def try_act(self, one: Act) -> bool:
        try:
            decide(self.job, STANDING, one, self.now)
        except Refused:
            return False
        self.job = evolve(self.job, "R8-0001", one, self.now)
        if one.kind in self.handed:
            self.handed[one.kind].append((one.text("parcel"), date.fromisoformat(one.text("on"))))
        if one.kind == "thing-returned":
            assert self.job is not None
            thing = self.job.things[one.text("thing")]
            self.brought.add((thing.parcel, thing.what, one.text("brought_by")))
        return True

    @rule(days=st.integers(0, 2))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(steps=st.integers(1, 6), on=DAYS)
    def the_work_goes_on(self, steps: int, on: int) -> None:
        """Without it a walk would hardly ever come far: the next acts that are still to be done, on some day."""
        for _ in range(steps):
            if self.reached == len(WALK):
                return
            one = WALK[self.reached]
            body = dict(one.body)
            if "on" in body:
                body["on"] = (NOW + timedelta(days=on)).date().isoformat()
            self.reached += self.try_act(Act(one.kind, one.site, one.by, body))

    @rule(
        which=st.integers(0, len(WALK) - 1), place=st.sampled_from(DISC_PLACES), person=st.sampled_from(PEOPLE), on=DAYS,
    )  # fmt: skip
    def somebody_does_it_otherwise(self, which: int, place: str, person: str, on: int) -> None:
        one = WALK[which]
        changed = {
            "place": place, "to": person, "key_holder": person, "brought_by": person,
            "on": (NOW + timedelta(days=on)).date().isoformat(),
        }  # fmt: skip
        self.try_act(
            Act(one.kind, one.site, one.by, {**one.body, **{k: v for k, v in changed.items() if k in one.body}})
        )

    @rule(
        thing=st.sampled_from([MEDIUM, DISC_NOTICE]), place=st.sampled_from([*DISC_PLACES, None]),
        hand=st.sampled_from([*PEOPLE, None]), by=st.sampled_from(["suzuki", "takahashi", "sato"]),
    )  # fmt: skip
    def something_is_moved(self, thing: str, place: str | None, hand: str | None, by: str) -> None:
        site = "ward" if by == "sato" else "factory"
        self.try_act(
            act("thing-moved", "ward" if site == "ward" else "factory", by, thing=thing, place=place, hand=hand)
        )

    @rule(by=st.sampled_from(["sato", "suzuki"]), thing=st.sampled_from([MEDIUM, DISC_NOTICE]))
    def something_is_lost(self, by: str, thing: str) -> None:
        site = "ward" if by == "sato" else "factory"
        lost = {"thing": thing, "quantity": 1, "on": self.now.date().isoformat(), "statement": "ありません。"}
        self.try_act(act("thing-lost", "ward" if site == "ward" else "factory", by, **lost))

    @rule(number=st.sampled_from(["R8-0001-M02", "R8-0001-M03"]))
    def another_medium_is_made(self, number: str) -> None:
        made = next(one for one in WALK if one.kind == "medium-made")
        self.try_act(Act(made.kind, made.site, made.by, {**made.body, "medium": number}))

    @rule(scope=st.sampled_from(["parcel", "job"]))
    def it_is_cancelled(self, scope: str) -> None:
        self.try_act(act("cancel-requested", "ward", "tanaka", scope=scope, parcel=PARCEL, reason="誤り"))
        self.try_act(act("cancel-accepted", "factory", "system", scope=scope, parcel=PARCEL))

    @invariant()
    def medium_and_notice_are_never_in_one_place_or_hand(self) -> None:
        alive = [t for t in (live_copies(self.job) if self.job else ()) if t.what in ("媒体", "パスワード通知書")]
        for thing in alive:
            assert thing.place is None or is_lockable(thing.place)
            for other in alive:
                if other.what != thing.what and other.parcel == thing.parcel:
                    assert (thing.place or thing.hand) != (other.place or other.hand)

    @invariant()
    def they_are_never_handed_over_on_one_day(self) -> None:
        assert not set(self.handed["medium-handed"]) & set(self.handed["password-notice-handed"])

    @invariant()
    def nobody_brings_both_back(self) -> None:
        for parcel, what, person in self.brought:
            assert not any((p, who) == (parcel, person) and other != what for p, other, who in self.brought)

    @invariant()
    def nothing_is_nowhere(self) -> None:
        for thing in self.job.things.values() if self.job else ():
            assert ((thing.place is None) != (thing.hand is None)) is thing.alive
            holder = thing.place and thing.place.partition("/")[0]
            assert holder in (None, thing.site)

    @invariant()
    def a_closed_job_has_everything_back_and_confirmed(self) -> None:
        if self.job is not None and self.job.closed:
            assert live_copies(self.job) == ()
            assert all(one.agreed for one in self.job.confirmations.values())


Media.TestCase.settings = settings(max_examples=250, stateful_step_count=50, deadline=None)
TestMedia = Media.TestCase

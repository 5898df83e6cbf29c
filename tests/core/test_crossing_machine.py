"""Three sites tell each other what they do, and everything may cross: what one site's rules allowed, no other may refuse.

Ward and factory talk through the gateway: each of the four lines carries its letters in the order in which they were put on
it, those that the gateway relays among the gateway's own; what is on different lines crosses as it likes.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.core.cast_of_acts import NOW, PARCEL, act, standing, whole_job
from tewatashi.core.acts import KINDS, Act, Role
from tewatashi.core.contract import Standing
from tewatashi.core.custody import SPOOL, Job, decide, evolve, live_copies, to_be_claimed
from tewatashi.core.refused import Refused

STANDING = standing()
WALK = whole_job()
NUMBER = "R8-0001"
SITES: Final[tuple[Role, ...]] = ("ward", "gateway", "factory")
LINES: Final[tuple[tuple[Role, Role], ...]] = (
    ("ward", "gateway"), ("gateway", "factory"), ("factory", "gateway"), ("gateway", "ward"),
)  # fmt: skip
_COMES_FROM: Final = {"parcel-held": "parcel-sent", "parcel-received": "parcel-held"}
TOO_LATE: Final = ("withdrawal-requested", "too-late")
"""The one crossing that is refused, and meant to be: the enclosing did not wait, and the ward sees so on its page."""


def with_parcel(one: Act, parcel: str) -> Act:
    """The same act about another parcel of the job."""
    body = {
        name: value.replace(PARCEL[:8], parcel[:8]) if isinstance(value, str) else value
        for name, value in one.body.items()
    }
    return Act(one.kind, one.site, one.by, body | ({"parcel": parcel} if body.get("parcel") else {}))


class Sent(NamedTuple):
    """A letter on its way. under: how much of the contract its sender knew"""

    to: Role
    act: Act
    at: datetime
    under: int


class Crossing(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.done: set[tuple[str, str]] = set()
        self.jobs: dict[Role, Job | None] = dict.fromkeys(SITES)
        self.lines: dict[tuple[Role, Role], deque[Sent]] = {line: deque() for line in LINES}

    def do(self, one: Act) -> bool:
        """Whether the site's own rules allowed it."""
        self.now += timedelta(minutes=1)
        if one.site == "gateway" and not self.why_was_carried():
            return False
        if one.kind in _COMES_FROM and not self.bytes_come(one):
            return False
        try:
            decide(self.jobs[one.site], self.standing(one.site), one, self.now)
        except Refused:
            return False
        self.jobs[one.site] = evolve(self.jobs[one.site], NUMBER, one, self.now)
        self.done.add((one.kind, str(one.body.get("parcel"))))
        self.tell(one)
        return True

    def tell(self, one: Act) -> None:
        for to in KINDS[one.kind].tells:
            if to != one.site:
                self.put(one.site, Sent(to, one, self.now, self.under(one.site, to)))

    def standing(self, _site: Role) -> Standing:
        """The contract, by which a site judges what it does itself."""
        return STANDING

    def under(self, _site: Role, _to: Role) -> int:
        return 0

    def judged_by(self, _sent: Sent) -> Standing:
        """The contract, by which a site judges what it is told."""
        return STANDING

    def bytes_come(self, one: Act) -> bool:
        """A site takes only bytes that were sent to it, and none of a parcel that it knows to be void."""
        job = self.jobs[one.site]
        known = job is not None and job.parcel == one.text("parcel") and not job.cancelled
        return known and (_COMES_FROM[one.kind], one.text("parcel")) in self.done

    def put(self, at: Role, sent: Sent) -> None:
        self.lines[at, sent.to if at == "gateway" else "gateway"].append(sent)

    def deliver(self, line: tuple[Role, Role]) -> bool:
        """False when nothing on the line can go now."""
        if not self.lines[line]:
            return False
        sent = self.lines[line].popleft()
        if sent.to != line[1]:
            self.put(line[1], sent)
        else:
            self.take(sent)
        return True

    def take(self, sent: Sent) -> None:
        to, one, at, _ = sent
        try:
            decide(self.jobs[to], self.judged_by(sent), one, at)
        except Refused as refused:
            if (one.kind, refused.code) == TOO_LATE:
                return
            raise AssertionError(f"{to} refuses what {one.site} did: {one.kind} {refused}") from refused
        self.jobs[to] = evolve(self.jobs[to], NUMBER, one, at)

    # ------------------------------------------------------------------------------------------------ what people do

    @rule(which=st.integers(0, len(WALK) - 1), parcel=st.sampled_from([PARCEL, "ef" * 16]))
    def somebody_acts(self, which: int, parcel: str) -> None:
        self.do(with_parcel(WALK[which], parcel))

    @rule(steps=st.integers(1, 12), silent=st.sampled_from([(), SITES, ("factory",), ("gateway",), ("ward",)]))
    def the_work_goes_on(self, steps: int, silent: tuple[Role, ...]) -> None:
        """Without it a walk would hardly ever come far: the next acts of this job, told at once except by some sites."""
        done = 0
        job = self.jobs["ward"]
        parcel = (job.parcel if job else None) or ("ef" * 16 if job and job.voided else PARCEL)
        for one in WALK:
            if done < steps and self.do(with_parcel(one, parcel)):
                done += 1
                for line in LINES:
                    while line[0] not in silent and self.deliver(line):
                        """One letter after the other."""

    @rule(scope=st.sampled_from(["parcel", "job"]))
    def the_ward_asks_to_cancel(self, scope: str) -> None:
        job = self.jobs["ward"]
        self.do(act("cancel-requested", "ward", "tanaka", scope=scope, parcel=job and job.parcel, reason="誤り"))

    @rule()
    def the_factory_answers(self) -> None:
        job = self.jobs["factory"]
        if job is not None and job.cancelling is not None:
            said = {"scope": job.cancelling, "parcel": job.parcel}
            if not self.do(act("cancel-accepted", "factory", "system", **said)):
                assert self.do(act("cancel-refused", "factory", "system", reason="開封した", **said))

    @rule()
    def the_ward_voids_what_it_never_sent(self) -> None:
        job = self.jobs["ward"]
        if job is not None and job.parcel is not None:
            self.do(act("parcel-voided", "ward", "tanaka", parcel=job.parcel, reason="誤り"))

    @rule(site=st.sampled_from(SITES))
    def everything_that_may_end_here_ends(self, site: Role) -> None:
        self.end_all(site)

    def end_all(self, site: Role) -> None:
        job = self.jobs[site]
        for thing in live_copies(job) if job else ():
            if thing.site == site:
                by, witness = ("takahashi", "suzuki") if site == "factory" else ("system", "")
                method = "shredded" if site == "factory" and thing.what != SPOOL else "deleted"
                self.do(act(
                    "copy-erased", site, by, thing=thing.id, method=method, quantity=thing.quantity, witness=witness,
                ))  # fmt: skip

    def why_was_carried(self) -> bool:
        """The gateway holds and erases only when the letters that are its reason have gone on to the far site: the ward
        uploads after its letters, and the gateway looks whether what it heard was relayed."""
        return not any(sent.to != "gateway" for end in ("ward", "factory") for sent in self.lines[end, "gateway"])

    @rule(line=st.sampled_from(LINES))
    def a_letter_arrives(self, line: tuple[Role, Role]) -> None:
        self.deliver(line)

    @rule()
    def everything_arrives(self) -> None:
        while any(self.lines.values()):
            for line in LINES:
                self.deliver(line)

    # ------------------------------------------------------------------------------------------------------- the end

    @invariant()
    def what_is_told_makes_the_same_job(self) -> None:
        if any(self.lines.values()) or self.jobs["ward"] is None:
            return
        ward, factory = self.jobs["ward"], self.jobs["factory"]
        assert factory is not None
        assert {t.id: t.alive for t in ward.things.values()} == {t.id: t.alive for t in factory.things.values()}
        assert (ward.parcel, ward.cancelled, ward.cancelling) == (factory.parcel, factory.cancelled, factory.cancelling)

    @invariant()
    def a_cancelled_job_can_always_be_ended(self) -> None:
        job = self.jobs["ward"]
        if job is None or not job.cancelled or job.closed:
            return
        other = Crossing.__new__(Crossing)
        other.now, other.done, other.jobs = self.now, set(self.done), dict(self.jobs)
        other.lines = {line: deque(letters) for line, letters in self.lines.items()}
        other.everything_arrives()
        for site in ("ward", "gateway", "factory"):
            other.end_all(site)
            other.everything_arrives()
        here = other.jobs["factory"]
        assert here is not None
        if here.ever_opened:
            report = {"things": sorted(to_be_claimed(here)), "witness": "takahashi", "statement": "消去しました。"}
            other.do(act("erasure-claimed", "factory", "suzuki", **report))
            other.everything_arrives()
            other.do(WALK[-2])
        other.do(WALK[-1])
        assert other.jobs["ward"] is not None
        assert other.jobs["ward"].closed


Crossing.TestCase.settings = settings(max_examples=600, stateful_step_count=40, deadline=None)
TestCrossing = Crossing.TestCase

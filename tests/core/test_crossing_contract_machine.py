"""As the crossing of a job's acts, while the contract changes under them: an act that was right where it was done is right
everywhere, and who knows the same acts knows the same contract."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.core.cast_of_acts import CONTRACT, NOW, PEOPLE, PLACES, STEPS, act, contract_acts
from tests.core.test_crossing_machine import SITES, WALK, Crossing, Sent
from tewatashi.core import contract as contracts
from tewatashi.core.acts import KINDS, Act, Role
from tewatashi.core.contract import Standing
from tewatashi.core.contract_acts import ContractActs, refuse_back
from tewatashi.core.refused import Refused

NEW: Final = {"id": "ueda", "name": "上田", "duty": "handler", "employer": "見本印刷"}
ROSTERS: Final = ([*PEOPLE], [*PEOPLE, NEW], [PEOPLE[0]], [PEOPLE[0], NEW])


def agreed() -> ContractActs:
    known = ContractActs()
    for one in contract_acts():
        known = known.also(one.site, one.kind, one)
    return known


class CrossingContract(Crossing):
    def __init__(self) -> None:
        super().__init__()
        self.known: dict[Role, ContractActs] = dict.fromkeys(SITES, agreed())
        self.heard: dict[tuple[Role, Role], int] = {}

    def standing(self, site: Role) -> Standing:
        found = self.known[site].standing()
        assert found is not None
        return found

    def under(self, site: Role, to: Role) -> int:
        return self.known[site].under(site, to)

    def judged_by(self, sent: Sent) -> Standing:
        to, one = sent.to, sent.act
        place = self.known[to].place(one.site, to, sent.under)
        refuse_back(place, self.heard.get((one.site, to), 0))
        self.heard[one.site, to] = place
        found = self.known[to].as_known(one.site, place).standing()
        assert found is not None
        return found

    def do(self, one: Act) -> bool:
        if not KINDS[one.kind].of_contract:
            return super().do(one)
        self.now += timedelta(minutes=1)
        try:
            contracts.decide(self.standing(one.site), one)
        except Refused:
            return False
        self.tell(one)
        self.known[one.site] = self.known[one.site].also(one.site, one.kind, one)
        return True

    def take(self, sent: Sent) -> None:
        if not KINDS[sent.act.kind].of_contract:
            return super().take(sent)
        to, one = sent.to, sent.act
        contracts.decide(self.judged_by(sent), one)
        self.known[to] = self.known[to].also(one.site, one.kind, one, self.heard[one.site, to])
        return None

    def deliver(self, line: tuple[Role, Role]) -> bool:
        """A letter of the gateway's own may wait for what it carries behind it, or is still to be given to carry."""
        letters = self.lines[line]
        while letters and letters[0].to == line[1] and self.is_early(letters[0]):
            assert line[0] == letters[0].act.site == "gateway"
            later = next((sent for sent in letters if sent.act.site != "gateway"), None)
            if later is None:
                return False
            letters.remove(later)
            letters.appendleft(later)
        return super().deliver(line)

    def is_early(self, sent: Sent) -> bool:
        try:
            self.known[sent.to].refuse_early(sent.act.site, sent.to, sent.under)
        except Refused:
            return True
        return False

    def why_was_carried(self) -> bool:
        """What the ward did to the contract may still be behind what the gateway does under it."""
        lines = (self.lines["ward", "gateway"], self.lines["factory", "gateway"])
        return all(sent.to == "gateway" or KINDS[sent.act.kind].of_contract for line in lines for sent in line)

    # ------------------------------------------------------------------------------------- what people agree on

    @rule()
    def the_workflow_is_published_anew(self) -> None:
        version = self.standing("ward").workflow + 1
        self.do(act("workflow-published", "ward", "tanaka", contract="R8-1", version=version, steps=STEPS))

    @rule()
    def the_workflow_is_acknowledged(self) -> None:
        version = self.standing("factory").workflow
        self.do(act("workflow-acknowledged", "factory", "suzuki", contract="R8-1", version=version))

    @rule(people=st.sampled_from(ROSTERS))
    def a_roster_is_submitted(self, people: list[dict[str, str]]) -> None:
        version = self.standing("factory").roster + 1
        self.do(act("roster-submitted", "factory", "suzuki", contract="R8-1", version=version, people=people))
        left = {one["id"] for one in PEOPLE} - {one["id"] for one in people}
        assert not left & {one.id for one in self.standing("factory").people}

    @rule()
    def the_roster_is_accepted(self) -> None:
        version = self.standing("ward").roster
        self.do(act("roster-accepted", "ward", "tanaka", contract="R8-1", version=version))

    @rule(
        days=st.integers(1, 5), room=st.booleans(), expires=st.sampled_from(["2026-11-25", "2027-03-31"]),
        ends=st.sampled_from(["2026-11-25", "2027-03-31"]),
    )  # fmt: skip
    def the_contract_is_changed(self, days: int, room: bool, expires: str, ends: str) -> None:
        places = [*PLACES, "factory/倉庫"] if room else PLACES
        body = {
            **CONTRACT, "gateway_hold_days": days, "places": places, "ends": ends, "privacy_mark": {"number": "P1", "expires": expires},
        }  # fmt: skip
        self.do(Act("contract-made", "ward", "tanaka", body))

    @rule()
    def another_contractor_takes_over(self) -> None:
        self.do(Act("contract-made", "ward", "tanaka", {**CONTRACT, "contractor": "別の会社"}))
        self.do(Act("contract-made", "ward", "tanaka", dict(CONTRACT)))

    @rule()
    def the_gateway_acts_before_it_carries_the_change(self) -> None:
        self.do(Act("contract-made", "ward", "tanaka", dict(CONTRACT)))
        while len(self.known["gateway"].ward) < len(self.known["ward"].ward):
            self.deliver(("ward", "gateway"))
        for one in WALK:
            if one.site == "gateway":
                self.do(one)

    @rule(people=st.sampled_from([("suzuki",), ("suzuki", "takahashi"), ("ueda",)]), kind=st.booleans())
    def something_is_handed_in(self, people: tuple[str, ...], kind: bool) -> None:
        prepared, day = self.standing("factory").preparation, "2026-11-20"
        if kind:
            self.do(act(
                "training-reported", "factory", "suzuki", contract="R8-1", version=prepared.version("training") + 1, held_on=day,
                content="個人情報保護", people=list(people),
            ))  # fmt: skip
        else:
            signed = [{"id": one, "on": day} for one in people]
            version = prepared.version("pledges") + 1
            self.do(act("pledges-submitted", "factory", "suzuki", contract="R8-1", version=version, people=signed))

    @rule(what=st.sampled_from(["training", "pledges"]))
    def it_is_accepted(self, what: str) -> None:
        version = self.standing("ward").preparation.version(what)
        self.do(act("preparation-accepted", "ward", "tanaka", contract="R8-1", version=version, what=what))

    @rule()
    def days_pass(self) -> None:
        self.now = max(self.now, NOW) + timedelta(days=2)

    # ------------------------------------------------------------------------------------------------------ the end

    @invariant()
    def who_knows_the_same_knows_the_same_contract(self) -> None:
        if not any(self.lines.values()):
            assert self.standing("ward") == self.standing("gateway") == self.standing("factory")

    def a_cancelled_job_can_always_be_ended(self) -> None:
        """Not where the contract may be over, or nobody left on its roster."""


CrossingContract.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestCrossingContract = CrossingContract.TestCase

"""How much of a contract another site knew: one order of its acts at all sites, and acts judged by what their doer knew."""

from __future__ import annotations

import pytest

from tests.core.cast_of_acts import CONTRACT, PEOPLE, STEPS, act, contract_acts
from tewatashi.core import contract as contracts
from tewatashi.core.acts import KINDS, Act, Role
from tewatashi.core.contract import Standing, refuse_hand_over, refuse_unless_on_roster
from tewatashi.core.contract_acts import ContractActs, refuse_back
from tewatashi.core.refused import Refused

WARD_ACTS = sum(1 for one in contract_acts() if one.site == "ward")
NEW = {"id": "ueda", "name": "上田", "duty": "handler", "employer": "見本印刷"}


def agreed() -> ContractActs:
    known = ContractActs()
    for one in contract_acts():
        known = known.also(one.site, one.kind, one)
    return known


def stands(known: ContractActs) -> Standing:
    found = known.standing()
    assert found is not None
    return found


def roster(version: int, *people: dict[str, str]) -> Act:
    return act("roster-submitted", "factory", "suzuki", contract="R8-1", version=version, people=list(people))


def accepted(version: int) -> Act:
    return act("roster-accepted", "ward", "tanaka", contract="R8-1", version=version)


def published(version: int) -> Act:
    return act("workflow-published", "ward", "tanaka", contract="R8-1", version=version, steps=STEPS)


def also(known: ContractActs, one: Act, behind: int | None = None) -> ContractActs:
    return known.also(one.site, one.kind, one, behind)


def code(known: ContractActs, under: int, sender: Role = "factory", here: Role = "ward") -> str:
    with pytest.raises(Refused) as refused:
        judge(known, under, sender, here)
    return refused.value.code


def judge(known: ContractActs, under: int, sender: Role, here: Role) -> int:
    known.refuse_early(sender, here, under)
    return known.place(sender, here, under)


def test_every_act_on_a_contract_is_the_wards_or_the_factorys_and_told_to_the_other() -> None:
    for kind in (kind for kind in KINDS.values() if kind.of_contract):
        assert kind.site in ("ward", "factory") or set(kind.tells) == {"ward", "factory"}
        assert {"ward", "factory"} <= {kind.site, *kind.tells}


def test_the_factory_is_judged_by_the_contract_that_it_knew() -> None:
    known = also(agreed(), published(2))
    refuse_hand_over(stands(known.as_known("factory", WARD_ACTS)), stands(known).contract.begins)
    with pytest.raises(Refused, match="業務フロー"):
        refuse_hand_over(stands(known), stands(known).contract.begins)


def test_the_ward_is_judged_by_the_roster_that_it_knew() -> None:
    known = also(agreed(), roster(2, PEOPLE[0]))
    theirs = known.place("ward", "factory", known.under("ward", "factory") - 1)
    refuse_unless_on_roster(stands(known.as_known("ward", theirs)), "takahashi", ("handler",))


@pytest.mark.requirement("FAC-OP-2")
def test_who_leaves_does_so_with_the_submission_and_who_comes_with_the_acceptance() -> None:
    submitted = also(agreed(), roster(2, PEOPLE[0], NEW))
    assert [one.id for one in stands(submitted).people] == ["suzuki"]
    assert [one.id for one in stands(submitted).accepted_roster] == ["suzuki", "takahashi"]
    with pytest.raises(Refused) as refused:
        refuse_unless_on_roster(stands(submitted), "takahashi", ("handler",))
    assert (refused.value.code, refused.value.requirement) == ("not-on-roster", "FAC-OP-2")
    assert [one.id for one in stands(also(submitted, accepted(2))).people] == ["suzuki", "ueda"]


def test_an_acceptance_that_crosses_with_the_next_roster_accepts_the_one_that_it_names() -> None:
    known = also(also(agreed(), roster(2, *PEOPLE, NEW)), roster(3, *PEOPLE))
    known = also(known, accepted(2))
    assert (stands(known).accepted, stands(known).roster) == (2, 3)
    assert [one.id for one in stands(known).people] == ["suzuki", "takahashi"]


@pytest.mark.parametrize("version", [0, 1])
def test_a_roster_that_nobody_submitted_is_not_accepted(version: int) -> None:
    made = contracts.evolve(None, next(contract_acts()))
    with pytest.raises(Refused, match="版"):
        contracts.decide(made, accepted(version))


def test_an_acceptance_that_crosses_with_the_next_training_accepts_the_one_that_it_names() -> None:
    def reported(version: int, people: list[str]) -> Act:
        body = {"contract": "R8-1", "version": version, "held_on": "2026-11-20", "content": "研修", "people": people}
        return Act("training-reported", "factory", "suzuki", body)

    known = also(also(agreed(), reported(2, ["suzuki"])), reported(3, ["takahashi"]))
    done = act("preparation-accepted", "ward", "tanaka", contract="R8-1", what="training", version=2)
    contracts.decide(known.as_known("ward", len(known.factory) - 1).standing(), done)
    assert stands(also(known, done)).preparation.accepted["training"] == 2


def test_both_sides_read_crossing_acts_in_one_order() -> None:
    other = Act("contract-made", "ward", "tanaka", {**CONTRACT, "contractor": "別の会社"})
    at_ward = also(also(agreed(), other), roster(2, *PEOPLE), WARD_ACTS)
    at_factory = also(also(agreed(), roster(2, *PEOPLE)), other)
    assert at_ward.standing() == at_factory.standing()
    assert stands(at_ward).roster == 0


def test_who_claims_to_know_what_was_not_done_is_refused() -> None:
    assert code(agreed(), WARD_ACTS + 1) == "under-unknown"
    assert code(agreed(), 10**6, "ward", "factory") == "under-unknown"


def test_what_a_third_site_knew_before_us_is_waited_for() -> None:
    ways: list[tuple[Role, Role]] = [("gateway", "factory"), ("factory", "gateway"), ("ward", "gateway")]
    for sender, here in ways:
        assert code(agreed(), 99, sender, here) == "letter-under"


def test_nobody_comes_to_know_less() -> None:
    refuse_back(3, 3)
    with pytest.raises(Refused) as refused:
        refuse_back(2, 3)
    assert refused.value.code == "under-back"


def test_an_act_that_was_refused_counts_and_changes_nothing() -> None:
    known = agreed().also("ward", "workflow-published", None)
    assert known.under("factory", "ward") == WARD_ACTS + 1
    assert known.standing() == agreed().standing()
    assert known.place("factory", "ward", WARD_ACTS + 1) == WARD_ACTS + 1


def test_the_gateway_counts_only_what_it_is_told() -> None:
    attached = act("certificate-attached", "ward", "tanaka", contract="R8-1", which="privacy-mark", number="P1", expires="2027-03-31", sha256="ab" * 32, size=1)  # fmt: skip
    at_factory = also(also(agreed(), attached), published(2))
    at_gateway = also(agreed(), published(2))
    assert at_gateway.under("gateway", "factory") == WARD_ACTS + 1
    assert at_factory.place("gateway", "factory", WARD_ACTS + 1) == WARD_ACTS + 2
    assert at_factory.under("factory", "ward") == WARD_ACTS + 2
    assert at_factory.under("factory", "gateway") == WARD_ACTS + 1

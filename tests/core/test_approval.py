"""A form's proof is submitted and answered; nothing is composed otherwise than the ward approved it, whatever crosses."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.core.cast_of_acts import SHA, act, standing
from tewatashi.core import contract as contracts
from tewatashi.core.acts import Act, Role
from tewatashi.core.approval import NAMES, Fingerprint, Proofs, refuse_unapproved
from tewatashi.core.contract import Standing
from tewatashi.core.refused import Refused

FIRST = Fingerprint("1" * 64, "2" * 64, "3" * 64, "4" * 64)
SECOND = replace(FIRST, form="a" * 64)
FORM: dict[str, object] = {"contract": "R8-1", "form": "tokusoku"}


def submitted(version: int = 1, fingerprint: Fingerprint = FIRST) -> Act:
    return act(
        "proof-submitted", "factory", "suzuki", **FORM, version=version, fingerprint=fingerprint.parts, sha256=SHA, pages=4
    )  # fmt: skip


def approved(version: int = 1, fingerprint: Fingerprint = FIRST) -> Act:
    return act("proof-approved", "ward", "tanaka", **FORM, version=version, fingerprint=fingerprint.whole)


def sent_back(version: int = 1) -> Act:
    return act("proof-refused", "ward", "tanaka", **FORM, version=version, reason="敬称の「様」がありません。")


def proofs_after(*acts: Act) -> Proofs:
    under = replace(standing(), proofs=Proofs())
    for one in acts:
        under = contracts.evolve(under, contracts.decide(under, one))
    return under.proofs


def refusal(proofs: Proofs, found: Fingerprint = FIRST, form: str = "tokusoku") -> Refused | None:
    try:
        refuse_unapproved(proofs, form, found)
    except Refused as refused:
        return refused
    return None


def code(proofs: Proofs, found: Fingerprint = FIRST) -> str:
    refused = refusal(proofs, found)
    return refused.code if refused else ""


def test_nothing_is_composed_before_the_first_approval() -> None:
    assert code(proofs_after()) == "proof-not-approved"
    assert code(proofs_after(submitted())) == "proof-waiting"
    assert code(proofs_after(submitted(), sent_back())) == "proof-not-approved"
    assert code(proofs_after(submitted(), approved())) == ""


@pytest.mark.accident("sunmesse-2021")
@pytest.mark.parametrize("part", NAMES)
def test_a_run_with_anything_else_is_refused_with_both_values(part: str) -> None:
    refused = refusal(proofs_after(submitted(), approved()), replace(FIRST, **{part: "b" * 64}))
    assert refused is not None
    assert (refused.code, refused.requirement) == ("proof-other", "WORK-2")
    assert NAMES[part] in refused.wrong
    assert refused.found == f"{NAMES[part]} {'b' * 64}"
    assert refused.expected == f"{NAMES[part]} {FIRST.parts[part]}"


@pytest.mark.accident("inzai-2024")
def test_a_changed_form_needs_an_approval_of_its_own() -> None:
    first = (submitted(), approved())
    assert code(proofs_after(*first), SECOND) == "proof-other"
    assert code(proofs_after(*first, submitted(2, SECOND)), SECOND) == "proof-waiting"
    second = (*first, submitted(2, SECOND), approved(2, SECOND))
    assert code(proofs_after(*second), SECOND) == ""
    assert code(proofs_after(*second), FIRST) == "proof-other"


def test_a_proof_sent_back_leaves_the_one_approved_before() -> None:
    proofs = proofs_after(submitted(), approved(), submitted(2, SECOND), sent_back(2))
    assert code(proofs) == ""
    assert (proofs.latest["tokusoku"].answer, proofs.latest["tokusoku"].reason) == (
        "refused",
        "敬称の「様」がありません。",
    )
    assert proofs.next_version("tokusoku") == 3


@pytest.mark.parametrize(
    "acts",
    [
        (approved(),),
        (submitted(), submitted(2)),
        (submitted(2),),
        (submitted(), approved(2)),
        (submitted(), approved(1, SECOND)),
        (submitted(), approved(), sent_back()),
        (submitted(), sent_back(), approved()),
    ],
)
def test_an_answer_is_given_once_to_the_proof_that_waits(acts: tuple[Act, ...]) -> None:
    with pytest.raises(Refused):
        proofs_after(*acts)


def test_another_contractor_begins_without_approvals() -> None:
    under = contracts.evolve(standing(), act("contract-made", "ward", "tanaka", **_made("他社")))
    assert code(under.proofs) == "proof-not-approved"


def _made(contractor: str) -> dict[str, object]:
    from tests.core.cast_of_acts import CONTRACT

    return {**CONTRACT, "contractor": contractor}


class Crossing(RuleBasedStateMachine):
    """Ward and factory tell each other: what one side's rules allowed, the other never refuses."""

    def __init__(self) -> None:
        super().__init__()
        begun = replace(standing(), proofs=Proofs())
        self.sites: dict[Role, Standing] = {"ward": begun, "factory": begun}
        self.lines: dict[Role, deque[Act | Fingerprint]] = {"ward": deque(), "factory": deque()}  # by who is told

    def do(self, one: Act) -> None:
        here = self.sites[one.site]
        try:
            self.sites[one.site] = contracts.evolve(here, contracts.decide(here, one))
        except Refused:
            return
        self.lines["factory" if one.site == "ward" else "ward"].append(one)

    @rule(version=st.integers(1, 6), fingerprint=st.sampled_from([FIRST, SECOND]))
    def the_factory_submits(self, version: int, fingerprint: Fingerprint) -> None:
        self.do(submitted(version, fingerprint))

    @rule(version=st.integers(1, 6), fingerprint=st.sampled_from([FIRST, SECOND]))
    def the_ward_approves(self, version: int, fingerprint: Fingerprint) -> None:
        self.do(approved(version, fingerprint))

    @rule(version=st.integers(1, 6))
    def the_ward_sends_back(self, version: int) -> None:
        self.do(sent_back(version))

    @rule(fingerprint=st.sampled_from([FIRST, SECOND]))
    def the_factory_composes(self, fingerprint: Fingerprint) -> None:
        if refusal(self.sites["factory"].proofs, fingerprint) is None:
            self.lines["ward"].append(fingerprint)

    @rule(to=st.sampled_from(["ward", "factory"]), letters=st.integers(1, 3))
    def letters_arrive(self, to: Role, letters: int) -> None:
        for _ in range(min(letters, len(self.lines[to]))):
            one = self.lines[to].popleft()
            if isinstance(one, Fingerprint):
                refuse_unapproved(self.sites["ward"].proofs, "tokusoku", one)
            else:
                here = self.sites[to]
                self.sites[to] = contracts.evolve(here, contracts.decide(here, one))

    @invariant()
    def both_know_the_same_once_all_is_told(self) -> None:
        if not any(self.lines.values()):
            assert self.sites["ward"].proofs == self.sites["factory"].proofs

    @invariant()
    def what_is_approved_was_submitted_and_answered(self) -> None:
        proofs = self.sites["ward"].proofs
        for form, proof in proofs.approved.items():
            assert proof.answer == "approved"
            assert proof.version <= proofs.latest[form].version


Crossing.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestCrossing = Crossing.TestCase

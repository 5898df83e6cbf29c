"""What is handed in before data move: versions, whom it is about, and what lapses at once."""

from dataclasses import replace
from datetime import date

import pytest

from tests.core.cast_of_acts import EMERGENCY, NOW, PARCEL, PEOPLE, act, standing, whole_job
from tewatashi.core import contract as contracts
from tewatashi.core.acts import Act
from tewatashi.core.contract import Standing, refuse_hand_over, refuse_unprepared_person
from tewatashi.core.custody import decide, evolve
from tewatashi.core.preparation import Preparation, lacking
from tewatashi.core.refused import Refused

TODAY = date(2026, 11, 24)
DUTIES = ("supervisor", "handler")


def after(under: Standing, *acts: Act) -> Standing:
    for one in acts:
        under = contracts.evolve(under, contracts.decide(under, one))
    return under


def code(under: Standing, person: str, today: date = TODAY) -> str:
    with pytest.raises(Refused) as refused:
        refuse_unprepared_person(under, person, DUTIES, today)
    return refused.value.code


def training(version: int, day: str, *people: str) -> Act:
    return act(
        "training-reported", "factory", "suzuki", contract="R8-1", version=version, held_on=day, content="研修", people=list(people)
    )  # fmt: skip


def accepted(what: str, version: int) -> Act:
    return act("preparation-accepted", "ward", "tanaka", contract="R8-1", what=what, version=version)


def test_everybody_of_the_cast_may_handle_data() -> None:
    refuse_hand_over(standing(), TODAY)
    for person in ("suzuki", "takahashi"):
        refuse_unprepared_person(standing(), person, DUTIES, TODAY)
        assert lacking(standing().preparation, person, TODAY) == []


@pytest.mark.requirement("FAC-OP-4")
def test_a_new_emergency_procedure_stops_the_hand_over_until_it_is_accepted() -> None:
    under = after(standing(), act("emergency-submitted", "factory", "suzuki", contract="R8-1", version=2, **EMERGENCY))
    for waiting in (under, replace(standing(), preparation=Preparation())):
        with pytest.raises(Refused) as refused:
            refuse_hand_over(waiting, TODAY)
        assert (refused.value.code, refused.value.requirement) == ("emergency-not-accepted", "FAC-OP-4")
    refuse_hand_over(after(under, accepted("emergency", 2)), TODAY)


@pytest.mark.requirement("FAC-OP-5")
def test_a_training_counts_for_its_fiscal_year_alone() -> None:
    assert code(standing(), "takahashi", date(2027, 4, 1)) == "untrained"
    refuse_unprepared_person(standing(), "takahashi", DUTIES, date(2027, 3, 31))
    under = after(standing(), training(2, "2027-04-01", "takahashi"))
    assert code(under, "takahashi", date(2027, 4, 1)) == "untrained"  # reported, not accepted yet
    under = after(under, accepted("training", 2))
    refuse_unprepared_person(under, "takahashi", DUTIES, date(2027, 4, 1))
    assert code(under, "suzuki", date(2027, 4, 1)) == "untrained"


@pytest.mark.requirement("CL-1-2")
def test_who_signed_no_pledge_handles_nothing() -> None:
    trained = replace(standing().preparation, pledged={"suzuki": TODAY})
    under = replace(standing(), preparation=trained)
    assert code(under, "takahashi") == "no-pledge"
    assert lacking(trained, "takahashi", TODAY) == ["pledges"]


@pytest.mark.requirement("FAC-OP-5")
@pytest.mark.requirement("CL-1-2")
@pytest.mark.parametrize("lacks", ["suzuki", "takahashi"])
def test_nothing_changes_hands_while_anybody_on_the_roster_lacks_training_or_pledge(lacks: str) -> None:
    ready = standing().preparation
    trained = frozenset(one for one in ready.trained if one[0] != lacks)
    pledged = {person: day for person, day in ready.pledged.items() if person != lacks}
    for preparation, expected in (
        (replace(ready, trained=trained), ("untrained", "FAC-OP-5")),
        (replace(ready, pledged=pledged), ("no-pledge", "CL-1-2")),
    ):
        under = replace(standing(), preparation=preparation)
        with pytest.raises(Refused, match=lacks) as refused:
            refuse_hand_over(under, TODAY)
        assert (refused.value.code, refused.value.requirement) == expected
        sealed = [one for one in whole_job() if one.kind in ("job-opened", "parcel-sealed")]
        job = evolve(evolve(None, "R8-0001", sealed[0], NOW), "R8-0001", sealed[1], NOW)
        with pytest.raises(Refused, match=lacks):
            decide(job, under, act("parcel-sent", "ward", "sato", parcel=PARCEL), NOW)


@pytest.mark.requirement("FAC-OP-5")
def test_a_newcomer_stops_the_hand_over_until_trained_and_pledged_or_taken_off() -> None:
    newcomer = {"id": "watanabe", "name": "渡辺", "duty": "handler", "employer": "見本印刷"}

    def roster(version: int, people: list[dict[str, str]]) -> tuple[Act, Act]:
        submitted = act("roster-submitted", "factory", "suzuki", contract="R8-1", version=version, people=people)
        return submitted, act("roster-accepted", "ward", "tanaka", contract="R8-1", version=version)

    under = after(standing(), *roster(2, [*PEOPLE, newcomer]))
    with pytest.raises(Refused, match="watanabe"):
        refuse_hand_over(under, TODAY)
    refuse_hand_over(after(under, *roster(3, PEOPLE)), TODAY)
    signed = [{"id": "watanabe", "on": "2026-11-24"}]
    pledged = act("pledges-submitted", "factory", "suzuki", contract="R8-1", version=2, people=signed)
    ready = (training(2, "2026-11-24", "watanabe"), accepted("training", 2), pledged, accepted("pledges", 2))
    refuse_hand_over(after(under, *ready), TODAY)


@pytest.mark.requirement("FAC-OP-2")
def test_nothing_is_handed_in_for_somebody_who_is_not_on_the_roster() -> None:
    with pytest.raises(Refused) as refused:
        contracts.decide(standing(), training(2, "2026-11-24", "takahashi", "watanabe"))
    assert refused.value.code == "not-on-roster"


@pytest.mark.requirement("FAC-OP-2")
def test_who_leaves_the_roster_handles_nothing_whatever_was_accepted() -> None:
    roster = act("roster-submitted", "factory", "suzuki", contract="R8-1", version=2, people=PEOPLE[:1])
    under = after(standing(), roster, act("roster-accepted", "ward", "tanaka", contract="R8-1", version=2))
    assert code(under, "takahashi") == "not-on-roster"


def test_only_the_version_that_was_handed_in_last_is_accepted() -> None:
    for what, version in (("emergency", 2), ("training", 0), ("pledges", 3)):
        with pytest.raises(Refused) as refused:
            contracts.decide(standing(), accepted(what, version))
        assert refused.value.code == "version"


@pytest.mark.requirement("CL-10")
def test_another_contractor_begins_without_preparation() -> None:
    from tests.core.cast_of_acts import CONTRACT

    under = after(standing(), Act("contract-made", "ward", "tanaka", {**CONTRACT, "contractor": "別の印刷"}))
    assert under.preparation == Preparation()

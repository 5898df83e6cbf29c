"""What is due, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.core.cast_of_acts import NOW, act, standing, standing_by_disc, whole_disc_job, whole_job
from tewatashi.core import contract as contracts
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job, evolve
from tewatashi.core.obligation import Obligation, of_contract, of_job, working_days_after
from tewatashi.core.preparation import Preparation

TODAY = NOW.date()


def is_working_day(day: date) -> bool:
    """Weekdays, without the holiday of 2026-12-31."""
    return day.weekday() < 5 and day != date(2026, 12, 31)


def by_line(kind: str) -> Job:
    """The job as it stands before the first act of this kind."""
    return _walked([(0, one) for one in whole_job()], kind)


def by_disc(kind: str) -> Job:
    return _walked(whole_disc_job(), kind)


def _walked(walk: list[tuple[int, object]], kind: str) -> Job:
    job: Job | None = None
    for day, one in walk:
        if one.kind == kind:  # type: ignore[attr-defined]
            break
        job = evolve(job, "R8-0001", one, NOW + timedelta(days=day))  # type: ignore[arg-type]
    assert job is not None
    return job


def owed(found: list[Obligation]) -> dict[str, date]:
    """The earliest day of each."""
    return {one.code: one.due for one in reversed(found)}


def test_working_days_pass_over_weekends_and_holidays() -> None:
    friday = date(2026, 11, 27)
    assert working_days_after(friday, 1, is_working_day) == date(2026, 11, 30)
    assert working_days_after(date(2026, 12, 30), 1, is_working_day) == date(2027, 1, 1)
    assert working_days_after(friday, 0, is_working_day) == friday


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 30))
def test_just_so_many_working_days_lie_between(day: date, count: int) -> None:
    due = working_days_after(day, count, is_working_day)
    days = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert sum(map(is_working_day, days)) == count
    assert is_working_day(due)


def test_a_parcel_that_was_sent_is_due_to_be_received_the_next_working_day() -> None:
    due = owed(of_job(by_line("parcel-received"), standing(), is_working_day))
    assert due["not-received"] == date(2026, 11, 25)
    assert "not-received" not in owed(of_job(by_line("copy-erased"), standing(), is_working_day))


def test_a_medium_is_due_where_it_is_expected() -> None:
    due = owed(of_job(by_disc("medium-arrived"), standing_by_disc(), is_working_day))
    assert due["not-arrived"] == date(2026, 11, 25)


def test_each_record_is_due_to_be_countersigned_the_next_working_day() -> None:
    job = by_disc("countersigned")
    found = [one for one in of_job(job, standing_by_disc(), is_working_day) if one.code == "not-countersigned"]
    assert len(found) == 5
    assert found[0].due == date(2026, 11, 26)
    assert {one.who for one in found} == {"factory"}


def test_after_the_delivery_everything_is_due_within_the_days_of_the_contract() -> None:
    job = by_disc("thing-returned")
    found = of_job(job, standing_by_disc(), is_working_day)
    assert {one.due for one in found if one.code in ("not-returned", "not-erased", "not-reported")} == {
        date(2026, 12, 3)
    }
    assert sum(one.code == "not-returned" for one in found) == 2
    assert next(one for one in found if one.code == "not-returned").urgency(date(2026, 12, 4)) == "overdue"


def test_what_came_back_is_due_to_be_destroyed() -> None:
    due = owed(of_job(by_disc("medium-destroyed"), standing_by_disc(), is_working_day))
    assert "not-returned" not in due
    assert due["not-destroyed"] == date(2026, 12, 4)


def test_a_closed_job_owes_nothing() -> None:
    assert of_job(_walked(whole_disc_job(), "no such act"), standing_by_disc(), is_working_day) == []


def test_certificates_are_due_from_ninety_days_before_they_lapse() -> None:
    under = standing(privacy_mark={"number": "P1", "expires": "2027-02-20"})
    assert owed(of_contract(under, date(2026, 11, 22)))["certificate"] == date(2027, 2, 20)
    assert "certificate" not in owed(of_contract(under, date(2026, 11, 21)))


def test_people_owe_training_in_each_fiscal_year_and_a_pledge() -> None:
    under: Standing = replace(standing(), preparation=Preparation())
    found = of_contract(under, TODAY)
    assert sum(one.code == "untrained" for one in found) == len(under.people) == 2
    people = [one.id for one in under.people]
    for one in (
        act("training-reported", "factory", "suzuki", contract="R8-1", version=1, held_on="2026-04-10", content="研修", people=people),
        act("pledges-submitted", "factory", "suzuki", contract="R8-1", version=1, people=[{"id": p, "on": "2026-04-01"} for p in people]),
        act("preparation-accepted", "ward", "tanaka", contract="R8-1", what="training", version=1),
        act("preparation-accepted", "ward", "tanaka", contract="R8-1", what="pledges", version=1),
    ):  # fmt: skip
        under = contracts.evolve(under, contracts.decide(under, one))
    assert not {"untrained", "no-pledge"} & set(owed(of_contract(under, TODAY)))

"""What a page says of a job: pure functions of the ledger's acts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.core.cast_of_acts import NOW, standing, standing_by_disc, times, whole_disc_job, whole_job
from tewatashi.core import custody
from tewatashi.core.acts import Act
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job
from tewatashi.sitekit.story import Count
from tewatashi.ward import agenda, story

Told = list[tuple[Job, datetime]]


def _told(acts: list[tuple[Act, datetime]]) -> Told:
    """The job after each of its acts, and when that was."""
    found: Told = []
    job: Job | None = None
    for act, at in acts:
        job = custody.evolve(job, "R8-0001", act, at)
        found.append((job, at))
    return found


BY_LINE = _told(list(zip(whole_job(), times(), strict=False)))
BY_DISC = _told([(act, NOW + timedelta(days=day)) for day, act in whole_disc_job()])
both = pytest.mark.parametrize(("told", "under"), [(BY_LINE, standing()), (BY_DISC, standing_by_disc())])


@both
def test_at_every_moment_somebody_has_something_to_do_until_the_job_is_closed(told: Told, under: Standing) -> None:
    *open_jobs, (closed, end) = told
    for job, at in open_jobs:
        assert agenda.agenda(job, under, at), job.done
        assert [step.state for step in story.steps(job, under)].count("now") == 1
    assert agenda.agenda(closed, under, end) == []
    assert {step.state for step in story.steps(closed, under)} == {"done"}
    assert story.state_words(closed, under) == "終了"
    assert story.may(closed, under) == []


@both
def test_what_the_ward_can_do_leads_to_a_page_of_its_own(told: Told, under: Standing) -> None:
    again = {"withdrawal-requested", "thing-returned", "thing-moved", "copy-erased"}
    for job, _ in told:
        for kind, words, url in story.may(job, under):
            assert not job.did(kind) or kind in again
            assert words
            assert url.startswith("/jobs/R8-0001/")


@pytest.mark.requirement("WORK-5")
def test_by_disc_no_page_speaks_of_the_line() -> None:
    under = standing_by_disc()
    for job, at in BY_DISC:
        words = [due.text for due in agenda.agenda(job, under, at)] + [words for _, words, _ in story.may(job, under)]
        words += [step.name for step in story.steps(job, under)] + list(story.sites(job, under).values())
        assert not any("LGWAN" in said or "送信" in said or "中継" in said for said in words)


def test_the_next_act_of_a_disc_is_offered_first() -> None:
    under = standing_by_disc()
    offered = []
    for job, _ in BY_DISC[1:]:
        first = next(iter(story.may(job, under)), ("", "", ""))[0]
        if first not in offered and first not in ("", *story.ASIDE, "withdrawal-requested"):
            offered.append(first)
    assert offered == [
        "notice-made", "medium-made", "medium-handed", "password-notice-handed", "delivery-confirmed", "thing-returned", "medium-destroyed",
        "copy-erased", "erasure-verified", "job-closed",
    ]  # fmt: skip


@pytest.mark.accident("kaminokawa-2015")
@pytest.mark.requirement("WARD-CD-4")
def test_a_medium_that_does_not_come_is_late_the_same_day() -> None:
    under = standing_by_disc()
    job = next(job for job, _ in BY_DISC if job.did("medium-handed"))
    for hour, urgency in ((14, "waiting"), (16, "late")):
        at = datetime.fromisoformat(f"2026-11-25T{hour}:00:00+09:00")
        (due,) = [one for one in agenda.agenda(job, under, at) if "到着" in one.text]
        assert (due.urgency, "R8-0001-M01" in due.text) == (urgency, True)


def test_counts_that_differ_are_marked() -> None:
    enclosed = next(job for job, _ in BY_LINE if job.did("pieces-enclosed"))
    assert not any(line.differs for line in story.counts(enclosed))
    line = Count("納品", 8, 9)
    assert (line.differs, line.difference) == (True, -1)

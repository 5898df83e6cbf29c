"""What a page says of a job: pure functions of the ledger's acts."""

from __future__ import annotations

from datetime import date

from tests.core.cast_of_acts import standing, times, whole_job
from tewatashi.core import custody
from tewatashi.core.custody import Job
from tewatashi.sitekit.story import Count
from tewatashi.ward import agenda, story

TODAY = date(2026, 11, 24)


def _jobs() -> list[Job]:
    """The job after each of its acts."""
    found: list[Job] = []
    job: Job | None = None
    for act, at in zip(whole_job(), times(), strict=False):
        job = custody.evolve(job, "R8-0001", act, at)
        found.append(job)
    return found


def test_at_every_moment_somebody_has_something_to_do_until_the_job_is_closed() -> None:
    *open_jobs, closed = _jobs()
    for job in open_jobs:
        assert agenda.agenda(job, standing(), TODAY), job.done
        assert [step.state for step in story.steps(job)].count("now") == 1
    assert agenda.agenda(closed, standing(), TODAY) == []
    assert story.state_words(closed) == "終了"
    assert story.may(closed, standing()) == []


def test_what_the_ward_can_do_leads_to_a_page_of_its_own() -> None:
    for job in _jobs():
        for kind, words, url in story.may(job, standing()):
            assert not job.did(kind) or kind == "withdrawal-requested"
            assert words
            assert url.startswith("/jobs/R8-0001/")


def test_what_is_overdue_comes_first() -> None:
    job = _jobs()[0]
    first = agenda.agenda(job, standing(), date(2026, 12, 10))[0]
    assert (first.urgency, "10日過ぎています" in first.text) == ("late", True)


def test_counts_that_differ_are_marked() -> None:
    enclosed = next(job for job in _jobs() if job.did("pieces-enclosed"))
    assert not any(line.differs for line in story.counts(enclosed))
    line = Count("納品", 8, 9)
    assert (line.differs, line.difference) == (True, -1)

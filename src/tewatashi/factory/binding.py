"""案件綴り at the factory: the job's record with every paper of the contractor; the 確認書 are the ward's to print."""

from __future__ import annotations

from tewatashi.factory import jobs, story
from tewatashi.sitekit.binder import Words, binder, contractors_papers
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.timeline import Teller


def bind(number: str, by: str) -> bytes:  # noqa: ARG001 -- as the ward's
    """The PDF."""
    job, standing = jobs.load(number)
    words = Words(
        sites=story.sites(job, standing), teller=Teller(names_under(job.contract), story.PREFIXES), state=story.state_words(job),
        steps=story.steps(job), counts=story.counts(job), sender=standing.contract.contractor,
    )  # fmt: skip
    return binder(number, words, list(contractors_papers(number, words.teller)))

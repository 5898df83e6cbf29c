"""案件綴り at the ward: the job's record with every 確認書 and every paper of the contractor."""

from __future__ import annotations

from collections.abc import Iterator

from tewatashi.sitekit import acting
from tewatashi.sitekit.binder import Part, Words, binder, contractors_papers
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.timeline import Teller
from tewatashi.ward import jobs, receipts, story
from tewatashi.ward.offices import office_of


def bind(number: str, by: str) -> bytes:
    """The PDF."""
    job, history = acting.known_job(number), acting.history(number)
    standing = acting.known_standing(job.contract)
    words = Words(
        sites=story.sites(job, standing), teller=Teller(names_under(job.contract), story.SITES), state=story.state_words(job, standing),
        steps=story.steps(job, standing), counts=story.counts(job, jobs.counted(history)), sender=office_of(standing.contract, by),
    )  # fmt: skip
    return binder(number, words, [*_confirmations(number, words.teller), *contractors_papers(number, words.teller)])


def _confirmations(number: str, teller: Teller) -> Iterator[Part]:
    job, history = acting.known_job(number), acting.history(number)
    received = [index for index, act, _ in history if act.kind == "parcel-received"]
    if received:
        pdf = receipts.receipt(number, "data", teller.names, letters=False)
        yield Part("データ授受確認書（提供）", receipts.data_number(job, received[-1]), pdf)
    for one in receipts.all_of(job, history):
        pdf = receipts.confirmation(number, one.number, teller.names, letters=False)
        yield Part(f"データ授受確認書（{one.occasion}）", one.number, pdf)

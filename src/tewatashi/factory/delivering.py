"""Delivery of the enclosed notices, with the number of the custody receipt that the ward will count against."""

from __future__ import annotations

from tewatashi.factory import jobs
from tewatashi.sitekit import acting, clock


def receipt_number(number: str) -> str:
    """The receipt of a job: there is one delivery."""
    return f"確-{number}"


def deliver(number: str, to: str, content: str, by: str) -> None:
    """Record that the person set out with the whole load: the ward's count ends or disputes it."""
    job, _ = jobs.load(number)
    body = {
        "receipt": receipt_number(number), "quantity": job.counts.enclosed or 0, "withdrawn": job.counts.withdrawn or 0,
        "to": to, "content": content, "at": clock.stamp(),
    }  # fmt: skip
    acting.perform("notices-delivered", body, by=by, job=number)


def move(number: str, thing: str, place: str | None, hand: str | None, by: str) -> None:
    """Record that something lies elsewhere, or is in somebody's hand (CL-6, CL-8)."""
    _, standing = jobs.load(number)
    jobs.refuse_stranger(standing, by)
    acting.perform("thing-moved", {"thing": thing, "place": place, "hand": hand}, by=by, job=number)

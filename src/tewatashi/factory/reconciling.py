"""The reconciliation as its page shows it, while it is going on: sums by counting, findings whole, the rest page by page.

A job may have a million pieces, and until the last is read most of them have no end yet: those are no findings, and
nothing here holds them all. The record of the enclosing goes through every piece (enclosing.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, Sum

from tewatashi.core.custody import Job
from tewatashi.core.piece import Problem
from tewatashi.factory import enclosing, line
from tewatashi.factory.models import Piece

A_PAGE: Final = 100


@dataclass(frozen=True)
class Sums:
    """Pieces by how far they are. waiting, spoiled: without an end; read: whether anything has been read yet."""

    composed: int
    printed: int
    enclosed: int
    withdrawn: int
    waiting: int
    spoiled: int
    remade: int
    pulled: int
    read: bool

    @property
    def remaining(self) -> int:
        return self.waiting + self.spoiled


def sums(job: Job) -> Sums:
    """By one question to the database."""
    states = ("composed", "printed", "enclosed", "withdrawn", "spoiled")
    asked = {state: Count("pk", filter=Q(state=state)) for state in states}
    found = Piece.objects.filter(job=job.number).aggregate(all=Count("pk"), remade=Sum("copy"), **asked)
    at = line.state_of(job.number)
    return Sums(
        composed=found["all"], printed=found["all"] - found["composed"], enclosed=found["enclosed"],
        withdrawn=found["withdrawn"], waiting=found["composed"] + found["printed"], spoiled=found["spoiled"],
        remade=found["remade"] or 0, pulled=at.pulled, read=at.read > 0,
    )  # fmt: skip


def findings(job: Job) -> list[tuple[str, Problem]]:
    """What does not fit, each with its id (empty: none was readable): with the pieces without an end, all that is open."""
    at = line.state_of(job.number)
    rows: list[tuple[str, Problem]] = [(one.piece, one.problem) for one in at.findings]
    rows += [(piece, "not-rechecked") for piece in sorted(at.recheck)]
    rows += [(piece, "withdrawn-enclosed") for piece in enclosing.asked_in_boxes(job)]
    return rows + [(piece, "foreign") for piece in enclosing.strangers(job)]


def to_withdraw(job: Job) -> list[str]:
    """The pieces that the ward wants withdrawn and nobody has read at the reject bin yet."""
    asked = sorted(enclosing.asked_pieces(job))
    return [
        piece
        for chunk in line.in_chunks(asked, line.LOOKED_UP)
        for piece in Piece.objects.filter(job=job.number, piece__in=chunk, state="printed").values_list(
            "piece", flat=True
        )
    ]


def waiting(job: Job, after: int) -> list[tuple[int, str]]:
    """Place in the parcel and id of the next pieces that wait to be read, from the place `after` on; one more than a page."""
    rows = Piece.objects.filter(job=job.number, state="printed", n__gt=after).order_by("n")
    return list(rows.values_list("n", "piece")[: A_PAGE + 1])


def spoiled(job: Job) -> list[str]:
    """The first pieces that wait for their remake."""
    rows = Piece.objects.filter(job=job.number, state="spoiled").order_by("n")
    return list(rows.values_list("piece", flat=True)[:A_PAGE])

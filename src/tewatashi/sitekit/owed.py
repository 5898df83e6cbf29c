"""Obligations among the other things to do: each said once, what this site owes first, then what it waits for.

Rules
  - an obligation that a line of the agenda settles gives that line its day and its urgency; any other is a line of its own
  - obligations of one kind with one day are one line, however many things or people they are about
  - what is not near is silent, unless a line of the agenda says it anyway
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Final

from tewatashi.core.acts import Role
from tewatashi.core.obligation import Obligation
from tewatashi.sitekit.story import Due, Urgency

_WHO: Final[dict[Role, str]] = {"ward": "区", "gateway": "中継", "factory": "委託先"}
_NAMED: Final = 3  # things that a line names one by one
_ENDS: Final[dict[str, tuple[str, ...]]] = {
    # the page of an act, and the obligations that the act ends
    "arrive": ("not-arrived",), "take-in": ("not-received",), "countersign": ("not-countersigned",), "deliver": ("not-delivered",),
    "confirm-delivery": ("not-counted",), "erase": ("not-erased", "not-reported"), "claim": ("not-reported",), "verify": ("not-verified",),
    "take-back": ("not-returned",), "destroy-medium": ("not-destroyed",), "shred-notice": ("not-destroyed",),
    "workflow": ("no-workflow",), "acknowledge": ("workflow",), "roster": ("no-roster",), "accept-roster": ("roster",),
    "emergency": ("no-emergency",), "training": ("untrained",), "pledges": ("no-pledge",), "accept/emergency": ("emergency",),
    "accept/training": ("training",), "accept/pledges": ("pledges",),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One thing to do on the first page: the number and the name of the job or contract that it is about, and the page."""

    number: str
    name: str
    due: Due
    url: str


def joined(agenda: Iterable[Due], owed: Sequence[Obligation], role: Role, today: date, page: str) -> list[Due]:
    """The agenda of a job or a contract with what is owed in it, the most urgent first. page: the job's or contract's own."""
    found, said = [], set[str]()
    for due in agenda:
        codes = due.settles or _ENDS.get(due.url.removeprefix(page).strip("/"), ())
        settled = [one for one in owed if one.code in codes]
        said |= {one.code for one in settled}
        found.append(_with_day(due, settled, role, today) if settled else due)
    rest = [one for one in owed if one.code not in said]
    return sorted([*found, *_lines(rest, role, today, page)], key=lambda due: rank(due, role))


def rank(due: Due, role: Role) -> tuple[int, bool, date]:
    """By urgency; in each, what this site does itself before what it waits for."""
    return due.rank, due.whose not in (None, role), due.by or date.max


def _with_day(due: Due, settled: Sequence[Obligation], role: Role, today: date) -> Due:
    first = min(settled, key=lambda one: one.due)
    urgency = _urgency(first, role, today)
    if urgency is None or due.urgency == "late":
        return replace(due, by=first.due)
    text = f"{due.text}（{_days(first.due, today)}）"
    # What cannot be done yet stays with what is waited for, until its day is over.
    keep = due.urgency == "waiting" and urgency != "late"
    return replace(due, urgency=due.urgency if keep else urgency, text=text, by=first.due, whose=first.who)


def _lines(owed: Iterable[Obligation], role: Role, today: date, page: str) -> Iterable[Due]:
    def kind(one: Obligation) -> tuple[date, str, str]:
        return one.due, one.code, one.who

    for (by, _, _), group in groupby(sorted(owed, key=kind), key=kind):
        same = list(group)
        urgency = _urgency(same[0], role, today)
        if urgency is not None:
            who = "" if same[0].who == role else f"{_WHO[same[0].who]}: "
            yield Due(urgency, f"{who}{_named(same)}（{_days(by, today)}）", page, by=by, whose=same[0].who)


def _named(same: Sequence[Obligation]) -> str:
    what = list(dict.fromkeys(one.what for one in same))
    if any(one.whom for one in same):
        return f"{what[0]}（{len(same)}人）"
    if len(what) <= _NAMED:
        return "・".join(what)
    return f"{what[0]}ほか{len(what) - 1}件"


def _urgency(one: Obligation, role: Role, today: date) -> Urgency | None:
    """How urgent it is here; None for what nobody needs to look at yet."""
    match one.urgency(today):
        case "overdue":
            return "late"
        case "today":
            return "soon"
        case "soon":
            return "soon" if one.who == role else "waiting"
    return "soon" if one.code == "certificate" else None


def _days(by: date, today: date) -> str:
    left = (by - today).days
    if left < 0:
        return f"期限 {by:%m/%d} を{-left}日過ぎています"
    return f"期限 {by:%m/%d}、{f'あと{left}日' if left else '今日まで'}"

"""What the gateway still owes: the erasure of what it holds, until when; it erases by itself, so only a late one needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tewatashi.core import obligation
from tewatashi.core.obligation import Obligation
from tewatashi.sitekit import acting, calendar, clock
from tewatashi.sitekit.models import Upload
from tewatashi.sitekit.owed import Line
from tewatashi.sitekit.story import Due


def owed() -> Iterator[Obligation]:
    """For every job of which something lies here; of what the other sites owe each other the gateway is not told."""
    works = calendar.of_this_site()
    for number in Upload.objects.filter(gone_at=None).order_by("job").values_list("job", flat=True).distinct():
        job = acting.known_job(number)
        standing = acting.known_standing(job.contract)
        yield from (one for one in obligation.of_job(job, standing, works) if one.who == "gateway")


def lines() -> list[Line]:
    """The most urgent first."""
    today = clock.now().date()
    return [Line(one.about, one.about, _due(one, today), "/") for one in sorted(owed(), key=lambda one: one.due)]


def _due(one: Obligation, today: date) -> Due:
    late = (today - one.due).days
    if late > 0:
        words = f"{one.what}の期限を{late}日過ぎています。消去できない理由を記録で確かめ、運用責任者に知らせてください"
        return Due("late", words, "/", by=one.due, whose="gateway")
    return Due("waiting", f"{one.what}（{one.due:%m/%d} までに自動で行います）", "/", by=one.due, whose="gateway")

"""A loop that follows the ledger costs one query while nothing is written: it looks again only after something was.

What was seen is kept in memory alone, and only once a turn went through: a site that was killed looks at everything anew.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Max

from tewatashi.sitekit import clock
from tewatashi.sitekit.models import LedgerEntry


def after_news(run: Callable[[], None]) -> Callable[[], None]:
    """`run`, left out while the ledger is as long as before the last turn that went through, and the day is the same."""
    seen: object = None

    def turn() -> None:
        nonlocal seen
        now = (clock.now().date(), LedgerEntry.objects.aggregate(last=Max("index"))["last"])
        if now != seen:
            run()
            seen = now  # not what stands now: what the turn itself wrote is looked at too

    return turn

"""The site's clock: the one place where a site asks what time it is, so that a test can move it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

JAPAN: Final = timezone(timedelta(hours=9), "JST")


def now() -> datetime:
    """The present moment, with Japan's offset."""
    return datetime.now(JAPAN)


def stamp(moment: datetime | None = None) -> str:
    """A moment (now, if none is given) as ledgers and letters write it: ISO 8601, seconds, +09:00."""
    return (moment or now()).astimezone(JAPAN).isoformat(timespec="seconds")

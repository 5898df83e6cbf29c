"""The site's clock: the one place where a site asks what time it is, so that a test can let days pass.

Where the variable TEWATASHI_TEST_CLOCK names a file, the clock is ahead by as many days as stand in it. Every page then says
so. Whoever can set a service's environment can as well set the machine's clock: nothing is gained by it, and letters from
the future are refused by sites whose clock is right.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

JAPAN: Final = timezone(timedelta(hours=9), "JST")
TEST_CLOCK: Final = "TEWATASHI_TEST_CLOCK"


def now() -> datetime:
    """The present moment, with Japan's offset."""
    return datetime.now(JAPAN) + timedelta(days=days_ahead())


def stamp(moment: datetime | None = None) -> str:
    """A moment (now, if none is given) as ledgers and letters write it: ISO 8601, seconds, +09:00."""
    return (moment or now()).astimezone(JAPAN).isoformat(timespec="seconds")


def days_ahead() -> int:
    """By how many days the test clock is ahead; 0 without one."""
    file = os.environ.get(TEST_CLOCK)
    return int(Path(file).read_text()) if file else 0

"""Waiting for what a site does by itself and tells nobody: asked again and again, never slept for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

WAIT: Final = 60.0  # seconds; what has not come by then does not come


def until(come: Callable[[], bool]) -> None:
    """Return as soon as it has come; fail when it never does."""
    ends = time.monotonic() + WAIT
    while not come():
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.05)

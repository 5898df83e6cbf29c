"""What a site does by itself: named loops in threads of the worker, each run by one holder only.

A loop is a function that does what there is to do and returns. It runs at every interval and whenever it is woken.
What it raises is logged and it is tried again, later each time; a loop never ends by itself and never ends the site.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import close_old_connections

from tewatashi.sitekit.rights import make_private_folder

log = logging.getLogger(__name__)

_LONGEST_WAIT: Final = 15.0
_LOCK_RETRY: Final = 5.0


@dataclass
class Loop:
    """One loop; `every` in seconds."""

    name: str
    every: float
    run: Callable[[], None]
    awake: threading.Event = field(default_factory=threading.Event)

    def wait_after(self, failures: int) -> float:
        """Seconds until the next turn: the interval, doubled for each failure in a row, a quarter of a minute at most."""
        if not failures:
            return self.every
        # Not 2.0**failures: after a night of failures that is more than a float can hold.
        return min(max(self.every, 1.0) * 2.0 ** min(failures, 10), max(_LONGEST_WAIT, self.every))


_loops: dict[str, Loop] = {}


def loop(name: str, *, every: float) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register the decorated function as a loop of this site."""

    def register(run: Callable[[], None]) -> Callable[[], None]:
        if name in _loops:
            raise ValueError(f"two loops named {name}")
        _loops[name] = Loop(name, every, run)
        return run

    return register


def wake(name: str) -> None:
    """Have the loop take its next turn now (in this process; another one's loop looks at its own interval)."""
    if name in _loops:
        _loops[name].awake.set()


def wake_all() -> None:
    """As `wake`, for every loop: something came in that any of them may have waited for."""
    for one in _loops.values():
        one.awake.set()


def registered() -> tuple[Loop, ...]:
    """The loops of this site."""
    return tuple(_loops.values())


def start_loops(data_dir: Path) -> None:
    """Start a daemon thread for each loop; called once in the worker, never in a command."""
    locks = make_private_folder(data_dir / "locks")
    for one in _loops.values():
        threading.Thread(target=_hold_and_turn, args=(one, locks), name=f"loop-{one.name}", daemon=True).start()


def _hold_and_turn(one: Loop, locks: Path) -> None:
    # The lock lives as long as the process: the kernel gives it back however the process ends.
    descriptor = os.open(locks / f"{one.name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    while not _locked(descriptor):
        one.awake.wait(_LOCK_RETRY)
        one.awake.clear()
    failures = 0
    while True:
        failures = 0 if take_turn(one) else failures + 1
        one.awake.wait(one.wait_after(failures))
        one.awake.clear()


def take_turn(one: Loop) -> bool:
    """Run the loop once; False when it raised. Whatever it raised is logged, because a dead loop is a silent one."""
    close_old_connections()
    try:
        one.run()
    except Exception:
        log.exception("loop failed: %s", one.name)
        return False
    finally:
        close_old_connections()
    return True


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""The four people of the demonstration, and how long they wait for the other side."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from tewatashi.cli.residue import scan_paths
from tewatashi.cli.scan_key import scan_key_of
from tewatashi.core.residue import write_report
from tewatashi.core.residue_request import read_request
from tewatashi.demo.person import Person

_LOOK_AGAIN: Final = 0.1  # seconds
_SCANS: Final = 5
_PATIENCE: Final = 120.0  # seconds


class Stuck(Exception):  # noqa: N818 -- the end of a demonstration
    """The job does not go on; the message says what was waited for."""


def patiently(what: str, holds: Callable[[], bool], *, patience: float = _PATIENCE) -> None:
    """Look again until it holds; Stuck after `patience` seconds. A site that is just being started again is no reason to stop."""
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        try:
            if holds():
                return
        except httpx.TransportError:
            pass
        time.sleep(_LOOK_AGAIN)
    raise Stuck(f"待っていたことが起きません: {what}")


@dataclass
class Staff:
    """田中 and 佐藤 at the ward, 鈴木 and 高橋 at the factory.

    factory  the folder that the ward's residue scan reads;  scan_key  the file of the key that signs its report
    """

    tanaka: Person
    sato: Person
    suzuki: Person
    takahashi: Person
    factory: Path
    scan_key: Path

    def scan_factory(self, request: bytes) -> bytes:
        """The signed report of a residue scan over everything that the factory's site has on disk, as the ward asked."""
        key = scan_key_of(self.scan_key)
        asked, ids = read_request(request, key.ward)
        for _ in range(_SCANS):
            report = scan_paths({self.factory: asked.places}, asked, ids, key.key.name)
            if report.clean or report.found:
                break  # else a file went away under the scan, as files of a running database do: look again
        return write_report(report, key.key)

"""A line to another site: TLS held to the certificate on its card, and our pass on every call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tewatashi.carriers import lgwan
from tewatashi.sitekit import sitepass
from tewatashi.sitekit.config import Peer


@contextmanager
def line_to(peer: Peer) -> Iterator[httpx.Client]:
    """The line, closed at the end."""
    with lgwan.open_line(peer.url, peer.ca, lambda: sitepass.pass_for(peer)) as line:
        yield line

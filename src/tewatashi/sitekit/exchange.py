"""Letters on their way: this site posts what waits for the next one, collects what waits there, and forgets nothing.

Ward and gateway run this loop towards the next site (the ward towards the gateway, the gateway towards the factory);
nobody calls the ward, and the factory calls nobody. A ward that knows no gateway has no line, and nothing to do here:
its letters cross by hand (paper_way). A letter stays queued until the other side said that it has it, and
taking one twice changes nothing, so the loop may be killed anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
from django.conf import settings
from django.db.models import QuerySet

from tewatashi.carriers import lgwan
from tewatashi.core.contract_acts import EARLY
from tewatashi.core.refused import Refused
from tewatashi.sitekit import alarms, clock, loops
from tewatashi.sitekit.config import Peer, SiteConfig
from tewatashi.sitekit.letters_api import take
from tewatashi.sitekit.line import line_to
from tewatashi.sitekit.models import OutLetter
from tewatashi.sitekit.roles import Role

NEXT: Final[dict[Role, Role]] = {"ward": "gateway", "gateway": "factory"}
EVERY: Final = 1.0  # seconds
_AT_ONCE: Final = 100


def exchange() -> None:
    """Post and collect all that waits."""
    site: SiteConfig = settings.SITE
    if site.by_hand:
        return
    peer = site.peer(NEXT[site.role])
    with line_to(peer) as line:
        try:
            _post(line, site, peer)
        except Refused:
            _collect(line, peer)  # a row that stands still doesn't hold up the other direction
            raise
        _collect(line, peer)


def _post(line: httpx.Client, site: SiteConfig, peer: Peer) -> None:
    # Read by the hundred, for a query that stays open while we write would lock us out of our own database.
    waiting = _to_post(site, peer)
    while letters := list(waiting[:_AT_ONCE]):
        for letter in letters:
            if not _posted(line, letter, site):
                waiting = waiting.exclude(sender=site.name)
                break
        for parcels in ("send", "forward"):  # they go behind the letters that tell of them
            loops.wake(parcels)


def _posted(line: httpx.Client, letter: OutLetter, site: SiteConfig) -> bool:
    """False for a letter of our own that waits for what we carry behind it: others may go first."""
    try:
        with _alarmed("letter-not-posted", f"{letter.sender} > {letter.recipient} {letter.seq}"):
            lgwan.post_letter(line, bytes(letter.note))
    except Refused as refused:
        if refused.code == EARLY and letter.sender == site.name:
            return False
        raise
    OutLetter.objects.filter(pk=letter.pk, delivered_at=None).update(delivered_at=clock.now())
    return True


def _collect(line: httpx.Client, peer: Peer) -> None:
    while letters := lgwan.waiting_letters(line):
        taken = 0
        try:
            for number, note in letters:
                with _alarmed("letter-not-taken", f"{peer.name} {number}", note):
                    take(note)
                taken = number
        finally:
            if taken:
                lgwan.letters_taken(line, taken)


@contextmanager
def _alarmed(kind: str, about: str, evidence: bytes = b"") -> Iterator[None]:
    """A letter that is refused stops its row until somebody has looked: the alarm says so, once."""
    try:
        yield
    except Refused as refused:
        if refused.code != EARLY:  # it waits for a row that has its own alarm when it stands still
            alarms.raise_once(kind, about, refused, evidence)
        raise


def _to_post(site: SiteConfig, peer: Peer) -> QuerySet[OutLetter]:
    """From the ward all letters; from the gateway those to the factory, as the ward collects its own."""
    waiting = OutLetter.objects.filter(delivered_at=None).order_by("id")
    return waiting if site.role == "ward" else waiting.filter(recipient=peer.name)

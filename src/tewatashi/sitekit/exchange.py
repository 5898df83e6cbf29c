"""Letters on their way: this site posts what waits for the next one, collects what waits there, and forgets nothing.

Ward and gateway run this loop towards the next site (the ward towards the gateway, the gateway towards the factory);
nobody calls the ward, and the factory calls nobody. A letter stays queued until the other side said that it has it, and
taking one twice changes nothing, so the loop may be killed anywhere.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db.models import QuerySet

from tewatashi.carriers import lgwan
from tewatashi.sitekit import clock
from tewatashi.sitekit.config import Peer, SiteConfig
from tewatashi.sitekit.letters_api import take
from tewatashi.sitekit.line import line_to
from tewatashi.sitekit.models import OutLetter
from tewatashi.sitekit.roles import Role

NEXT: Final[dict[Role, Role]] = {"ward": "gateway", "gateway": "factory"}
EVERY: Final = 1.0  # seconds


def exchange() -> None:
    """Post and collect all that waits."""
    site: SiteConfig = settings.SITE
    peer = site.peer(NEXT[site.role])
    with line_to(peer) as line:
        for letter in _to_post(site, peer).iterator():
            lgwan.post_letter(line, bytes(letter.note))
            OutLetter.objects.filter(pk=letter.pk, delivered_at=None).update(delivered_at=clock.now())
        while letters := lgwan.waiting_letters(line):
            for _, note in letters:
                take(note)
            lgwan.letters_taken(line, letters[-1][0])


def _to_post(site: SiteConfig, peer: Peer) -> QuerySet[OutLetter]:
    """From the ward all letters; from the gateway those to the factory, as the ward collects its own."""
    waiting = OutLetter.objects.filter(delivered_at=None).order_by("id")
    return waiting if site.role == "ward" else waiting.filter(recipient=peer.name)

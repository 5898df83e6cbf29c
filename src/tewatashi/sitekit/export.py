"""Writing out the site's whole ledger, with what it holds of the others', as the file that anybody can verify."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tewatashi.core.ledger_export import FORMAT, Header, Signed
from tewatashi.core.ledger_export import write_export as lines_of
from tewatashi.core.merkle import open_checkpoint
from tewatashi.sitekit import clock, ledger
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.keys import note_key
from tewatashi.sitekit.models import LedgerEntry, SignedCheckpoint, WitnessedCheckpoint


def write_export(write: Callable[[bytes], object]) -> int:
    """Give the export to `write` line by line and return how many entries it holds; appending goes on meanwhile."""
    site: SiteConfig = settings.SITE
    key = note_key(site)
    with transaction.atomic():
        size = open_checkpoint(ledger.checkpoint(), key.verify_key).size
        own = [
            _signed(row.note, row.signed_at) for row in SignedCheckpoint.objects.filter(size__lte=size).order_by("size")
        ]
        rows = WitnessedCheckpoint.objects.order_by("origin", "size")
        held = [_signed(row.note, row.received_at) for row in rows]
    peers = {peer.name: peer.vkey for peer in site.peers}
    header = Header(FORMAT, site.name, str(key.verify_key), clock.stamp(), peers, len(own), len(held), size)
    for line in lines_of(header, own, held, _entries(size), key):
        write(line)
    return size


def _entries(size: int) -> Iterator[bytes]:
    rows = LedgerEntry.objects.filter(index__lt=size).order_by("index").values_list("data", flat=True)
    yield from map(bytes, rows.iterator())


def _signed(note: bytes, at: datetime) -> Signed:
    return Signed(bytes(note).decode(), clock.stamp(at))

"""Writing letters: each numbered, signed, and queued in the transaction of what it tells."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.conf import settings
from django.db.models import Max

from tewatashi.core.letter import Letter, read_letter, write_letter
from tewatashi.sitekit import ledger
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.keys import note_key
from tewatashi.sitekit.models import OutLetter


def queue(
    kind: str, peer: str, body: Mapping[str, object], *, by: str, job: str | None, at: str, under: int = 0
) -> str:
    """Write, sign and queue one letter to the site named `peer`. Returned: its SHA-256 in hex.

    under  as in core.letter.Letter

    Call inside the transaction of what it tells. Queued under the ledger's lock, letters become visible in the order of
    their ids: "all up to this one" never names a letter that a collecting site could not see.
    """
    ledger.lock()
    site: SiteConfig = settings.SITE
    sent = OutLetter.objects.filter(sender=site.name, recipient=peer).aggregate(last=Max("seq"))["last"] or 0
    letter = Letter(kind, site.name, peer, sent + 1, at, by, job, body, under)
    note = write_letter(letter, note_key(site))
    OutLetter.objects.create(sender=site.name, recipient=peer, seq=letter.seq, kind=kind, job=job, note=note)
    return hashlib.sha256(note).hexdigest()


def last_queued(kind: str, peer: str) -> Letter | None:
    """The last letter of this kind that we wrote to the site named `peer`, or None."""
    site: SiteConfig = settings.SITE
    notes = OutLetter.objects.filter(sender=site.name, recipient=peer, kind=kind).order_by("-seq")
    note = notes.values_list("note", flat=True).first()
    return None if note is None else read_letter(bytes(note), [note_key(site).verify_key], peer)

"""Carrying letters between the two other sites: the gateway checks signature and number, keeps the bytes, changes nothing."""

from __future__ import annotations

import hashlib
from typing import Final, Literal

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from tewatashi.core.letter import Letter, accept_seq, addressee, read_letter
from tewatashi.core.refused import Refused
from tewatashi.sitekit import ledger, loops
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.keys import peer_key
from tewatashi.sitekit.models import OutLetter

_WIDTH: Final = 60  # of the column; whoever the letter is for judges the number


def is_for_another(note: bytes) -> bool:
    """Whether the letter names another known site than this one; what it says is not believed by this."""
    site: SiteConfig = settings.SITE
    return site.role == "gateway" and site.peer_named(addressee(note)) is not None


def carry(note: bytes) -> Literal["new", "already"]:
    """Queue a letter of one known site for another. Refused when it is not signed by its sender, or not the next one."""
    site: SiteConfig = settings.SITE
    letter = read_letter(note, [peer_key(peer) for peer in site.peers], addressee(note))
    with transaction.atomic():
        ledger.lock()
        if _standing_in_row(letter, note) == "already":
            return "already"
        OutLetter.objects.create(
            sender=letter.sender,
            recipient=letter.recipient,
            seq=letter.seq,
            kind=letter.kind,
            job=letter.job if letter.job is None or len(letter.job) <= _WIDTH else None,
            note=note,
        )
        transaction.on_commit(loops.wake_all)
    return "new"


def _standing_in_row(letter: Letter, note: bytes) -> Literal["new", "already"]:
    site: SiteConfig = settings.SITE
    if letter.sender == site.name:
        raise Refused("letter-own", "この拠点の手紙を、ほかの拠点が持ってきました。", do="送り手に確かめてください。")
    row = OutLetter.objects.filter(sender=letter.sender, recipient=letter.recipient)
    last = row.aggregate(last=Max("seq"))["last"] or 0
    same = row.filter(seq=letter.seq).values_list("note", flat=True).first()
    digest = None if same is None else hashlib.sha256(bytes(same)).hexdigest()
    return accept_seq(last, digest, letter, note)

"""Checkpoints between the sites: telling ours, and holding those of the others, so that no owner can rewrite its past.

Each site tells the other two its signed checkpoint with the proof that it continues the one told before. A checkpoint
that does not continue what we hold is refused and kept as evidence: there is no way to reset it. Where letters cross by
hand it is told when they are given out (paper_way): a paper for every few seconds would be no use to anybody.
"""

from __future__ import annotations

from typing import Final, cast

from django.conf import settings
from django.db import transaction

from tewatashi.core.letter import CHECKPOINT, Letter
from tewatashi.core.merkle import Checkpoint, open_checkpoint, verify_consistency
from tewatashi.core.refused import Refused
from tewatashi.sitekit import clock, ledger, loops, outbox
from tewatashi.sitekit.config import Peer, SiteConfig
from tewatashi.sitekit.keys import note_key, peer_key
from tewatashi.sitekit.loops import loop
from tewatashi.sitekit.models import WitnessedCheckpoint

EVERY: Final = 10.0  # seconds


@loop("checkpoint", every=EVERY)
def tell_checkpoints() -> None:
    """Tell each other site our checkpoint, if the ledger has grown since the last one told."""
    site: SiteConfig = settings.SITE
    for peer in () if site.by_hand else site.peers:
        if ledger.head().size > last_told(peer):
            with transaction.atomic():
                ledger.lock()
                tell(peer)
            loops.wake("exchange")


def tell(peer: Peer) -> None:
    """Queue our checkpoint for this site. Call inside a transaction that holds the ledger."""
    note, told = ledger.checkpoint(), last_told(peer)
    now = open_checkpoint(note, note_key(settings.SITE).verify_key)
    proof = [step.hex() for step in ledger.proof_between(told, now.size)]
    body = {"checkpoint": note.decode(), "old": told, "proof": proof}
    # No entry of the ledger tells of it, or the ledgers would answer each other without end.
    outbox.queue(CHECKPOINT, peer.name, body, by=ledger.SYSTEM, job=None, at=clock.stamp())


def last_told(peer: Peer) -> int:
    """Size of the last checkpoint queued for this site, 0 if none was."""
    letter = outbox.last_queued(CHECKPOINT, peer.name)
    if letter is None:
        return 0
    note = cast("str", letter.body["checkpoint"]).encode()
    return open_checkpoint(note, note_key(settings.SITE).verify_key).size


def held(name: str) -> Checkpoint | None:
    """The newest checkpoint of this site's ledger that we hold, or None."""
    row = WitnessedCheckpoint.objects.filter(origin=name).order_by("-size").first()
    return None if row is None else Checkpoint(name, row.size, bytes(row.root))


def hold(letter: Letter) -> None:
    """Hold the checkpoint that the letter tells. Refused `checkpoint` or `ledger-fork` when it can't be believed."""
    site: SiteConfig = settings.SITE
    peer = site.peer_named(letter.sender)
    assert peer is not None
    note = cast("str", letter.body["checkpoint"]).encode()
    new = open_checkpoint(note, peer_key(peer))
    before = held(peer.name)
    old = Checkpoint(peer.name, 0, b"") if before is None else before
    proof = [bytes.fromhex(step) for step in cast("list[str]", letter.body["proof"])]
    if letter.body["old"] != old.size or not _continues(old, new, proof):
        raise Refused(
            "ledger-fork", "相手の台帳が、前に受け取った検証点の続きになっていません。", found=f"{new.size}行",
            expected=f"{old.size}行の続き", do="相手の台帳の改変を疑い、両方の写しを保全してください。",
        )  # fmt: skip
    WitnessedCheckpoint.objects.create(origin=peer.name, size=new.size, root=new.root, note=note)


def _continues(old: Checkpoint, new: Checkpoint, proof: list[bytes]) -> bool:
    if old.size == 0:
        return new.size > 0 and not proof
    return new.size > old.size and verify_consistency(old.size, new.size, old.root, new.root, proof)

"""Letters where there is no line: what waits to be carried by hand, and taking in what was carried here.

Rules
  - nothing is judged otherwise than on the line: each letter goes the way of `letters_api.take`, with its checks, its
    refusals and its number; a set is taken in as a whole or not at all
  - a letter waits until the other side's own signed word that it has it: what was printed has not arrived
  - the word for what we have goes first in every set, and our checkpoint follows the last act
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from tewatashi.carriers import paper
from tewatashi.core.acts import KINDS
from tewatashi.core.letter import CHECKPOINT, read_letter
from tewatashi.core.refused import Refused
from tewatashi.core.taken import Taken, is_taken, read_taken, refuse_other_bytes, write_taken
from tewatashi.sitekit import alarms, clock, ledger, letters_api, witness
from tewatashi.sitekit.config import Peer, SiteConfig
from tewatashi.sitekit.keys import note_key, peer_key
from tewatashi.sitekit.models import InLetter, OutLetter

_ENOUGH: Final = 12 << 20  # bytes of one set; what is left goes with the next
_ATTACKS: Final = frozenset({"signature", "letter-signer", "letter-fork", "taken-signer", "taken-fork"})


@dataclass(frozen=True)
class Row:
    """One letter as it is listed for people. refused: the code of the rules' refusal, or nothing."""

    seq: int
    kind: str
    job: str | None
    at: datetime
    refused: str = ""

    @property
    def name(self) -> str:
        return "台帳の検証点" if self.kind == CHECKPOINT else KINDS[self.kind].name


@dataclass(frozen=True)
class Waiting:
    """What waits for the other side: up to which of its letters we say that we have, and our own letters, oldest first."""

    peer: Peer
    up_to: int
    rows: tuple[Row, ...]
    notes: tuple[bytes, ...]

    @property
    def name(self) -> str:
        """Short and the same for the same letters: a file's name, a paper's number."""
        return hashlib.sha256(b"".join(self.notes)).hexdigest()[:8]


@dataclass(frozen=True)
class OnPaper:
    """What a paper carries. codes: rows of digits;  by_file: how many letters are too much for paper and go as a file"""

    codes: tuple[str, ...] = ()
    by_file: int = 0


NOTHING: Final = OnPaper()


@dataclass(frozen=True)
class TakenIn:
    """What came of a set. new: letters taken in now; already: how many we had; heard: ours that the other side has."""

    new: tuple[Row, ...]
    already: int
    heard: int


def other_side() -> Peer:
    """The site that we share no line with. Refused where letters go by the line."""
    site: SiteConfig = settings.SITE
    if not site.by_hand:
        raise Refused(
            "letters-by-line", "この拠点の記録は、回線で届いています。", do="紙やファイルで渡す必要はありません。"
        )
    return site.peer("factory" if site.role == "ward" else "ward")


# ---------------------------------------------------------------------------------------------------------- give out


def waiting() -> Waiting:
    """What waits, as it stands; nothing is written."""
    peer = other_side()
    letters = _enough(_undelivered(peer))
    word = _word(peer)
    notes = tuple(bytes(letter.note) for letter in letters)
    return Waiting(
        peer=peer,
        up_to=word.up_to if word else 0,
        rows=tuple(_row(peer, note) for note in notes),
        notes=notes if word is None else (write_taken(word, note_key(settings.SITE)), *notes),
    )


def give_out() -> Waiting:
    """What waits, with our checkpoint behind the last act: the same set until there is another act, or word from there.

    Refused `letters-none` when there is nothing to carry.
    """
    peer = other_side()
    with transaction.atomic():
        ledger.lock()
        last = OutLetter.objects.filter(sender=settings.SITE.name, recipient=peer.name).order_by("-seq").first()
        if last is not None and last.kind != CHECKPOINT:
            witness.tell(peer)
        given = waiting()
    if not given.notes:
        raise Refused("letters-none", "相手に渡す記録はありません。", do="記録ができてから、もう一度開いてください。")
    return given


def file_of_letters() -> tuple[str, bytes]:
    """Name and content of the file to put on a medium. Refused `letters-none` when there is nothing to carry."""
    given = give_out()
    return f"{settings.SITE.role}-{given.name}.letters", paper.join_notes(given.notes)


def codes_for_paper() -> OnPaper:
    """What to print at the end of a paper that goes to the other side; nothing where there is a line."""
    site: SiteConfig = settings.SITE
    if not site.by_hand:
        return NOTHING
    try:
        given = give_out()
    except Refused as refused:
        if refused.code == "letters-none":
            return NOTHING
        raise
    try:
        return OnPaper(paper.write_parts(given.notes))
    except Refused as refused:
        if refused.code == "paper-too-much":
            return OnPaper(by_file=len(given.notes))
        raise


def _undelivered(peer: Peer) -> QuerySet[OutLetter]:
    return OutLetter.objects.filter(sender=settings.SITE.name, recipient=peer.name, delivered_at=None).order_by("seq")


def _enough(letters: QuerySet[OutLetter]) -> list[OutLetter]:
    chosen: list[OutLetter] = []
    size = 0
    for letter in letters:
        size += len(letter.note)
        if chosen and size > _ENOUGH:
            break
        chosen.append(letter)
    return chosen


def _word(peer: Peer) -> Taken | None:
    """Up to which letter we have what this site wrote; None if we have none."""
    last = InLetter.objects.filter(sender=peer.name).order_by("-seq").first()
    if last is None:
        return None
    return Taken(settings.SITE.name, peer.name, last.seq, hashlib.sha256(bytes(last.note)).hexdigest())


def _row(peer: Peer, note: bytes) -> Row:
    letter = read_letter(note, [note_key(settings.SITE).verify_key], peer.name)
    return Row(letter.seq, letter.kind, letter.job, datetime.fromisoformat(letter.at))


# ----------------------------------------------------------------------------------------------------------- take in


def take_in(notes: Sequence[bytes]) -> TakenIn:
    """Take in a set of letters and the word that came with them. Refused, with nothing of it written, as on the line."""
    new: list[Row] = []
    already = heard = 0
    now = b""
    try:
        with transaction.atomic():
            for now in notes:
                if is_taken(now):
                    heard += _hear(now)
                elif _take(now) == "new":
                    new.append(_row_in(now))
                else:
                    already += 1
    except Refused as refused:
        if refused.code in _ATTACKS:
            alarms.raise_once("letter-not-taken", f"by hand {hashlib.sha256(now).hexdigest()[:16]}", refused, now)
        raise
    return TakenIn(tuple(new), already, heard)


def _take(note: bytes) -> Literal["new", "already"]:
    return "new" if letters_api.take(note) == "new" else "already"


def _row_in(note: bytes) -> Row:
    site: SiteConfig = settings.SITE
    letter = read_letter(note, [peer_key(peer) for peer in site.peers], site.name)
    kept = InLetter.objects.get(sender=letter.sender, seq=letter.seq)
    return Row(letter.seq, letter.kind, letter.job, datetime.fromisoformat(letter.at), kept.refused)


def _hear(note: bytes) -> int:
    """Hear up to which letter the other side has ours: how many of them need no longer wait."""
    site: SiteConfig = settings.SITE
    taken = read_taken(note, [peer_key(peer) for peer in site.peers], site.name)
    ours = OutLetter.objects.filter(sender=site.name, recipient=taken.sender)
    written = ours.filter(seq=taken.up_to).values_list("note", flat=True).first()
    refuse_other_bytes(taken, None if written is None else bytes(written))
    if not site.by_hand:  # the gateway must still carry them
        return 0
    return int(ours.filter(Q(delivered_at=None), seq__lte=taken.up_to).update(delivered_at=clock.now()))

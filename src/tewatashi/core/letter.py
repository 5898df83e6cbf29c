"""A letter: one act, told by one site to another, in canonical bytes under the sender's signature.

Rules
  - the signer is the sender that the letter names
  - letters from one site to another are numbered from 1 without a gap; a number comes twice only as the same bytes
  - it says how much of the other side's acts on the contract its sender knew (`core.contract_acts` judges by it)
  - what a letter says is an act of `core.acts`, or the sender's checkpoint; unknown kinds and fields are refused
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from tewatashi.core import acts
from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, VerifyKey, canonical, open_note, parse_canonical, sign_note

MAGIC: Final = "tewatashi.letter/v1\n"
CHECKPOINT: Final = "checkpoint"
_FIELDS: Final = ("kind", "sender", "recipient", "seq", "at", "by", "job", "under", "body")
_CHECKPOINT_BODY: Final[Mapping[str, acts.Check]] = {
    "checkpoint": acts.note,
    "old": acts.count,
    "proof": acts.list_of(acts.hex64, most=64),
}


@dataclass(frozen=True)
class Letter:
    """One letter.

    kind  an act's kind or `checkpoint`;  sender, recipient  site identities, as on their keys;  seq  from 1
    at  ISO 8601 with offset, whole seconds;  by  account id or `system`;  job  its number, None for a contract's acts
    under  how many of the other side's acts on the contract, of those that the recipient knows too, the sender knew
    """

    kind: str
    sender: str
    recipient: str
    seq: int
    at: str
    by: str
    job: str | None
    body: Mapping[str, object]
    under: int = 0

    def __post_init__(self) -> None:
        fit = (
            all(isinstance(name, str) and 0 < len(name) <= 200 for name in (self.sender, self.recipient))
            and self.sender != self.recipient
            and type(self.seq) is int
            and 1 <= self.seq < 2**53
            and acts.moment(self.at)
            and acts.person(self.by)
            and (self.job is None or acts.text(self.job))
            and type(self.under) is int
            and 0 <= self.under < 2**53
            and isinstance(self.body, dict)
        )
        if not fit:
            raise _not_a_letter()
        if self.kind == CHECKPOINT:
            if not acts.record(_CHECKPOINT_BODY)(self.body):
                raise _not_a_letter()
        elif self.kind in acts.KINDS:
            acts.check_body(self.kind, self.body)
        else:
            raise Refused("letter-kind", "知らない種類の手紙です。", do="双方の版を確かめてください。")


def write_letter(letter: Letter, key: SigningKey) -> bytes:
    """The letter's note, signed by its sender."""
    if key.name != letter.sender:
        raise ValueError("a letter is signed by its sender")
    fields = {name: getattr(letter, name) for name in _FIELDS}
    return sign_note(f"{MAGIC}{canonical(fields).decode()}\n", key)


def read_letter(data: bytes, known: Iterable[VerifyKey], recipient: str) -> Letter:
    """The letter that these bytes are. Refused for any others, and for a letter signed by or sent to somebody else."""
    note = open_note(data, known)
    if not note.text.startswith(MAGIC):
        raise _not_a_letter()
    fields = parse_canonical(note.text.removeprefix(MAGIC).removesuffix("\n").encode())
    if not isinstance(fields, dict) or fields.keys() != set(_FIELDS):
        raise _not_a_letter()
    letter = Letter(**cast("dict[str, object]", fields))  # type: ignore[arg-type]  # Letter checks each field
    if letter.sender not in note.signers:
        raise Refused(
            "letter-signer",
            "手紙の差出人と署名した拠点が違います。",
            found=note.signers[0],
            expected=letter.sender,
            do="受け取らず、送り手に確かめてください。",
        )
    if letter.recipient != recipient:
        raise Refused(
            "letter-recipient",
            "この拠点あての手紙ではありません。",
            found=letter.recipient,
            expected=recipient,
            do="あて先の拠点に渡してください。",
        )
    return letter


def addressee(data: bytes) -> str:
    """The recipient that the letter names, unverified: only for finding whose letter it is before it is read. Empty for
    what is no letter."""
    text = data.partition(b"\n\n")[0].removeprefix(MAGIC.encode())
    try:
        fields = parse_canonical(text)
    except Refused:
        return ""
    name = fields.get("recipient") if isinstance(fields, dict) else None
    return name if isinstance(name, str) else ""


def accept_seq(last_seq: int, digest_of_same: str | None, letter: Letter, data: bytes) -> Literal["new", "already"]:
    """Where a letter stands in its sender's row: `new` to take in, or `already` taken in with the same bytes.

    last_seq  number of the sender's last letter taken in, 0 for none
    digest_of_same  SHA-256 (hex) of the letter taken in under this letter's number, None if there is none
    Refused `letter-gap` when earlier ones are missing, `letter-fork` when the number was used for other bytes.
    """
    if letter.seq == last_seq + 1:
        return "new"
    if letter.seq > last_seq:
        raise Refused(
            "letter-gap",
            "前の手紙がまだ届いていません。",
            found=letter.seq,
            expected=last_seq + 1,
            do="前の手紙から順に送ってください。",
        )
    if digest_of_same == hashlib.sha256(data).hexdigest():
        return "already"
    raise Refused(
        "letter-fork",
        "同じ番号で内容の違う手紙です。",
        found=letter.seq,
        expected=last_seq + 1,
        do="受け取らず、送り手の台帳を調べてください。",
    )


def _not_a_letter() -> Refused:
    return Refused("letter", "手紙として読めません。", do="送り直しを求めてください。")

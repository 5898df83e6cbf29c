"""What a site says it has taken in, where no line can answer: up to which letter of the other side's row.

Rules
  - it is signed by the site that took the letters in, and is about letters of the site it is for
  - it names the last letter by its hash: whoever took in other bytes than were written has said so himself
It is no letter: it has no number, changes nothing that was done, and may come twice or late.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final, cast

from tewatashi.core import acts
from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, VerifyKey, canonical, open_note, parse_canonical, sign_note

MAGIC: Final = "tewatashi.taken/v1\n"
_FIELDS: Final = frozenset({"sender", "recipient", "up_to", "sha256"})


@dataclass(frozen=True)
class Taken:
    """Letters of `recipient` that `sender` has taken in.

    up_to  number of the last one, from 1;  sha256  of that letter, in hex
    """

    sender: str
    recipient: str
    up_to: int
    sha256: str

    def __post_init__(self) -> None:
        names = all(isinstance(name, str) and 0 < len(name) <= 200 for name in (self.sender, self.recipient))
        if not names or self.sender == self.recipient or not acts.count(self.up_to) or not acts.hex64(self.sha256):
            raise _not_taken()
        if self.up_to == 0:
            raise _not_taken()


def is_taken(note: bytes) -> bool:
    """Whether these bytes would be one; nothing of them is believed by this."""
    return note.startswith(MAGIC.encode())


def write_taken(taken: Taken, key: SigningKey) -> bytes:
    """Its note, signed by the site that took the letters in: the same bytes for the same letters."""
    if key.name != taken.sender:
        raise ValueError("what was taken in is signed by who took it in")
    return sign_note(f"{MAGIC}{canonical(asdict(taken)).decode()}\n", key)


def read_taken(data: bytes, known: Iterable[VerifyKey], recipient: str) -> Taken:
    """What these bytes say. Refused for any others, and for what another site signed or what is about another's letters."""
    note = open_note(data, known)
    if not note.text.startswith(MAGIC):
        raise _not_taken()
    fields = parse_canonical(note.text.removeprefix(MAGIC).removesuffix("\n").encode())
    if not isinstance(fields, dict) or fields.keys() != _FIELDS:
        raise _not_taken()
    taken = Taken(**cast("dict[str, object]", fields))  # type: ignore[arg-type]  # Taken checks each field
    if taken.sender not in note.signers:
        raise Refused(
            "taken-signer", "受け取りの知らせの差出人と署名した拠点が違います。", found=note.signers[0],
            expected=taken.sender, do="受け取らず、送り手に確かめてください。",
        )  # fmt: skip
    if taken.recipient != recipient:
        raise Refused(
            "taken-recipient", "この拠点あての知らせではありません。", found=taken.recipient, expected=recipient,
            do="あて先の拠点に渡してください。",
        )  # fmt: skip
    return taken


def refuse_other_bytes(taken: Taken, written: bytes | None) -> None:
    """Refused `taken-fork` unless the letter named is the one that we wrote under this number; None: we wrote none."""
    digest = None if written is None else hashlib.sha256(written).hexdigest()
    if digest != taken.sha256:
        raise Refused(
            "taken-fork", "相手が受け取ったという手紙は、この拠点が書いたものと違います。", found=f"{taken.up_to}通目",
            do="取り込まず、相手の台帳とこの拠点の台帳を調べてください。",
        )  # fmt: skip


def _not_taken() -> Refused:
    return Refused("taken", "受け取りの知らせとして読めません。", do="送り直しを求めてください。")

"""The cover of a parcel: the signed public page that says what is sealed inside, and holds no resident's data.

Rules
  - the signer is the sender that the cover names
  - a cover has names of items, never their values
  - what it covers is a file sealed with a password and nothing else (FAC-LG-2); that shows without opening it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, cast

from tewatashi.core import acts
from tewatashi.core.age_header import header_length, parse_header, password_stanza
from tewatashi.core.refused import Refused
from tewatashi.core.signing import (
    SigningKey,
    VerifyKey,
    canonical,
    open_note,
    parse_canonical,
    sign_note,
    unsigned_text,
)

MAGIC: Final = "tewatashi.cover/v1\n"
SEALED_HEAD: Final = 1024  # bytes; the header of a file sealed with a password has about 150
_MOST_ITEMS: Final = 500


@dataclass(frozen=True)
class Cover:
    """What a parcel's file holds and who sealed it. Refused `cover` (found: the field) if a value has another form.

    parcel  its id, 32 hex digits;  contract, job, form  by their numbers and names;  base_date  of the extract, ISO
    pieces  how many, from 1;  items  names of the columns in their order;  sha256, size  of the .age file (hex; bytes)
    sealed_at  ISO 8601 with offset;  sealed_by  account id;  erase_by  ISO date;  sender  the site, as on its key
    """

    parcel: str
    contract: str
    job: str
    form: str
    base_date: str
    pieces: int
    items: tuple[str, ...]
    sha256: str
    size: int
    sealed_at: str
    sealed_by: str
    erase_by: str
    sender: str

    def __post_init__(self) -> None:
        for name, fits in _FIELDS.items():
            if not fits(getattr(self, name)):
                raise _not_a_cover(name)


def _items(value: object) -> bool:
    return (
        isinstance(value, tuple)
        and 0 < len(value) <= _MOST_ITEMS
        and all(map(acts.text, value))
        and len(set(value)) == len(value)
    )


def _from_one(value: object) -> bool:
    return acts.count(value) and value != 0


_FIELDS: Final[dict[str, Callable[[object], bool]]] = {
    "parcel": acts.hex32,
    "contract": acts.text,
    "job": acts.text,
    "form": acts.text,
    "base_date": acts.day,
    "pieces": _from_one,
    "items": _items,
    "sha256": acts.hex64,
    "size": _from_one,
    "sealed_at": acts.moment,
    "sealed_by": acts.person,
    "erase_by": acts.day,
    "sender": acts.text,
}


def write_cover(cover: Cover, key: SigningKey) -> bytes:
    """The cover's note, signed by its sender. Refused `cover-long` if it would not fit into the act that tells of it."""
    if key.name != cover.sender:
        raise ValueError("a cover is signed by its sender")
    fields = {name: getattr(cover, name) for name in _FIELDS} | {"items": list(cover.items)}
    data = sign_note(f"{MAGIC}{canonical(fields).decode()}\n", key)
    if not acts.note(data.decode()):
        raise Refused("cover-long", "送付データの送付票が長すぎます。", do="項目名を短くしてください。")
    return data


def read_cover(data: bytes, known: Iterable[VerifyKey]) -> Cover:
    """The cover that these bytes are. Refused `cover`, `cover-signer`, or as `open_note` and `parse_canonical` refuse."""
    note = open_note(data, known)
    cover = claimed_cover(data)
    if cover.sender not in note.signers:
        raise Refused(
            "cover-signer", "送付票の差出人と署名した拠点が違います。", found=note.signers[0], expected=cover.sender,
            do="受け取らず、送り手に確かめてください。",
        )  # fmt: skip
    return cover


def claimed_cover(data: bytes) -> Cover:
    """What a cover says, whoever signed it: for a person who compares it, never for taking a parcel in."""
    text = unsigned_text(data)
    if not text.startswith(MAGIC) or not acts.note(data.decode()):
        raise _not_a_cover()
    fields = parse_canonical(text.removeprefix(MAGIC).removesuffix("\n").encode())
    if not isinstance(fields, dict) or fields.keys() != _FIELDS.keys() or not isinstance(fields["items"], list):
        raise _not_a_cover()
    fields |= {"items": tuple(fields["items"])}
    return Cover(**cast("dict[str, object]", fields))  # type: ignore[arg-type]  # Cover checks each field


def refuse_unless_sealed(head: bytes) -> None:
    """Refuse (`not-sealed`) a file whose first bytes are not the header of an age file that only a password opens.

    head  the first `SEALED_HEAD` bytes of the file, or more, or all of it
    """
    try:
        length = header_length(head)
        sealed = length is not None and password_stanza(parse_header(head[:length])) is not None
    except Refused:
        sealed = False
    if not sealed:
        raise Refused(
            "not-sealed", "パスワードで暗号化された送付データではありません。", do="送付データを作成し直して送ってください。",
            requirement="FAC-LG-2",
        )  # fmt: skip


def _not_a_cover(field: str | None = None) -> Refused:
    return Refused("cover", "送付データの送付票として読めません。", found=field, do="送り直しを求めてください。")

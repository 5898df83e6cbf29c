"""Piece ids and the mark on every side of every sheet.

A piece id is 20 decimal digits: 19 random ones and a Luhn check digit. It says nothing about a person. A sheet mark is
the 24 digits of a DataMatrix: piece id, copy, sheet, of how many, side.

An id that begins with 9876543210 is a proof's (見本): no resident's piece ever has one, and no proof has another. So the
mode is in every 2D code, and whoever reads a sheet knows whether it is a notice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tewatashi.core.refused import Refused

_BODY: Final = 10**19
_FAIR: Final = 2**64 // _BODY * _BODY  # numbers above would make some ids likelier than others
_PROOF: Final = "9876543210"  # how the id of a proof's piece begins; the rest is its number
_PROOFS: Final = range(int(_PROOF) * 10**9, (int(_PROOF) + 1) * 10**9)
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def _luhn(body: str) -> str:
    odd = sum(_DOUBLED[int(digit)] for digit in body[-1::-2])
    even = sum(int(digit) for digit in body[-2::-2])
    return str(-(odd + even) % 10)


def new_piece_ids(rand: Callable[[int], bytes], count: int) -> list[str]:
    """`count` random piece ids. rand(n) gives n random bytes; equal ids are as unlikely as 63 random bits allow."""
    ids: list[str] = []
    while len(ids) < count:
        block = rand(8 * (count - len(ids)))
        numbers = (int.from_bytes(block[i : i + 8], "big") for i in range(0, len(block), 8))
        fair = (number % _BODY for number in numbers if number < _FAIR)
        bodies = (f"{number:019d}" for number in fair if number not in _PROOFS)
        ids.extend(body + _luhn(body) for body in bodies)
    return ids


def proof_piece_id(number: int) -> str:
    """The piece id of a proof's piece. number: below a thousand million."""
    body = f"{_PROOF}{number:09d}"
    return body + _luhn(body)


def is_proof_piece(piece: str) -> bool:
    """Whether a piece id, or a sheet mark, is a proof's."""
    return piece.startswith(_PROOF)


def piece_digest(piece: str) -> str:
    """What a letter says instead of a piece id: SHA-256 in hex. Who has the pieces finds the one that is meant; in a ledger,
    which is never erased, it is not the id that a residue scan looks for."""
    return hashlib.sha256(b"tewatashi.piece/v1\n" + piece.encode("ascii")).hexdigest()


def check_piece_id(text: str) -> str:
    """The piece id itself. Refused `piece-id` unless it is 20 digits whose last checks the others."""
    if len(text) != 20 or not (text.isascii() and text.isdigit()) or _luhn(text[:19]) != text[19]:
        raise Refused("piece-id", "通し番号が正しくありません。", do="読み取り直してください。")
    return text


@dataclass(frozen=True, slots=True)
class SheetMark:
    """One side of one sheet: copy 0 the original, 1.. remakes; sheet n of m from 1; side 1 front, 2 back."""

    piece: str
    copy: int
    sheet: int
    of: int
    side: int

    def __post_init__(self) -> None:
        check_piece_id(self.piece)
        if not (0 <= self.copy <= 9 and 1 <= self.sheet <= self.of <= 9 and self.side in (1, 2)):
            raise Refused("sheet-mark", "シートの印が正しくありません。", do="読み取り直してください。")

    def __str__(self) -> str:
        return f"{self.piece}{self.copy}{self.sheet}{self.of}{self.side}"

    @classmethod
    def parse(cls, text: str) -> SheetMark:
        """Read the 24 digits of a mark. Refused `sheet-mark` or `piece-id` for anything else."""
        if len(text) != 24 or not (text.isascii() and text.isdigit()):
            raise Refused("sheet-mark", "シートの印が正しくありません。", do="読み取り直してください。")
        return cls(text[:20], *(int(digit) for digit in text[20:]))

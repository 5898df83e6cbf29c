"""QR symbols of a fixed version, so that a form knows their size: piece marks, and payloads that others made, as an eL-QR.

What a payload says is not looked at: it is printed as it came, and a reader must give it back (domain.md 4.3).

Where the mask is fixed too, a symbol is a sum over GF(2) of what the bits of its text contribute, in byte mode: error
correction is linear, placing moves bits about, masking adds a constant. What each character adds at each place is learned
from zint, as for the sheet mark (codes.datamatrix), and is the same for texts of all lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import zint

from tewatashi.core.refused import Refused
from tewatashi.press.codes.grid import packed

QUIET: Final = 4  # modules
_LEVELS: Final = {"L": 1, "M": 2, "Q": 3, "H": 4}
_PLAIN: Final = "a"  # a character that only byte mode has; nor does a single other one among it leave that mode
_BITS: Final = 7  # of ASCII
_MOST_CHARACTERS: Final = 2953
_LARGEST: Final = 1 << 25  # bytes of tables; symbols that need more are made one by one

_Words = np.ndarray[Any, np.dtype[np.uint64]]


def side(version: int) -> int:
    """Modules of a symbol's side."""
    return 17 + 4 * version


def symbol(text: str, version: int, level: str, mask: int | None) -> bytes:
    """The packed modules. mask: 0-7, or None for the one that the standard's scoring finds best, which takes ten times as
    long."""
    if not text.isascii():
        raise _refused("半角の英数字と記号だけ")
    try:
        made = _encoded(text, version, level, mask)
    except RuntimeError:
        raise _refused(f"型番{version}、誤り訂正{level}に入る長さ") from None
    return _packed(made, side(version))[0]


def _encoded(text: str, version: int, level: str, mask: int | None) -> bytes:
    """As zint has the modules, in rows of whole bytes. RuntimeError if the text is too long."""
    made = zint.Symbol()
    made.symbology = zint.Symbology.QRCODE
    made.option_1, made.option_2 = _LEVELS[level], version
    made.option_3 = 0 if mask is None else (mask + 1) << 8
    made.encode(text)
    size = side(version)
    return np.asarray(made.encoded_data)[:size, : (size + 7) // 8].tobytes()


def _packed(encoded: bytes, size: int) -> list[bytes]:
    """encoded: one or more symbols as `_encoded` gives them."""
    rows = np.frombuffer(encoded, np.uint8).reshape(-1, size, (size + 7) // 8)
    return packed(np.unpackbits(rows, axis=2, bitorder="little")[:, :, :size])


def symbols(texts: Sequence[str], version: int, level: str, mask: int | None) -> list[bytes]:
    """The packed modules of many symbols, none of an empty text."""
    tables = None if mask is None else _tables(version, level, mask)
    fitting = [text for text in texts if text.isascii() and len(text) <= (tables.most if tables else 0)]
    made = iter(tables.symbols(fitting) if tables and fitting else ())
    return [
        next(made) if tables and text.isascii() and len(text) <= tables.most else symbol(text, version, level, mask)
        for text in texts
    ]


class _Tables:
    """changes: by place, what each character changes in a symbol that has `_PLAIN` there; most: characters there are."""

    def __init__(self, version: int, level: str, mask: int, most: int) -> None:
        self.most = most
        self._shape = version, level, mask
        self._size = side(version) * ((side(version) + 7) // 8)
        self._plain: dict[int, _Words] = {}
        turned = [
            _PLAIN * place + chr(ord(_PLAIN) ^ 1 << bit) + _PLAIN * (most - 1 - place)
            for place in range(most)
            for bit in range(_BITS)
        ]
        words = self._words([_PLAIN * most, *turned])
        flipped = (words[1:] ^ words[0]).reshape(most, _BITS, -1)
        # By place and by what of the character differs from `_PLAIN`, doubled bit by bit.
        changes = np.zeros((most, 1 << _BITS, words.shape[1]), np.uint64)
        for bit in range(_BITS):
            changes[:, 1 << bit : 2 << bit] = changes[:, : 1 << bit] ^ flipped[:, bit, None]
        self.changes = changes[:, np.arange(1 << _BITS) ^ ord(_PLAIN)]

    def _words(self, texts: Sequence[str]) -> _Words:
        """A row a text."""
        made = _packed(b"".join([_encoded(text, *self._shape) for text in texts]), side(self._shape[0]))
        length = -(-self._size // 8) * 8
        return np.frombuffer(b"".join([each.ljust(length, b"\0") for each in made]), np.uint64).reshape(len(made), -1)

    def symbols(self, texts: Sequence[str]) -> list[bytes]:
        for length in set(map(len, texts)) - self._plain.keys():
            self._plain[length] = self._words([_PLAIN * length])[0]
        longest = max(map(len, texts))
        codes = np.frombuffer("".join([text.ljust(longest, _PLAIN) for text in texts]).encode("ascii"), np.uint8)
        found = np.stack([self._plain[len(text)] for text in texts])
        for changes, column in zip(self.changes, codes.reshape(len(texts), longest).T, strict=False):
            found ^= changes[column]
        return [row[: self._size] for row in map(bytes, found)]


@lru_cache(4)
def _tables(version: int, level: str, mask: int) -> _Tables | None:
    """None where they would be too large."""
    fits, too_many = 0, _MOST_CHARACTERS + 1
    while too_many - fits > 1:
        tried = (fits + too_many) // 2
        try:
            symbol(_PLAIN * tried, version, level, mask)
            fits = tried
        except Refused:
            too_many = tried
    size = side(version) ** 2 // 8
    return _Tables(version, level, mask, fits) if fits * size << _BITS <= _LARGEST else None


def _refused(expected: str) -> Refused:
    return Refused(
        "qr-text",
        "QRコードにできない値です。",
        expected=expected,
        do="抽出データのこの項目か、様式の version を確かめてください。",
    )

"""Reads Japan Post's customer barcode from its bars, and judges it by the address (post.japanpost.jp, manual pages 12-20).

No open decoder exists for it. A symbol is 67 bars in four states, three bars a character; the address number in it must be
one that the rules take out of the address and 方書, from some place after the town's name on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

BARS: Final = 67
ROWS: Final = 3
_LENGTH: Final = 13

# Page 12: bars 1 full, 2 up, 3 down, 4 timing, by character from 0 to 9, the hyphen, and the control codes 1 to 8.
_CHARACTERS: Final = re.findall("...", "144114132312123141321213231411414324342234432243423441111")
_START: Final = (1, 3)
_STOP: Final = (3, 1)
_FILL: Final = 14

Bits = np.ndarray[Any, np.dtype[np.uint8]]


def _table() -> np.ndarray[Any, np.dtype[np.int16]]:
    table = np.full(1 << 6, -1, np.int16)
    for value, bars in enumerate(_CHARACTERS):
        table[sum((int(bar) - 1) << 2 * place for place, bar in enumerate(bars))] = value
    return table


_VALUES: Final = _table()


def read_customer(symbols: Bits) -> list[tuple[str, str] | None]:
    """Postcode, and the 13 values of the address number as `values_of` writes them, of each symbol; None for what can't be read.

    symbols: by symbol, row (above, timing, below) and column of modules, 1 dark; a bar is every second column.
    """
    up, timing, down = (symbols[:, row, 0::2].astype(np.int16) for row in range(ROWS))
    states = np.select([(up & down) > 0, up > 0, down > 0], [1, 2, 3], 4)
    sound = timing.all(axis=1) & ~symbols[:, :, 1::2].any(axis=(1, 2))
    sound &= (states[:, :2] == _START).all(axis=1) & (states[:, -2:] == _STOP).all(axis=1)
    values = _VALUES[(states[:, 2:-2].reshape(len(symbols), 21, 3) - 1) @ np.array([1, 4, 16])]
    sound &= (values >= 0).all(axis=1) & (values[:, :7] < 10).all(axis=1) & (values.sum(axis=1) % 19 == 0)
    written = (values + ord(_ZERO)).astype(np.uint8).tobytes().decode("ascii")
    size = values.shape[1]
    return [
        (written[at : at + 7], written[at + 7 : at + 7 + _LENGTH]) if fine else None
        for at, fine in zip(range(0, len(written), size), sound.tolist(), strict=True)
    ]


_TO_PLAIN: Final = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
    | dict.fromkeys("‐‑‒–—―−－", "-")
    | dict.fromkeys("&＆/／・.．･", "")
)
_NUMERALS: Final = re.compile(r"[〇一二三四五六七八九十百千]+(?=丁目|丁|番地|番|号|地割|線|の|ノ)")
_NOT_TAKEN: Final = re.compile(r"[A-Z]{2,}|[^0-9A-Z\n]+")
_LONG_VOWEL: Final = re.compile(r"(?<=[0-9])[ーｰ](?=[0-9])")
_FLOOR: Final = re.compile(r"(?<=[0-9])F(?![A-Z])")
_BESIDE_LETTERS: Final = re.compile(r"(?<=[A-Z])-|-(?=[A-Z])")


def address_numbers(texts: Sequence[str]) -> list[str]:
    """Digits, single letters and hyphens of addresses, by the manual's rules on page 19; a line each, which no rule crosses."""
    if not texts:
        return []
    plain = "\n".join([text.replace("\n", " ") for text in texts]).upper().translate(_TO_PLAIN)
    plain = _NUMERALS.sub(lambda found: _spelled(found[0]), plain)
    plain = _FLOOR.sub("-", _LONG_VOWEL.sub("-", plain))
    numbers = [line.strip("-") for line in _NOT_TAKEN.sub("-", plain).split("\n")]
    return _BESIDE_LETTERS.sub("", "\n".join(numbers)).split("\n")


def _spelled(numerals: str) -> str:
    ones = "〇一二三四五六七八九"
    if not set(numerals) & set("十百千"):
        return str(int("".join(str(ones.index(each)) for each in numerals)))
    total, digit = 0, 0
    for each in numerals:
        if each in ones:
            digit = ones.index(each)
        else:
            total, digit = total + (digit or 1) * {"十": 10, "百": 100, "千": 1000}[each], 0
    return str(total + digit)


_ZERO: Final = "0"  # a value v is written as the character v places after it
_WRITTEN: Final = str.maketrans(
    {"-": chr(ord(_ZERO) + 10)}
    | {chr(65 + place): chr(ord(_ZERO) + 11 + place // 10) + chr(ord(_ZERO) + place % 10) for place in range(26)}
)


def values_of(number: str) -> str:
    """The 13 values that an address number has in the symbol: a letter is two."""
    return number[:_LENGTH].translate(_WRITTEN)[:_LENGTH].ljust(_LENGTH, chr(ord(_ZERO) + _FILL))


def fit(values: Sequence[str], places: Sequence[tuple[str, str, int | None]]) -> list[bool]:
    """Whether each address number is that of its address.

    places: address, building, and where the town's name ends in the address. Where that isn't known: whether it is taken from any
    place on.
    """
    numbers = address_numbers([f"{address[end or 0 :]} {building}" for address, building, end in places])
    return [
        each == values_of(number) if end is not None else _fits_somewhere(each, number)
        for each, number, (_, _, end) in zip(values, numbers, places, strict=True)
    ]


def _fits_somewhere(values: str, number: str) -> bool:
    return any(values == values_of(number[start:].lstrip("-")) for start in range(len(number) + 1))

"""Reads Japan Post's customer barcode from its bars, and judges it by the address (post.japanpost.jp, manual pages 12-20).

No open decoder exists for it. A symbol is 67 bars in four states, three bars a character; the address number in it must be
one that the rules take out of the address and 方書, from some place after the town's name on.
"""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np

BARS: Final = 67
ROWS: Final = 3
_LENGTH: Final = 13

# Page 12: bars 1 full, 2 up, 3 down, 4 timing, by character from 0 to 9, the hyphen, and the control codes 1 to 8.
_CHARACTERS: Final = re.findall("...", "144114132312123141321213231411414324342234432243423441111")
_START: Final = (1, 3)
_STOP: Final = (3, 1)
_SIGNS: Final = "0123456789-"
_FILL: Final = 14

Bits = np.ndarray[Any, np.dtype[np.uint8]]


def _table() -> np.ndarray[Any, np.dtype[np.int16]]:
    table = np.full(1 << 6, -1, np.int16)
    for value, bars in enumerate(_CHARACTERS):
        table[sum((int(bar) - 1) << 2 * place for place, bar in enumerate(bars))] = value
    return table


_VALUES: Final = _table()


def read_customer(symbols: Bits) -> list[tuple[str, tuple[int, ...]] | None]:
    """Postcode, and the 13 values of the address number, of each symbol; None for what can't be read.

    symbols: by symbol, row (above, timing, below) and column of modules, 1 dark; a bar is every second column.
    """
    up, timing, down = (symbols[:, row, 0::2].astype(np.int16) for row in range(ROWS))
    states = np.select([(up & down) > 0, up > 0, down > 0], [1, 2, 3], 4)
    sound = timing.all(axis=1) & ~symbols[:, :, 1::2].any(axis=(1, 2))
    sound &= (states[:, :2] == _START).all(axis=1) & (states[:, -2:] == _STOP).all(axis=1)
    values = _VALUES[(states[:, 2:-2].reshape(len(symbols), 21, 3) - 1) @ np.array([1, 4, 16])]
    sound &= (values >= 0).all(axis=1) & (values[:, :7] < 10).all(axis=1) & (values.sum(axis=1) % 19 == 0)
    return [
        ("".join(map(str, each[:7])), tuple(each[7:20])) if fine else None
        for each, fine in zip(values.tolist(), sound, strict=True)
    ]


_TO_PLAIN: Final = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
    | dict.fromkeys("‐‑‒–—―−－", "-")
    | dict.fromkeys("&＆/／・.．･", "")
)
_NUMERALS: Final = re.compile(r"[〇一二三四五六七八九十百千]+(?=丁目|丁|番地|番|号|地割|線|の|ノ)")
_TAKEN: Final = re.compile(r"[0-9]+|[A-Z]+|[^0-9A-Z]+")


def address_number(text: str) -> str:
    """Digits, single letters and hyphens of an address, by the manual's rules on page 19."""
    plain = _NUMERALS.sub(lambda found: _spelled(found[0]), text.upper().translate(_TO_PLAIN))
    plain = re.sub(r"(?<=[0-9])[ーｰ](?=[0-9])", "-", plain)
    plain = re.sub(r"(?<=[0-9])F(?![A-Z])", "-", plain)
    taken = [part if _is_taken(part) else "-" for part in _TAKEN.findall(plain)]
    number = re.sub(r"-+", "-", "".join(taken)).strip("-")
    return re.sub(r"(?<=[A-Z])-|-(?=[A-Z])", "", number)


def _is_taken(part: str) -> bool:
    return part.isascii() and (part.isdecimal() or (len(part) == 1 and part.isalpha()))


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


def values_of(number: str) -> tuple[int, ...]:
    """The 13 values that an address number has in the symbol."""
    values: list[int] = []
    for sign in number[:_LENGTH]:
        values += [_SIGNS.index(sign)] if sign in _SIGNS else [11 + (ord(sign) - 65) // 10, (ord(sign) - 65) % 10]
    return tuple((values + [_FILL] * _LENGTH)[:_LENGTH])


def fits(values: tuple[int, ...], address: str, building: str, end: int | None) -> bool:
    """Whether an address number is that of the address.

    end: where the town's name ends in the address. Where that isn't known: whether it is taken from any place on.
    """
    if end is not None:
        return values == values_of(address_number(f"{address[end:]} {building}"))
    number = address_number(f"{address} {building}")
    return any(values == values_of(number[start:].lstrip("-")) for start in range(len(number) + 1))

"""The DataMatrix (ECC 200, 16 x 16) of a sheet mark: 24 digits on every side of every sheet.

The modules of a symbol are sums over GF(2) of what its codewords contribute: error correction is linear, and placing
moves bits about. So 12 places x 100 digit pairs, each learned once from zint, give every symbol by 12 XORs. That is a
hundred times faster than encoding each symbol anew, with no error correction code of our own to be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import Final

import numpy as np
import zint

from tewatashi.core.refused import Refused
from tewatashi.press.codes.grid import CLOSING, bar, opening

DIGITS: Final = 24
SIDE: Final = 16  # modules of a symbol's side; one more all round stays white
_HALF: Final = 8


@cache
def _tables() -> tuple[int, tuple[dict[str, int], ...]]:
    """The symbol of all zeros as a number of 256 bits, and for each place what a pair of digits changes in it."""
    zero = _by_zint("0" * DIGITS)
    places = []
    for place in range(0, DIGITS, 2):
        before, after = "0" * place, "0" * (DIGITS - 2 - place)
        places.append(
            {pair: _by_zint(before + pair + after) ^ zero for pair in (f"{value:02d}" for value in range(100))}
        )
    return zero, tuple(places)


def _by_zint(digits: str) -> int:
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.DATAMATRIX
    symbol.option_2 = 4  # 16 x 16: the smallest for 12 codewords, fixed so that all symbols share one shape
    symbol.encode(digits)
    modules = np.unpackbits(np.asarray(symbol.encoded_data)[:SIDE, : SIDE // 8], bitorder="little")
    return int.from_bytes(np.packbits(modules).tobytes(), "big")  # zint packs the leftmost module lowest


def modules(digits: str) -> int:
    """The 256 modules of a symbol, the top left one in the highest bit, dark = 1."""
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        raise Refused(
            "sheet-mark", "用紙の通し番号が数字24桁ではありません。", do="送付データの受け入れからやり直してください。"
        )
    symbol, places = _tables()
    for place, table in enumerate(places):
        symbol ^= table[digits[2 * place : 2 * place + 2]]
    return symbol


def painter(x: int, y: int, dots: int) -> Callable[[str], bytes]:
    """Draws the symbol of 24 digits with its lower left module at x, y; `dots` a module. All in dots.

    Each half row of 8 modules is one of 256 ready-made strings of bars.
    """
    head = opening(x, y)
    halves = [
        [_bars(bits, half * _HALF * dots, (SIDE - 1 - row) * dots, dots) for bits in range(256)]
        for row in range(SIDE)
        for half in range(2)
    ]

    def paint(digits: str) -> bytes:
        packed = modules(digits).to_bytes(SIDE * 2, "big")
        return b"".join([head, *(table[bits] for table, bits in zip(halves, packed, strict=True)), CLOSING])

    return paint


def _bars(bits: int, x: int, y: int, dots: int) -> bytes:
    """The dark runs of 8 modules, the leftmost in the highest bit."""
    parts = []
    place = 0
    for dark, run in groupby(f"{bits:08b}"):
        length = len(list(run))
        if dark == "1":
            parts.append(bar(x + place * dots, y, length * dots, dots))
        place += length
    return b"".join(parts)

"""The DataMatrix (ECC 200, 16 x 16) of a sheet mark: 24 digits on every side of every sheet.

The modules of a symbol are sums over GF(2) of what its codewords contribute: error correction is linear, and placing
moves bits about. So what seven bits do at 12 places, learned once from zint, gives every digit pair at every place, and these
every symbol by 12 XORs. That is a hundred times faster than encoding each symbol anew, with no error correction code of our own
to be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import zint

from tewatashi.core.refused import Refused
from tewatashi.press.codes.grid import cut

DIGITS: Final = 24
SIDE: Final = 16  # modules of a symbol's side; one more all round stays white
_BITS: Final = 7
_ZERO: Final = 130  # the codeword of 00; a pair's is so much more (ISO/IEC 16022, 5.2.4)
_BYTES: Final = SIDE * SIDE // 8

_Words = np.ndarray[Any, np.dtype[np.uint64]]  # a symbol's packed modules are four of them


def symbols(marks: Sequence[str]) -> list[bytes]:
    """The packed modules of each mark."""
    joined = "".join(marks)
    if set(map(len, marks)) - {DIGITS} or not (joined.isascii() and joined.isdigit()):
        raise Refused(
            "sheet-mark", "用紙の通し番号が数字24桁ではありません。", do="送付データの受け入れからやり直してください。"
        )
    digits = np.frombuffer(joined.encode(), np.uint8).reshape(-1, DIGITS) - ord("0")
    pairs = 10 * digits[:, ::2] + digits[:, 1::2]
    zero, places = _tables()
    found = np.broadcast_to(zero, (len(marks), len(zero))).copy()
    for place, table in enumerate(places):
        found ^= table[pairs[:, place]]
    return cut(found.tobytes(), _BYTES)


@cache
def _tables() -> tuple[_Words, list[_Words]]:
    """The symbol of all zeros, and for each place what a pair of digits changes in it."""
    zero = _by_zint("0" * DIGITS)
    powers = [f"{1 << bit:02d}" for bit in range(_BITS)]
    return zero, [
        _of_pairs([_by_zint("0" * place + pair + "0" * (DIGITS - 2 - place)) ^ zero for pair in powers])
        for place in range(0, DIGITS, 2)
    ]


def _of_pairs(learned: list[_Words]) -> _Words:
    """By pair: what it changes. learned: what 01, 02, 04 … 64 change; the codeword of 02 differs in two bits."""
    bits = np.stack(learned)
    bits[1] ^= bits[2]
    changed = (np.arange(100) + _ZERO) ^ _ZERO
    places = (changed[:, None] >> np.arange(_BITS) & 1).astype(np.uint64)
    made: _Words = np.bitwise_xor.reduce(places[:, :, None] * bits, axis=1)
    return made


def _by_zint(digits: str) -> _Words:
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.DATAMATRIX
    symbol.option_2 = 4  # 16 x 16: the smallest for 12 codewords, fixed so that all symbols share one shape
    symbol.encode(digits)
    # zint packs the leftmost module lowest, and its dark is 1
    modules = np.unpackbits(np.asarray(symbol.encoded_data)[:SIDE, : SIDE // 8], bitorder="little")
    return np.packbits(modules ^ 1).view(np.uint64)

"""Reads the GS1-128 of payment slips from its bars: Code Set C, FNC1 and 44 digits, by ISO/IEC 15417.

A symbol character is 11 modules; six widths of bars and spaces, of which the bars sum to an even number. All characters that
satisfy this stand in the standard's table in an order of its own, so the table is needed; it is written here as the
standard has it, by modules in hexadecimal, and its structure is checked when it is loaded.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import numpy as np

MODULES: Final = 288
_WORDS: Final = 24  # start, FNC1 and 22 pairs; then the check character and the stop
# Each character as six widths.
_WIDTHS: Final = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122"
    " 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323"
    " 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131"
    " 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122"
    " 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112"
    " 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141"
    " 411131 211412 211214 211232"
)
_TABLE: Final = re.findall(r"[1-4]{6}", _WIDTHS)
_STOP: Final = "2331112"
_START_C, _FNC1 = 105, 102

Bits = np.ndarray[Any, np.dtype[np.uint8]]


def _number(widths: str) -> int:
    bits = "".join("10"[place % 2] * int(width) for place, width in enumerate(widths))
    return int(bits, 2)


def _values() -> np.ndarray[Any, np.dtype[np.int16]]:
    """By 11 modules as a number, the character's value; -1 for what is none."""
    table = np.full(1 << 11, -1, np.int16)
    for value, widths in enumerate(_TABLE):
        bars = sum(map(int, widths[::2]))
        if sum(map(int, widths)) != 11 or bars % 2 or table[_number(widths)] >= 0:
            raise AssertionError("no table of Code 128")
        table[_number(widths)] = value
    return table


_VALUES: Final = _values()
_WEIGHTS: Final = 1 << np.arange(10, -1, -1)
_STOP_BITS: Final = np.array([int(bit) for bit in f"{_number(_STOP):013b}"], np.uint8)


@lru_cache(1 << 12)
def check_digit(digits: str) -> int:
    """The last of the 44 digits, from the 43 before it: every second one, from the first, counts three times."""
    signs = digits.encode()[:43]
    return -(3 * (sum(signs[::2]) - 48 * 22) + sum(signs[1::2]) - 48 * 21) % 10


def read_payment(symbols: Bits) -> list[str | None]:
    """The 44 digits of each symbol, check character and check digit verified; None for what can't be read.

    symbols: by symbol and module, 1 dark.
    """
    characters = symbols[:, : 11 * (_WORDS + 1)].reshape(len(symbols), _WORDS + 1, 11)
    values = _VALUES[characters @ _WEIGHTS]
    sound = (values >= 0).all(axis=1) & (symbols[:, 11 * (_WORDS + 1) :] == _STOP_BITS).all(axis=1)
    sound &= (values[:, 0] == _START_C) & (values[:, 1] == _FNC1) & (values[:, 2:_WORDS] < 100).all(axis=1)
    weighted = values[:, :_WORDS].astype(np.int64) @ np.maximum(np.arange(_WORDS), 1)
    sound &= weighted % 103 == values[:, _WORDS]
    pairs = values[:, 2:_WORDS]
    digits = np.stack([pairs // 10, pairs % 10], axis=2).reshape(len(symbols), 44).astype(np.int64)
    sound &= (digits @ _DIGIT_WEIGHTS) % 10 == 0
    written = (digits + ord("0")).astype(np.uint8).tobytes().decode("latin-1")
    return [written[at : at + 44] if fine else None for at, fine in zip(range(0, len(written), 44), sound, strict=True)]


_DIGIT_WEIGHTS: Final = np.array([3, 1] * 22)  # of all 44 digits: with the check digit they are a multiple of ten

"""Reads the DataMatrix (ECC 200, 16 x 16) of a sheet mark from its modules, by ISO/IEC 16022.

Modules are placed by the standard's walk over the 14 x 14 inside the finder; 12 codewords hold the digits by pairs, 12 are
Reed-Solomon over GF(256) with x^8+x^5+x^3+x^2+1: a symbol with any module wrong is not read, as nothing may be wrong in a
file that has not been printed yet.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

SIDE: Final = 16
_INSIDE: Final = 14
_DATA: Final = 12
_WORDS: Final = 24

_SHAPE: Final = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))  # of a codeword

Bits = np.ndarray[Any, np.dtype[np.uint8]]
Places = np.ndarray[Any, np.dtype[np.intp]]


def _places() -> Places:
    """By codeword and bit, from the most significant: where its module stands, counted over the inside (annex F)."""
    size = _INSIDE
    words: list[list[tuple[int, int]]] = []
    seen: set[tuple[int, int]] = set()

    def put(modules: list[tuple[int, int]]) -> None:
        words.append([_wrapped(*module) for module in modules])
        seen.update(words[-1])

    row, column = 4, 0
    while row < size or column < size:
        if (row, column) == (size, 0):
            put([(size - 1, 0), (size - 1, 1), (size - 1, 2), (0, size - 2), *((at, size - 1) for at in range(4))])
        if (row, column) == (size - 2, 0):
            put([*((size - 3 + at, 0) for at in range(3)), *((0, size - 4 + at) for at in range(4)), (1, size - 1)])
        for upward, by, along in ((True, -2, 2), (False, 2, -2)):
            while (row >= 0 and column < size) if upward else (row < size and column >= 0):
                if 0 <= row < size and 0 <= column < size and (row, column) not in seen:
                    put([(row + down, column + right) for down, right in _SHAPE])
                row, column = row + by, column + along
            row, column = (row + 1, column + 3) if upward else (row + 3, column + 1)
    return np.array([[down * size + right for down, right in word] for word in words], np.intp)


def _wrapped(down: int, right: int) -> tuple[int, int]:
    """A module that would stand outside goes on at the other edge."""
    shift = 4 - (_INSIDE + 4) % 8
    if down < 0:
        down, right = down + _INSIDE, right + shift
    return (down + shift, right + _INSIDE) if right < 0 else (down, right)


_PLACES: Final = _places()


def _logarithms() -> tuple[list[int], list[int]]:
    powers, logs, value = [0] * 255, [0] * 256, 1
    for power in range(255):
        powers[power], logs[value] = value, power
        value = value << 1 ^ (0x12D if value & 0x80 else 0)
    return powers, logs


def _syndromes() -> np.ndarray[Any, np.dtype[np.uint64]]:
    """By codeword and its value: what it adds to the twelve syndromes of a byte each, in two words."""
    powers, logs = _logarithms()
    table = np.zeros((_WORDS, 256, 16), np.uint8)
    for word in range(_WORDS):
        for value in range(1, 256):
            for root in range(_DATA):
                table[word, value, root] = powers[(logs[value] + (root + 1) * (_WORDS - 1 - word)) % 255]
    return table.view(np.uint64)


_SYNDROMES: Final = _syndromes()


def read_marks(symbols: Bits) -> list[str | None]:
    """The 24 digits of each symbol, or None. symbols: by symbol, row and column, 1 dark."""
    words = np.packbits(symbols[:, 1:-1, 1:-1].reshape(len(symbols), -1)[:, _PLACES], axis=2)[:, :, 0]
    alternating = np.arange(SIDE) % 2 == 0
    sound = symbols[:, :, 0].all(axis=1) & symbols[:, -1, :].all(axis=1)
    sound &= (symbols[:, 0, :] == alternating).all(axis=1) & (symbols[:, :, -1] == ~alternating).all(axis=1)
    sound &= ~np.bitwise_xor.reduce(_SYNDROMES[np.arange(_WORDS), words], axis=1).any(axis=1)
    pairs = words[:, :_DATA].astype(np.int16) - 130
    sound &= ((pairs >= 0) & (pairs < 100)).all(axis=1)
    digits = np.stack([pairs // 10, pairs % 10], axis=2).reshape(len(symbols), 2 * _DATA)
    written = (digits + ord("0")).astype(np.uint8).tobytes().decode("latin-1")
    return [
        written[at : at + 2 * _DATA] if fine else None
        for at, fine in zip(range(0, len(written), 2 * _DATA), sound.tolist(), strict=True)
    ]

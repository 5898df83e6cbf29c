"""Which glyph an OpenType font shows for each code point and each sequence, and how wide glyphs are: its tables as arrays.

HarfBuzz gives the same answers one by one, a hundred thousand calls a start; tests/press/test_fonts.py compares all of them.
Only the formats that fonts of Japanese have are read here: cmap 12 and 14 (OpenType 1.9, cmap), hmtx.
"""

from __future__ import annotations

import struct
from typing import Any, Final, NamedTuple

import numpy as np
import uharfbuzz as hb

Ints = np.ndarray[Any, np.dtype[np.int64]]

_GROUPS: Final = 12
_MOST: Final = 0x110000  # code points
_SEQUENCES: Final = 14
# The subtable that HarfBuzz takes: the first of these that the font has (platform, encoding).
_PREFERRED: Final = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))


class Mapped(NamedTuple):
    """codes: ascending code points; numbers: the glyph of each."""

    codes: Ints
    numbers: Ints


class Sequences(NamedTuple):
    """By selector, then by code point, both ascending; numbers: the glyph of each."""

    codes: Ints
    selectors: Ints
    numbers: Ints


def mapped(face: hb.Face) -> Mapped:
    """The code points of a font that have a glyph."""
    cmap = _table(face, "cmap")
    places = _subtables(cmap)
    place = next((places[key] for key in _PREFERRED if key in places), None)
    if place is None or struct.unpack_from(">H", cmap, place)[0] != _GROUPS:
        return _one_by_one(face)
    count = struct.unpack_from(">L", cmap, place + 12)[0]
    first, last, number = np.frombuffer(cmap, ">u4", 3 * count, place + 16).reshape(-1, 3).astype(np.int64).T
    sizes = last - first + 1
    if not len(sizes) or sizes.min() < 1 or sizes.sum() > _MOST:
        return _one_by_one(face)
    steps = _steps(sizes)
    codes, numbers = np.repeat(first, sizes) + steps, np.repeat(number, sizes) + steps
    there = (numbers > 0) & (numbers < face.glyph_count)
    return Mapped(codes[there], numbers[there])


def _one_by_one(face: hb.Face) -> Mapped:
    font, codes = hb.Font(face), sorted(face.unicodes)
    numbers = np.array([font.get_nominal_glyph(code) or 0 for code in codes], np.int64)
    return Mapped(np.array(codes, np.int64)[numbers > 0], numbers[numbers > 0])


def sequences(face: hb.Face, of: Mapped) -> Sequences:
    """The variation sequences of a font, those included that show a code point's usual glyph. of: what `mapped` gave."""
    cmap = _table(face, "cmap")
    place = _subtables(cmap).get((0, 5))
    if place is None or struct.unpack_from(">H", cmap, place)[0] != _SEQUENCES:
        return Sequences(*(np.zeros(0, np.int64) for _ in range(3)))
    found = [_of_selector(cmap, place, at, of) for at in range(struct.unpack_from(">L", cmap, place + 6)[0])]
    return Sequences(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _of_selector(cmap: bytes, place: int, at: int, of: Mapped) -> tuple[Ints, Ints, Ints]:
    high, low, usual, others = struct.unpack_from(">BHLL", cmap, place + 10 + 11 * at)
    codes, numbers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    if usual:
        count = struct.unpack_from(">L", cmap, place + usual)[0]
        ranges = np.frombuffer(cmap, ">u4", count, place + usual + 4).astype(
            np.int64
        )  # 3 bytes a code, 1 for how many more
        sizes = (ranges & 0xFF) + 1
        default = np.repeat(ranges >> 8, sizes) + _steps(sizes)
        at_codes = np.searchsorted(of.codes, default).clip(max=len(of.codes) - 1)
        there = of.codes[at_codes] == default
        codes.append(default[there])
        numbers.append(of.numbers[at_codes[there]])
    if others:
        count = struct.unpack_from(">L", cmap, place + others)[0]
        rows = np.frombuffer(
            cmap, np.dtype([("high", "u1"), ("low", ">u2"), ("glyph", ">u2")]), count, place + others + 4
        )
        codes.append(rows["high"].astype(np.int64) << 16 | rows["low"])
        numbers.append(rows["glyph"].astype(np.int64))
    whole = np.concatenate(codes)
    order = np.argsort(whole, kind="stable")
    return whole[order], np.full(len(whole), high << 16 | low, np.int64), np.concatenate(numbers)[order]


def advances(face: hb.Face) -> Ints:
    """By glyph: its width in units of the font."""
    count = struct.unpack_from(">H", _table(face, "hhea"), 34)[0]
    wide = np.frombuffer(_table(face, "hmtx"), ">u2", 2 * count)[::2].astype(np.int64)
    found: Ints = wide[np.minimum(np.arange(face.glyph_count), count - 1)]
    return found


def inked(face: hb.Face) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """By glyph of a TrueType font: whether it has an outline; the first, for what has no glyph, never."""
    long = struct.unpack_from(">h", _table(face, "head"), 50)[0]
    places = np.frombuffer(_table(face, "loca"), ">u4" if long else ">u2", face.glyph_count + 1)
    has = places[1:] > places[:-1]
    has[0] = False
    return has


def _table(face: hb.Face, tag: str) -> bytes:
    return bytes(face.reference_table(tag).data)


def _subtables(cmap: bytes) -> dict[tuple[int, int], int]:
    """By platform and encoding: where it begins."""
    count = struct.unpack_from(">H", cmap, 2)[0]
    entries = [struct.unpack_from(">HHL", cmap, 4 + 8 * at) for at in range(count)]
    return {(platform, encoding): place for platform, encoding, place in entries}


def _steps(sizes: Ints) -> Ints:
    """0, 1, 2 … for each size, one after another."""
    return np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)

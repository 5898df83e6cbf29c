"""Outlines of TrueType glyphs, and bitmaps of BDF ones, to be compared: is what a page shows what the ward's file has?

Reads what OpenType says of cmap (formats 4, 12 and 14), loca and glyf, and no more; hints, names and flags are no part of a shape.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

Contour = tuple[tuple[int, int, bool], ...]  # x and y in the font's units, whether the point is on the outline
Shape = tuple[object, ...]  # contours; of a composite glyph how each part is placed, and its shape

_DEEPEST: Final = 4  # of composite glyphs in composite glyphs
# Of a composite glyph's part: how long its numbers are, how it is scaled, whether another part follows.
_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x0001, 0x0008, 0x0020, 0x0040, 0x0080
_PLACING: Final = 0x18CF  # the flags that change where a part stands or how large it is


class TrueType:
    """program: the font. Bytes that are none raise struct.error, KeyError, IndexError or ValueError here or later."""

    def __init__(self, program: bytes) -> None:
        self._program = program
        count = struct.unpack_from(">H", program, 4)[0]
        entries = [struct.unpack_from(">4s4xLL", program, 12 + 16 * at) for at in range(count)]
        self._tables = {name: (start, length) for name, start, length in entries}
        head = self._tables[b"head"][0]
        self.units: int = struct.unpack_from(">H", program, head + 18)[0]
        self._long = struct.unpack_from(">h", program, head + 50)[0] != 0

    def number(self, text: str) -> int:
        """The glyph that the font has for a code point, or a base with its selector; 0 for none."""
        start = self._tables[b"cmap"][0]
        count = struct.unpack_from(">H", self._program, start + 2)[0]
        for at in range(count):
            place = start + struct.unpack_from(">4xL", self._program, start + 4 + 8 * at)[0]
            kind = struct.unpack_from(">H", self._program, place)[0]
            if len(text) == 1 and kind in (4, 12):
                found = self._in_segments(place, ord(text)) if kind == 4 else self._in_groups(place, ord(text))
            else:
                found = self._in_sequences(place, *map(ord, text)) if len(text) == 2 and kind == 14 else 0
            if found:
                return found
        return 0

    def _in_segments(self, place: int, code: int) -> int:
        segments = struct.unpack_from(">H", self._program, place + 6)[0] // 2
        ends = place + 14
        for at in range(segments):
            end = struct.unpack_from(">H", self._program, ends + 2 * at)[0]
            if code <= end:
                starts = ends + 2 * segments + 2 + 2 * at
                first, delta, offset = (
                    struct.unpack_from(">H", self._program, starts + 2 * segments * column)[0] for column in range(3)
                )
                if code < first:
                    return 0
                if not offset:
                    return int(code + delta) & 0xFFFF
                listed = starts + 4 * segments + offset + 2 * (code - first)
                number = struct.unpack_from(">H", self._program, listed)[0]
                return int(number + delta) & 0xFFFF if number else 0
        return 0

    def _in_groups(self, place: int, code: int) -> int:
        for at in range(struct.unpack_from(">L", self._program, place + 12)[0]):
            first, last, number = struct.unpack_from(">LLL", self._program, place + 16 + 12 * at)
            if first <= code <= last:
                return int(number + code - first)
        return 0

    def _in_sequences(self, place: int, base: int, selector: int) -> int:
        for at in range(struct.unpack_from(">L", self._program, place + 6)[0]):
            high, low, _, others = struct.unpack_from(">BHLL", self._program, place + 10 + 11 * at)
            if high << 16 | low == selector and others:
                for row in range(struct.unpack_from(">L", self._program, place + others)[0]):
                    top, code, number = struct.unpack_from(">BHH", self._program, place + others + 4 + 5 * row)
                    if top << 16 | code == base:
                        return int(number)
        return 0

    def shape(self, number: int, depth: int = 0) -> Shape:
        """Of a glyph; empty if it has no outline."""
        loca, glyf = self._tables[b"loca"][0], self._tables[b"glyf"][0]
        if self._long:
            start, end = struct.unpack_from(">LL", self._program, loca + 4 * number)
        else:
            start, end = (2 * each for each in struct.unpack_from(">HH", self._program, loca + 2 * number))
        if end <= start or depth > _DEEPEST:
            return ()
        contours = struct.unpack_from(">h", self._program, glyf + start)[0]
        if contours < 0:
            return tuple(self._parts(glyf + start + 10, depth))
        return self._contours(glyf + start + 10, contours)

    def _contours(self, at: int, count: int) -> tuple[Contour, ...]:
        data = self._program
        ends = struct.unpack_from(f">{count}H", data, at)
        points = ends[-1] + 1 if ends else 0
        at += 2 * count + 2 + struct.unpack_from(">H", data, at + 2 * count)[0]
        flags: list[int] = []
        while len(flags) < points:
            times = data[at + 1] + 1 if data[at] & 8 else 1
            flags += [data[at]] * times
            at += 2 if data[at] & 8 else 1
        across, at = self._coordinates(flags, at, short=2, same=16)
        up, at = self._coordinates(flags, at, short=4, same=32)
        whole = [(x, y, bool(flag & 1)) for x, y, flag in zip(across, up, flags, strict=False)]
        return tuple(
            tuple(whole[first:last])
            for first, last in zip([0, *(end + 1 for end in ends)], [end + 1 for end in ends], strict=False)
        )

    def _coordinates(self, flags: Sequence[int], at: int, *, short: int, same: int) -> tuple[list[int], int]:
        value, found = 0, []
        for flag in flags:
            if flag & short:
                value += self._program[at] if flag & same else -self._program[at]
                at += 1
            elif not flag & same:
                value += struct.unpack_from(">h", self._program, at)[0]
                at += 2
            found.append(value)
        return found, at

    def _parts(self, at: int, depth: int) -> Iterator[object]:
        more = True
        while more:
            flags, number = struct.unpack_from(">HH", self._program, at)
            size = 4 if flags & _WORDS else 2
            size += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0
            yield flags & _PLACING, self._program[at + 4 : at + 4 + size], self.shape(number, depth + 1)
            at += 4 + size
            more = bool(flags & _MORE)


@dataclass(frozen=True)
class Bitmap:
    """rows: from the top, as the file has them in hexadecimal; left, foot: of its box from the origin, in dots."""

    width: int
    left: int
    foot: int
    rows: tuple[str, ...]

    def is_drawn_by(self, shape: Shape, dot: float) -> bool:
        """Whether a shape of contours is black in the middle of just these dots. dot: its size in the shape's units."""
        contours = [np.array(contour, np.float64)[:, :2] / dot for contour in shape if contour]
        if not contours:
            return False
        edges = np.concatenate([np.hstack([each, np.roll(each, -1, axis=0)]) for each in contours])
        left, foot = np.floor(edges[:, :2].min(axis=0)).astype(int)
        right, top = np.ceil(edges[:, :2].max(axis=0)).astype(int)
        seen = {(x, y) for y in range(foot, top) for x in _black(edges, y + 0.5, left, right)}
        return seen == set(self._dots())

    def _dots(self) -> Iterator[tuple[int, int]]:
        for row, bits in enumerate(self.rows):
            line = f"{int(bits, 16):0{4 * len(bits)}b}"
            for column in range(self.width):
                if line[column] == "1":
                    yield self.left + column, self.foot + len(self.rows) - 1 - row


def _black(edges: np.ndarray[tuple[int, ...], np.dtype[np.float64]], y: float, left: int, right: int) -> Iterator[int]:
    """Dots of a row whose middle lies within an odd number of crossings."""
    x1, y1, x2, y2 = edges.T
    crossing = (np.minimum(y1, y2) < y) & (y < np.maximum(y1, y2))
    with np.errstate(divide="ignore", invalid="ignore"):
        across = np.sort((x1 + (y - y1) / (y2 - y1) * (x2 - x1))[crossing])
    for x in range(left, right):
        if np.searchsorted(across, x + 0.5) % 2:
            yield x


@dataclass(frozen=True)
class Bitmaps:
    """A BDF font. dots: of an em."""

    dots: int
    glyphs: Mapping[int, Bitmap]


def read_bitmaps(data: bytes) -> Bitmaps:
    """ValueError, KeyError or IndexError if it is none."""
    blocks = data.decode("ascii", "replace").split("STARTCHAR ")
    head = dict(line.split(" ", 1) for line in blocks[0].splitlines() if " " in line)
    dots = int(head["PIXEL_SIZE"]) if "PIXEL_SIZE" in head else int(head["FONTBOUNDINGBOX"].split()[1])
    glyphs = {}
    for block in blocks[1:]:
        said, _, bits = block.partition("BITMAP")
        about = dict(line.split(" ", 1) for line in said.splitlines()[1:] if " " in line)
        width, height, left, foot = map(int, about["BBX"].split())
        glyphs[int(about["ENCODING"].split()[0])] = Bitmap(width, left, foot, tuple(bits.split()[:height]))
    return Bitmaps(dots, glyphs)

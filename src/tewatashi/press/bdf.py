"""Bitmap fonts (BDF 2.1) as TrueType: each bitmap becomes its own outline, dot by dot, with nothing smoothed or guessed.

Wards hand 外字 over as bitmaps. A dot is a square of the em's size over the font's dots (PIXEL_SIZE, else the height of
FONTBOUNDINGBOX); code points are Unicode's.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

_UNITS: Final = 2048  # an em, or the next below that whole dots make
_MOST_GLYPHS: Final = 20_000
_MOST_DOTS: Final = 256  # of a side
_UNICODE: Final = ("ISO10646", "UNICODE")

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Bitmap:
    """rows: from the top, each with its first dot in the highest of `width` bits; left, foot: of the box from the origin;
    advance: all in dots."""

    code: int
    advance: int
    width: int
    left: int
    foot: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BitmapFont:
    dots: int
    glyphs: tuple[Bitmap, ...]


def read_bdf(data: bytes) -> BitmapFont:
    """ValueError for what isn't BDF in Unicode."""
    lines = iter(data.decode("ascii", "replace").splitlines())
    head, dots = "", 0
    for line in lines:
        key, *rest = line.split()[:5] or [""]
        if key == "FONTBOUNDINGBOX":
            dots = dots or int(rest[1])
        elif key == "PIXEL_SIZE":
            dots = int(rest[0])
        elif key == "CHARSET_REGISTRY" and rest[0].strip('"').upper() not in _UNICODE:
            raise ValueError("charset")
        elif key == "CHARS":
            break
        head = head or key
    glyphs = tuple(_glyphs(lines))
    if head != "STARTFONT" or not 1 <= dots <= _MOST_DOTS or not 0 < len(glyphs) <= _MOST_GLYPHS:
        raise ValueError("head")
    if len({glyph.code for glyph in glyphs}) < len(glyphs):
        raise ValueError("code")
    return BitmapFont(dots, glyphs)


def _glyphs(lines: Iterator[str]) -> Iterator[Bitmap]:
    said: dict[str, list[int]] = {}
    for line in lines:
        key, *rest = line.split()[:5] or [""]
        if key in ("ENCODING", "DWIDTH", "BBX"):
            said[key] = list(map(int, rest))
        elif key == "BITMAP":
            width, height, left, foot = said["BBX"] if len(said.get("BBX", ())) == 4 else (0, 0, 0, 0)
            if not (0 < width <= _MOST_DOTS and 0 < height <= _MOST_DOTS and {"ENCODING", "DWIDTH"} <= said.keys()):
                raise ValueError("glyph")
            rows = tuple(_row(next(lines, ""), width) for _ in range(height))
            if said["ENCODING"][0] >= 0:
                yield Bitmap(said["ENCODING"][0], said["DWIDTH"][0], width, left, foot, rows)
            said = {}


def _row(line: str, width: int) -> int:
    return int(line, 16) >> (4 * len(line.strip()) - width)


def as_truetype(font: BitmapFont) -> bytes:
    """The same font gives the same bytes."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    unit = _UNITS // font.dots
    glyphs: dict[str, Any] = {".notdef": TTGlyphPen(None).glyph()}
    for bitmap in font.glyphs:
        pen = TTGlyphPen(None)
        for contour in contours(bitmap):
            points = [(x * unit, y * unit) for x, y in contour]
            pen.moveTo(points[0])
            for point in points[1:]:
                pen.lineTo(point)
            pen.closePath()
        glyphs[f"u{bitmap.code:X}"] = pen.glyph()
    widths = {f"u{bitmap.code:X}": (max(bitmap.advance, 0) * unit, bitmap.left * unit) for bitmap in font.glyphs}
    builder = FontBuilder(font.dots * unit, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({bitmap.code: f"u{bitmap.code:X}" for bitmap in font.glyphs})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({".notdef": (font.dots * unit, 0), **widths})
    top = max(bitmap.foot + len(bitmap.rows) for bitmap in font.glyphs)
    builder.setupHorizontalHeader(ascent=top * unit, descent=min(bitmap.foot for bitmap in font.glyphs) * unit)
    builder.setupPost(keepGlyphNames=False)
    builder.font.recalcTimestamp = False
    made = io.BytesIO()
    builder.font.save(made)
    return made.getvalue()


def contours(bitmap: Bitmap) -> list[list[Point]]:
    """Closed outlines round the dots, in dots from the origin: clockwise, and anticlockwise round what is left white."""
    onward: dict[Point, list[Point]] = {}
    for start, end in _edges(bitmap):
        onward.setdefault(start, []).append(end)
    found = []
    while onward:
        first = at = next(iter(onward))
        came: Point = (0, 0)
        contour: list[Point] = []
        while True:
            to = _turned(at, came, onward[at])
            onward[at].remove(to)
            if not onward[at]:
                del onward[at]
            went = to[0] - at[0], to[1] - at[1]
            if went != came:
                contour.append(at)
            at, came = to, went
            if at == first:
                break
        found.append(contour)
    return found


def _turned(at: Point, came: Point, choices: Iterable[Point]) -> Point:
    """Of two ways on, where dots touch at a corner, the one to the right: it stays with its own dot."""
    right = at[0] + came[1], at[1] - came[0]
    choices = list(choices)
    return right if right in choices else choices[0]


def _edges(bitmap: Bitmap) -> Iterator[tuple[Point, Point]]:
    """Sides of dots that border on white, with the dot on their right."""
    height = len(bitmap.rows)

    def black(column: int, row: int) -> bool:
        return (
            0 <= row < height
            and 0 <= column < bitmap.width
            and bool(bitmap.rows[row] >> (bitmap.width - 1 - column) & 1)
        )

    for row in range(height):
        for column in range(bitmap.width):
            if black(column, row):
                x, y = bitmap.left + column, bitmap.foot + height - 1 - row
                sides = (
                    ((column - 1, row), (x, y), (x, y + 1)), ((column, row - 1), (x, y + 1), (x + 1, y + 1)),
                    ((column + 1, row), (x + 1, y + 1), (x + 1, y)), ((column, row + 1), (x + 1, y), (x, y)),
                )  # fmt: skip
                yield from ((start, end) for beside, start, end in sides if not black(*beside))

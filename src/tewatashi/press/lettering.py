"""Texts on a side: fitted into their areas by the form's rule, placed, and written as PDF text operators.

Rules
  refuse    a text wider than its area stops the piece
  shrink    it is set smaller, down to the named least size, then it stops the piece
  wrap      it breaks into lines that fill the area's height, smaller if it must, down to the least size
  a text is never cut and never leaves its area
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Final

from tewatashi.press.column_lettering import say_column
from tewatashi.press.fitting import (
    ALIGNED,
    BASELINE,
    BOLD,
    POINTS_PER_MM,
    ROOM,
    STEP,
    baselines_of,
    block,
    opening,
    overflows,
    sizes_of,
    switch,
)
from tewatashi.press.form import Text
from tewatashi.press.paint import Batch, Columnar, Ink, Painter, Places, Record, column_reader, once_each, reader
from tewatashi.press.setting import Chain, Line, NoGlyph, break_lines, raw

_SAME_TEXTS: Final = 16  # kept broken into lines: the body of a letter is the same on most pieces, but for a date


Fitted = tuple[float, list[Line]]
Say = Callable[[Sequence[str], Ink], bytes]


def lettering(text: Text, chain: Chain, places: Places, paper_height: float) -> Painter:
    """The painter of a text element."""
    if text.pitch:
        return _in_boxes(text, chain, places, paper_height)
    readers = [reader(paragraph, places) for paragraph in text.paragraphs]
    say = _saying(text, chain, paper_height)

    def one(record: Record, ink: Ink) -> bytes:
        return say([read(record) for read in readers], ink)

    if len(text.paragraphs) == 1 and text.style.align != "spread":
        return Columnar(say_column(text, chain, places, paper_height, lambda line, ink: say([line], ink)), one)
    columns = [column_reader(paragraph, places) for paragraph in text.paragraphs]

    def many(batch: Batch, ink: Ink) -> list[bytes]:
        return once_each(lambda lines: say(lines, ink), list(zip(*[read(batch) for read in columns], strict=True)))

    return Columnar(many, one)


def _saying(text: Text, chain: Chain, paper_height: float) -> Say:
    """From the lines that a record gives to operators, the plain way."""
    fit = _FITS[text.fit](text, chain)
    place = _placing(text, chain.font, paper_height)

    def say(lines: Sequence[str], ink: Ink) -> bytes:
        lines = [line for line in lines if line]
        try:
            return place(*fit(lines), ink) if lines else b""
        except NoGlyph:
            chain.set("".join(lines))  # rises again, with what all lines miss
            raise

    return say


def _refuse(text: Text, chain: Chain) -> Callable[[list[str]], Fitted]:
    return _shrinking(text, chain, text.style.size)


def _shrink(text: Text, chain: Chain) -> Callable[[list[str]], Fitted]:
    return _shrinking(text, chain, text.least)


def _shrinking(text: Text, chain: Chain, least: float) -> Callable[[list[str]], Fitted]:
    size = text.style.size
    width, height = text.area.width * POINTS_PER_MM, text.area.height * POINTS_PER_MM
    leading = text.style.leading
    set_line = chain.set

    def fit(written: list[str]) -> Fitted:
        lines = [set_line(line) for line in written]
        widest = lines[0].em if len(lines) == 1 else max(line.em for line in lines)
        high = block(len(lines), leading)
        if widest * size <= width + ROOM and high * size <= height + ROOM:
            return size, lines
        fitting = int(min(width / widest, height / high) / STEP + ROOM) * STEP
        if fitting < least:
            raise overflows(text)
        return fitting, lines

    return fit


def _wrap(text: Text, chain: Chain) -> Callable[[list[str]], Fitted]:
    width, height = text.area.width * POINTS_PER_MM, text.area.height * POINTS_PER_MM
    sizes, leading = sizes_of(text), text.style.leading

    @lru_cache(_SAME_TEXTS)
    def wrapped(*written: str) -> Fitted:
        for size in sizes:
            broken = [line for paragraph in written for line in break_lines(paragraph, chain, width / size)]
            if block(len(broken), leading) * size <= height + ROOM:
                lines = [chain.set(line) for line in broken]
                if all(line.em * size <= width + ROOM for line in lines):
                    return size, lines
        raise overflows(text)

    return lambda written: wrapped(*written)


def _in_boxes(text: Text, chain: Chain, places: Places, paper_height: float) -> Painter:
    """One character a box, each in the middle of its own; the last box is the area's right one."""
    size, area = text.style.size, text.area
    boxes = int(area.width / text.pitch + ROOM)
    baseline = (paper_height - area.y - area.height / 2) * POINTS_PER_MM - (BASELINE - 0.5) * size
    middles = [(area.right - (place + 0.5) * text.pitch) * POINTS_PER_MM for place in range(boxes)]
    read = column_reader(text.paragraphs[0], places)

    @cache  # digits and a sign: a dozen characters at most
    def in_box(place: int, character: str) -> bytes:
        line = chain.set(character)
        return _shown(line, chain.font, size, middles[place] - line.em * size / 2, baseline)

    def many(batch: Batch, ink: Ink) -> list[bytes]:
        strings = read(batch)
        if any(len(string) > boxes for string in strings):
            raise overflows(text)
        for character in set("".join(strings)):
            for font, cids in chain.set(character).runs:
                ink.note(font, cids)
        return [b"".join(map(in_box, range(len(string)), reversed(string))) for string in strings]

    return Columnar(many)


_FITS: Final = {"refuse": _refuse, "shrink": _shrink, "wrap": _wrap}


def _placing(text: Text, main: int, paper_height: float) -> Callable[[float, list[Line], Ink], bytes]:
    """From fitted lines to operators."""
    style = text.style
    left, width = text.area.x * POINTS_PER_MM, text.area.width * POINTS_PER_MM
    aligned, bold, spread = ALIGNED[style.align], style.bold, style.align == "spread"
    baselines = baselines_of(text, paper_height)

    def place(size: float, lines: list[Line], ink: Ink) -> bytes:
        parts: list[bytes] = []
        for line, baseline in zip(lines, baselines(size, len(lines)), strict=True):
            spare = width - line.em * size
            gaps = sum(len(run.cids) for run in line.runs) - 1
            if spread and spare > 0 and gaps:  # 均等割付: the spare width goes between the characters
                parts.append(b"%.3f Tc %b0 Tc\n" % (spare / gaps, _shown(line, main, size, left, baseline)))
            else:
                share = 0.5 if spread and spare > 0 else aligned
                parts.append(_shown(line, main, size, left + share * spare, baseline))
            for font, cids in line.runs:
                ink.note(font, cids)
        shown = b"".join(parts)
        return b"2 Tr %.2f w\n%b0 Tr\n" % (BOLD * size, shown) if bold else shown

    return place


def _shown(line: Line, main: int, size: float, x: float, y: float) -> bytes:
    """main: the font of the line; each glyph of another is shown by itself in between."""
    parts = [opening(main, size, x, y), b"("]
    for font, cids in line.runs:
        if font == main:
            parts.append(raw(cids))
        else:
            parts += [b"%b%b%b" % (switch(font, size), raw(cid), switch(main, size)) for cid in cids]
    return b"".join([*parts, b")Tj\n"])

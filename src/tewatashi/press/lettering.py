"""Texts on a side: fitted into their areas by the form's rule, placed, and written as PDF text operators.

Rules
  refuse    a text wider than its area stops the piece
  shrink    it is set smaller, down to the named least size, then it stops the piece
  wrap      it breaks into lines that fill the area's height, smaller if it must, down to the least size
  a text is never cut and never leaves its area
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final

from tewatashi.core.refused import Refused
from tewatashi.press.form import Text
from tewatashi.press.paint import Ink, Painter, Places, Record, reader
from tewatashi.press.setting import Chain, Line, NoGlyph, break_lines, literal

POINTS_PER_MM: Final = 72 / 25.4
_BASELINE: Final = 0.88  # em from the top of an ideograph's em box down to the baseline
_STEP: Final = 0.25  # points between the sizes that are tried
_BOLD: Final = 0.03  # em by which outlines are thickened
_ROOM: Final = 1e-6
_SAME_TEXTS: Final = 16  # kept broken into lines: the body of a letter is the same on most pieces, but for a date

Fitted = tuple[float, list[Line]]


def lettering(text: Text, chain: Chain, places: Places, paper_height: float) -> Painter:
    """The painter of a text element."""
    readers = [reader(paragraph, places) for paragraph in text.paragraphs]
    if text.pitch:
        return _in_boxes(text, chain, readers[0], paper_height)
    fit = _FITS[text.fit](text, chain)
    place = _placing(text, paper_height)
    if len(readers) == 1:
        read = readers[0]

        def paint_one(record: Record, ink: Ink) -> bytes:
            written = read(record)
            return place(*fit([written]), ink) if written else b""

        return paint_one

    def paint(record: Record, ink: Ink) -> bytes:
        written = [line for read in readers if (line := read(record))]
        try:
            return place(*fit(written), ink) if written else b""
        except NoGlyph:
            chain.set("".join(written))  # rises again, with what all lines miss
            raise

    return paint


def _block(lines: int, leading: float) -> float:
    """The height of set lines in em, from the top of the first to the foot of the last."""
    return (lines - 1) * leading + 1


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
        high = _block(len(lines), leading)
        if widest * size <= width + _ROOM and high * size <= height + _ROOM:
            return size, lines
        fitting = int(min(width / widest, height / high) / _STEP + _ROOM) * _STEP
        if fitting < least:
            raise _overflows(text)
        return fitting, lines

    return fit


def _wrap(text: Text, chain: Chain) -> Callable[[list[str]], Fitted]:
    width, height = text.area.width * POINTS_PER_MM, text.area.height * POINTS_PER_MM
    leading = text.style.leading
    steps = int((text.style.size - text.least) / _STEP + _ROOM)
    sizes = [text.style.size - _STEP * step for step in range(steps + 1)]

    @lru_cache(_SAME_TEXTS)
    def wrapped(*written: str) -> Fitted:
        for size in sizes:
            broken = [line for paragraph in written for line in break_lines(paragraph, chain, width / size)]
            if _block(len(broken), leading) * size <= height + _ROOM:
                lines = [chain.set(line) for line in broken]
                if all(line.em * size <= width + _ROOM for line in lines):
                    return size, lines
        raise _overflows(text)

    return lambda written: wrapped(*written)


def _in_boxes(text: Text, chain: Chain, read: Callable[[Record], str], paper_height: float) -> Painter:
    """One character a box, each in the middle of its own; the last box is the area's right one."""
    size, area = text.style.size, text.area
    boxes = int(area.width / text.pitch + _ROOM)
    baseline = (paper_height - area.y - area.height / 2) * POINTS_PER_MM - (_BASELINE - 0.5) * size
    middles = [(area.right - (place + 0.5) * text.pitch) * POINTS_PER_MM for place in range(boxes)]
    set_once = cache(chain.set)  # digits and a sign: a dozen characters at most

    def paint(record: Record, ink: Ink) -> bytes:
        written = read(record)
        if len(written) > boxes:
            raise _overflows(text)
        parts: list[bytes] = []
        for character, middle in zip(reversed(written), middles, strict=False):
            line = set_once(character)
            parts.append(_shown(line, size, middle - line.em * size / 2, baseline))
            for font, cids in line.runs:
                ink.note(font, cids)
        return b"".join(parts)

    return paint


_FITS: Final = {"refuse": _refuse, "shrink": _shrink, "wrap": _wrap}


def _overflows(text: Text) -> Refused:
    return Refused(
        "form-overflow", f"{text.where}: 文字が枠に収まりません。", expected=f"{text.least:g}ポイント以上で幅{text.area.width:g}mm以内",
        do="様式の枠、最小の文字の大きさ（min）か収め方（fit）を改めてください。",
    )  # fmt: skip


def _placing(text: Text, paper_height: float) -> Callable[[float, list[Line], Ink], bytes]:
    """From fitted lines to operators."""
    style, area = text.style, text.area
    left, width = area.x * POINTS_PER_MM, area.width * POINTS_PER_MM
    top, height = (paper_height - area.y) * POINTS_PER_MM, area.height * POINTS_PER_MM
    share = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[style.valign]
    aligned = {"left": 0.0, "center": 0.5, "right": 1.0, "spread": 0.0}[style.align]
    leading, bold, spread = style.leading, style.bold, style.align == "spread"

    def place(size: float, lines: list[Line], ink: Ink) -> bytes:
        step = leading * size
        baseline = top - share * (height - _block(len(lines), leading) * size) - _BASELINE * size
        parts: list[bytes] = []
        for line in lines:
            em = line.em * size
            if spread and em < width:
                parts.append(_spread(line, size, left, baseline, width - em))
            else:
                parts.append(_shown(line, size, left + aligned * (width - em), baseline))
            baseline -= step
            for font, cids in line.runs:
                ink.note(font, cids)
        shown = b"".join(parts)
        return b"2 Tr %.2f w\n%b0 Tr\n" % (_BOLD * size, shown) if bold else shown

    return place


def _shown(line: Line, size: float, x: float, y: float) -> bytes:
    if len(line.runs) == 1:
        font, cids = line.runs[0]
        return b"/F%d %g Tf 1 0 0 1 %.2f %.2f Tm%bTj\n" % (font, size, x, y, literal(cids))
    runs = b"".join(b"/F%d %g Tf%bTj\n" % (font, size, literal(cids)) for font, cids in line.runs)
    return b"1 0 0 1 %.2f %.2f Tm%b" % (x, y, runs)


def _spread(line: Line, size: float, x: float, y: float, spare: float) -> bytes:
    """均等割付: the spare width goes between the characters; one alone stands in the middle."""
    gaps = _characters(line) - 1
    if gaps == 0:
        return _shown(line, size, x + spare / 2, y)
    return b"%.3f Tc %b0 Tc\n" % (spare / gaps, _shown(line, size, x, y))


def _characters(line: Line) -> int:
    return sum(len(run.cids) for run in line.runs)

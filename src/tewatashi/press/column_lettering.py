"""Lettering of a column: a text element painted for many records at once.

What press.columns can't set is said the plain way, string by string, and both give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from tewatashi.press.columns import Around, Column, Group, Step
from tewatashi.press.fitting import (
    ALIGNED,
    BOLD,
    POINTS_PER_MM,
    ROOM,
    STEP,
    baselines_of,
    lines_in,
    opening,
    sizes_of,
    switch,
)
from tewatashi.press.fonts import on_grid
from tewatashi.press.form import Text
from tewatashi.press.paint import Batch, Ink, Many, Places, column_reader, once_each
from tewatashi.press.setting import Chain

Say = Callable[[str, Ink], bytes]

FEW: Final = 6  # strings that are said one by one before arrays are worth their while
_LOOKED_AT: Final = 64
_SELDOM: Final = 4  # a column's values are painted once each where they come this often on average


def say_column(text: Text, chain: Chain, places: Places, paper_height: float, say: Say) -> Many:
    """The painter of a text of one paragraph. say: the plain way, from the string to operators."""
    paragraph = text.paragraphs[0]
    read = column_reader(paragraph, places)
    groups = _wrapping_column(text) if text.fit == "wrap" else _shrinking_column(text)
    write = _writing_column(text, chain, paper_height)

    def many(batch: Batch, ink: Ink) -> list[bytes]:
        strings = read(batch)
        kinds = batch.once((paragraph, "kinds"), lambda: _kinds(strings))
        if len(kinds) <= FEW:
            return once_each(lambda string: say(string, ink), strings)
        contents = paint(kinds, batch.once((paragraph, chain), lambda: Column(kinds, chain)), ink)
        if kinds is strings:
            return contents
        by_kind = dict(zip(kinds, contents, strict=True))
        return [by_kind[string] for string in strings]

    def paint(strings: list[str], column: Column, ink: Ink) -> list[bytes]:
        found: dict[int, bytes] = {}
        for group in groups(column):
            column.note(group, chain.font, ink)
            contents = write(column, group)
            if len(contents) == len(strings):
                return contents
            found.update(zip(group.rows.tolist(), contents, strict=True))
        return [found[row] if row in found else say(string, ink) for row, string in enumerate(strings)]

    return many


def _kinds(strings: list[str]) -> list[str]:
    """Each string once, if that saves much, or all as they are; the first ones tell which."""
    if len(set(strings[:_LOOKED_AT])) * _SELDOM > min(_LOOKED_AT, len(strings)):
        return strings
    return list(dict.fromkeys(strings))


def _shrinking_column(text: Text) -> Callable[[Column], Iterable[Group]]:
    size, least = text.style.size, text.least if text.fit == "shrink" else text.style.size
    width, height = text.area.width * POINTS_PER_MM, text.area.height * POINTS_PER_MM

    def groups(column: Column) -> list[Group]:
        room = np.minimum(width / np.maximum(column.ems, ROOM), height)
        smaller = np.floor(room / STEP + ROOM) * STEP
        fits = (column.ems * size <= width + ROOM) & (size <= height + ROOM)
        return column.in_one_line(np.where(fits, size, smaller), least)

    return groups


def _wrapping_column(text: Text) -> Callable[[Column], Iterable[Group]]:
    width, height = text.area.width * POINTS_PER_MM, text.area.height * POINTS_PER_MM
    steps = [Step(size, on_grid(width / size), lines_in(height, size, text.style.leading)) for size in sizes_of(text)]
    possible = [step for step in steps if step.most]
    if not possible:
        return lambda _: ()
    if text.style.align == "left":
        return lambda column: column.wrapped(possible)
    return lambda column: (group for group in column.wrapped(possible) if group.lines == 1)


def _writing_column(text: Text, chain: Chain, paper_height: float) -> Callable[[Column, Group], list[bytes]]:
    """From a group of strings of one size to operators: what stands around its glyphs is the same for all of them, unless
    their widths move it."""
    style, font = text.style, chain.font
    left, width = text.area.x * POINTS_PER_MM, text.area.width * POINTS_PER_MM
    aligned = ALIGNED[style.align]
    baselines = baselines_of(text, paper_height)

    def write(column: Column, group: Group) -> list[bytes]:
        size = group.size
        first, *more = baselines(size, group.lines)
        before, after = (b"2 Tr %.2f w\n" % (BOLD * size), b")Tj\n0 Tr\n") if style.bold else (b"", b")Tj\n")
        lines = [b")Tj\n%b(" % opening(font, size, left, y) for y in more]

        def head(em: float) -> bytes:
            return b"%b%b(" % (before, opening(font, size, left + aligned * (width - em * size), first))

        around = Around(b"" if aligned else head(0), lines, after, font, lambda other: switch(other, size))
        contents = column.written(group, around)
        if not aligned:
            return contents
        ems = column.ems[group.rows].tolist()
        heads = {em: head(em) for em in set(ems)}
        return [heads[em] + content for em, content in zip(ems, contents, strict=True)]

    return write

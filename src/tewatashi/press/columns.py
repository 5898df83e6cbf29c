"""Many strings set at once, as arrays of glyphs and widths: how a column of values is fitted, broken and written.

Rules
  a string set here has the same size, the same lines and the same bytes as the plain way gives it (press.setting); what has
  no glyph, or goes beyond what arrays do well, is left to the plain way
  strings, lines and fonts are parted by CIDs that cannot be: none of their bytes is one that a CID has, so no search can
  miss one or be misaligned
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from tewatashi.press.fonts import CidTable
from tewatashi.press.paint import Ink
from tewatashi.press.setting import NO_END, NO_START, WORD, Chain, Placed, clusters

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]

_END, _MAIN = 0x0D0D, 0x5C5C  # after each string; where the main font goes on
_BREAKS: Final = (0x0D28, 0x0D29, 0x0D5C, 0x280D, 0x2828, 0x2829, 0x285C)  # where the second line begins, the third …
_SWITCHES: Final = (0x290D, 0x2928, 0x2929, 0x295C, 0x5C0D, 0x5C28, 0x5C29)  # where another font begins
MOST_LINES: Final = len(_BREAKS) + 1
_NEVER_FIRST, _NEVER_LAST, _IN_WORD, _BLANK = 1, 2, 4, 8
_MAY_BE_WORDS: Final = ((0, 0x2100), (0xFF00, 0x10000))  # where letters, digits and what stands among them are
_OTHERS: Final = (
    0x100000  # code points from here on, private ones that no main font shows, stand for glyphs of other fonts
)


def _kinds() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """What keeps a line from breaking beside a character, by code point; beyond the table there is nothing."""
    kinds = np.zeros(1 << 16, np.uint8)
    kinds[[ord(each) for each in NO_START]] |= _NEVER_FIRST
    kinds[[ord(each) for each in NO_END]] |= _NEVER_LAST
    for first, end in _MAY_BE_WORDS:
        for word in WORD.finditer("".join(map(chr, range(first, end)))):
            kinds[first + word.start() : first + word.end()] |= _IN_WORD
    kinds[ord(" ")] |= _BLANK
    return kinds


_KINDS: Final = _kinds()


class Step(NamedTuple):
    """A size that wrapping tries. em: the width of a line at that size; most: how many lines have room."""

    size: float
    em: float
    most: int


class Group(NamedTuple):
    """Strings of a column that have one size and one number of lines.

    rows      their places in the column, ascending
    breaks    by row and line after the first: where in the column's characters the line begins
    """

    size: float
    lines: int
    rows: Ints
    breaks: Ints


@dataclass(frozen=True)
class Around:
    """What stands around the glyphs of a group: before and after each string, between its lines, and at the switch to
    another font and back to the main one."""

    before: bytes
    lines: Sequence[bytes]
    after: bytes
    main: int
    switch: Callable[[int], bytes]


class _Others:
    """What in the strings of a column is not one code point of the main font, each as characters of its own.

    A sequence of the main font is one such character; a glyph of another font is three, for the switch to its font, the
    glyph, and the switch back. cids, ems, kinds: of each character, from _OTHERS on.
    """

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._written: dict[str, str | None] = {}
        self.cids: list[int] = []
        self.ems: list[float] = []
        self.kinds: list[int] = []
        self.fonts: dict[int, int] = {}  # each font with the mark that switches to it
        self.glyphs: list[Placed] = []

    def rewritten(self, string: str) -> str:
        """Nothing if a character has no glyph."""
        parts = [self._of(cluster) for cluster in clusters(string)]
        return "" if None in parts else "".join(part for part in parts if part)

    def _of(self, cluster: str) -> str | None:
        if cluster not in self._written:
            placed = self._chain.find(cluster)
            self._written[cluster] = self._add(cluster, placed) if placed else None
        return self._written[cluster]

    def _add(self, cluster: str, placed: Placed) -> str | None:
        main = placed.font == self._chain.font
        if main and len(cluster) == 1 and not self._chain.is_degraded(cluster):
            return cluster
        first = _KINDS[min(ord(cluster[0]), len(_KINDS) - 1)] & (_NEVER_FIRST | _IN_WORD)
        last = _KINDS[min(ord(cluster[-1]), len(_KINDS) - 1)] & (_NEVER_LAST | _IN_WORD)
        if main:
            self.glyphs.append(placed)
            return self._character(placed.cid, placed.em, first | last)
        if placed.font not in self.fonts and len(self.fonts) == len(_SWITCHES):
            return None
        self.glyphs.append(placed)
        mark = self.fonts.setdefault(placed.font, _SWITCHES[len(self.fonts) % len(_SWITCHES)])
        glyph = self._character(mark, 0, first), self._character(placed.cid, placed.em, _NEVER_FIRST)
        return "".join([*glyph, self._character(_MAIN, 0, _NEVER_FIRST | last)])

    def _character(self, cid: int, em: float, kind: int) -> str:
        self.cids.append(cid)
        self.ems.append(em)
        self.kinds.append(kind)
        return chr(_OTHERS + len(self.cids) - 1)


class Column:
    """Strings, at least one, set by a chain. ems: the width of each at size 1."""

    def __init__(self, strings: Sequence[str], chain: Chain) -> None:
        self._others = _Others(chain)
        self._lay_out(strings, chain)
        if (strange := np.flatnonzero((self._lengths > 0) & ~self._set)).size:
            strings = list(strings)
            for row in strange.tolist():
                strings[row] = self._others.rewritten(strings[row])
            self._lay_out(strings, chain)

    def _lay_out(self, strings: Sequence[str], chain: Chain) -> None:
        face, others = chain.face, self._others
        self._codes = np.frombuffer(("\r".join(strings) + "\r").encode("utf-32-le", "surrogatepass"), "<u4")
        known = np.minimum(self._codes, len(face.cids) - 1)
        self._cids: CidTable = face.cids[known]
        ems = face.widths[known]
        if others.cids:
            far = self._codes >= _OTHERS
            places = self._codes[far] - _OTHERS
            self._cids[far], ems[far] = np.array(others.cids, np.uint16)[places], np.array(others.ems)[places]
        self._lengths = np.fromiter(map(len, strings), np.int64, len(strings))
        self._ends = np.cumsum(self._lengths + 1) - 1
        self._starts = self._ends - self._lengths
        self._before = np.concatenate([[0.0], np.cumsum(ems)])  # of all characters before one
        self.ems = self._before[self._ends] - self._before[self._starts]
        self._cids[self._ends] = _END
        self._set = self._lengths > 0
        self._set[np.searchsorted(self._ends, np.flatnonzero(self._cids == 0))] = False

    def note(self, group: Group, main: int, ink: Ink) -> None:
        """Notes the glyphs of a group's strings. main: the font."""
        inside = self._in(group)
        cids = self._cids[inside]
        ink.note_all(main, cids[self._codes[inside] < _OTHERS] if self._others.cids else cids)
        for font, cid, _ in self._others.glyphs:
            ink.note(font, chr(cid))

    def _in(self, group: Group) -> Bools | slice:
        """Which characters are those of the group's strings."""
        if len(group.rows) == len(self._ends):
            return slice(None)
        chosen = np.zeros(len(self._ends), np.bool_)
        chosen[group.rows] = True
        inside: Bools = np.repeat(chosen, self._lengths + 1)
        return inside

    def in_one_line(self, sizes: Floats, least: float) -> list[Group]:
        """sizes: of each string; what is below the least is left to the plain way, which refuses it."""
        rows = np.flatnonzero(self._set & (sizes >= least))
        none = np.zeros((len(rows), 0), np.int64)
        return [
            Group(size, 1, rows[sizes[rows] == size], none[sizes[rows] == size])
            for size in dict.fromkeys(sizes[rows].tolist())
        ]

    def wrapped(self, steps: Sequence[Step]) -> Iterator[Group]:
        """Each string at the first step at which it has room. A string with blanks, which may go at the end of a line, is
        broken the plain way, and so is one of very many lines. steps: at least one, each with room for a line."""
        rows = np.flatnonzero(self._set & (~self._has_blanks | (self.ems <= steps[0].em)))
        for step in steps:
            lines, breaks = self._broken(rows, step.em, min(step.most, MOST_LINES))
            for count in range(1, breaks.shape[1] + 2):
                if (chosen := lines == count).any():
                    yield Group(step.size, count, rows[chosen], breaks[chosen, : count - 1])
            rows = rows[lines == 0]
            if step.most > MOST_LINES or not len(rows):
                return

    def _broken(self, rows: Ints, em: float, most: int) -> tuple[Ints, Ints]:
        """Into how many lines each breaks, 0 if into more than `most` or not at all; and where the lines begin."""
        lines = np.zeros(len(rows), np.int64)
        begins = self._starts[rows]
        breaks = []
        for line in range(1, most + 1):
            rest = self._before[self._ends[rows]] - self._before[begins]
            lines[(lines == 0) & (rest <= em)] = line
            if line == most or lines.all():
                break
            without_room = np.searchsorted(self._before, self._before[begins] + em, "right") - 1
            begins = np.maximum(begins, self._last_break[np.minimum(without_room, len(self._codes) - 1)])
            breaks.append(begins)
        return lines, np.array(breaks, np.int64).reshape(len(breaks), len(rows)).T

    def written(self, group: Group, around: Around) -> list[bytes]:
        """Each string of a group as bytes."""
        data = self._glyphs(group).astype(">u2").tobytes()
        for mark, part in zip(_BREAKS, around.lines, strict=False):
            data = data.replace(mark.to_bytes(2, "big"), part)
        for font, mark in self._others.fonts.items():
            data = data.replace(mark.to_bytes(2, "big"), around.switch(font))
        if self._others.fonts:
            data = data.replace(_MAIN.to_bytes(2, "big"), around.switch(around.main))
        end = _END.to_bytes(2, "big")
        return (around.before + data.replace(end, around.after + end + around.before)).split(end)[:-1]

    def _glyphs(self, group: Group) -> CidTable:
        """The CIDs of a group's strings, each with its end, and with a mark where a line begins."""
        cids: CidTable = self._cids[self._in(group)]
        if group.lines == 1:
            return cids
        sizes = self._lengths[group.rows] + 1
        moved = np.cumsum(sizes) - sizes - self._starts[group.rows]
        marks = np.tile(np.array(_BREAKS[: group.lines - 1], np.uint16), len(group.rows))
        marked: CidTable = np.insert(cids, (group.breaks + moved[:, None]).ravel(), marks)
        return marked

    @cached_property
    def _last_break(self) -> Ints:
        """By character: the last place up to it where a line may begin."""
        kinds = _KINDS[np.minimum(self._codes, len(_KINDS) - 1)]
        if self._others.kinds:
            far = self._codes >= _OTHERS
            kinds[far] = np.array(self._others.kinds, np.uint8)[self._codes[far] - _OTHERS]
        before = np.roll(kinds, 1)
        bound = (kinds & _NEVER_FIRST) | (before & _NEVER_LAST) | (kinds & before & _IN_WORD)
        return np.maximum.accumulate(np.where(bound > 0, 0, np.arange(len(kinds))))

    @cached_property
    def _has_blanks(self) -> Bools:
        found = np.zeros(len(self._ends), np.bool_)
        found[np.searchsorted(self._ends, np.flatnonzero(self._codes == ord(" ")))] = True
        return found

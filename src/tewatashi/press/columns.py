"""Many strings set at once, as arrays of glyphs and widths: how a column of values is fitted, broken and written.

Rules
  set here are strings of which the first face of a style has every character, one glyph a code point; the others are left
  to the plain way (press.setting)
  a string set here has the same size, the same lines and the same bytes as the plain way gives it
  strings are parted by CIDs that cannot be: none of their bytes is one that a CID has, so no search can miss or misalign
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from tewatashi.press.setting import NO_END, NO_START, WORD, Chain

Ints = np.ndarray[Any, np.dtype[np.int64]]
Cids = np.ndarray[Any, np.dtype[np.uint16]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

_END: Final = 0x0D0D  # CR CR after each string; where a line breaks, one of the others
_BREAKS: Final = (0x0D28, 0x0D29, 0x0D5C, 0x280D, 0x2828, 0x2829, 0x285C)
MOST_LINES: Final = len(_BREAKS) + 1
_NEVER_FIRST, _NEVER_LAST, _IN_WORD, _BLANK = 1, 2, 4, 8


def _kinds() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """What keeps a line from breaking beside a character, by code point; beyond the table there is nothing."""
    kinds = np.zeros(1 << 16, np.uint8)
    kinds[[ord(each) for each in NO_START]] |= _NEVER_FIRST
    kinds[[ord(each) for each in NO_END]] |= _NEVER_LAST
    kinds[[code for code in range(len(kinds)) if WORD.fullmatch(chr(code))]] |= _IN_WORD
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


class Column:
    """Strings, at least one, set in a chain's first face. ems: the width of each at size 1."""

    def __init__(self, strings: Sequence[str], chain: Chain) -> None:
        face = chain.face
        self._codes = np.frombuffer(("\r".join(strings) + "\r").encode("utf-32-le", "surrogatepass"), "<u4")
        known = np.minimum(self._codes, len(face.cids) - 1)
        self._cids: Cids = face.cids[known]
        self._lengths = np.fromiter(map(len, strings), np.int64, len(strings))
        self._ends = np.cumsum(self._lengths + 1) - 1
        self._starts = self._ends - self._lengths
        self._before = np.concatenate([[0.0], np.cumsum(face.widths[known])])  # of all characters before one
        self.ems = self._before[self._ends] - self._before[self._starts]
        self._cids[self._ends] = _END
        self._set = self._lengths > 0
        self._set[np.searchsorted(self._ends, np.flatnonzero(self._cids == 0))] = False

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

    def glyphs(self, group: Group) -> Cids:
        """The CIDs of a group's strings, each with its end, and with a mark where a line begins."""
        if group.lines == 1 and len(group.rows) == len(self._ends):
            return self._cids
        chosen = np.zeros(len(self._ends), np.bool_)
        chosen[group.rows] = True
        cids: Cids = self._cids[np.repeat(chosen, self._lengths + 1)]
        if group.lines == 1:
            return cids
        sizes = self._lengths[group.rows] + 1
        moved = np.cumsum(sizes) - sizes - self._starts[group.rows]
        marks = np.tile(np.array(_BREAKS[: group.lines - 1], np.uint16), len(group.rows))
        marked: Cids = np.insert(cids, (group.breaks + moved[:, None]).ravel(), marks)
        return marked

    @cached_property
    def _last_break(self) -> Ints:
        """By character: the last place up to it where a line may begin."""
        kinds = _KINDS[np.minimum(self._codes, len(_KINDS) - 1)]
        before = np.roll(kinds, 1)
        bound = (kinds & _NEVER_FIRST) | (before & _NEVER_LAST) | (kinds & before & _IN_WORD)
        return np.maximum.accumulate(np.where(bound > 0, 0, np.arange(len(kinds))))

    @cached_property
    def _has_blanks(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        found = np.zeros(len(self._ends), np.bool_)
        found[np.searchsorted(self._ends, np.flatnonzero(self._codes == ord(" ")))] = True
        return found


def written(cids: Cids, before: bytes, between: Sequence[bytes], after: bytes) -> list[bytes]:
    """Each string of a group's glyphs as bytes. before, after: what stands around each; between: around its lines."""
    data = cids.astype(">u2").tobytes()
    for mark, part in zip(_BREAKS, between, strict=False):
        data = data.replace(mark.to_bytes(2, "big"), part)
    end = _END.to_bytes(2, "big")
    return (before + data.replace(end, after + end + before)).split(end)[:-1]

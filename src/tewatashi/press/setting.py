"""A string becomes glyphs: which face shows it, how wide it is, where it breaks, and the PDF bytes that show it.

Rules
  a character goes to the first face of the style that has exactly it, its variation selector included
  a character that no face has stops the piece (NoGlyph), unless the ward approved another one for it (press.degrade);
  nothing else is substituted, dropped or normalised
  a line never begins with 、。」々ー or 様, never ends with 「（〒, and never breaks inside a word of letters or digits
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain, groupby
from typing import Final, NamedTuple

from tewatashi.press.fonts import Face, NotPlain, on_grid

# One character with the variation selector that belongs to it. A selector without a base stays alone, and is refused.
_CLUSTER: Final = re.compile("[^\ufe00-\ufe0f\U000e0100-\U000e01ef][\ufe00-\ufe0f\U000e0100-\U000e01ef]?|.", re.DOTALL)
WORD: Final = re.compile(r"[0-9A-Za-z\u00c0-\u024f０-９Ａ-Ｚａ-ｚ'’.,\-]+")
NO_START: Final = frozenset(
    "、。，．・：；！？）」』】〕］｝〉》’”々〻ゝゞヽヾーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.:;!?)]}%％円様殿　"
)
NO_END: Final = frozenset("（「『【〔［｛〈《‘“〒￥([{№")


class NoGlyph(Exception):  # noqa: N818 -- gathered over a whole job before it becomes one refusal
    """Characters that no face of the style has, each as one code point or base + selector."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(" ".join(describe(text) for text in missing))
        self.missing = tuple(missing)


def describe(text: str) -> str:
    """U+845B U+E0100 and the like: what a refusal may say, as a code point identifies nobody."""
    return "+".join(f"U+{ord(character):04X}" for character in text)


class Run(NamedTuple):
    """Consecutive glyphs of one font. font: 2 x index of the face in the font set + plane; cids: one character a CID."""

    font: int
    cids: str


class Line(NamedTuple):
    """One set line. em: its width at size 1."""

    runs: tuple[Run, ...]
    em: float


class Placed(NamedTuple):
    """One glyph of a PDF font, and its width."""

    font: int
    cid: int
    em: float


class Chain:
    """The faces of a style in the order they are tried.

    faces         (index in the font set, face)
    degraded      what is set for a character that no face has
    face, font    the first one, and its plane 0 as a PDF font
    """

    def __init__(self, faces: Sequence[tuple[int, Face]], degraded: Mapping[str, str] | None = None) -> None:
        self._faces = tuple(faces)
        self._degraded = degraded or {}
        first, self.face = self._faces[0]
        self.font = 2 * first
        self._plain = self.face.plain
        self._ems = self.face.ems
        self._found: dict[str, Placed | None] = {}

    def set(self, text: str) -> Line:
        """Sets one line; NoGlyph if a character has no glyph. Nearly every string is plain: one table look-up a character."""
        try:
            cids = text.translate(self._plain)
        except NotPlain:
            return self._set_slowly(text)
        return Line((Run(self.font, cids),), sum(map(self._ems.__getitem__, text)))

    def em(self, text: str) -> float:
        return self.set(text).em

    def _set_slowly(self, text: str) -> Line:
        found = [(cluster, self.find(cluster)) for cluster in clusters(text)]
        if missing := [cluster for cluster, placed in found if placed is None]:
            raise NoGlyph(missing)
        placed = [each for _, each in found if each]
        return Line(tuple(_runs(placed)), sum(each.em for each in placed))

    def find(self, cluster: str) -> Placed | None:
        """The glyph of the first face that has exactly this character or sequence, or what stands for it."""
        if cluster not in self._found:
            self._found[cluster] = self._find(cluster)
        return self._found[cluster]

    def _find(self, cluster: str) -> Placed | None:
        for index, face in self._faces:
            if glyph := face.find(cluster):
                return Placed(2 * index + glyph.plane, glyph.cid, face.em(glyph))
        return self.find(self._degraded[cluster]) if cluster in self._degraded else None

    def is_degraded(self, cluster: str) -> bool:
        """Whether another character is set for it."""
        return cluster in self._degraded


def clusters(text: str) -> list[str]:
    """Characters, each with its variation selector."""
    return _CLUSTER.findall(text)


def _runs(glyphs: Sequence[Placed]) -> list[Run]:
    return [
        Run(font, "".join([chr(each.cid) for each in run])) for font, run in groupby(glyphs, lambda each: each.font)
    ]


def raw(cids: str) -> bytes:
    """What stands in a PDF string for CIDs of two bytes, none of which would need an escape (press.fonts). A CID may be a
    surrogate's number."""
    return cids.encode("utf-16-be", "surrogatepass")


def break_lines(text: str, chain_: Chain, width: float) -> list[str]:
    """Breaks a text into lines of at most `width` em; only a single unit wider than that makes a line too wide."""
    width = on_grid(width)  # as are the widths of glyphs: no order of adding makes a difference at the edge
    if chain_.em(text) <= width:
        return [text]
    lines: list[str] = []
    line, used = "", 0.0
    for unit in _units(text):
        if line and used + chain_.em(unit.rstrip(" ")) > width:  # a blank at the end of a line takes no room
            lines.append(line.rstrip(" "))
            line, used = "", 0.0
        line += unit if line else unit.lstrip(" ")
        used += chain_.em(unit)
    return [*lines, line.rstrip(" ")]


def _units(text: str) -> list[str]:
    """The pieces between which a line may break."""
    atoms: list[str] = []
    for part in _split_words(text):
        if atoms and (part[0] in NO_START or part == " " or atoms[-1][-1] in NO_END):
            atoms[-1] += part
        else:
            atoms.append(part)
    return atoms


def _split_words(text: str) -> list[str]:
    """Words of letters and digits whole, everything else character by character (with its selector)."""
    parts: list[list[str]] = []
    end = 0
    for word in WORD.finditer(text):
        parts += [_CLUSTER.findall(text[end : word.start()]), [word.group()]]
        end = word.end()
    return list(chain.from_iterable([*parts, _CLUSTER.findall(text[end:])]))

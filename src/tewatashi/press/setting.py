"""A string becomes glyphs: which face shows it, how wide it is, where it breaks, and the PDF bytes that show it.

Rules
  a character goes to the first face of the style that has exactly it, its variation selector included
  a character that no face has stops the piece (NoGlyph); nothing is substituted, dropped or normalised
  a line never begins with 、。」々ー or 様, never ends with 「（〒, and never breaks inside a word of letters or digits
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple

from tewatashi.press.fonts import Face, Glyph, NotPlain, on_grid

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


class Chain:
    """The faces of a style in the order they are tried.

    faces         (index in the font set, face)
    face, font    the first one, and its plane 0 as a PDF font
    """

    def __init__(self, faces: Sequence[tuple[int, Face]]) -> None:
        self._faces = tuple(faces)
        first, self.face = self._faces[0]
        self.font = 2 * first
        self._plain = self.face.plain
        self._ems = self.face.ems

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
        found: list[tuple[int, Glyph]] = []
        missing: list[str] = []
        em = 0.0
        for cluster in _CLUSTER.findall(text):
            for index, face in self._faces:
                if glyph := face.find(cluster):
                    found.append((2 * index + glyph.plane, glyph))
                    em += face.em(glyph)
                    break
            else:
                missing.append(cluster)
        if missing:
            raise NoGlyph(missing)
        return Line(tuple(_runs(found)), em)


def _runs(glyphs: Sequence[tuple[int, Glyph]]) -> list[Run]:
    runs: list[Run] = []
    for font, glyph in glyphs:
        if runs and runs[-1].font == font:
            runs[-1] = Run(font, runs[-1].cids + chr(glyph.cid))
        else:
            runs.append(Run(font, chr(glyph.cid)))
    return runs


def literal(cids: str) -> bytes:
    """A PDF string of 2-byte CIDs, none of which has a byte that would need an escape (press.fonts). A CID may be a
    surrogate's number."""
    return b"(" + cids.encode("utf-16-be", "surrogatepass") + b")"


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

"""The fonts embedded in a print file: what text each of their CIDs stands for, how wide it is, whether it has an outline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pikepdf

from tewatashi.proofs.own import Own

_CIDS: Final = 1 << 16
SEQUENCES: Final = 0x110000  # a CID that stands for several code points is this plus a number
_BLANKS: Final = [0x20, 0xA0, 0x3000]
_ALIKE: Final = 12  # glyphs of one outline: more of them are boxes for what a font hasn't (tofu)


class Fonts:
    """By font and CID: code point (0 for none), width in em, whether there is a glyph.

    known: of the CIDs that stand for anything, by the number that `places` gives them, their code point, their width, whether they
    have no glyph, and whether they are blanks (U+0020), so that looking up a million glyphs stays within small tables; number 0 is
    all that stands for nothing.
    """

    def __init__(self, resources: Any, own: Own) -> None:
        self._own = own
        entries = {} if resources is None else dict(resources.items())
        self.numbers = {name[1:].encode(): number for number, name in enumerate(entries)}
        count = max(len(entries), 1)
        self.points = np.zeros((count, _CIDS), np.uint32)
        self.widths = np.ones((count, _CIDS), np.float64)
        self.glyphs = np.zeros((count, _CIDS), np.bool_)
        self.sequences: list[str] = []
        for number, font in enumerate(entries.values()):
            self._read(number, font)
        meant = np.append(0, np.flatnonzero(self.points.reshape(-1)))
        self.places = np.zeros(self.points.size, np.uint32)
        self.places[meant[1:]] = np.arange(1, len(meant))
        points, widths, glyphs = (table.reshape(-1)[meant] for table in (self.points, self.widths, self.glyphs))
        points[0], widths[0], glyphs[0] = 0, 1, False
        self.known = points, widths, ~glyphs, points == ord(" ")

    def _read(self, number: int, font: Any) -> None:
        if str(font.get("/Encoding")) != "/Identity-H" or "/ToUnicode" not in font:
            return
        inner = font.DescendantFonts[0]
        for cid, text in _to_unicode(font.ToUnicode.read_bytes()):
            self.points[number, cid] = ord(text) if len(text) == 1 else self._sequence(text)
        self.widths[number] = float(inner.get("/DW", 1000)) / 1000
        for first, last, width in _widths(inner.get("/W", [])):
            self.widths[number, first : last + 1] = width
        numbers = np.frombuffer(inner.CIDToGIDMap.read_bytes(), ">u2")
        if "/FontFile2" in inner.FontDescriptor:
            program = inner.FontDescriptor.FontFile2.read_bytes()
            drawn = drawn_glyphs(program)
            blank = np.isin(self.points[number, : len(numbers)], _BLANKS)
            there = np.append(drawn, False)[np.minimum(numbers, len(drawn))]
            self.glyphs[number, : len(numbers)] = (numbers > 0) & (there | blank)
            for cid in self._private(number).tolist():
                text = self.text(number, int(cid).to_bytes(2, "big"))
                self.glyphs[number, cid] &= self._own.draws(text, program, int(numbers[cid]))

    def _private(self, number: int) -> np.ndarray[Any, Any]:
        """CIDs of a font that stand for private characters, or for sequences, which may have one."""
        points = self.points[number]
        return np.flatnonzero(((points >= 0xE000) & (points <= 0xF8FF)) | (points >= 0xF0000))

    def _sequence(self, text: str) -> int:
        self.sequences.append(text)
        return SEQUENCES + len(self.sequences) - 1

    def width(self, font: bytes, string: bytes) -> float:
        """Ems of a string."""
        number = self.numbers.get(font)
        if number is None or len(string) % 2:
            return 0.0
        return float(self.widths[number, np.frombuffer(string, ">u2")].sum())

    def text(self, number: int, string: bytes) -> str:
        points = self.points[number, np.frombuffer(string, ">u2")].tolist() if len(string) % 2 == 0 else [0]
        return "".join(self.sequences[each - SEQUENCES] if each >= SEQUENCES else chr(each) for each in points)


def drawn_glyphs(program: bytes) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """By glyph of a TrueType program: whether it has an outline of its own (OpenType, loca and glyf)."""
    count = int.from_bytes(program[4:6], "big")
    entries = [program[12 + 16 * at : 28 + 16 * at] for at in range(count)]
    tables = {entry[:4]: (int.from_bytes(entry[8:12], "big"), int.from_bytes(entry[12:], "big")) for entry in entries}
    head, loca, glyf = (
        program[start : start + length] for start, length in map(tables.__getitem__, (b"head", b"loca", b"glyf"))
    )
    long = int.from_bytes(head[50:52], "big")
    places = np.frombuffer(loca, ">u4").astype(np.int64) if long else 2 * np.frombuffer(loca, ">u2").astype(np.int64)
    outlines = [glyf[start:end] for start, end in zip(places[:-1].tolist(), places[1:].tolist(), strict=True)]
    alike = Counter(outlines)
    return np.array([bool(outline) and alike[outline] <= _ALIKE for outline in outlines], np.bool_)


_BLOCK: Final = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_PAIR: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def _to_unicode(data: bytes) -> Iterator[tuple[int, str]]:
    for kind, body in _BLOCK.findall(data):
        if kind == b"bfchar":
            for cid, text in _PAIR.findall(body):
                yield int(cid, 16), _utf16(text)
        else:
            for first, last, text in _RANGE.findall(body):
                base = _utf16(text)
                for step in range(min(int(last, 16) - int(first, 16), _CIDS) + 1):
                    yield int(first, 16) + step, base[:-1] + chr(ord(base[-1]) + step)


def _utf16(text: bytes) -> str:
    return bytes.fromhex(text.decode()).decode("utf-16-be")


def _widths(entries: Any) -> Iterator[tuple[int, int, float]]:
    """First and last CID, and ems."""
    values = list(entries)
    at = 0
    while at + 1 < len(values):
        first, second = int(values[at]), values[at + 1]
        if isinstance(second, pikepdf.Array):
            for step, width in enumerate(second):
                yield first + step, first + step, float(width) / 1000
            at += 2
        else:
            yield first, int(second), float(values[at + 2]) / 1000
            at += 3

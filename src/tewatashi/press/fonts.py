"""The pinned font programs, and what each of their glyphs stands for.

Every glyph is addressed by a CID that means exactly one text: one code point, or a base with its variation selector.
CIDs stand for the font's own glyph numbers, so they depend on nothing but the font; where a font shows one glyph for
several texts (行 and its radical ⾏, a base and its default IVS), all but one of these texts get a CID in a second *plane*,
which points to the same glyph. So a page's text can be taken out again exactly as it was put in.

Rules
  no byte of a CID is one of ( ) \\ CR, so CIDs stand in a PDF string as they are, and these bytes can part strings
  a font file with other bytes than its pin is refused
  no code point without a visible place of its own is a glyph: controls, joiners, combining marks, private use
"""

from __future__ import annotations

import hashlib
import math
import struct
import tomllib
import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import uharfbuzz as hb

from tewatashi.core.refused import Refused

# Zero-width, combining and direction-changing characters need shaping, which the press does not do on purpose; private
# use means whatever the ward's own 外字 file says, never what a public font happens to draw there.
_UNPLACEABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Mn", "Me", "Mc", "Zl", "Zp"})

_BYTES: Final = [byte for byte in range(256) if byte not in b"()\\\r"]
CIDS: Final = np.array(
    [high << 8 | low for high in _BYTES for low in _BYTES], np.uint16
)  # the CID of glyph n is the nth
_NUMBERS: Final = array(
    "H", np.searchsorted(CIDS, np.arange(1 << 16)).clip(max=len(CIDS) - 1).astype(np.uint16).tobytes()
)
IS_CID: Final = np.isin(np.arange(1 << 16), CIDS[1:])  # the first one would be .notdef, which no page shows
_GRID: Final = 1 << 16  # parts of an em


def on_grid(em: float) -> float:
    """A length rounded down to whole parts of an em: sums and differences of such lengths are exact in any order."""
    return math.floor(em * _GRID) / _GRID


CidTable = np.ndarray[Any, np.dtype[np.uint16]]
WidthTable = np.ndarray[Any, np.dtype[np.float64]]


class Glyph(NamedTuple):
    """plane 0: the font's own glyph numbers; plane 1: further texts of glyphs that plane 0 already gave away."""

    plane: int
    cid: int


class NotPlain(Exception):  # noqa: N818 -- a signal within the press, not an error
    """A text holds something that is not one code point = one glyph of plane 0. Not a LookupError: str.translate would
    swallow that and leave the character's own number standing as a glyph number, which is a wrong glyph, silently."""


class _Plain(dict[int, int]):
    """Filled from the table of CIDs as code points are met."""

    def __init__(self, cids: CidTable) -> None:
        super().__init__()
        self._cids = cids

    def __missing__(self, code: int) -> int:
        cid = int(self._cids[code]) if code < len(self._cids) else 0
        if not cid:
            raise NotPlain(code)
        self[code] = cid
        return cid


class _Ems(dict[str, float]):
    def __init__(self, widths: WidthTable) -> None:
        super().__init__()
        self._widths = widths

    def __missing__(self, character: str) -> float:
        self[character] = em = float(self._widths[ord(character)])
        return em


@dataclass(frozen=True)
class Pin:
    """One line of fonts.toml. installed: where Debian's package puts the file."""

    key: str
    file: str
    name: str
    version: str
    sha256: str
    package: str
    installed: str


class Face:
    """One font program, read. Its outlines stay in the mapped file until a subset is made.

    key, name, digest    as forms call it; its PostScript name; SHA-256 of the file
    ascent, descent, box    of the whole font, in 1/1000 em
    cids         code point -> CID of plane 0, 0 for what is not one glyph of it; the last one is 0
    widths       code point -> advance width in em, of what has a CID
    plain, ems   the same for str.translate (NotPlain where there is no CID) and by character
    """

    def __init__(self, key: str, name: str, path: Path, digest: str) -> None:
        self.key, self.name, self.digest = key, name, digest
        self.hb_face = hb.Face(hb.Blob.from_file_path(path))
        self._font = hb.Font(self.hb_face)
        self._upem: int = self.hb_face.upem
        extents = self._font.get_font_extents("ltr")
        self.ascent, self.descent = self._per_mille(extents.ascender), self._per_mille(extents.descender)
        head = self.hb_face.reference_table("head").data
        self.box = tuple(map(self._per_mille, struct.unpack_from(">4h", head, 36)))  # xMin, yMin, xMax, yMax
        self._owners = np.zeros(self.hb_face.glyph_count, np.uint64)  # code points of glyphs' texts, the selector high
        self._aliases: list[tuple[str, int]] = []
        self._others: dict[str, Glyph] = {}  # what is not one code point in plane 0
        self.cids = np.zeros(max(self.hb_face.unicodes) + 2, np.uint16)
        self._give_cids()
        advances = list(map(self._font.get_glyph_h_advance, range(self.hb_face.glyph_count)))
        self._ems = np.floor(np.array(advances) / self.hb_face.upem * _GRID + 0.5) / _GRID
        self.widths = np.where(self.cids > 0, self._ems[np.searchsorted(CIDS, self.cids)], 0.0)
        self.plain, self.ems = _Plain(self.cids), _Ems(self.widths)

    def _per_mille(self, units: float) -> int:
        return round(1000 * units / self._upem)

    def _give_cids(self) -> None:
        """The text that owns a shared glyph comes first: the one that NFKC leaves as it is (行, not ⾏), and any single code
        point before a sequence. NFKC only ranks here; no text is ever changed by it."""
        codes = [code for code in sorted(self.hb_face.unicodes) if unicodedata.category(chr(code)) not in _UNPLACEABLE]
        codes.sort(key=_is_second)
        numbers = np.array(list(map(self._font.get_nominal_glyph, codes)))
        owns = np.zeros(len(codes), np.bool_)
        owns[np.unique(numbers, return_index=True)[1]] = True
        owns &= numbers < len(CIDS)
        owners = np.array(codes)
        self._owners[numbers[owns]] = owners[owns]
        self.cids[owners[owns]] = CIDS[numbers[owns]]
        for code, number in zip(owners[~owns].tolist(), numbers[~owns].tolist(), strict=True):
            self._give_alias(chr(code), number)
        for selector in sorted(self.hb_face.variation_selectors):
            for code in sorted(self.hb_face.variation_unicodes(selector)):
                self._give_sequence(code, selector)

    def _give_alias(self, text: str, number: int) -> None:
        self._others[text] = Glyph(1, int(CIDS[len(self._aliases)]))
        self._aliases.append((text, number))

    def _give_sequence(self, code: int, selector: int) -> None:
        text, number = chr(code) + chr(selector), self._font.get_variation_glyph(code, selector)
        if self._owners[number] or number >= len(CIDS):
            self._give_alias(text, number)
        else:
            self._owners[number] = selector << 32 | code
            self._others[text] = Glyph(0, int(CIDS[number]))

    def find(self, text: str) -> Glyph | None:
        """The glyph of one code point, or of a base with its variation selector; None if the font hasn't exactly that."""
        if len(text) == 1 and ord(text) < len(self.cids) and (cid := int(self.cids[ord(text)])):
            return Glyph(0, cid)
        return self._others.get(text)

    def number(self, glyph: Glyph) -> int:
        """The font's glyph number behind a CID."""
        place = _NUMBERS[glyph.cid]
        return place if glyph.plane == 0 else self._aliases[place][1]

    def text(self, glyph: Glyph) -> str:
        """The one text a CID stands for."""
        place = _NUMBERS[glyph.cid]
        if glyph.plane == 1:
            return self._aliases[place][0]
        owner = int(self._owners[place])
        return (chr(owner & 0xFFFFFFFF) + chr(owner >> 32)).rstrip("\0")

    def em(self, glyph: Glyph) -> float:
        """Advance width in em."""
        return float(self._ems[self.number(glyph)])


def _is_second(code: int) -> bool:
    """Whether another code point has the better claim to a glyph that both share. NFKC prefers nothing to the radicals of
    U+2E80-2EFF (⺠ beside 民), and the blank of Japanese text no more than the em space."""
    if code == 0x3000:
        return False
    return 0x2E80 <= code <= 0x2EFF or not unicodedata.is_normalized("NFKC", chr(code))


@dataclass(frozen=True)
class FontSet:
    """All pinned faces by key, in the order of fonts.toml."""

    faces: tuple[Face, ...]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the pins: what an approval of a proof holds on to."""
        digests = "\n".join(f"{face.key} {face.digest}" for face in self.faces)
        return hashlib.sha256(digests.encode()).hexdigest()

    def index(self, key: str) -> int:
        return next(place for place, face in enumerate(self.faces) if face.key == key)


def pins() -> tuple[Pin, ...]:
    table = tomllib.loads(files(__package__).joinpath("fonts.toml").read_text("utf-8"))
    return tuple(Pin(key, **pin) for key, pin in table.items())


def load_fonts(folder: Path, pinned: Iterable[Pin] | None = None) -> FontSet:
    """Reads every pinned font from `folder` (tools/fonts.py fills it); Refused if one is missing or has other bytes."""
    return FontSet(tuple(_load(folder / pin.file, pin) for pin in (pins() if pinned is None else pinned)))


def _load(path: Path, pin: Pin) -> Face:
    do = "python3 tools/fonts.py で指定のフォントを用意してください。"
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise Refused("font-missing", "フォントファイルを読めません。", found=pin.file, do=do) from None
    if digest != pin.sha256:
        raise Refused(
            "font-digest", f"フォント{pin.file}の中身が指定と違います。", found=digest, expected=pin.sha256, do=do
        )
    return Face(pin.key, pin.name, path, digest)

"""The pinned font programs, and what each of their glyphs stands for.

Every glyph is addressed by a CID that means exactly one text: one code point, or a base with its variation selector.
CIDs stand for the font's own glyph numbers, so they depend on nothing but the font; where a font shows one glyph for
several texts (行 and its radical ⾏, a base and its default IVS), all but one of these texts get a CID in a second *plane*,
which points to the same glyph. So a page's text can be taken out again exactly as it was put in.

Rules
  no byte of a CID is one of ( ) \\ CR, so CIDs stand in a PDF string as they are, and these bytes can part strings
  a font file with other bytes than its pin is refused
  no code point without a visible place of its own is a glyph: controls, joiners, combining marks, private use
  of a job's own 外字 font (press.gaiji) private use is glyphs too, and whatever has no outline in it is none
"""

from __future__ import annotations

import hashlib
import math
import struct
import tomllib
import unicodedata
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import uharfbuzz as hb

from tewatashi.core.refused import Refused
from tewatashi.press.fonttables import Ints, Mapped, Sequences, advances, inked, mapped, sequences

# Zero-width, combining and direction-changing characters need shaping, which the press does not do on purpose; private
# use means whatever the ward's own 外字 file says, never what a public font happens to draw there.
_UNPLACEABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Mn", "Me", "Mc", "Zl", "Zp"})
_PRIVATE: Final = frozenset({"Co"})

# In these blocks every character is an ideograph; asking for each of them takes longer than all the rest.
_IDEOGRAPHS: Final = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))

_BYTES: Final = np.array([byte for byte in range(256) if byte not in b"()\\\r"], np.uint16)
CIDS: Final = (_BYTES[:, None] << 8 | _BYTES).ravel()  # the CID of glyph n is the nth
_NUMBERS: Final = array(
    "H", np.searchsorted(CIDS, np.arange(1 << 16)).clip(max=len(CIDS) - 1).astype(np.uint16).tobytes()
)
IS_CID: Final = np.zeros(1 << 16, np.bool_)
IS_CID[CIDS[1:]] = True  # the first one would be .notdef, which no page shows
_LONGEST: Final = 2  # code points of a text: a base and its selector
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

    def __init__(self, key: str, name: str, source: Path | bytes, digest: str, *, own: bool = False) -> None:
        """source: the file, or its bytes; own: whether it is a job's 外字 font."""
        self.key, self.name, self.digest = key, name, digest
        self._source, self._is_own = source, own
        self.hb_face = hb.Face(hb.Blob(source) if isinstance(source, bytes) else hb.Blob.from_file_path(source))
        self._upem: int = self.hb_face.upem
        extents = hb.Font(self.hb_face).get_font_extents("ltr")
        self.ascent, self.descent = self._per_mille(extents.ascender), self._per_mille(extents.descender)
        head = self.hb_face.reference_table("head").data
        self.box = tuple(map(self._per_mille, struct.unpack_from(">4h", head, 36)))  # xMin, yMin, xMax, yMax
        shown = mapped(self.hb_face)
        self.cids = np.zeros(int(shown.codes.max()) + 2, np.uint16)
        # Of the texts of glyphs, the code point low and the selector high: of plane 0 by glyph, of plane 1 by its order.
        # In neither plane is the first one any text's.
        self._owners, self._aliases = np.zeros(self.hb_face.glyph_count, np.int64), np.zeros(1, np.int64)
        self._alias_numbers = np.zeros(1, np.int64)
        further = sequences(self.hb_face, shown)
        if own:
            outlined = inked(self.hb_face)
            shown = Mapped(*(column[outlined[shown.numbers]] for column in shown))
            further = Sequences(*(column[outlined[further.numbers]] for column in further))
        self._give_cids(shown, _UNPLACEABLE - _PRIVATE if own else _UNPLACEABLE)
        self._give_sequences(further)
        self._places = {text: place for place, text in enumerate(self._aliases.tolist()) if place}
        self._ems = np.floor(advances(self.hb_face) / self._upem * _GRID + 0.5) / _GRID
        self.widths = np.where(self.cids > 0, self._ems[np.frombuffer(_NUMBERS, np.uint16)[self.cids]], 0.0)
        self.plain, self.ems = _Plain(self.cids), _Ems(self.widths)

    def __reduce__(self) -> tuple[Callable[..., Face], tuple[object, ...]]:
        """Made anew in another process, for which its bytes are enough."""
        return _made_anew, (self.key, self.name, self._source, self.digest, self._is_own)

    def _per_mille(self, units: float) -> int:
        return round(1000 * units / self._upem)

    def _give_cids(self, shown: Mapped, unplaceable: frozenset[str]) -> None:
        """The text that owns a shared glyph comes first: the one that NFKC leaves as it is (行, not ⾏), and any single code
        point before a sequence. NFKC only ranks here; no text is ever changed by it."""
        placeable = _are_placeable(shown.codes, unplaceable)
        codes, numbers = shown.codes[placeable], shown.numbers[placeable]
        second = np.zeros(len(codes), np.bool_)
        shared = np.flatnonzero(np.bincount(numbers)[numbers] > 1)
        second[shared] = list(map(_is_second, codes[shared].tolist()))
        order = np.argsort(second, kind="stable")
        codes, numbers = codes[order], numbers[order]
        owns = _are_first(numbers) & (numbers < len(CIDS))
        self._owners[numbers[owns]] = codes[owns]
        self.cids[codes[owns]] = CIDS[numbers[owns]]
        self._give_aliases(codes[~owns], numbers[~owns])

    def _give_sequences(self, found: Sequences) -> None:
        texts = found.selectors << 32 | found.codes
        free = _are_first(found.numbers) & (found.numbers < len(CIDS)) & (self._owners[found.numbers] == 0)
        self._owners[found.numbers[free]] = texts[free]
        self._own_sequences = dict(zip(texts[free].tolist(), CIDS[found.numbers[free]].tolist(), strict=True))
        self._give_aliases(texts[~free], found.numbers[~free])

    def _give_aliases(self, texts: Ints, numbers: Ints) -> None:
        self._aliases = np.concatenate([self._aliases, texts])
        self._alias_numbers = np.concatenate([self._alias_numbers, numbers])

    def find(self, text: str) -> Glyph | None:
        """The glyph of one code point, or of a base with its variation selector; None if the font hasn't exactly that."""
        if len(text) == 1 and ord(text) < len(self.cids) and (cid := int(self.cids[ord(text)])):
            return Glyph(0, cid)
        if not 1 <= len(text) <= _LONGEST:
            return None
        key = ord(text[0]) | (ord(text[1]) << 32 if len(text) > 1 else 0)
        if key in self._own_sequences:
            return Glyph(0, self._own_sequences[key])
        return Glyph(1, int(CIDS[self._places[key]])) if key in self._places else None

    def number(self, glyph: Glyph) -> int:
        """The font's glyph number behind a CID."""
        place = _NUMBERS[glyph.cid]
        return place if glyph.plane == 0 else int(self._alias_numbers[place])

    def text(self, glyph: Glyph) -> str:
        """The one text a CID stands for."""
        owner = int((self._aliases if glyph.plane else self._owners)[_NUMBERS[glyph.cid]])
        return (chr(owner & 0xFFFFFFFF) + chr(owner >> 32)).rstrip("\0")

    @property
    def texts(self) -> frozenset[str]:
        """All that it has a glyph for: code points, and bases with a selector."""
        owners = [*np.flatnonzero(self.cids).tolist(), *self._own_sequences, *self._places]
        return frozenset(chr(owner & 0xFFFFFFFF) + (chr(owner >> 32) if owner >> 32 else "") for owner in owners)

    def em(self, glyph: Glyph) -> float:
        """Advance width in em."""
        return float(self._ems[self.number(glyph)])


def _made_anew(key: str, name: str, source: Path | bytes, digest: str, own: bool) -> Face:
    return Face(key, name, source, digest, own=own)


def _are_placeable(codes: Ints, unplaceable: frozenset[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which code points may be glyphs. codes: ascending; unplaceable: categories of those that may not."""
    placeable = np.ones(len(codes), np.bool_)
    asked = np.ones(len(codes), np.bool_)
    for first, last in _IDEOGRAPHS:
        asked[np.searchsorted(codes, first) : np.searchsorted(codes, last, "right")] = False
    placeable[asked] = [unicodedata.category(chr(code)) not in unplaceable for code in codes[asked].tolist()]
    return placeable


def _are_first(numbers: Ints) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which are the first of their value."""
    first = np.zeros(len(numbers), np.bool_)
    first[np.unique(numbers, return_index=True)[1]] = True
    return first


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
    table = tomllib.loads(Path(__file__).with_name("fonts.toml").read_text("utf-8"))
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

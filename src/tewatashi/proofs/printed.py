"""A finished print file, read from its bytes: its pages in order, what each paints, and the text that its fonts say it is.

Shares nothing with the composer; the container (cross-references, object streams) is read by qpdf through pikepdf.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import deflate
import numpy as np
import pikepdf

from tewatashi.core.refused import Refused
from tewatashi.proofs.content import (
    CodeImage,
    Head,
    Matrix,
    Painted,
    head_of,
    image_of,
    product,
    read_fast,
    read_plainly,
)
from tewatashi.proofs.own import Own

Box = tuple[float, float, float, float]

_CIDS: Final = 1 << 16
_USUAL_PAGE, _LARGEST_PAGE = (
    1 << 15,
    1 << 22,
)  # bytes, inflated; to make room for the largest takes longer than inflating
_SEQUENCES: Final = 0x110000  # a CID that stands for several code points is this plus a number
_USUAL_KEYS: Final = frozenset({"/Type", "/Parent", "/Contents", "/MediaBox", "/TrimBox", "/Resources"})
_POINTS: Final = 72 / 25.4
_BLANKS: Final = [0x20, 0xA0, 0x3000]
_ALIKE: Final = 12  # glyphs of one outline: more of them are boxes for what a font hasn't (tofu)


@dataclass
class Page:
    """heads: numbers in the file's Heads, one a string; named, boxes: what it paints beside that, its backgrounds included;
    odd: what no page of a print file has."""

    pieces: tuple[bytes, ...]
    heads: list[int]
    strings: list[bytes]
    codes: list[CodeImage]
    drawn: Drawn
    odd: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """What pages draw in the same way. boxes: left, top, right, bottom in mm; pictures: digest, and box; texts: head and string
    of the backgrounds; underlaid: whether some of it lies in a form within a background."""

    boxes: tuple[Box, ...]
    pictures: tuple[tuple[bytes, Box], ...]
    texts: tuple[tuple[int, bytes], ...]
    odd: tuple[str, ...]


class Heads:
    """How strings are set, each way once, as columns: font (its number), size, x, y (mm from the top left), em in mm."""

    def __init__(self, fonts: Mapping[bytes, int], height: float) -> None:
        self._fonts, self._height = fonts, height
        self._known: dict[bytes | Head, int | None] = {}
        self._rows: list[tuple[int, float, float, float, float, bool]] = []
        self._columns: np.ndarray[Any, Any] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def numbers(self, said: Sequence[bytes]) -> list[int] | None:
        """Of all strings of a page, or None if one has none."""
        found = list(map(self._known.get, said))
        if None in found:
            found = [self.number(each) for each in said]
        return None if None in found else found  # type: ignore[return-value]

    def number(self, said: bytes | Head) -> int | None:
        """Its number; None if it says what no text of a page says, or names no font."""
        if said in self._known:
            return self._known[said]
        head = head_of(said) if isinstance(said, bytes) else said
        number = None
        if head is not None and head.font in self._fonts:
            number = len(self._rows)
            x, y, em = head.x / _POINTS, self._height - head.y / _POINTS, head.size / _POINTS
            self._rows.append((self._fonts[head.font], em, x, y, head.spaced / _POINTS, head.begins))
        self._known[said] = number
        return number

    @property
    def columns(self) -> np.ndarray[Any, Any]:
        """A record array: font, em, x, y, spaced, begins."""
        if self._columns is None or len(self._columns) < len(self._rows):
            kinds = [("font", "i4"), ("em", "f8"), ("x", "f8"), ("y", "f8"), ("spaced", "f8"), ("begins", "?")]
            self._columns = np.array(self._rows, dtype=kinds)
        return self._columns


class Fonts:
    """By font and CID: code point (0 for none), width in em, whether there is a glyph."""

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
        return _SEQUENCES + len(self.sequences) - 1

    def width(self, font: bytes, string: bytes) -> float:
        """Ems of a string."""
        number = self.numbers.get(font)
        if number is None or len(string) % 2:
            return 0.0
        return float(self.widths[number, np.frombuffer(string, ">u2")].sum())

    def text(self, number: int, string: bytes) -> str:
        points = self.points[number, np.frombuffer(string, ">u2")].tolist() if len(string) % 2 == 0 else [0]
        return "".join(self.sequences[each - _SEQUENCES] if each >= _SEQUENCES else chr(each) for each in points)


class PrintedFile:
    """data: the file, whole; own: the ward's own characters. Any bytes give one or a Refused."""

    def __init__(self, data: bytes, own: Own | None = None) -> None:
        self.own = own or Own()
        try:
            self._pdf = pikepdf.open(io.BytesIO(data))
            self._pages = list(self._pdf.pages)
            self._resources = self._pages[0].obj.Resources if self._pages else pikepdf.Dictionary()
            self._box = self._pages[0].obj.MediaBox if self._pages else pikepdf.Array([0, 0, 0, 0])
            self.fonts = Fonts(self._resources.get("/Font"), self.own)
            left, foot, right, top = map(float, self._box)
        except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError, IndexError):
            raise unreadable() from None
        self.size = (right - left) / _POINTS, (top - foot) / _POINTS
        self.heads = Heads(self.fonts.numbers, self.size[1])
        self._drawn: dict[tuple[bytes, bytes], Drawn] = {}
        self._interned: dict[Drawn, Drawn] = {}

    def __len__(self) -> int:
        return len(self._pages)

    def pages(self) -> Iterator[Page]:
        """Every page in order."""
        usual = self._resources.objgen, self._box.objgen
        for page in self._pages:
            obj = page.obj
            try:
                yield self._page(page, obj, usual)
            except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError, deflate.DeflateError):
                yield Page((), [], [], [], Drawn((), (), (), ()), ("読めない内容",))

    def _page(self, page: Any, obj: Any, usual: tuple[Any, Any]) -> Page:
        odd = []
        if not _USUAL_KEYS.issuperset(obj.keys()):
            odd.append("注釈・回転など")
        if (obj["/Resources"].objgen, obj["/MediaBox"].objgen) != usual and not self._same(obj):
            odd.append("大きさか資源")
        contents = obj["/Contents"]
        fast = None
        if isinstance(contents, pikepdf.Stream) and contents.get("/Filter") == "/FlateDecode":
            fast = self._fast(_inflated(contents.read_raw_bytes()))
        read = fast or self._plain(page)
        read.odd += tuple(odd)
        return read

    def _same(self, obj: Any) -> bool:
        return bool(obj.Resources == self._resources and list(obj.MediaBox) == list(self._box))

    def _fast(self, data: bytes) -> Page | None:
        cut = read_fast(data)
        if cut is None:
            return None
        heads = self.heads.numbers(cut.heads)
        if heads is None:
            return None
        key = cut.background, cut.graphics
        if key not in self._drawn:
            self._drawn[key] = self._draw(read_plainly(self._stream(cut.graphics), self.fonts.width), cut.background)
        codes = [image_of(*code) for code in cut.codes]
        return Page((cut.piece,), heads, cut.strings, codes, self._drawn[key])

    def _stream(self, data: bytes) -> pikepdf.Stream:
        return pikepdf.Stream(self._pdf, data)

    def _plain(self, page: Any) -> Page:
        painted = read_plainly(page, self.fonts.width)
        heads = [self.heads.number(head) for head in painted.heads]
        odd = ("知らないフォント",) if None in heads else ()
        shown = [(head, string) for head, string in zip(heads, painted.strings, strict=True) if head is not None]
        drawn = self._draw(painted, None)
        drawn = self._interned.setdefault(drawn, drawn)
        return Page(
            tuple(painted.pieces), [head for head, _ in shown], [string for _, string in shown], painted.codes, drawn,
            (*odd, *painted.odd),
        )  # fmt: skip

    def _draw(self, painted: Painted, background: bytes | None) -> Drawn:
        """What is drawn beside texts and codes, the named forms and pictures included."""
        found = _Drawing(self)
        found.odd += painted.odd
        found.add(painted, own=True)
        if background:
            found.named(self._resources, background, (1, 0, 0, 1, 0, 0), 0)
        for name, matrix in painted.named:
            found.named(self._resources, name, matrix, 0)
        return found.drawn()

    def mm(self, box: Box) -> Box:
        """A box of points from the lower left, in mm from the top left."""
        left, foot, right, top = box
        height = self.size[1]
        return left / _POINTS, height - top / _POINTS, right / _POINTS, height - foot / _POINTS

    def close(self) -> None:
        self._pdf.close()


class _Drawing:
    """Gathers what a page draws through forms in forms."""

    def __init__(self, file: PrintedFile) -> None:
        self._file = file
        self._boxes: list[Box] = []
        self._pictures: list[tuple[bytes, Box]] = []
        self._texts: list[tuple[int, bytes]] = []
        self.odd: list[str] = []

    def add(self, painted: Painted, *, own: bool) -> None:
        """own: texts of the stream are looked at elsewhere."""
        self._boxes += map(self._file.mm, painted.boxes)
        if own:
            return
        for head, string in zip(painted.heads, painted.strings, strict=True):
            number = self._file.heads.number(head)
            if number is None:
                self.odd.append("知らないフォント")
            else:
                self._texts.append((number, string))

    def named(self, resources: Any, name: bytes, matrix: Matrix, depth: int) -> None:
        """A form or picture; a form within a background is a designer's page, of which only the extent is known."""
        thing = resources.XObject["/" + name.decode()]
        inner = product(_numbers(thing.get("/Matrix", [1, 0, 0, 1, 0, 0])), matrix)
        if str(thing.get("/Subtype")) == "/Image":
            self._pictures.append((_digest(thing), self._file.mm(_placed(inner, (0, 0, 1, 1)))))
            return
        if depth or not re.fullmatch(rb"B\d+", name):
            self._boxes.append(self._file.mm(_placed(inner, _numbers4(thing.BBox))) if not depth else (0, 0, 0, 0))
            return
        painted = read_plainly(thing, self._file.fonts.width)
        self.odd += painted.odd
        self.add(painted, own=False)
        for below, placed in painted.named:
            self.named(thing.get("/Resources", resources), below, product(placed, inner), depth + 1)

    def drawn(self) -> Drawn:
        return Drawn(tuple(self._boxes), tuple(self._pictures), tuple(self._texts), tuple(self.odd))


def _inflated(data: bytes) -> bytes:
    try:
        return bytes(deflate.zlib_decompress(data, _USUAL_PAGE))
    except deflate.DeflateError:
        return bytes(deflate.zlib_decompress(data, _LARGEST_PAGE))


def _placed(matrix: Matrix, box: Sequence[float]) -> Box:
    left, foot, right, top = box
    corners = [(left, foot), (right, foot), (left, top), (right, top)]
    across = [matrix[0] * x + matrix[2] * y + matrix[4] for x, y in corners]
    up = [matrix[1] * x + matrix[3] * y + matrix[5] for x, y in corners]
    return min(across), min(up), max(across), max(up)


def _numbers(values: Any) -> Matrix:
    a, b, c, d, e, f = map(float, values)
    return a, b, c, d, e, f


def _numbers4(values: Any) -> Box:
    a, b, c, d = map(float, values)
    return a, b, c, d


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


def _digest(picture: Any) -> bytes:
    """Of its pixels, with its size."""
    shape = f"{int(picture.Width)} {int(picture.Height)} {int(picture.BitsPerComponent)} "
    return hashlib.sha256(shape.encode() + picture.read_bytes()).digest()


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


def unreadable() -> Refused:
    return Refused(
        "proof-file", "印刷ファイルをPDFとして読めません。", do="組版をやり直してください。", requirement="WORK-2"
    )

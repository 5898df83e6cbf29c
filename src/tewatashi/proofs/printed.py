"""A finished print file, read from its bytes: its pages in order, what each paints, and the text that its fonts say it is.

Shares nothing with the composer. The container of a file as a press writes it is read by proofs.container, of any other by qpdf,
through pikepdf; the two give the same pages.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import deflate
import numpy as np
import pikepdf

from tewatashi.core.refused import Refused
from tewatashi.proofs.container import inflated, read_container
from tewatashi.proofs.content import CodeCutter, Frame, Head, Matrix, Painted, head_of, product, read_fast, read_plainly
from tewatashi.proofs.filefonts import Fonts
from tewatashi.proofs.own import Own

Box = tuple[float, float, float, float]
Ints = np.ndarray[Any, np.dtype[np.int64]]

_USUAL_KEYS: Final = frozenset({"/Type", "/Parent", "/Contents", "/MediaBox", "/TrimBox", "/Resources"})
_POINTS: Final = 72 / 25.4
_UNREADABLE: Final = (
    pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError, deflate.DeflateError, UserWarning,
)  # fmt: skip


@dataclass(slots=True)
class Page:
    """texts: what stands between BT and ET of a page of the usual shape, to be cut up together with that of others
    (proofs.lettering); where there is none, heads and strings say it. frames, data: of its codes; heads: numbers in the file's
    Heads, one a string; drawn: what it paints beside that, its backgrounds included; odd: what no page of a print file has;
    number: from 0 within the file."""

    pieces: tuple[bytes, ...]
    texts: bytes | None
    frames: tuple[Frame, ...]
    data: list[bytes]
    drawn: Drawn
    number: int
    heads: Sequence[int] = ()
    strings: Sequence[bytes] = ()
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
        self._known: dict[bytes | Head, int] = {}
        self._unfit: set[bytes | Head] = set()
        self._rows: list[tuple[int, float, float, float, float, bool]] = []
        self._columns: np.ndarray[Any, Any] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def numbers(self, said: Sequence[bytes]) -> Ints | None:
        """Of all strings of a page or of many, or None if one has none."""
        while True:
            try:
                return np.fromiter(map(self._known.__getitem__, said), np.int64, len(said))
            except KeyError:
                if None in [self.number(new) for new in set(said).difference(self._known)]:
                    return None

    def number(self, said: bytes | Head) -> int | None:
        """Its number; None if it says what no text of a page says, or names no font."""
        if said in self._known or said in self._unfit:
            return self._known.get(said)
        head = head_of(said) if isinstance(said, bytes) else said
        if head is None or head.font not in self._fonts:
            self._unfit.add(said)
            return None
        x, y, em = head.x / _POINTS, self._height - head.y / _POINTS, head.size / _POINTS
        self._rows.append((self._fonts[head.font], em, x, y, head.spaced / _POINTS, head.begins))
        self._known[said] = len(self._rows) - 1
        return self._known[said]

    @property
    def columns(self) -> np.ndarray[Any, Any]:
        """A record array: font, em, x, y, spaced, begins."""
        if self._columns is None or len(self._columns) < len(self._rows):
            kinds = [("font", "i4"), ("em", "f8"), ("x", "f8"), ("y", "f8"), ("spaced", "f8"), ("begins", "?")]
            self._columns = np.array(self._rows, dtype=kinds)
        return self._columns


class PrintedFile:
    """data: the file, whole; own: the ward's own characters. Any bytes give one or a Refused."""

    def __init__(self, data: bytes, own: Own | None = None) -> None:
        self.own = own or Own()
        self._data = data
        self._container = read_container(data)
        try:
            self._pdf = pikepdf.open(io.BytesIO(self._container.first if self._container else data))
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
        self._codes_of = CodeCutter()

    def __len__(self) -> int:
        return len(self._container.places) if self._container else len(self._pages)

    def pages(self) -> Iterator[Page]:
        """Every page in order."""
        if self._container:
            yield from map(self._of_content, range(len(self)))
            return
        usual = self._resources.objgen, self._box.objgen
        for number, page in enumerate(self._pages):
            obj = page.obj
            try:
                yield self._page(page, obj, number, usual)
            except _UNREADABLE:
                yield _unread(number)

    def _of_content(self, number: int) -> Page:
        """A page of a container that was read: all but its content is that of the first one."""
        try:
            data = self._content(number)
            return self._fast(data, number) or self._plain(self._stream(data), number)
        except _UNREADABLE:
            return _unread(number)

    def _content(self, number: int) -> bytes:
        if self._container is None:
            return bytes(self._pages[number].Contents.read_bytes())
        return inflated(self._data[self._container.places[number]])

    def plainly(self, page: Page) -> Page:
        """A page that looked usual read again operator by operator, as something in its texts is not."""
        try:
            again = self._plain(self._stream(self._content(page.number)), page.number)
        except _UNREADABLE:
            return _unread(page.number)
        again.odd = (*page.odd, *again.odd, *(() if again.pieces == page.pieces else ("通の印が違う",)))
        return again

    def _page(self, page: Any, obj: Any, number: int, usual: tuple[Any, Any]) -> Page:
        odd = []
        if not _USUAL_KEYS.issuperset(obj.keys()):
            odd.append("注釈・回転など")
        if (obj["/Resources"].objgen, obj["/MediaBox"].objgen) != usual and not self._same(obj):
            odd.append("大きさか資源")
        contents = obj["/Contents"]
        fast = None
        if isinstance(contents, pikepdf.Stream) and contents.get("/Filter") == "/FlateDecode":
            fast = self._fast(inflated(contents.read_raw_bytes()), number)
        read = fast or self._plain(page, number)
        read.odd += tuple(odd)
        return read

    def _same(self, obj: Any) -> bool:
        return bool(obj.Resources == self._resources and list(obj.MediaBox) == list(self._box))

    def _fast(self, data: bytes, number: int) -> Page | None:
        cut = read_fast(data, self._codes_of)
        if cut is None:
            return None
        key = cut.background, cut.graphics
        if key not in self._drawn:
            self._drawn[key] = self._draw(read_plainly(self._stream(cut.graphics), self.fonts.width), cut.background)
        return Page((cut.piece,), cut.texts, *cut.codes, self._drawn[key], number)

    def _stream(self, data: bytes) -> pikepdf.Stream:
        return pikepdf.Stream(self._pdf, data)

    def _plain(self, page: Any, number: int) -> Page:
        painted = read_plainly(page, self.fonts.width)
        heads = [self.heads.number(head) for head in painted.heads]
        odd = ("知らないフォント",) if None in heads else ()
        shown = [(head, string) for head, string in zip(heads, painted.strings, strict=True) if head is not None]
        drawn = self._draw(painted, None)
        drawn = self._interned.setdefault(drawn, drawn)
        return Page(
            tuple(painted.pieces), None, tuple(painted.frames), painted.data, drawn, number, [head for head, _ in shown],
            [string for _, string in shown], (*odd, *painted.odd),
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


def _unread(number: int) -> Page:
    return Page((), None, (), [], Drawn((), (), (), ()), number, odd=("読めない内容",))


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


def _digest(picture: Any) -> bytes:
    """Of its pixels, with its size."""
    shape = f"{int(picture.Width)} {int(picture.Height)} {int(picture.BitsPerComponent)} "
    return hashlib.sha256(shape.encode() + picture.read_bytes()).digest()


def unreadable() -> Refused:
    return Refused(
        "proof-file", "印刷ファイルをPDFとして読めません。", do="組版をやり直してください。", requirement="WORK-2"
    )

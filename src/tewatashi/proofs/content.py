"""What a content stream paints: texts, code images, pictures and the boxes of graphics, by the operators of ISO 32000-1.

Two ways to the same answer. `read_plainly` interprets every operator. `read_fast` cuts up a page of the very shape that a
press gives: opening, graphics, texts, codes; it gives None for anything else, so a page it took holds nothing unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

import pikepdf

Matrix = tuple[float, float, float, float, float, float]
_PLAIN: Final[Matrix] = (1, 0, 0, 1, 0, 0)


class Head(NamedTuple):
    """How a string is set: font, size, where its baseline begins, the space between characters; all in points.
    begins: False if it goes on where the string before it ended."""

    font: bytes
    size: float
    x: float
    y: float
    spaced: float = 0
    begins: bool = True


class Frame(NamedTuple):
    """An inline image mask without its data. place: left, foot, right, top in points."""

    place: tuple[float, float, float, float]
    columns: int
    rows: int


Codes = tuple[tuple[Frame, ...], list[bytes]]  # and the data of each: rows of packed bits, 0 dark


@dataclass
class Painted:
    """data: of each frame; boxes: left, foot, right, top of what is drawn, in points; named: XObjects with the matrix they are shown by."""

    pieces: list[bytes] = field(default_factory=list)
    heads: list[Any] = field(default_factory=list)
    strings: list[bytes] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    named: list[tuple[bytes, Matrix]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


_OPENING: Final = re.compile(rb"/Piece ?<< ?/ID ?\((\d{20})\) ?>> ?BDC\n/(B\d+) Do\n")
_HEAD: Final = re.compile(
    rb"(?:(?:0|2) Tr\n|2 Tr [0-9.]+ w\n)*/(F\d+) ([0-9.]+) Tf(?: 1 0 0 1 (-?[0-9.]+) (-?[0-9.]+) Tm)?"
)
_TEXT_END: Final = re.compile(rb"(?:0 Tr\n)?ET\n")
_IMAGE: Final = re.compile(
    rb"q ([0-9.]+) 0 0 ([0-9.]+) ([0-9.]+) ([0-9.]+) cm BI/IM true/W (\d+)/H (\d+)/BPC 1(/F/AHx)? ID "
)
_DATA: Final = b" ID "
_IMAGE_END: Final = b" EI Q\n"
_PAGE_END: Final = b"EMC\n"


class FastReading(NamedTuple):
    """A page cut up: its parts still as bytes, to be looked up among those seen before, its texts still in one."""

    piece: bytes
    background: bytes
    graphics: bytes
    texts: bytes
    codes: Codes


def read_fast(data: bytes, codes_of: CodeCutter) -> FastReading | None:
    """None if the page isn't of the usual shape."""
    opening = _OPENING.match(data)
    begin = data.find(b"BT\n", opening.end()) if opening else -1
    if opening is None or begin < 0:
        return None
    end = data.rfind(b")Tj\n") + 4
    texts = data[begin + 3 : end] if end > begin else b""
    ended = _TEXT_END.match(data, begin + 3 + len(texts))
    codes = codes_of.cut(data, ended.end()) if ended else None
    if codes is None:
        return None
    return FastReading(opening[1], opening[2], data[opening.end() : begin], texts, codes)


def cut_texts(texts: bytes) -> tuple[list[bytes], list[bytes]] | None:
    """What stands before each string, and the strings; None if the texts aren't of the usual shape."""
    if b"\\" in texts:
        return None
    # Within strings no bracket stands unescaped: heads and strings alternate.
    *cut, _ = texts.replace(b")Tj\n", b"(").split(b"(")
    heads, strings = cut[::2], cut[1::2]
    return (heads, strings) if len(heads) == len(strings) else None


class CodeCutter:
    """Cuts the images of codes off the ends of pages. Most pages have them in the same places as some page before, so these are
    looked at first; every byte between the images is compared either way."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[tuple[Frame, ...], list[tuple[int, bytes, int]]]] = {}

    def cut(self, data: bytes, at: int) -> Codes | None:
        """The images from a place up to the page's end; None if anything else stands there."""
        if known := self._known.get(len(data) - at):
            images = []
            for begin, head, end in known[1]:
                if not (data.startswith(head, at + begin) and data.startswith(_IMAGE_END, at + end)):
                    break
                images.append(data[at + begin + len(head) : at + end])
            else:
                if data.endswith(_PAGE_END):
                    return known[0], images
        return self._searched(data, at)

    def _searched(self, data: bytes, start: int) -> Codes | None:
        frames, images, places, at = [], [], [], start
        while data.startswith(b"q ", at):
            begins = data.find(_DATA, at) + len(_DATA)
            shape = _shape(data[at:begins]) if begins > at else None
            if shape is None:
                return None
            frame, size, in_hexadecimal = shape
            end = data.find(b">", begins) + 1 if in_hexadecimal else begins + size
            if not data.startswith(_IMAGE_END, end):
                return None
            frames.append(frame)
            images.append(bytes.fromhex(data[begins : end - 1].decode("ascii")) if in_hexadecimal else data[begins:end])
            places.append(None if in_hexadecimal else (at - start, data[at:begins], end - start))
            at = end + len(_IMAGE_END)
        if data[at:] != _PAGE_END:
            return None
        if all(places):
            self._known[len(data) - start] = tuple(frames), [place for place in places if place]
        return tuple(frames), images


@lru_cache(1 << 12)
def _shape(head: bytes) -> tuple[Frame, int, bool] | None:
    """What a head says, the bytes of its data, and whether they are in hexadecimal; None if it is no image mask's."""
    found = _IMAGE.fullmatch(head)
    if found is None:
        return None
    wide, high, left, foot = map(float, found.groups()[:4])
    columns, rows = int(found[5]), int(found[6])
    return Frame((left, foot, left + wide, foot + high), columns, rows), (columns + 7) // 8 * rows, bool(found[7])


def head_of(data: bytes) -> Head | None:
    """What stands before a string's opening bracket; None if it says anything else."""
    found = _HEAD.fullmatch(data)
    if found is None:
        return None
    font, size, x, y = found.groups()
    return Head(font, float(size), float(x or 0), float(y or 0), 0, x is not None)


def read_plainly(stream: pikepdf.Stream | pikepdf.Page, width_of: Callable[[bytes, bytes], float]) -> Painted:
    """Interprets every operator. width_of: ems that a font gives a string."""
    return _Interpreter(width_of).read(pikepdf.parse_content_stream(stream))


class _State:
    """The graphics and text state that places depend on."""

    def __init__(self) -> None:
        self.matrix = _PLAIN
        self.font, self.size, self.spaced, self.words, self.leading = b"", 0.0, 0.0, 0.0, 0.0

    def copy(self) -> _State:
        other = _State()
        other.__dict__.update(self.__dict__)
        return other


class _Interpreter:
    def __init__(self, width_of: Callable[[bytes, bytes], float]) -> None:
        self._width_of = width_of
        self._state = _State()
        self._kept: list[_State] = []
        self._line = self._text = _PLAIN
        self._path: list[tuple[float, float]] = []
        self._rectangles: list[list[tuple[float, float]]] = []
        self._painted = Painted()

    def read(self, instructions: Sequence[Any]) -> Painted:
        for instruction in instructions:
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                self._image(instruction.iimage)
                continue
            name = str(instruction.operator)
            if act := _ACTS.get(name):
                act(self, list(instruction.operands))
            elif name not in _PASSED:
                self._painted.odd.append(name)
        return self._painted

    def _save(self, _: list[Any]) -> None:
        self._kept.append(self._state.copy())

    def _restore(self, _: list[Any]) -> None:
        if self._kept:
            self._state = self._kept.pop()

    def _concat(self, values: list[Any]) -> None:
        self._state.matrix = product(_matrix(values), self._state.matrix)

    def _begin_text(self, _: list[Any]) -> None:
        self._line = self._text = _PLAIN

    def _font(self, values: list[Any]) -> None:
        self._state.font, self._state.size = str(values[0])[1:].encode(), float(values[1])

    def _spacing(self, values: list[Any]) -> None:
        self._state.spaced = float(values[0])

    def _leading(self, values: list[Any]) -> None:
        self._state.leading = float(values[0])

    def _set_line(self, values: list[Any]) -> None:
        self._line = self._text = _matrix(values)

    def _move_line(self, values: list[Any]) -> None:
        self._line = self._text = product((1, 0, 0, 1, float(values[0]), float(values[1])), self._line)

    def _move_and_lead(self, values: list[Any]) -> None:
        self._state.leading = -float(values[1])
        self._move_line(values)

    def _next_line(self, _: list[Any]) -> None:
        self._move_line([0, -self._state.leading])

    def _show(self, values: list[Any]) -> None:
        state, string = self._state, bytes(values[-1])
        a, b, c, d, x, y = product(self._text, state.matrix)
        if b or c or a <= 0 or abs(a - d) > 1e-6:
            self._painted.odd.append("turned text")
        self._painted.heads.append(Head(state.font, state.size * d, x, y, state.spaced * a))
        self._painted.strings.append(string)
        width = self._width_of(state.font, string) * state.size + state.spaced * (len(string) // 2)
        self._text = product((1, 0, 0, 1, width, 0), self._text)

    def _show_next(self, values: list[Any]) -> None:
        self._next_line([])
        self._show(values)

    def _show_spread(self, values: list[Any]) -> None:
        for each in values[0]:
            if isinstance(each, pikepdf.String):
                self._show([each])
            else:
                self._text = product((1, 0, 0, 1, -float(each) / 1000 * self._state.size, 0), self._text)

    def _do(self, values: list[Any]) -> None:
        self._painted.named.append((str(values[0])[1:].encode(), self._state.matrix))

    def _image(self, image: pikepdf.PdfInlineImage) -> None:
        place = box_of(self._state.matrix, (0, 0), (1, 1))
        entries = image.obj
        if not bool(entries.get("/ImageMask", entries.get("/IM", False))):
            self._painted.boxes.append(place)
            return
        self._painted.frames.append(Frame(place, image.width, image.height))
        self._painted.data.append(_decoded(image))

    def _rectangle(self, values: list[Any]) -> None:
        x, y, width, height = map(float, values)
        self._rectangles.append([(x, y), (x + width, y + height), (x + width, y), (x, y + height)])

    def _points(self, values: list[Any]) -> None:
        numbers = [float(value) for value in values]
        self._path += list(zip(numbers[::2], numbers[1::2], strict=True))

    def _paint(self, values: list[Any]) -> None:
        """Each rectangle is a box of its own: an inserter's bars are one path."""
        for points in (*self._rectangles, *([self._path] if self._path else ())):
            self._painted.boxes.append(box_of(self._state.matrix, *points))
        self._end_path(values)

    def _end_path(self, _: list[Any]) -> None:
        self._path = []
        self._rectangles = []

    def _mark(self, values: list[Any]) -> None:
        if str(values[0]) == "/Piece":
            self._painted.pieces.append(bytes(values[1].get("/ID", b"")))


def _decoded(image: pikepdf.PdfInlineImage) -> bytes:
    data = bytes(image.read_raw_bytes())
    if image.filters:
        return bytes.fromhex(data.split(b">")[0].decode("ascii"))  # the only filter that a press uses
    return data[: (image.width + 7) // 8 * image.height]


_ACTS: Final[dict[str, Callable[[_Interpreter, list[Any]], None]]] = {
    "q": _Interpreter._save, "Q": _Interpreter._restore, "cm": _Interpreter._concat, "BT": _Interpreter._begin_text,
    "Tf": _Interpreter._font, "Tc": _Interpreter._spacing, "TL": _Interpreter._leading, "Tm": _Interpreter._set_line,
    "Td": _Interpreter._move_line, "TD": _Interpreter._move_and_lead, "T*": _Interpreter._next_line,
    "Tj": _Interpreter._show, "'": _Interpreter._show_next, "TJ": _Interpreter._show_spread, "Do": _Interpreter._do,
    "re": _Interpreter._rectangle, "BDC": _Interpreter._mark,
    **dict.fromkeys(("m", "l", "c", "v", "y"), _Interpreter._points),
    **dict.fromkeys(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*"), _Interpreter._paint), "n": _Interpreter._end_path,
}  # fmt: skip
# Colours, line styles, clipping, and the ends of marks: they move nothing.
_PASSED: Final = frozenset(
    re.findall(r"\S+", "ET EMC BMC MP DP h W W* w J j M d ri i g G k K rg RG cs CS sc scn SC SCN gs BX EX Tr")
)


def product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, l = then  # noqa: E741 -- as the standard names them
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l


def _matrix(values: Sequence[Any]) -> Matrix:
    a, b, c, d, e, f = map(float, values)
    return a, b, c, d, e, f


def box_of(matrix: Matrix, *points: tuple[float, float]) -> tuple[float, float, float, float]:
    """The box round some points."""
    moved = [(matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]) for x, y in points]
    across, up = zip(*moved, strict=True)
    return min(across), min(up), max(across), max(up)

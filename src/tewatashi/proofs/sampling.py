"""Draws some pages as a printer would, at 600 dpi, and looks at the dots: codes read by zxing-cpp, no character without ink.

Drawing a page costs a thousand times what reading its bytes does, so a sample of pieces is drawn: the first and the last of a
batch's new ones, that with the longest value so far of each item, those with a character that came for the first time, and
some at random: the least of their ids read backwards, so that the same job has the same sample.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pypdfium2 as pdfium
import zxingcpp

from tewatashi.proofs.content import Frame
from tewatashi.proofs.expected import Columns
from tewatashi.proofs.formtext import CodePlace, SideText
from tewatashi.proofs.lettering import shown_on
from tewatashi.proofs.payment import check_digit
from tewatashi.proofs.printed import Page, PrintedFile
from tewatashi.proofs.sidecheck import Tell

_DPI: Final = 600
_SCALE: Final = _DPI / 72
_DARK: Final = 160
_QUIET: Final = 6.0  # points round a code
_MOST: Final = 12  # pieces of a job that are drawn beside those at random
_BLANK: Final = frozenset(" \u3000\u00a0")
_FIELD: Final = "{"
_MARGIN: Final = 0.06  # em: an outline may reach out of its cell

Piece = tuple[str, Sequence[str]]


@dataclass
class Sample:
    """Chooses pieces while their batches pass by. random: how many of a job's, at least, by lot."""

    random: int
    left: int = _MOST
    _longest: dict[int, int] = field(default_factory=dict)
    _signs: set[str] = field(default_factory=set)
    _lots: list[str] = field(default_factory=list)

    def of(self, pieces: Sequence[Piece]) -> frozenset[str]:
        """Those of a batch that are to be drawn."""
        if not self.random or not pieces:
            return frozenset()
        named = [*self._by_length(pieces), *self._by_sign(pieces)][: self.left]
        self.left -= len(set(named))
        lots = heapq.nsmallest(self.random, (piece[::-1] for piece, _ in pieces))
        drawn = [lot for lot in lots if len(self._lots) < self.random or lot < self._lots[-1]]
        self._lots = heapq.nsmallest(self.random, [*self._lots, *drawn])
        return frozenset([*named, *(lot[::-1] for lot in drawn)])

    def _by_length(self, pieces: Sequence[Piece]) -> Iterator[str]:
        if not self._longest:
            yield pieces[0][0]
        for item, values in enumerate(zip(*(values for _, values in pieces), strict=True)):
            longest = max(map(len, values))
            if longest > self._longest.get(item, 0):
                self._longest[item] = longest
                yield pieces[list(map(len, values)).index(longest)][0]

    def _by_sign(self, pieces: Sequence[Piece]) -> Iterator[str]:
        first = not self._signs
        new = set().union(*("".join(values) for _, values in pieces)) - self._signs
        self._signs |= new
        for sign in () if first else sorted(new):
            yield next(piece for piece, values in pieces if any(sign in value for value in values))


@dataclass(frozen=True)
class Chosen:
    """Pieces that a Sample chose elsewhere."""

    names: frozenset[str]

    def of(self, pieces: Sequence[Piece]) -> frozenset[str]:
        return self.names.intersection([piece for piece, _ in pieces])


class Drawing:
    """A print file as dots. data: its bytes."""

    def __init__(self, data: bytes, file: PrintedFile) -> None:
        self._document, self._file = pdfium.PdfDocument(data), file

    def check(self, page: Page, number: int, row: int, *, side: SideText, columns: Columns, tell: Tell) -> None:
        """number: of the page, from 1."""
        drawn = self._document[number - 1]
        self._check_codes(drawn, page.frames, row, side=side, columns=columns, tell=tell)
        whole = drawn.render(scale=_SCALE, grayscale=True).to_numpy()
        if any(not inked for inked in self._inked(page, np.asarray(whole).reshape(whole.shape[:2]))):
            tell.add(row, "blank", "描いてみると、印字されない文字があります。")
        drawn.close()

    def _inked(self, page: Page, dots: np.ndarray[Any, Any]) -> Iterable[bool]:
        """Of every character that isn't blank: whether any dot is dark where it should stand."""
        heads, fonts = self._file.heads.columns, self._file.fonts
        per_mm = _DPI / 25.4
        x = y = 0.0
        for head, string in shown_on(page, self._file):
            font, em, left, line, spaced, begins = heads[head].tolist()
            x, y = (left, line) if begins else (x, y)
            for cid in np.frombuffer(string, ">u2").tolist():
                width = float(fonts.widths[font, cid]) * em
                if chr(min(int(fonts.points[font, cid]), 0x10FFFF)) not in _BLANK:
                    rows = slice(max(int((y - em) * per_mm), 0), int((y + 0.3 * em) * per_mm))
                    cell = dots[
                        rows, max(int((x - _MARGIN * em) * per_mm), 0) : int((x + width + _MARGIN * em) * per_mm)
                    ]
                    yield bool(cell.size) and bool((cell < _DARK).any())
                x += width + spaced

    def _check_codes(
        self, drawn: Any, codes: Sequence[Frame], row: int, *, side: SideText, columns: Columns, tell: Tell
    ) -> None:
        for place in side.codes:
            wanted = _said(place, row, columns)
            if wanted is None:
                continue
            left, top, right, foot = place.box
            here = [
                code
                for code in codes
                for box in [self._file.mm(code.place)]
                if left - 1 <= box[0] and box[2] <= right + 1 and top - 1 <= box[1] and box[3] <= foot + 1
            ]
            if here and wanted not in self._read(drawn, here[0]):
                tell.add(row, "drawn", "描いたコードを読めないか、データと違います。", place)

    def _read(self, drawn: Any, code: Frame) -> set[str]:
        """What zxing-cpp reads where a code stands."""
        left, foot, right, top = code.place
        width, height = drawn.get_size()
        crop = [max(edge - _QUIET, 0.0) for edge in (left, foot, width - right, height - top)]
        dots = np.asarray(drawn.render(scale=_SCALE, crop=tuple(crop), grayscale=True).to_numpy())
        return {found.text for found in zxingcpp.read_barcodes(np.ascontiguousarray(dots.reshape(dots.shape[:2])))}

    def close(self) -> None:
        self._document.close()


def _said(place: CodePlace, row: int, columns: Columns) -> str | None:
    """What a code says, as zxing-cpp tells it; None for no code, or one that it does not read."""
    there = columns.there(place)
    if there is not None and not there[row]:
        return None
    if place.kind == "mark":
        coming = columns.coming[row]
        return f"{columns.pieces[row]}{columns.copy}{coming.sheet}{coming.of}{coming.face}"
    if place.kind == "gs1-128":
        digits = columns.values(place.keys["digits"])[row]
        return f"(91){digits[2:]}{check_digit(digits)}" if digits else None
    if place.kind == "qr":
        text = place.keys["text"]
        if text.startswith(_FIELD) and text.endswith("}") and text.count(_FIELD) == 1:
            return columns.values(text[1:-1])[row] or None
    return None

"""Two proofs page by page: drawn as pictures and compared pixel by pixel, what differs boxed.

Pages are compared by their place, as a form's pages have one; boxes are whole cells of a grid, joined where they touch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import zip_longest
from typing import Any, Final

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw

from tewatashi.carriers.paper_scan import PDFIUM

_DPI: Final = 120
_MM: Final = 25.4 / _DPI
_SEEN: Final = 48  # of 255: by how much a pixel differs where ink came or went; less is the edge of a glyph
_CELL: Final = 10  # pixels, some 2 mm
_RED: Final = (200, 0, 0)

Grey = np.ndarray[Any, np.dtype[np.uint8]]
Cells = np.ndarray[Any, np.dtype[np.bool_]]
Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels


@dataclass(frozen=True)
class PageDifference:
    """A page, from 1. boxes: where it differs, in pixels; there: whether the earlier and the later proof have it."""

    number: int
    boxes: tuple[Box, ...]
    in_old: bool = True
    in_new: bool = True

    @property
    def places(self) -> list[str]:
        """The boxes in millimetres from the top left corner, for who can't see the picture."""
        words = "左から{}mm・上から{}mmの、幅{}mm・高さ{}mm"
        return [words.format(*(round(n * _MM) for n in (x, y, right - x, low - y))) for x, y, right, low in self.boxes]

    @property
    def same(self) -> bool:
        return self.in_old and self.in_new and not self.boxes


def compare(old: bytes, new: bytes) -> list[PageDifference]:
    """All pages of two PDF files."""
    return [_compared(n, *pair) for n, pair in enumerate(zip_longest(_drawn(old), _drawn(new)), 1)]


def picture(pdf: bytes, number: int, boxes: tuple[Box, ...] = ()) -> bytes | None:
    """A page, from 1, as PNG with these boxes drawn; None if there is no such page."""
    page = next(_drawn(pdf, number), None)
    if page is None:
        return None
    image = Image.fromarray(page).convert("RGB")
    draw = ImageDraw.Draw(image)
    for box in boxes:
        draw.rectangle(box, outline=_RED, width=3)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _compared(number: int, old: Grey | None, new: Grey | None) -> PageDifference:
    if old is None or new is None:
        return PageDifference(number, (), in_old=old is not None, in_new=new is not None)
    if old.shape != new.shape:
        return PageDifference(number, ((0, 0, new.shape[1] - 1, new.shape[0] - 1),))
    differs: Cells = np.greater(np.abs(old.astype(np.int16) - new), _SEEN)
    return PageDifference(number, tuple(_boxes(_cells(differs))))


def _cells(differs: Cells) -> Cells:
    """Which cells of the grid hold a pixel that differs."""
    high, wide = (-(-side // _CELL) for side in differs.shape)
    grid = np.zeros((high * _CELL, wide * _CELL), np.bool_)
    grid[: differs.shape[0], : differs.shape[1]] = differs
    return np.logical_or.reduce(grid.reshape(high, _CELL, wide, _CELL), axis=(1, 3))


def _boxes(cells: Cells) -> Iterator[Box]:
    """A box around all cells that touch one another, also at a corner or across one empty cell."""
    left = {(int(y), int(x)) for y, x in zip(*np.nonzero(cells), strict=True)}
    while left:
        group = [min(left)]
        left.remove(group[0])
        for y, x in group:
            near = {(y + dy, x + dx) for dy in range(-2, 3) for dx in range(-2, 3)} & left
            left -= near
            group += sorted(near)
        rows, columns = [y for y, _ in group], [x for _, x in group]
        yield min(columns) * _CELL, min(rows) * _CELL, (max(columns) + 1) * _CELL, (max(rows) + 1) * _CELL


def _drawn(pdf: bytes, only: int | None = None) -> Iterator[Grey]:
    """Its pages in grey, or one of them, from 1."""
    for number in range(_page_count(pdf)) if only is None else [only - 1]:
        page = _page(pdf, number)
        if page is not None:
            yield page


def _page_count(pdf: bytes) -> int:
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()


def _page(pdf: bytes, number: int) -> Grey | None:
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 0 <= number < len(document):
                return None
            drawn = document[number].render(scale=_DPI / 72, grayscale=True, may_draw_forms=False)
            return np.array(drawn.to_numpy()).reshape(drawn.height, drawn.width)
        finally:
            document.close()

"""Codes are drawn on the grid of the printer's dots: every module begins and ends on a dot, so no RIP can round it.

A code is one image mask of its modules, stretched to whole dots from a corner that lies on a dot of the sheet. A renderer
paints the dots whose middle a mask covers, so no bar grows by its edges; and text that is taken out of a page holds nothing
of a code, which text in a barcode font would not keep.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

DPI: Final = 600  # the finest device the slips are read-tested on; 300 and 1200 dpi share its grid at even dots
POINTS_PER_DOT: Final = 72 / DPI
_DOTS_PER_MM: Final = DPI / 25.4

Modules = np.ndarray[Any, np.dtype[np.uint8]]  # 1 is dark


def dots(mm: float) -> int:
    """The nearest whole number of dots to a length."""
    return round(mm * _DOTS_PER_MM)


def millimetres(count: int) -> float:
    return count / _DOTS_PER_MM


def packed(symbols: Modules) -> list[bytes]:
    """Each of many symbols as the data of an image mask: rows of bits from the top left, a dark module 0 (ISO 32000-1,
    8.9.6.2). symbols: by symbol, row and column."""
    rows = np.packbits(symbols ^ 1, axis=2)
    return cut(rows.tobytes(), rows.shape[1] * rows.shape[2])


def cut(data: bytes, size: int) -> list[bytes]:
    """Pieces of one size."""
    return [data[start : start + size] for start in range(0, len(data), size)]


def stamp(corner: tuple[int, int], size: tuple[int, int], columns: int, rows: int) -> Callable[[bytes], bytes]:
    """Draws symbols of columns x rows modules. corner: the lower left one, from that of the sheet; size: width and height,
    all in dots. Returned: a function of a symbol's packed modules."""
    places = tuple(length * POINTS_PER_DOT for length in (*size, *corner))
    head = b"q %.8g 0 0 %.8g %.8g %.8g cm BI/IM true/W %d/H %d/BPC 1" % (*places, columns, rows)

    def draw(modules: bytes) -> bytes:
        if b"EI" in modules:  # readers that look for the end of the data would find it here
            return b"%b/F/AHx ID %b> EI Q\n" % (head, modules.hex().encode())
        return b"%b ID %b EI Q\n" % (head, modules)

    return draw

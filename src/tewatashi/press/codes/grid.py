"""Codes are drawn on the grid of the printer's dots: every bar begins and ends on a dot, so no RIP can round it.

A code is one path of filled rectangles, in whole dots from its lower left corner. The matrix before it puts that corner
on a dot of the sheet and makes one unit one dot.
"""

from __future__ import annotations

from typing import Final

DPI: Final = 600  # the finest device the slips are read-tested on; 300 and 1200 dpi share its grid at even dots
POINTS_PER_DOT: Final = 72 / DPI
_DOTS_PER_MM: Final = DPI / 25.4


def dots(mm: float) -> int:
    """The nearest whole number of dots to a length."""
    return round(mm * _DOTS_PER_MM)


def millimetres(count: int) -> float:
    return count / _DOTS_PER_MM


def bar(x: int, y: int, width: int, height: int) -> bytes:
    """One rectangle of a path, in dots."""
    return b"%d %d %d %d re\n" % (x, y, width, height)


def opening(x: int, y: int) -> bytes:
    """What stands before the rectangles of a code whose lower left corner is x, y dots from that of the sheet."""
    return b"q %.4g 0 0 %.4g %.8g %.8g cm\n" % (POINTS_PER_DOT, POINTS_PER_DOT, x * POINTS_PER_DOT, y * POINTS_PER_DOT)


CLOSING: Final = b"f Q\n"

"""The box of codes at the end of a paper: signed letters as rows of digits, each a QR code of fixed size.

A module is half a millimetre: four dots of a fax, so that a skewed and noisy scan of 200 dpi still reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import numpy as np
import zxingcpp

MODULE: Final = 0.5  # millimetres
_QUIET: Final = 4  # modules of white around a code, as ISO/IEC 18004 wants
_LARGEST: Final = 97 + 2 * _QUIET  # modules of version 20: three codes stand beside each other on A4


def drawn(rows: Sequence[str]) -> list[dict[str, object]]:
    """For each row of digits its code as SVG, and its side in millimetres with the white around it.

    ValueError for what is no row of digits, or needs a larger code than a scan can be trusted with.
    """
    return [_drawn(row) for row in rows]


def _drawn(row: str) -> dict[str, object]:
    if not row.isascii() or not row.isdecimal():
        raise ValueError("a code holds digits alone")
    matrix = _matrix(row)
    side = len(matrix) + 2 * _QUIET
    if side > _LARGEST:
        raise ValueError("too many digits for one code")
    return {"svg": _svg(matrix, side), "side": side * MODULE}


def _matrix(row: str) -> list[list[bool]]:
    """True for each dark module."""
    code = zxingcpp.create_barcode(row, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    matrix: list[list[bool]] = (np.asarray(code.to_image(scale=1, add_quiet_zones=False)) == 0).tolist()
    return matrix


def _svg(matrix: list[list[bool]], side: int) -> str:
    """One path of whole runs: single squares would show white lines between them where a page is drawn coarsely."""
    path = "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in _runs(matrix))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>'


def _runs(matrix: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """Left, top and length of each run of dark modules in a row."""
    for y, line in enumerate(matrix, _QUIET):
        x = _QUIET
        for dark, run in groupby(line):
            width = len(list(run))
            if dark:
                yield x, y, width
            x += width

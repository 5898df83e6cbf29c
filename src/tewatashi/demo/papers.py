"""The paper folder as a floor sees it: sheets in the order of printing, each with the marks on its two sides.

An inserter's cameras read the DataMatrix; reading ten thousand rendered pages would take the demonstration an hour, so
the piece is taken from the page's content, and the first pages of each file are rendered and really decoded to compare.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

import pypdfium2
import zxingcpp

_STREAM: Final = re.compile(rb"/Filter/FlateDecode/Length (\d+)>>stream\n")
_PIECE: Final = re.compile(rb"/Piece<</ID\((\d{20})\)>>BDC")
_RENDER: Final = 200 / 72


def files_of(folder: Path, job: str, copy: int) -> list[Path]:
    """The print files of one copy of a job, in their order."""
    return sorted(folder.glob(f"{job}-{copy}-*.pdf"))


def sheets_of(file: Path) -> Iterator[tuple[str, str]]:
    """Front and back mark of each sheet, as the codes on it say them: piece, copy, sheet n of m, side."""
    copy = file.stem.rsplit("-", 2)[1]
    for piece, pages in groupby(_pieces(file)):
        of, odd = divmod(len(list(pages)), 2)
        assert not odd, "every sheet has a front and a back"
        for sheet in range(1, of + 1):
            yield f"{piece}{copy}{sheet}{of}1", f"{piece}{copy}{sheet}{of}2"


def _pieces(file: Path) -> Iterator[str]:
    data = file.read_bytes()
    for found in _STREAM.finditer(data):
        content = zlib.decompress(data[found.end() : found.end() + int(found[1])])
        if piece := _PIECE.match(content):
            yield piece[1].decode()


def seen_by_camera(file: Path, pages: int) -> list[str]:
    """The codes on the first pages, rendered and decoded."""
    document = pypdfium2.PdfDocument(file)
    try:
        seen = []
        for number in range(min(pages, len(document))):
            image = document[number].render(scale=_RENDER, grayscale=True).to_numpy()
            codes = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix))
            seen.append(codes[0].text if codes else "")
        return seen
    finally:
        document.close()

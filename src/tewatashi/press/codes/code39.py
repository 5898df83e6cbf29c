"""Code 39: what older inserting machines and counting readers take."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import zint

from tewatashi.core.refused import Refused
from tewatashi.press.codes.grid import packed

QUIET: Final = 10  # narrow bars
_TEXT: Final = re.compile(r"[0-9A-Z. $/+%-]+")


def width(length: int) -> int:
    """Narrow bars of a symbol of so many characters: 13 each, start and stop too, but no gap after the last."""
    return 13 * (length + 2) - 1


def symbol(text: str, length: int) -> bytes:
    """The packed modules of a row; a wide bar is two of them."""
    if len(text) != length or not _TEXT.fullmatch(text):
        raise Refused(
            "code39-text", "Code 39 にできない値です。", expected=f"英大文字・数字・. $/+%- の{length}文字",
            do="抽出データのこの項目か、様式の length を確かめてください。",
        )  # fmt: skip
    made = zint.Symbol()
    made.symbology = zint.Symbology.CODE39
    made.encode(text)
    row = np.asarray(made.encoded_data)[:1]
    return packed(np.unpackbits(row, axis=1, bitorder="little")[None, :, : width(length)])[0]

"""QR symbols of a fixed version, so that a form knows their size: piece marks, and payloads that others made, as an eL-QR.

What a payload says is not looked at: it is printed as it came, and a reader must give it back (domain.md 4.3).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import zint

from tewatashi.core.refused import Refused
from tewatashi.press.codes.grid import packed

QUIET: Final = 4  # modules
_LEVELS: Final = {"L": 1, "M": 2, "Q": 3, "H": 4}


def side(version: int) -> int:
    """Modules of a symbol's side."""
    return 17 + 4 * version


def symbol(text: str, version: int, level: str, mask: int | None) -> bytes:
    """The packed modules. mask: 0-7, or None for the one that the standard's scoring finds best, which takes ten times as
    long."""
    made = zint.Symbol()
    made.symbology = zint.Symbology.QRCODE
    made.option_1, made.option_2 = _LEVELS[level], version
    made.option_3 = 0 if mask is None else (mask + 1) << 8
    if not text.isascii():
        raise _refused("半角の英数字と記号だけ")
    try:
        made.encode(text)
    except RuntimeError:
        raise _refused(f"型番{version}、誤り訂正{level}に入る長さ") from None
    size = side(version)
    rows = np.asarray(made.encoded_data)[:size]
    return packed(np.unpackbits(rows, axis=1, bitorder="little")[None, :, :size])[0]


def _refused(expected: str) -> Refused:
    return Refused(
        "qr-text",
        "QRコードにできない値です。",
        expected=expected,
        do="抽出データのこの項目か、様式の version を確かめてください。",
    )

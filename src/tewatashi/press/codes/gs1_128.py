"""GS1-128 of a payment slip for convenience stores (標準料金代理収納): AI 91 and 44 digits in Code Set C.

Rules (GS1 Japan's guideline for the slips, as used by card and utility bills)
  44 digits: 91, company 6, free 21, reissue 1, due date YYMMDD 6, stamp duty 1, amount 6, check digit 1
  check digit: weights 3 and 1 from the right over the 43 digits before it, "91" included; complement to 10
  at most 60 mm wide with quiet zones of 10 modules, at least 10 mm high, whole dots of the printer
  what can be paid at a store ends at 300,000 yen; above it no code may be printed
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from tewatashi.core.refused import Refused
from tewatashi.press.codes.grid import Modules, millimetres, packed

MODULES: Final = 288  # start, FNC1, 22 pairs and the check symbol at 11, the stop at 13
QUIET: Final = 10
WIDEST_MM: Final = 60.0
LOWEST_MM: Final = 10.0
LARGEST_AMOUNT: Final = 300_000

# ISO/IEC 15417, annex A: bar and space widths of the symbol characters 0-105; 102 is FNC1, 105 starts Code Set C.
_WIDTHS: Final = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221"
    "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321"
    "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131"
    "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114"
    "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232"
)
_START_C: Final = 105
_FNC1: Final = 102
_STOP: Final = "2331112"
_WEIGHTS: Final = np.tile([3, 1], 22)[:43]  # of the modulus 10 check digit


def _modules(widths: str) -> list[int]:
    """Bars and spaces as modules."""
    return [1 - place % 2 for place, width in enumerate(map(int, widths)) for _ in range(width)]


_CHARACTERS: Final[Modules] = np.array([_modules(_WIDTHS[at : at + 6]) for at in range(0, len(_WIDTHS), 6)], np.uint8)
_STOP_MODULES: Final[Modules] = np.array(_modules(_STOP), np.uint8)


def check_digit(digits: str) -> int:
    """The modulus 10 check digit over digits whose last has weight 3."""
    signs = digits.encode("ascii")
    odd, even = signs[-1::-2], signs[-2::-2]
    return -(3 * (sum(odd) - 48 * len(odd)) + sum(even) - 48 * len(even)) % 10


@lru_cache(4096)  # a slip shows it in two lines
def complete(digits43: str) -> str:
    """The 44 digits of a symbol from the 43 the collecting system gives, from AI 91 on."""
    if not _is_whole(digits43):
        raise _not_whole()
    return f"{digits43}{check_digit(digits43)}"


def _is_whole(digits43: str) -> bool:
    return len(digits43) == 43 and digits43.isascii() and digits43.isdigit() and digits43.startswith("91")


def _not_whole() -> Refused:
    return Refused(
        "gs1-digits",
        "収納代行のバーコード情報が正しくありません。",
        expected="識別子91から始まる数字43桁",
        do="抽出データのこの項目を確かめてください。",
    )


def require_agreement(digits43: str, amount: str, due: str) -> None:
    """Refused if the code would collect another amount, or until another day, than the paper says (kashiwa-2020)."""
    if digits43[37:43] != amount.zfill(6) or int(amount) > LARGEST_AMOUNT:
        raise _disagrees("金額")
    if due and digits43[30:36] != due[2:].replace("-", ""):
        raise _disagrees("支払期限")


def _disagrees(what: str) -> Refused:
    return Refused(
        "gs1-disagrees",
        f"収納代行のバーコード情報の{what}が、印字する{what}と一致しないか、コンビニ収納の範囲を超えています。",
        do="収納システムの出力を確かめてください。このまま印刷すると、違う内容で収納されます。",
    )


def readable(digits44: str) -> tuple[str, str]:
    """The two lines printed below the symbol."""
    d = digits44
    return f"(91){d[2:8]}-{d[8:29]}", f"{d[29]}-{d[30:36]}-{d[36]}-{d[37:43]}-{d[43]}"


def require_size(dots: int, height: int) -> None:
    """Refused if a symbol of `dots` a module, `height` dots high, isn't what shops take."""
    if millimetres((MODULES + 2 * QUIET) * dots) > WIDEST_MM or millimetres(height) < LOWEST_MM:
        raise Refused(
            "gs1-size",
            "コンビニ収納用バーコードの大きさが規格に合いません。",
            expected=f"余白を含む幅{WIDEST_MM:g}mm以下、高さ{LOWEST_MM:g}mm以上",
            do="様式のバーコードの dots と height を改めてください。",
        )


def symbols(digits43: Sequence[str]) -> list[bytes]:
    """The packed modules, one row, of the symbol of each 43 digits from AI 91 on."""
    if not all(map(_is_whole, digits43)):
        raise _not_whole()
    digits = np.frombuffer("".join(digits43).encode(), np.uint8).reshape(-1, 43) - ord("0")
    tens, ones = digits[:, ::2].astype(np.intp), np.column_stack([digits[:, 1::2], -(digits @ _WEIGHTS) % 10])
    pairs = 10 * tens + ones
    start = np.broadcast_to([_START_C, _FNC1], (len(pairs), 2))
    check = (_START_C + _FNC1 + pairs @ np.arange(2, 24)) % 103
    modules = _CHARACTERS[np.column_stack([start, pairs, check])].reshape(len(pairs), -1)
    stop = np.broadcast_to(_STOP_MODULES, (len(pairs), len(_STOP_MODULES)))
    return packed(np.concatenate([modules, stop], axis=1)[:, None, :])

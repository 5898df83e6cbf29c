"""Japan Post's customer barcode (カスタマバーコード): a 4-state symbol of 67 bars below the addressee's name.

Rules (post.japanpost.jp, 郵便番号・バーコードマニュアル, pages 12, 13 and 20)
  start, postcode 7, address number 13, check digit 1, stop; one character is three bars, start and stop are two
  a letter is a control code and a digit; the address number is filled up with CC4 or cut after 13 characters, and a
  control code in place 13 stays without its digit
  check digit: all 20 values and it are a multiple of 19
  sizes for a = 8 to 11.5 point; what does not lie in the tolerances on whole dots is refused
A symbol is drawn as three rows of modules: the upper third of the full bar, the timing bars, the lower third; a bar and the
white after it are one module each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

import numpy as np

from tewatashi.core.refused import Refused
from tewatashi.press.codes.grid import Modules, dots, millimetres, packed

ADDRESS_LENGTH: Final = 13
BARS: Final = 67

# Characters are their check values: 0-9, the hyphen 10, CC1-CC8 11-18.
_HYPHEN: Final = 10
_CC1: Final = 11
_CC4: Final = 14
# F the full bar, A up, D down, T the timing bar alone.
_PATTERNS: Final = (
    "FTT", "FFT", "FDA", "DFA", "FAD", "FTF", "DAF", "AFD", "ADF", "TFF", "TFT", "DAT", "DTA", "ADT", "TDA", "ATD", "TAD",
    "TTF", "FFF",
)  # fmt: skip
_START: Final = "FD"
_STOP: Final = "DF"


def characters(postcode: str, number: str) -> tuple[int, ...]:
    """The 21 characters between start and stop, as values 0-18.

    postcode: 7 digits; number: the address number as codes.address takes it out, of 0-9, A-Z and hyphens.
    """
    require_postcodes([postcode])
    address = [value for character in number for value in _values(character)][:ADDRESS_LENGTH]
    address += [_CC4] * (ADDRESS_LENGTH - len(address))
    data = (*map(int, postcode), *address)
    return (*data, -sum(data) % 19)


def require_postcodes(postcodes: Sequence[str]) -> None:
    joined = "".join(postcodes)
    if set(map(len, postcodes)) - {7} or (joined and not (joined.isascii() and joined.isdigit())):
        raise Refused("postcode", "郵便番号が7桁の数字ではありません。", do="抽出データの郵便番号を確かめてください。")


def _values(character: str) -> tuple[int, ...]:
    if character == "-":
        return (_HYPHEN,)
    if "0" <= character <= "9":
        return (int(character),)
    if "A" <= character <= "Z":
        control, digit = divmod(ord(character) - ord("A"), 10)
        return (_CC1 + control, digit)
    raise ValueError("an address number has only digits, capital letters and hyphens")


def states(values: Sequence[int]) -> str:
    """The 67 bars as letters F, A, D, T."""
    return _START + "".join(map(_PATTERNS.__getitem__, values)) + _STOP


COLUMNS: Final = 2 * BARS - 1
ROWS: Final = 3


def _modules(letters: str) -> Modules:
    """Three rows, a white column after each bar."""
    rows = [[letter in bars for letter in letters] for bars in ("FA", "FADT", "FD")]
    return np.repeat(np.array(rows, np.uint8), 2, axis=1) * np.tile(np.array([1, 0], np.uint8), len(letters))


_CHARACTERS: Final[Modules] = np.array([_modules(pattern) for pattern in _PATTERNS])
_START_MODULES: Final = _modules(_START)
_STOP_MODULES: Final = _modules(_STOP)[:, :-1]
_ZERO: Final = ord("0")  # a value v stands in a string as chr(48 + v): a digit as itself
_WRITTEN: Final = str.maketrans(
    {sign: "".join(chr(_ZERO + value) for value in _values(sign)) for sign in "-ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
)


def symbols(postcodes: Sequence[str], numbers: Sequence[str]) -> list[bytes]:
    """The packed modules of many symbols; `characters` says what of."""
    require_postcodes(postcodes)
    written = [number.translate(_WRITTEN)[:ADDRESS_LENGTH] for number in numbers]
    filled = [number.ljust(ADDRESS_LENGTH, chr(_ZERO + _CC4)) for number in written]
    data = np.frombuffer("".join(chain.from_iterable(zip(postcodes, filled, strict=True))).encode("ascii"), np.uint8)
    values = data.reshape(len(postcodes), 7 + ADDRESS_LENGTH).astype(np.intp) - _ZERO
    values = np.column_stack([values, -values.sum(axis=1) % 19])
    bars = _CHARACTERS[values].transpose(0, 2, 1, 3).reshape(len(values), ROWS, 6 * values.shape[1])
    ends = [np.broadcast_to(end, (len(values), *end.shape)) for end in (_START_MODULES, _STOP_MODULES)]
    return packed(np.concatenate([ends[0], bars, ends[1]], axis=2))


def size(points: float) -> tuple[int, int]:
    """Width and height of a symbol in dots, for a = `points`; one column of modules is a bar's width, one row a timing
    bar's height. Japan Post's nominal sizes have just these proportions: 1.2, 1.2 and 3 x 1.2 to 0.6."""
    a = points / 10
    if not 8 <= points <= 11.5:
        raise Refused(
            "customer-size", "カスタマバーコードの大きさが規格に合いません。", found=points, expected="8～11.5ポイント",
            do="様式の points を改めてください。",
        )  # fmt: skip
    bar, timing = dots(a * 0.6), dots(a * 1.2)
    if millimetres(timing) > a * 1.2:  # three of them may not be higher than the nominal full bar
        timing -= 1
    for length, least, most in ((3 * timing, 3.4, 3.6), (timing, 1.05, 1.35), (2 * bar, 0.95, 1.3), (bar, 0.5, 0.7)):
        if not a * least <= millimetres(length) <= a * most:
            raise AssertionError("a size of the customer barcode left its tolerance on the dot grid")
    return COLUMNS * bar, ROWS * timing


def decode(letters: str) -> Iterator[int]:
    """The values of a symbol read as F, A, D, T; ValueError for what is no character."""
    for start in range(2, len(letters) - 2, 3):
        yield _PATTERNS.index(letters[start : start + 3])

"""Japan Post's customer barcode (カスタマバーコード): a 4-state symbol of 67 bars below the addressee's name.

Rules (post.japanpost.jp, 郵便番号・バーコードマニュアル, pages 12, 13 and 20)
  start, postcode 7, address number 13, check digit 1, stop; one character is three bars, start and stop are two
  a letter is a control code and a digit; the address number is filled up with CC4 or cut after 13 characters, and a
  control code in place 13 stays without its digit
  check digit: all 20 values and it are a multiple of 19
  sizes for a = 8 to 11.5 point; what does not lie in the tolerances on whole dots is refused
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tewatashi.core.refused import Refused
from tewatashi.press.codes.grid import CLOSING, bar, dots, millimetres, opening

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
    if len(postcode) != 7 or not (postcode.isascii() and postcode.isdigit()):
        raise Refused("postcode", "郵便番号が7桁の数字ではありません。", do="抽出データの郵便番号を確かめてください。")
    address = [value for character in number for value in _values(character)][:ADDRESS_LENGTH]
    address += [_CC4] * (ADDRESS_LENGTH - len(address))
    data = (*map(int, postcode), *address)
    return (*data, -sum(data) % 19)


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


def painter(x: int, y: int, points: float) -> Callable[[Sequence[int]], bytes]:
    """Draws a symbol with the lower left corner of its full bars at x, y (dots), for a = `points`.

    Returned: a function of the 21 values. Each of the 21 places has a table of ready-made bars for the 19 characters.
    """
    full, timing, pitch, width = _sizes(points)
    low, high = (full - timing) // 2, (full + timing) // 2
    shapes = {"F": (0, full), "A": (low, full - low), "D": (0, high), "T": (low, timing)}

    def draw(letters: str, first: int) -> bytes:
        return b"".join(
            bar((first + place) * pitch, shapes[letter][0], width, shapes[letter][1])
            for place, letter in enumerate(letters)
        )

    head = opening(x, y) + draw(_START, 0)
    tables = [[draw(pattern, 2 + 3 * place) for pattern in _PATTERNS] for place in range(21)]
    tail = draw(_STOP, BARS - 2) + CLOSING

    def paint(values: Sequence[int]) -> bytes:
        return b"".join([head, *(table[value] for table, value in zip(tables, values, strict=True)), tail])

    return paint


def width(points: float) -> int:
    """Dots from the first bar's left to the last bar's right edge."""
    _, _, pitch, bar_width = _sizes(points)
    return (BARS - 1) * pitch + bar_width


def height(points: float) -> int:
    """Dots of a full bar."""
    return _sizes(points)[0]


def _sizes(points: float) -> tuple[int, int, int, int]:
    """Full bar, timing bar, pitch and bar width in dots; full and timing bar both even or both odd, so that the timing bar
    lies in the middle."""
    a = points / 10
    if not 8 <= points <= 11.5:
        raise Refused(
            "customer-size", "カスタマバーコードの大きさが規格に合いません。", found=points, expected="8～11.5ポイント",
            do="様式の points を改めてください。",
        )  # fmt: skip
    full, timing, pitch, bar_width = (dots(a * nominal) for nominal in (3.6, 1.2, 1.2, 0.6))
    full -= (full - timing) % 2
    for size, least, most in ((full, 3.4, 3.6), (timing, 1.05, 1.35), (pitch, 0.95, 1.3), (bar_width, 0.5, 0.7)):
        if not a * least <= millimetres(size) <= a * most:
            raise AssertionError("a size of the customer barcode left its tolerance on the dot grid")
    return full, timing, pitch, bar_width


def decode(letters: str) -> Iterator[int]:
    """The values of a symbol read as F, A, D, T; ValueError for what is no character."""
    for start in range(2, len(letters) - 2, 3):
        yield _PATTERNS.index(letters[start : start + 3])

"""The address number (住所表示番号) of the customer barcode, taken out of what follows the town's name.

Rules (post.japanpost.jp, 郵便番号・バーコードマニュアル, page 19)
  basic 1    letters become capitals
  basic 2    & / ・ . are taken out and the rest closes up
  basic 3    digits, hyphens and single letters are taken
  basic 4    whatever else stands before a taken character becomes one hyphen
  basic 5, 6 hyphens in a row become one; a leading one goes
  extra 1    kanji numerals before 丁目 丁 番地 番 号 地割 線 の ノ are digits
  extra 2, 3 an F after a digit is a floor: not taken, a hyphen if anything taken follows it
  extra 4, 5 hyphens beside a letter go; letters that thereby come together stay
Full-width letters, digits and hyphens are the same characters here: the barcode knows no width.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# Also the hyphens and minus signs that address data really holds; ー only where digits stand around it (below).
_PLAIN: Final = (
    {0xFF01 + offset: 0x21 + offset for offset in range(94)}
    | dict.fromkeys(map(ord, "‐‑‒–—―−－"), ord("-"))
    | dict.fromkeys(map(ord, "&＆/／・.．･"))
)
_LONG_VOWEL: Final = re.compile(r"(?<=[0-9])[ーｰ](?=[0-9])")
_KANJI: Final = re.compile(r"([〇一二三四五六七八九十百千]+)(?=丁目|丁|番地|番|号|地割|線|の|ノ)")
_FLOOR: Final = re.compile(r"(?<=[0-9])F(?![A-Z])")
_LETTERS: Final = re.compile(r"[A-Z]{2,}")
_NOT_TAKEN: Final = re.compile(r"[^0-9A-Z\-\n]+")
_HYPHENS: Final = re.compile(r"-{2,}")
_ENDS: Final = re.compile(r"^-|-$", re.MULTILINE)
_BESIDE_LETTER: Final = re.compile(r"(?<=[A-Z])-|-(?=[A-Z])")
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}


def address_number(rest: str) -> str:
    """`rest`: the address after the town's name, 方書 included. Returned: digits, capitals, hyphens; may be empty."""
    return address_numbers([rest])[0]


def address_numbers(rests: Sequence[str]) -> list[str]:
    """The same of many, as lines of one text: no rule reaches beyond a line."""
    if not rests:
        return []
    text = "\n".join([rest.replace("\n", " ") for rest in rests]).upper().translate(_PLAIN)
    text = _KANJI.sub(lambda found: str(_kanji_number(found[1])), text)
    text = _LONG_VOWEL.sub("-", text)
    text = _FLOOR.sub("-", text)
    text = _LETTERS.sub("-", text)
    text = _NOT_TAKEN.sub("-", text)
    text = _HYPHENS.sub("-", text)
    text = _ENDS.sub("", text)
    return _BESIDE_LETTER.sub("", text).split("\n")


def _kanji_number(numerals: str) -> int:
    """十一 -> 11, 二百三 -> 203, and place by place where no unit stands: 一〇 -> 10."""
    if not any(unit in numerals for unit in _UNITS):
        return int("".join(str("〇一二三四五六七八九".index(numeral)) for numeral in numerals))
    total = digit = 0
    for numeral in numerals:
        if numeral in _UNITS:
            total += (digit or 1) * _UNITS[numeral]
            digit = 0
        else:
            digit = 10 * digit + "〇一二三四五六七八九".index(numeral)
    return total + digit

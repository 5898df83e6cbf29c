"""A parcel's password: random, typed from paper by a person, each group checked before it is tried.

Seven groups of five characters, `K7QMA-...`: four random ones and a check. 28 random characters of 31 carry 138 bits.
The check of a group catches any one wrong character, any two swapped, and a group that stands in another's place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from tewatashi.core.refused import Refused

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31, a prime; no 0 O 1 I L
GROUPS: Final = 7
_RANDOM: Final = 4
_GROUP: Final = _RANDOM + 1
_FAIR: Final = 256 // len(ALPHABET) * len(ALPHABET)  # bytes above would make some characters likelier than others
# Whatever the keyboard, also a Japanese one, gives for space and hyphen.
_GAPS: Final = re.compile(r"[\s\-‐‑‒–—―−ー]+")


def new_password(rand: Callable[[int], bytes]) -> str:
    """A new password as it is printed and used. rand(n) gives n random bytes."""
    values: list[int] = []
    while len(values) < GROUPS * _RANDOM:
        values += [byte % len(ALPHABET) for byte in rand(GROUPS * _RANDOM) if byte < _FAIR]
    return "-".join(_group(n, values[n * _RANDOM : (n + 1) * _RANDOM]) for n in range(GROUPS))


def check_password(typed: str) -> str:
    """The password as printed, from what was typed: any case, width and separators.

    Refused `password-group` naming the first group that is mistyped, `password-length`. Neither shows what was typed.
    """
    text = unicodedata.normalize("NFKC", typed[:200]).upper()
    groups = [group for group in _GAPS.split(text) if group]
    if len(groups) == 1:
        groups = [text[i : i + _GROUP] for text in groups for i in range(0, len(text), _GROUP)]
    for n, group in enumerate(groups[:GROUPS]):
        if group != _checked(n, group):
            raise Refused(
                "password-group", "パスワードの組に打ち間違いがあります。", found=f"{n + 1}組目",
                do="通知書のその組を見て、打ち直してください。",
            )  # fmt: skip
    if len(groups) != GROUPS:
        raise Refused(
            "password-length", "パスワードの組の数が違います。", found=f"{len(groups)}組", expected=f"{GROUPS}組",
            do="通知書のとおりに、すべての組を打ってください。",
        )  # fmt: skip
    return "-".join(groups)


def _checked(n: int, group: str) -> str | None:
    """The group that the random characters make; None if it can't be one."""
    if len(group) != _GROUP or not set(group) <= set(ALPHABET):
        return None
    return _group(n, [ALPHABET.index(char) for char in group[:_RANDOM]])


def _group(n: int, values: list[int]) -> str:
    # A prime modulus and weights that differ in every place: one wrong character or one swap never gives the same sum.
    check = ((n + 1) * (_GROUP + 1) + sum((place + 2) * value for place, value in enumerate(values))) % len(ALPHABET)
    return "".join(ALPHABET[value] for value in [*values, check])

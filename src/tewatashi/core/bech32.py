"""Bech32, the text form of age keys: BIP 173 without its limit of 90 characters, lower case only."""

from __future__ import annotations

from typing import Final

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def encode(prefix: str, data: bytes) -> str:
    bits = 5 * (-(-len(data) * 8 // 5))
    number = int.from_bytes(data, "big") << (bits - len(data) * 8)
    values = [number >> shift & 31 for shift in range(bits - 5, -1, -5)]
    rest = _polymod(_expand(prefix) + values + [0] * 6) ^ 1
    check = [rest >> shift & 31 for shift in range(25, -1, -5)]
    return f"{prefix}1" + "".join(_ALPHABET[value] for value in values + check)


def decode(prefix: str, text: str) -> bytes | None:
    """The bytes behind the prefix; None for another prefix, a false check or a second spelling."""
    head, _, tail = text.rpartition("1")
    if head != prefix or len(tail) < 6 or not set(tail) <= set(_ALPHABET):
        return None
    number = 0
    for char in tail[:-6]:
        number = number << 5 | _ALPHABET.index(char)
    bits = 5 * (len(tail) - 6)
    data = (number >> bits % 8).to_bytes(bits // 8, "big")
    return data if encode(prefix, data) == text else None


def _expand(prefix: str) -> list[int]:
    return [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= generator
    return check

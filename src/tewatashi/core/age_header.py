"""The header of an age v1 file, as text: who may open it, and how. Knows no key and no cipher. https://c2sp.org/age

Rules
  - every byte of a header has one meaning: base64 has no padding and one spelling, arguments are parted by one space
  - a password (scrypt) stanza stands alone: what one password opens, nobody else's key opens
  - a work factor above `MAX_WORK_FACTOR` is refused, or a stranger's file would exhaust the machine that tries it
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tewatashi.core.refused import Refused

MAX_WORK_FACTOR: Final = 20  # 2^20 costs 1 GiB and some seconds
MAX_HEADER: Final = 1 << 16
_VERSION: Final = b"age-encryption.org/v1\n"
_ARGUMENT: Final = re.compile(r"[!-~]+")
_DECIMAL: Final = re.compile(r"[1-9][0-9]?")
_COLUMNS: Final = 64


@dataclass(frozen=True)
class Stanza:
    """The file key, wrapped for one recipient. arguments: the recipient's kind and what it needs."""

    arguments: tuple[str, ...]
    body: bytes

    @property
    def kind(self) -> str:
        return self.arguments[0]

    def write(self) -> bytes:
        text = encode64(self.body)
        # The last line is always shorter than 64 columns, if need be empty: that ends the stanza.
        lines = [text[i : i + _COLUMNS] for i in range(0, len(text) + 1, _COLUMNS)]
        return ("-> " + " ".join(self.arguments) + "\n" + "".join(line + "\n" for line in lines)).encode()


@dataclass(frozen=True)
class Header:
    """covered: the bytes that the MAC covers, to the dashes of the last line."""

    stanzas: tuple[Stanza, ...]
    covered: bytes
    mac: bytes


@dataclass(frozen=True)
class PasswordStanza:
    salt: bytes
    work_factor: int
    body: bytes


def write_covered(stanzas: Iterable[Stanza]) -> bytes:
    """A header up to the dashes; the MAC follows as `write_mac` gives it."""
    return _VERSION + b"".join(stanza.write() for stanza in stanzas) + b"---"


def write_mac(mac: bytes) -> bytes:
    return f" {encode64(mac)}\n".encode()


def header_length(data: bytes) -> int | None:
    """Where the header that `data` begins with ends, None while more bytes are needed. Refused `age-header`."""
    if not data.startswith(_VERSION[: len(data)]):
        raise bad_header("age 形式の暗号化ファイルではありません。")
    dashes = data.find(b"\n---", 0, MAX_HEADER)
    end = data.find(b"\n", dashes + 1, MAX_HEADER) if dashes >= 0 else -1
    if end < 0 and len(data) >= MAX_HEADER:
        raise bad_header("暗号化ファイルの先頭部が長すぎます。")
    return None if end < 0 else end + 1


def parse_header(data: bytes) -> Header:
    """The header that these bytes are, from the version line to the newline after the MAC. Refused `age-header`."""
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise bad_header() from None
    if len(lines) < 3 or f"{lines[0]}\n".encode() != _VERSION or lines[-1] != "" or not lines[-2].startswith("--- "):
        raise bad_header()
    mac = decode64(lines[-2].removeprefix("--- "))
    if len(mac) != 32:
        raise bad_header()
    stanzas = _parse_stanzas(lines[1:-2])
    if len(stanzas) > 1 and any(stanza.kind == "scrypt" for stanza in stanzas):
        raise bad_header("パスワードのほかにも開封できる鍵が付いています。")
    return Header(stanzas, data[: data.rindex(b"---") + 3], mac)


def password_stanza(header: Header) -> PasswordStanza | None:
    """The header's password stanza, None when it is sealed to keys. Refused `age-header`, `age-work-factor`."""
    stanza = header.stanzas[0]
    if stanza.kind != "scrypt":
        return None
    if len(stanza.arguments) != 3:
        raise bad_header()
    _, salt, factor = stanza.arguments
    if len(decode64(salt)) != 16 or not _DECIMAL.fullmatch(factor) or len(stanza.body) != 32:
        raise bad_header()
    if int(factor) > MAX_WORK_FACTOR:
        raise Refused(
            "age-work-factor", "パスワードの計算量の指定が大きすぎます。", found=factor, expected=f"{MAX_WORK_FACTOR}以下",
            do="送り手に確かめてください。",
        )  # fmt: skip
    return PasswordStanza(decode64(salt), int(factor), stanza.body)


def _parse_stanzas(lines: list[str]) -> tuple[Stanza, ...]:
    stanzas: list[Stanza] = []
    rest = iter(lines)
    for line in rest:
        arrow, *arguments = line.split(" ")
        if arrow != "->" or not arguments or not all(map(_ARGUMENT.fullmatch, arguments)):
            raise bad_header()
        stanzas.append(Stanza(tuple(arguments), _parse_body(rest)))
    if not stanzas:
        raise bad_header()
    return tuple(stanzas)


def _parse_body(rest: Iterable[str]) -> bytes:
    body = b""
    for line in rest:
        if len(line) > _COLUMNS:
            break
        body += decode64(line)
        if len(line) < _COLUMNS:
            return body
    raise bad_header()


def encode64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def decode64(text: str) -> bytes:
    """The bytes of unpadded base64 in its one spelling. Refused `age-header`."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    # A second spelling (spare bits, padding) would let a header change without being another header.
    if encode64(data) != text:
        raise bad_header()
    return data


def bad_header(wrong: str = "暗号化ファイルの先頭部が正しくありません。") -> Refused:
    return Refused("age-header", wrong, do="ファイルを受け取り直してください。")

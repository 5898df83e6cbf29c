"""Canonical bytes, Ed25519 keys and C2SP signed notes: the one form in which anything at all is signed here.

Cover, letter and checkpoint are notes; there is no second signature format. https://c2sp.org/signed-note
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tewatashi.core.refused import Refused

_ED25519: Final = b"\x01"  # signature type of the signed-note specification
_MAX_NOTE: Final = 4 << 20  # a letter that withdraws 50,000 pieces
_MAX_SIGNATURES: Final = 16
_MAX_DEPTH: Final = 16


def canonical(value: object) -> bytes:
    """The one spelling of a value: sorted keys, no spaces, UTF-8. Only str, int, bool, None, list and dict; else TypeError."""
    _only_plain(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def parse_canonical(data: bytes) -> object:
    """The value of canonical bytes. Refused `not-canonical` for any other spelling, doubled key or float."""
    try:
        value = json.loads(data.decode())
        if canonical(value) == data:
            return value
    except (ValueError, TypeError, RecursionError):
        pass
    raise Refused("not-canonical", "記録の書き方が定めと違います。", do="送り直しを求めてください。")


def _only_plain(value: object, depth: int = 0) -> None:
    if depth > _MAX_DEPTH:
        raise TypeError("nested too deep")
    if isinstance(value, dict):
        if not all(type(key) is str for key in value):
            raise TypeError("keys are text")
        for item in value.values():
            _only_plain(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _only_plain(item, depth + 1)
    elif value is not None and type(value) not in (str, int, bool):
        raise TypeError(f"{type(value).__name__} has no canonical form")


@dataclass(frozen=True)
class VerifyKey:
    """A signer's name and public key; `str()` is the note specification's `name+hash+base64`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or len(self.name) > 200 or "+" in self.name or any(c.isspace() for c in self.name):
            raise Refused("key-name", "鍵の名前が正しくありません。", do="鍵を受け取り直してください。")
        if len(self.public) != 32:
            raise Refused("key", "鍵の長さが正しくありません。", do="鍵を受け取り直してください。")

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifyKey:
        """Read `name+hash+base64`. Refused `key` unless name, hash and key agree."""
        parts = text.split("+", 2)
        try:
            blob = base64.b64decode(parts[2], validate=True) if len(parts) == 3 else b""
        except (binascii.Error, ValueError):
            blob = b""
        if len(blob) == 33 and blob[:1] == _ED25519:
            key = cls(parts[0], blob[1:])
            if str(key) == text:
                return key
        raise Refused("key", "公開鍵として読めません。", do="鍵を受け取り直してください。")

    def verifies(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """A site's own key: its name on notes and the 32-byte seed, which is kept in a file of its own and never shown."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    @classmethod
    def generate(cls, name: str, rand: Callable[[int], bytes]) -> SigningKey:
        return cls(name, rand(32))

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> SigningKey:
        return cls(name, seed)

    @property
    def verify_key(self) -> VerifyKey:
        return VerifyKey(self.name, self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True)
class Note:
    """A note's text and the names of the known keys that signed it."""

    text: str
    signers: tuple[str, ...]


def sign_note(text: str, key: SigningKey) -> bytes:
    """The note of a text, which must end in a newline and hold no other control character."""
    if not _is_note_text(text):
        raise ValueError("a note's text ends in a newline and holds no other control character")
    signature = key.verify_key.key_id + key.sign(text.encode())
    return f"{text}\n— {key.name} {base64.b64encode(signature).decode()}\n".encode()


def open_note(data: bytes, known: Iterable[VerifyKey]) -> Note:
    """The note, verified. Signatures by keys not known are passed over; a false one by a known key is an attack.

    Refused `note` (not a note), `signature` (false signature), `signer` (no known key signed).
    """
    text, lines = _split_note(data)
    keys = {(key.name, key.key_id): key for key in known}
    signers: list[str] = []
    for name, blob in map(_signature_line, lines):
        key = keys.get((name, blob[:4]))
        if key is None:
            continue
        if not key.verifies(text.encode(), blob[4:]):
            raise Refused(
                "signature",
                "署名が内容と合いません。改変のおそれがあります。",
                found=name,
                do="受け取らず、送り手に確かめてください。",
            )
        signers.append(name)
    if not signers:
        raise Refused("signer", "登録された拠点の署名がありません。", do="受け取らず、送り手に確かめてください。")
    return Note(text, tuple(signers))


def unsigned_text(data: bytes) -> str:
    """A note's text, whoever signed it: for showing what somebody claims. Refused `note`."""
    return _split_note(data)[0]


def _split_note(data: bytes) -> tuple[str, list[str]]:
    try:
        whole = data.decode() if len(data) <= _MAX_NOTE else ""
    except UnicodeDecodeError:
        whole = ""
    text, gap, tail = whole.rpartition("\n\n")
    lines = tail.split("\n")
    if not gap or lines.pop() != "" or not 1 <= len(lines) <= _MAX_SIGNATURES or not _is_note_text(text + "\n"):
        raise _not_a_note()
    return text + "\n", lines


def _signature_line(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    # A second spelling of the same signature would let a note change without being another note.
    if dash != "—" or not name or len(blob) < 5 or base64.b64encode(blob).decode() != encoded:
        raise _not_a_note()
    return name, blob


def _is_note_text(text: str) -> bool:
    return text.endswith("\n") and not any(ord(char) < 0x20 and char != "\n" for char in text) and "\x7f" not in text


def _not_a_note() -> Refused:
    return Refused("note", "署名つきの記録として読めません。", do="送り直しを求めてください。")

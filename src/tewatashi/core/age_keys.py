"""What opens an age file: a password, or an X25519 identity whose public half is the recipient. https://c2sp.org/age"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tewatashi.core import bech32
from tewatashi.core.age_header import (
    MAX_WORK_FACTOR,
    Header,
    Stanza,
    bad_header,
    decode64,
    encode64,
    password_stanza,
)
from tewatashi.core.refused import Refused

Rand = Callable[[int], bytes]  # how many -> that many random bytes

_SCRYPT: Final = b"age-encryption.org/v1/scrypt"
_X25519: Final = b"age-encryption.org/v1/X25519"
_NONCE: Final = bytes(12)  # a wrapping key wraps one file key, ever


@dataclass(frozen=True)
class Passphrase:
    """A password as typed. work_factor: log2 of the cost of one trial when sealing; a file says its own when opened."""

    text: str = field(repr=False)
    work_factor: int = 18

    def __post_init__(self) -> None:
        if not 1 <= self.work_factor <= MAX_WORK_FACTOR:
            raise ValueError(f"a work factor is 1 to {MAX_WORK_FACTOR}")

    def wrap(self, file_key: bytes, rand: Rand) -> Stanza:
        salt = rand(16)
        body = self._cipher(salt, self.work_factor).encrypt(_NONCE, file_key, None)
        return Stanza(("scrypt", encode64(salt), str(self.work_factor)), body)

    def unwrap(self, header: Header) -> bytes:
        """The file key. Refused `age-no-password`, `age-password`, `age-header`, `age-work-factor`."""
        stanza = password_stanza(header)
        if stanza is None:
            raise Refused(
                "age-no-password", "パスワードで開くファイルではありません。", do="送り手に確かめてください。"
            )
        try:
            return self._cipher(stanza.salt, stanza.work_factor).decrypt(_NONCE, stanza.body, None)
        except InvalidTag:
            # The format can't tell a wrong password from a damaged stanza: nothing else in the file depends on it.
            raise Refused(
                "age-password",
                "パスワードが違います。",
                do="通知書のパスワードと、送付データの番号を確かめてください。",
            ) from None

    def _cipher(self, salt: bytes, work_factor: int) -> ChaCha20Poly1305:
        kdf = Scrypt(salt=_SCRYPT + salt, length=32, n=1 << work_factor, r=8, p=1)
        return ChaCha20Poly1305(kdf.derive(self.text.encode()))


@dataclass(frozen=True)
class Recipient:
    """The public half of an identity; `str()` is `age1...`."""

    public: bytes

    def __post_init__(self) -> None:
        if len(self.public) != 32:
            raise _bad_key()

    def __str__(self) -> str:
        return bech32.encode("age", self.public)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `age1...`. Refused `age-key` for anything else."""
        data = bech32.decode("age", text)
        if data is None:
            raise _bad_key()
        return cls(data)

    def wrap(self, file_key: bytes, rand: Rand) -> Stanza:
        ephemeral = X25519PrivateKey.from_private_bytes(rand(32))
        share = ephemeral.public_key().public_bytes_raw()
        try:
            shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(self.public))
        except ValueError:  # a point of low order: the "secret" would be zero for everybody
            raise _bad_key() from None
        body = _wrapping(shared, share, self.public).encrypt(_NONCE, file_key, None)
        return Stanza(("X25519", encode64(share)), body)


@dataclass(frozen=True)
class Identity:
    """A secret X25519 key; `str()` is `AGE-SECRET-KEY-1...`, so never put it in a message."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != 32:
            raise _bad_key()

    def __str__(self) -> str:
        return bech32.encode("age-secret-key-", self.secret).upper()

    @classmethod
    def generate(cls, rand: Rand) -> Self:
        return cls(rand(32))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `AGE-SECRET-KEY-1...`. Refused `age-key` for anything else; the refusal doesn't show the text."""
        data = bech32.decode("age-secret-key-", text.lower()) if text == text.upper() else None
        if data is None:
            raise _bad_key()
        return cls(data)

    @property
    def recipient(self) -> Recipient:
        return Recipient(X25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw())

    def unwrap(self, header: Header) -> bytes:
        """The file key. Refused `age-no-match` when no stanza is for this identity, `age-header`."""
        # Every stanza is checked before any is tried: a malformed one refuses the file for all alike.
        wrapped = [_checked(stanza) for stanza in header.stanzas if stanza.kind == "X25519"]
        for share, body in wrapped:
            file_key = self._open(share, body)
            if file_key is not None:
                return file_key
        raise Refused(
            "age-no-match", "この鍵あてに暗号化されたファイルではありません。", do="あて先を確かめてください。"
        )

    def _open(self, share: bytes, body: bytes) -> bytes | None:
        try:
            shared = X25519PrivateKey.from_private_bytes(self.secret).exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError:  # a share of low order gives the same "secret" to everybody
            raise bad_header() from None
        try:
            return _wrapping(shared, share, self.recipient.public).decrypt(_NONCE, body, None)
        except InvalidTag:
            return None


def _checked(stanza: Stanza) -> tuple[bytes, bytes]:
    if len(stanza.arguments) != 2 or len(stanza.body) != 32:
        raise bad_header()
    share = decode64(stanza.arguments[1])
    if len(share) != 32:
        raise bad_header()
    return share, stanza.body


def _wrapping(shared: bytes, share: bytes, public: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), 32, share + public, _X25519).derive(shared))


def _bad_key() -> Refused:
    return Refused("age-key", "age の鍵として読めません。", do="鍵を受け取り直してください。")

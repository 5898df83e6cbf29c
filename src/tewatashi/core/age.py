"""age v1 files (C2SP age v1.1.0), sealed and opened as streams in flat memory. https://c2sp.org/age

Rules
  - nothing is given out before it is authenticated; but a file can prove cut or changed only further on, so whoever
    opens one drops all he was given when the stream ends in a Refused
  - the last chunk says that it is the last: a file that is cut, or has bytes after its end, is refused
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tewatashi.core.age_header import bad_header, header_length, parse_header, write_covered, write_mac
from tewatashi.core.age_keys import Identity, Passphrase, Rand, Recipient
from tewatashi.core.refused import Refused

__all__ = ["CHUNK", "Identity", "Passphrase", "Rand", "Recipient", "decrypt", "encrypt"]

CHUNK: Final = 1 << 16
_TAG: Final = 16
_NONCE: Final = 16
_MORE: Final = b"\x00"
_LAST: Final = b"\x01"


def encrypt(chunks: Iterable[bytes], to: Passphrase | Recipient, rand: Rand) -> Iterator[bytes]:
    """The age file of the bytes in `chunks` (of any sizes), 64 KiB at a time.

    The chunks are read without a copy: they must be `bytes`, not a buffer that is filled again.
    """
    file_key, nonce = rand(16), rand(_NONCE)
    covered = write_covered([to.wrap(file_key, rand)])
    yield covered + write_mac(_mac(file_key, covered)) + nonce
    cipher = ChaCha20Poly1305(_derive(file_key, nonce, b"payload"))
    for index, (block, last) in enumerate(_blocks(chunks, CHUNK)):
        yield cipher.encrypt(_chunk_nonce(index, _LAST if last else _MORE), block, None)


def decrypt(chunks: Iterable[bytes], by: Passphrase | Identity) -> Iterator[bytes]:
    """The bytes inside an age file, 64 KiB at a time, each chunk authenticated before it is given out.

    Refused, on the first step or later: `age-header`, `age-work-factor`, `age-no-password`, `age-password`,
    `age-no-match`, `age-mac`, `age-payload`, `age-cut`, `age-appended`.
    """
    source = iter(chunks)
    head, rest = _split(source, header_length)
    header = parse_header(head)
    file_key = by.unwrap(header)
    if not hmac.compare_digest(_mac(file_key, header.covered), header.mac):
        raise Refused(
            "age-mac", "暗号化ファイルの先頭部が書き換えられています。", do="受け取らず、送り手に確かめてください。"
        )
    nonce, rest = _split(chain([rest], source), lambda data: _NONCE if len(data) >= _NONCE else None)
    if len(nonce) != _NONCE:
        raise bad_header("暗号化ファイルが先頭部で切れています。")
    cipher = ChaCha20Poly1305(_derive(file_key, nonce, b"payload"))
    for index, (block, last) in enumerate(_blocks(chain([rest], source), CHUNK + _TAG)):
        plain = _open_chunk(cipher, index, block, last)
        if plain:
            yield plain


def _open_chunk(cipher: ChaCha20Poly1305, index: int, block: bytes | memoryview, last: bool) -> bytes:
    plain = _try_chunk(cipher, index, block, _LAST if last else _MORE)
    if plain is None:
        raise _why_not(cipher, index, block, last)
    # An empty last chunk behind a full one would be a second spelling of the same file.
    if not plain and index > 0:
        raise _bad_payload()
    return plain


def _try_chunk(cipher: ChaCha20Poly1305, index: int, block: bytes | memoryview, flag: bytes) -> bytes | None:
    try:
        return cipher.decrypt(_chunk_nonce(index, flag), block, None)
    except InvalidTag:
        return None


def _why_not(cipher: ChaCha20Poly1305, index: int, block: bytes | memoryview, last: bool) -> Refused:
    """A true chunk that only lacks, or only has, the mark of the last one tells a cut file from a changed one."""
    if last and (not block or _try_chunk(cipher, index, block, _MORE) is not None):
        return Refused("age-cut", "暗号化ファイルが途中で切れています。", do="ファイルを受け取り直してください。")
    if not last and _try_chunk(cipher, index, block, _LAST) is not None:
        return Refused(
            "age-appended",
            "暗号化ファイルの後ろに余分なデータがあります。",
            do="受け取らず、送り手に確かめてください。",
        )
    return _bad_payload()


def _bad_payload() -> Refused:
    return Refused(
        "age-payload", "暗号化ファイルが壊れているか、書き換えられています。", do="ファイルを受け取り直してください。"
    )


def _split(source: Iterable[bytes], length_of: Callable[[bytes], int | None]) -> tuple[bytes, bytes]:
    """The first bytes as long as `length_of` says, and what was read beyond them. All of it when the source ends."""
    data = b""
    for chunk in source:
        data = data + chunk if data else chunk
        length = length_of(data)
        if length is not None:
            return data[:length], data[length:]
    return data, b""


def _blocks(chunks: Iterable[bytes], size: int) -> Iterator[tuple[bytes | memoryview, bool]]:
    """The bytes in blocks of `size`, and whether a block is the last, which may be shorter or (if all is) empty."""
    parts: list[memoryview] = []
    have = 0
    for chunk in chunks:
        view = memoryview(chunk)
        while have + len(view) > size:
            if have < size:
                parts.append(view[: size - have])
                view = view[size - have :]
            yield (parts[0] if len(parts) == 1 else b"".join(parts)), False
            parts, have = [], 0
        if view:
            parts.append(view)
            have += len(view)
    yield b"".join(parts), True


def _chunk_nonce(index: int, flag: bytes) -> bytes:
    return index.to_bytes(11, "big") + flag


def _derive(file_key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(file_key)


def _mac(file_key: bytes, covered: bytes) -> bytes:
    return hmac.digest(_derive(file_key, b"", b"header"), covered, "sha256")

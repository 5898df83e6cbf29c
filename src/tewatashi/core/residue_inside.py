"""Looking into containers wherever one begins, in a file or in a disk's free space: zip, gzip, zlib, bzip2, xz, PDF streams.

A container is recognised by its first bytes alone and fed with whatever follows them; what is no container after all ends
as damaged within a few bytes. Output comes in pieces of at most `PIECE` bytes, however much a bomb holds.
"""

from __future__ import annotations

import base64
import bz2
import lzma
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final, Protocol

PIECE: Final = 1 << 20
_MOST_MEMORY: Final = 1 << 28
DAMAGED: Final = "壊れているか、途中までしかない圧縮データです"


class Inside(Protocol):
    """A container being read. ended  no more input is wanted;  wrong  why it could not be read, or nothing."""

    ended: bool
    wrong: str

    def feed(self, data: memoryview) -> Iterator[bytes]:
        """What comes out for these bytes."""
        ...


class Inflated:
    """A deflate stream: bits as `zlib.decompressobj` takes them (15 zlib, 31 gzip, -15 raw)."""

    def __init__(self, bits: int) -> None:
        self._stream = zlib.decompressobj(bits)
        self.ended, self.wrong = False, ""

    def feed(self, data: memoryview) -> Iterator[bytes]:
        rest: memoryview | bytes = data
        try:
            while True:
                out = self._stream.decompress(rest, PIECE)
                if out:
                    yield out
                rest = self._stream.unconsumed_tail
                if self._stream.eof or (not rest and len(out) < PIECE):
                    break
        except zlib.error:
            self.ended, self.wrong = True, DAMAGED
        self.ended = self.ended or self._stream.eof


class Unpacked:
    """A bzip2 or xz stream."""

    def __init__(self, stream: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._stream = stream
        self.ended, self.wrong = False, ""

    @classmethod
    def bzip2(cls) -> Unpacked:
        return cls(bz2.BZ2Decompressor())

    @classmethod
    def xz(cls) -> Unpacked:
        return cls(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY))

    def feed(self, data: memoryview) -> Iterator[bytes]:
        rest: memoryview | bytes = data
        try:
            while not self._stream.eof:
                out = self._stream.decompress(rest, PIECE)
                if out:
                    yield out
                rest = b""
                if self._stream.needs_input:
                    break
        except (OSError, lzma.LZMAError, EOFError):
            self.ended, self.wrong = True, DAMAGED
        self.ended = self.ended or self._stream.eof


class ZipMember:
    """A member of a zip archive from its local header on. A stored one has nothing to unpack: it is read where it lies."""

    _HEADER: Final = struct.Struct("<4sHHHHHIIIHH")

    def __init__(self) -> None:
        self._head = b""
        self._member: Inside | None = None
        self.ended, self.wrong = False, ""

    def feed(self, data: memoryview) -> Iterator[bytes]:
        if self._member is None:
            data = self._begin(data)
        if self._member is not None:
            yield from self._member.feed(data)
            self.ended, self.wrong = self._member.ended, self._member.wrong

    def _begin(self, data: memoryview) -> memoryview:
        """Read the header and choose what unpacks the member; returned is what follows the header."""
        self._head += bytes(data[: 1 << 17])
        if len(self._head) < self._HEADER.size:
            return data[:0]
        _, version, flags, method, *_, name, extra = self._HEADER.unpack_from(self._head)
        start = self._HEADER.size + name + extra
        if version & 0xFF > 63 or not 0 < name < 4096 or method > 99:
            self.ended = True  # four bytes that only look like a header
            return data[:0]
        if len(self._head) < start:
            return data[:0]
        rest = memoryview(self._head)[start:]
        joined = rest if len(data) <= 1 << 17 else memoryview(bytes(rest) + bytes(data[1 << 17 :]))
        self._choose(flags, method)
        return joined

    def _choose(self, flags: int, method: int) -> None:
        if flags & 1:
            self.ended, self.wrong = True, "パスワードつきの zip です"
        elif method == zlib.DEFLATED:
            self._member = Inflated(-15)
        elif method == 12:
            self._member = Unpacked.bzip2()
        elif method == 95:
            self._member = Unpacked.xz()
        else:
            self.ended, self.wrong = True, "" if method == 0 else f"圧縮方式 {method} の zip です"


class PdfStream:
    """A stream of a PDF from behind the word `stream`: Flate, ASCII85 or ASCIIHex; what these hold is looked into in turn."""

    _HEX: Final = re.compile(rb"[0-9A-Fa-f\s]{16,}>?")
    _ASCII85: Final = re.compile(rb"[!-uz\s]{16,}(~>)?")
    _LOOK: Final = 64

    def __init__(self) -> None:
        self._head = b""
        self._stream: Inside | None = None
        self.ended, self.wrong = False, ""

    def feed(self, data: memoryview) -> Iterator[bytes]:
        whole = data
        if self._stream is None:
            self._head += bytes(data[: self._LOOK])
            whole = memoryview(self._head + bytes(data[self._LOOK :]))
            self._stream = self._chosen(self._head.split(b"endstream")[0])
            if self._stream is None and len(self._head) < self._LOOK and b"endstream" not in self._head:
                return
        if self._stream is None:
            self.ended = True
            return
        yield from self._stream.feed(whole)
        self.ended, self.wrong = self._stream.ended, self._stream.wrong

    def _chosen(self, head: bytes) -> Inside | None:
        if len(head) > 1 and head[0] & 0x8F == 8 and (head[0] << 8 | head[1]) % 31 == 0:
            return Inflated(15)
        if len(self._head) < self._LOOK and b"endstream" not in self._head:
            return None
        if self._HEX.match(head):
            return _Text(b">")
        return _Text(b"~") if self._ASCII85.match(head) else None


class _Text:
    """Text that stands for bytes, until its end mark: two hexadecimal digits a byte, or five characters for four."""

    def __init__(self, mark: bytes) -> None:
        self._mark = mark
        self._left = b""
        self.ended, self.wrong = False, ""

    def feed(self, data: memoryview) -> Iterator[bytes]:
        text, found, _ = bytes(data).partition(self._mark)
        self.ended = bool(found)
        joined = self._left + b"".join(text.split())
        if self._mark == b"~":
            joined = joined.replace(b"z", b"!!!!!")
        keep = 0 if self.ended else len(joined) % (2 if self._mark == b">" else 5)
        joined, self._left = joined[: len(joined) - keep], joined[len(joined) - keep :]
        try:
            out = (
                base64.a85decode(joined)
                if self._mark == b"~"
                else bytes.fromhex((joined + b"0" * (len(joined) % 2)).decode())
            )
        except ValueError:
            self.ended = True
            return
        yield from (out[at : at + PIECE] for at in range(0, len(out), PIECE))

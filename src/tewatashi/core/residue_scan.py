"""Looking for piece ids in any bytes: files, whole disks with their free space, and what compressed data in them holds.

Memory stays flat whatever the size: bytes go through once, and every container that begins somewhere in them is unpacked
beside them as they pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from tewatashi.core.residue import Encoding, Finding, IdSet, Unread
from tewatashi.core.residue_inside import DAMAGED, Inflated, Inside, PdfStream, Unpacked, ZipMember

_LENGTH: Final = 20
_OVERLAP: Final = 2 * _LENGTH - 1  # the longest thing looked for is an id in UTF-16
_SECTOR: Final = 512
_REALLY_ONE: Final = 4096  # bytes that came out before anybody may say that a damaged container was one


@dataclass(frozen=True)
class Limits:
    """How far containers are followed: nesting, bytes unpacked from one file, and containers open at once."""

    depth: int = 8
    unpacked: int = 1 << 34
    open: int = 256


def scan(chunks: Iterable[bytes], ids: IdSet, path: str = "", limits: Limits = Limits()) -> Iterator[Finding | Unread]:
    """Every piece id of the set in the bytes that the chunks make, and every container in them that can't be read."""
    stream = _Stream(ids, path, _Budget(limits), "", None)
    for chunk in chunks:
        yield from stream.feed(chunk)
    yield from stream.close()


# ------------------------------------------------------------------------------------------------------ digits, fast


# A word is eight aligned bytes. Every run of 20 digits, or of 20 digits with a zero byte each, holds one of nothing else:
# bits that are fixed, what they are, and what may be added to a digit without changing them, unlike to a letter or sign.
_WORDS: Final = (
    (0xF0F0F0F0F0F0F0F0, 0x3030303030303030, 0x0606060606060606),
    (0xFFF0FFF0FFF0FFF0, 0x0030003000300030, 0x0006000600060006),
    (0xF0FFF0FFF0FFF0FF, 0x3000300030003000, 0x0600060006000600),
)


def _ids_in(buffer: bytes, ids: IdSet) -> Iterator[tuple[int, Encoding, bytes]]:
    words = np.frombuffer(buffer, "<u8", len(buffer) // 8)
    narrow, *wide = (_has_digits(words, *form) for form in _WORDS)
    if not (narrow or any(wide)):
        return
    data = np.frombuffer(buffer, np.uint8)
    digit = data - np.uint8(ord("0")) < 10
    if narrow:
        for at in _likely(data, _runs(digit, 1), 1, ids).tolist():
            if (piece := buffer[at : at + _LENGTH]) in ids.ids:
                yield at, "ascii", piece
    if any(wide):
        yield from _wide_ids(buffer, data, digit, ids)


def _wide_ids(
    buffer: bytes, data: NDArray[np.uint8], digit: NDArray[np.bool_], ids: IdSet
) -> Iterator[tuple[int, Encoding, bytes]]:
    zero = data == 0
    little, big = _runs(digit[:-1] & zero[1:], 2), _runs(zero[:-1] & digit[1:], 2)
    # The zero byte beside a run makes it readable both ways; text nearly always lies at even offsets.
    little_only = little[(little % 2 == 0) | ~_among(big, data.size)[little - 1]]
    big_only = big[(big % 2 == 0) | ~_among(little, data.size)[big + 1]]
    for encoding, starts, first in (("utf-16-le", little_only, 0), ("utf-16-be", big_only, 1)):
        for at in (_likely(data, starts + first, 2, ids) - first).tolist():
            if (piece := buffer[at + first : at + 2 * _LENGTH : 2]) in ids.ids:
                yield at, cast("Encoding", encoding), piece


def _has_digits(words: NDArray[np.uint64], fixed: int, wanted: int, carry: int) -> bool:
    """Whether any word is digits from end to end: a quick no for most of a disk."""
    mask, value = np.uint64(fixed), np.uint64(wanted)
    found = words[(words & mask) == value]
    return bool(np.any(((found + np.uint64(carry)) & mask) == value))


def _runs(digit: NDArray[np.bool_], step: int) -> NDArray[np.intp]:
    """Where 20 digits in a row begin, each `step` bytes from the next."""
    two = digit[:-step] & digit[step:]
    four = two[: -2 * step] & two[2 * step :]
    eight = four[: -4 * step] & four[4 * step :]
    sixteen = eight[: -8 * step] & eight[8 * step :]
    return np.flatnonzero(sixteen[: -4 * step] & four[16 * step :])


def _among(places: NDArray[np.intp], size: int) -> NDArray[np.bool_]:
    """Whether each place is one of these; the last stands for the place before the first."""
    among = np.zeros(size + 1, np.bool_)
    among[places] = True
    return among


# Looking one start up costs as much as ordering some sixteen bytes by their leading digits.
_MANY: Final = 16
_SLOTS: Final = 1 << 22


def _likely(data: NDArray[np.uint8], starts: NDArray[np.intp], step: int, ids: IdSet) -> NDArray[np.intp]:
    """Of the first digits of runs those at which an id may begin: in unbroken digits a run begins at every one."""
    if starts.size * _MANY < data.size:
        return starts
    return starts[_slots(ids)[_leading(data, step)[starts] % _SLOTS]]


@lru_cache(maxsize=1)
def _slots(ids: IdSet) -> NDArray[np.bool_]:
    """Whether any id's leading eight digits leave this remainder; 4 MiB."""
    slots = np.zeros(_SLOTS, np.bool_)
    slots[np.array([int(piece[:8]) for piece in ids.ids]) % _SLOTS] = True
    return slots


def _leading(data: NDArray[np.uint8], step: int) -> NDArray[np.uint32]:
    """The number that eight digits make from each place on, each `step` bytes from the next; any where they are none."""
    one = data.astype(np.uint32) - np.uint32(ord("0"))
    two = one[:-step] * np.uint32(10) + one[step:]
    four = two[: -2 * step] * np.uint32(100) + two[2 * step :]
    return four[: -4 * step] * np.uint32(10_000) + four[4 * step :]


# ------------------------------------------------------------------------------------------------------- containers

_BEGINNINGS: Final = re.compile(
    rb"PK\x03\x04|\x1f\x8b\x08|BZh[1-9]1AY&SY|\xfd7zXZ\0|\x78[\x01\x5e\x9c\xda]|stream\r?\n"
    rb"|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|/Encrypt\s+\d+\s+\d+\s+R"
)  # fmt: skip
# Longest beginning, with room for the white space and the numbers of /Encrypt.
_LONGEST: Final = 40
_OPEN: Final[dict[int, tuple[str, Callable[[], Inside]]]] = {
    ord("P"): ("zip", ZipMember),
    0x1F: ("gzip", lambda: Inflated(31)),
    ord("B"): ("bzip2", Unpacked.bzip2),
    0xFD: ("xz", Unpacked.xz),
    0x78: ("zlib", lambda: Inflated(15)),
    ord("s"): ("pdf", PdfStream),
}
_CLOSED: Final = {
    ord("7"): "7z の書庫です",
    ord("R"): "rar の書庫です",
    0x28: "zstd の圧縮データです",
    0x04: "lz4 の圧縮データです",
    ord("/"): "暗号化された PDF です",
}


@dataclass
class _Budget:
    """What is left of the limits for one file, shared by everything inside it."""

    limits: Limits
    unpacked: int = 0
    open: int = 0


@dataclass
class _Child:
    """A container being unpacked. sure  it must be one: the file itself begins with it"""

    inside: Inside
    stream: _Stream
    sure: bool
    out: int = 0


@dataclass
class _Stream:
    """Bytes passing by: the file's own, or what comes out of a container in it.

    outermost  offset in the file of the outermost container, None for the file's own bytes
    """

    ids: IdSet
    path: str
    budget: _Budget
    inside: str
    outermost: int | None
    _tail: bytes = b""
    _base: int = 0  # offset of the tail
    _children: list[_Child] = field(default_factory=list)
    _pdf_at: int = -1  # where a PDF's stream began: its zlib header is no second container

    def feed(self, chunk: bytes) -> Iterator[Finding | Unread]:
        """Look at the next bytes; a thing at the border of two chunks is found once."""
        for child in list(self._children):
            yield from self._continue(child, memoryview(chunk))
        buffer, known = self._tail + chunk, len(self._tail)
        for at, encoding, piece in _ids_in(buffer, self.ids):
            length = _LENGTH if encoding == "ascii" else 2 * _LENGTH
            if at + length > known:
                yield Finding(self.path, self._where(at), self.inside, encoding, piece.decode())
        for match in _BEGINNINGS.finditer(buffer):
            if match.end() > known:
                yield from self._begin(buffer, match)
        keep = max(_OVERLAP, _LONGEST)
        self._base += max(0, len(buffer) - keep)
        self._tail = buffer[-keep:]

    def close(self) -> Iterator[Finding | Unread]:
        """Say what was still open when the bytes ended."""
        for child in self._children:
            yield from child.stream.close()
            if child.sure or child.out >= _REALLY_ONE:
                yield self._unread(child.stream, "圧縮データが途中で終わっています")
        self.budget.open -= len(self._children)
        self._children.clear()

    def _where(self, at: int) -> int:
        return self._base + at if self.outermost is None else self.outermost

    def _unread(self, stream: _Stream, reason: str) -> Unread:
        return Unread(self.path, stream.outermost or 0, stream.inside, reason)

    def _begin(self, buffer: bytes, match: re.Match[bytes]) -> Iterator[Finding | Unread]:
        first, at, offset = buffer[match.start()], match.start(), self._base + match.start()
        if first in _CLOSED:
            # Four bytes alone stand in random data somewhere; a file on a disk begins at a sector.
            if len(match[0]) > 4 or offset % _SECTOR == 0:
                yield Unread(self.path, self._where(at), self.inside, _CLOSED[first])
            return
        if first == 0x78 and offset == self._pdf_at:
            return
        if first == ord("s"):
            if buffer[max(0, at - 3) : at] == b"end":
                return
            at = match.end()
            self._pdf_at = self._base + at
        name, opened = _OPEN[first]
        label = f"{self.inside}/{name}" if self.inside else name
        stream = _Stream(self.ids, self.path, self.budget, label, self._where(match.start()))
        if label.count("/") >= self.budget.limits.depth or self.budget.open >= self.budget.limits.open:
            yield self._unread(stream, "圧縮データの重なりが深すぎるか、多すぎます")
            return
        child = _Child(opened(), stream, sure=offset == 0 and self.outermost is None and name != "zlib")
        self._children.append(child)
        self.budget.open += 1
        yield from self._continue(child, memoryview(buffer)[at:])

    def _continue(self, child: _Child, data: memoryview) -> Iterator[Finding | Unread]:
        for out in child.inside.feed(data):
            child.out += len(out)
            self.budget.unpacked += len(out)
            if self.budget.unpacked > self.budget.limits.unpacked:
                child.inside.ended, child.inside.wrong = True, "展開すると大きすぎる圧縮データです"
                break
            yield from child.stream.feed(out)
        if child.inside.ended:
            yield from self._end(child)

    def _end(self, child: _Child) -> Iterator[Finding | Unread]:
        self._children.remove(child)
        self.budget.open -= 1
        yield from child.stream.close()
        # Two or three bytes begin a container by chance somewhere on every disk; those fail at once and are none.
        by_chance = child.inside.wrong == DAMAGED and child.out < _REALLY_ONE and not child.sure
        if child.inside.wrong and not by_chance:
            yield self._unread(child.stream, child.inside.wrong)

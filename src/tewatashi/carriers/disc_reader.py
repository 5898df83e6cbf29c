"""Reading a disc: its image as it comes, a drive, the folder that an operating system shows, or its files one by one.

Any bytes give what lies on a disc or a Refused. The parcel's last bytes are given only when all that follows them is in
order, so who keeps a file only when it ends without a refusal keeps nothing of a disc that was cut or changed.
Whether the cover is signed and the parcel is the cover's, its reader asks (core.cover, disc.checked).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from tewatashi.carriers.disc import MOST_LETTERS, checked, file_names, number_in, refuse_bad_number
from tewatashi.carriers.iso9660 import HEAD, SECTOR, Entry, read_volume
from tewatashi.core.cover import claimed_cover
from tewatashi.core.refused import Refused

_MOST_TEXT: Final = 64 << 10  # bytes of the text for people, or of the cover
_CHUNK: Final = 1 << 20
_PARCEL: Final = re.compile(r"([0-9a-f]{32})\.age")


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Stream:
    """Bytes that come in chunks, to be read by size."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._held = iter(chunks), b""

    def read(self, size: int, /) -> bytes:
        """Some bytes, at most `size`; none at the end."""
        while not self._held:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._held = chunk
        given, self._held = self._held[:size], self._held[size:]
        return given


@dataclass(frozen=True)
class Image:
    """A whole image that was read to its end. length in bytes; sha256 in hex."""

    length: int
    sha256: str


@dataclass(frozen=True)
class _Files:
    parcel: str
    size: int
    note: bytes
    letters: bytes
    chunks: Iterator[bytes]


class Disc:
    """What lies on a disc; `read` gives the parcel, once.

    number  of the medium;  made  when, None of a mounted folder;  parcel  its id;  size  bytes of the parcel
    note  the cover as it was signed, not yet checked;  letters  perhaps none
    """

    def __init__(self, number: str, made: datetime | None, files: _Files, source: _Source | None) -> None:
        self.number, self.made = number, made
        self.parcel, self.size, self.note, self.letters = files.parcel, files.size, files.note, files.letters
        self._source = source
        self._stream = Stream(files.chunks)

    def read(self, size: int, /) -> bytes:
        """Some of the parcel's bytes, at most `size`. Refused `disc-...` when the disc is cut, changed or unreadable."""
        return self._stream.read(size)

    def chunks(self) -> Iterator[bytes]:
        """The parcel's bytes that were not yet read."""
        while chunk := self.read(_CHUNK):
            yield chunk

    def expect(self, sha256: str) -> None:
        """Give the parcel's last bytes only if the whole image is this one, else Refused `disc-other`; not of a folder."""
        if self._source is not None:
            self._source.expected = sha256

    @property
    def image(self) -> Image | None:
        """The image as far as it was read: whole once the parcel was; None of a mounted folder."""
        return Image(self._source.length, self._source.digest.hexdigest()) if self._source else None


@contextmanager
def open_disc(path: Path) -> Iterator[Disc]:
    """The disc in a drive (`/dev/sr0`), in an image file, or mounted as a folder. Refused as `read_disc`."""
    try:
        folder = path.is_dir()
        file = None if folder else path.open("rb", buffering=0)
    except OSError as error:
        raise _unreadable(error) from None
    if file is None:
        with _mounted(path) as disc:
            yield disc
    else:
        with file:
            yield read_disc(file)


def read_disc(source: Readable) -> Disc:
    """The disc whose image this is, to be read now; bytes after its end are not asked for.

    Refused `disc-foreign`, `disc-cut`, `disc-changed` or `disc-unreadable`, here or while the parcel is read.
    """
    image = _Source(source)
    volume = read_volume(image.take(HEAD))
    *before, last = [(entry.short, entry.name) for entry in volume.entries] or [("", "")]
    found = _PARCEL.fullmatch(last[1])
    if found is None or [*before, last] != file_names(found[1], letters=len(before) == 3):
        raise _foreign()
    readme, note, *letters = [_small(image, entry) for entry in volume.entries[:-1]]
    _refuse_unnamed(readme, volume.label)
    size = volume.entries[-1].size
    chunks = _parcel(image, size, volume.length)
    return Disc(volume.label, volume.made, _Files(found[1], size, note, b"".join(letters), chunks), image)


def sent_files(number: str, note: bytes, chunks: Iterable[bytes]) -> Disc:
    """A disc whose files somebody sends one by one, from a PC that shows them. number: as typed from its label.

    Refused as `claimed_cover`; while the parcel is read, `parcel-size` or `parcel-digest`.
    """
    refuse_bad_number(number)
    cover = claimed_cover(note)
    return Disc(number, None, _Files(cover.parcel, cover.size, note, b"", checked(cover, chunks)), None)


class _Source:
    """The bytes as they are read."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.digest, self.length = hashlib.sha256(), 0
        self.expected: str | None = None

    def some(self, most: int) -> bytes:
        """Some bytes, at least one. Refused `disc-cut` at the end."""
        try:
            chunk = self._source.read(min(most, _CHUNK))
        except OSError as error:
            raise _unreadable(error) from None
        if not chunk:
            raise Refused("disc-cut", "媒体の内容が途中で切れています。", do=_ASK)
        self.digest.update(chunk)
        self.length += len(chunk)
        return chunk

    def take(self, size: int) -> bytes:
        """Just so many bytes."""
        parts = []
        while size:
            parts.append(self.some(size))
            size -= len(parts[-1])
        return b"".join(parts)

    def skip_zeros(self, size: int) -> None:
        while size:
            chunk = self.some(size)
            if chunk.count(0) != len(chunk):
                raise Refused("disc-changed", "媒体の余白に、あるはずのないデータがあります。", do=_ASK)
            size -= len(chunk)


def _small(image: _Source, entry: Entry) -> bytes:
    _refuse_large(entry.name, entry.size)
    data = image.take(entry.size)
    image.skip_zeros(-entry.size % SECTOR)
    return data


def _parcel(image: _Source, size: int, length: int) -> Iterator[bytes]:
    while size:
        chunk = image.some(size)
        size -= len(chunk)
        if not size:
            image.skip_zeros(length - image.length)
            _refuse_other(image)
        yield chunk


def _refuse_other(image: _Source) -> None:
    found = image.digest.hexdigest()
    if image.expected not in {None, found}:
        raise Refused(
            "disc-other", "送り手が記録した媒体の内容と違います。", found=found[:16], expected=(image.expected or "")[:16], do=_ASK,
            requirement="WARD-CD-5",
        )  # fmt: skip


def _refuse_unnamed(readme: bytes, number: str | None) -> str:
    """The number in the text, unless the disc bears another one."""
    named = number_in(readme)
    if named is None or number not in {None, named}:
        raise Refused(
            "disc-changed", "媒体の中に書かれた番号と、媒体の名前が違います。", found=named, expected=number, do=_ASK
        )
    refuse_bad_number(named)
    return named


# ----------------------------------------------------------------------------------------------- a mounted folder


@contextmanager
def _mounted(folder: Path) -> Iterator[Disc]:
    """The disc that an operating system shows as a folder: just these files, and none of them a link."""
    names = _names_in(folder)
    readme, note, *letters = [_whole(folder / name) for name in names[:-1]]
    number = _refuse_unnamed(readme, None)
    with _regular(folder / names[-1]) as (file, size):
        chunks = _parcel(_Source(file), size, size)
        yield Disc(number, None, _Files(Path(names[-1]).stem, size, note, b"".join(letters), chunks), None)


def _names_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            found = list(islice(entries, 5))
    except OSError as error:
        raise _unreadable(error) from None
    there = {entry.name for entry in found}
    parcel = next((match[1] for name in sorted(there) if (match := _PARCEL.fullmatch(name))), "")
    names = [name for _, name in file_names(parcel, letters=f"{parcel}.letters" in there)]
    if there != set(names) or not all(entry.is_file(follow_symlinks=False) for entry in found):
        raise _foreign()
    return names


def _whole(path: Path) -> bytes:
    with _regular(path) as (file, size):
        _refuse_large(path.name, size)
        return _Source(file).take(size)


@contextmanager
def _regular(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The file and its size. A name that became a link or a pipe since it was looked at is neither followed nor awaited."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _unreadable(error) from None
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise _foreign()
        yield file, found.st_size


# ------------------------------------------------------------------------------------------------------ refusals

_ASK: Final = "この媒体を使わずに保管し、送り手に確かめてください。"


def _refuse_large(name: str, size: int) -> None:
    if size > (MOST_LETTERS if name.endswith(".letters") else _MOST_TEXT):
        raise _foreign()


def _foreign() -> Refused:
    return Refused("disc-foreign", "送付データの媒体ではないか、余分なファイルがあります。", do=_ASK)


def _unreadable(error: OSError) -> Refused:
    return Refused(
        "disc-unreadable", "媒体を読めません。", found=error.strerror,
        do="汚れや傷を確かめ、別の装置でも読めないときは、送り手に作り直しを求めてください。",
    )  # fmt: skip

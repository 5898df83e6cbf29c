"""The files of parcels and of reports: ciphertext under names made here, private, flat, durable before anybody is told.

    data/parcels/<32 hex digits>.age
    data/reports/<32 hex digits>.age

R2: opened through a descriptor of the folder, never by a path that anybody sent; never through a symbolic link.
A growing file has one writer. A line that was cut without a word leaves a writer that waits for ever: once it has been
still for `STILL` seconds the next one takes its place, and what it may still read is never written.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import os
import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from django.conf import settings

from tewatashi.sitekit.rights import FILE_RIGHTS, make_private_folder

PARCELS: Final = "parcels"
REPORTS: Final = "reports"
_ID: Final = re.compile(r"[0-9a-f]{32}")
STILL: Final = 60.0  # seconds
_CHUNK: Final = 1 << 20
_FLAGS: Final = os.O_NOFOLLOW | os.O_CLOEXEC


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Incoming:
    """A parcel's file while it grows. offset: bytes that are in it; the digest runs along where it can."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name, self._file = name, file
        self.offset = file.seek(0, os.SEEK_END)
        self._digest = hashlib.sha256() if self.offset == 0 else None
        self._stirred = time.monotonic()
        self._pushed_out = False
        self._pen = threading.Lock()

    def append_from(self, source: Readable, size: int) -> bool:
        """Append what the source gives, up to `size` bytes in all, and make it durable, also when the source breaks off.

        Returned: whether this still is the file's writer.
        """
        try:
            while self.offset < size and (chunk := source.read(min(_CHUNK, size - self.offset))):
                with self._pen:
                    if self._pushed_out:
                        return False
                    self._append(chunk)
        finally:
            os.fsync(self._file.fileno())
            self._stirred = math.inf  # from here on the work is ours, however long it takes
        return not self._pushed_out

    def _append(self, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            rest = rest[self._file.write(rest) :]
        if self._digest is not None:
            self._digest.update(chunk)
        self.offset += len(chunk)
        self._stirred = time.monotonic()

    def push_out(self) -> bool:
        """Take the file from a writer that has been still for too long; False if it has not."""
        with self._pen:
            self._pushed_out = self._pushed_out or time.monotonic() - self._stirred > STILL
            if self._pushed_out:
                fcntl.flock(self._file.fileno(), fcntl.LOCK_UN)
            return self._pushed_out

    def head(self, size: int) -> bytes:
        """The first bytes."""
        return os.pread(self._file.fileno(), size, 0)

    def digest(self) -> str:
        """SHA-256 in hex of all that is there."""
        if self._digest is None:
            self._file.seek(0)
            self._digest = hashlib.file_digest(self._file, "sha256")  # type: ignore[arg-type]  # a FileIO
        return self._digest.hexdigest()

    def erase(self) -> None:
        """Remove the file."""
        erase(self._name)


@contextmanager
def writing(name: str) -> Iterator[Incoming | None]:
    """The file to append to, made if it isn't there; None while another request is writing it."""
    descriptor = os.open(_file(name), os.O_RDWR | os.O_CREAT | _FLAGS, FILE_RIGHTS, dir_fd=_folder())
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        if not _locked(name, descriptor):
            yield None
            return
        os.fsync(_folder())  # the name as durable as the bytes
        incoming = _writers[name] = Incoming(name, file)
        try:
            yield incoming
        finally:
            if _writers.get(name) is incoming:
                del _writers[name]


_writers: dict[str, Incoming] = {}


def _locked(name: str, descriptor: int) -> bool:
    """Whether the file is ours alone, and still the one of this name: it may have been erased before we locked it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = _writers.get(name)
        return other is not None and other.push_out() and _locked(name, descriptor)
    with suppress(FileNotFoundError):
        here = os.stat(_file(name), dir_fd=_folder(), follow_symlinks=False)
        return os.path.samestat(here, os.fstat(descriptor))
    return False


@contextmanager
def reading(name: str, shelf: str = PARCELS) -> Iterator[BinaryIO]:
    """The whole file, to read."""
    with os.fdopen(os.open(_file(name), os.O_RDONLY | _FLAGS, dir_fd=_folder(shelf)), "rb") as file:
        yield file


def keep(name: str, chunks: Iterable[bytes], shelf: str = PARCELS) -> tuple[str, int]:
    """Write a new file; SHA-256 in hex and size. If the chunks end in an error nothing is left."""
    digest, size = hashlib.sha256(), 0
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS
    descriptor = os.open(_file(name), flags, FILE_RIGHTS, dir_fd=_folder(shelf))
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += file.write(chunk)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        erase(name, shelf)
        raise
    os.fsync(_folder(shelf))
    return digest.hexdigest(), size


def length(name: str) -> int:
    """Bytes in the file; 0 if there is none."""
    try:
        return os.stat(_file(name), dir_fd=_folder(), follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0


def erase(name: str, shelf: str = PARCELS) -> None:
    """Remove the file, if it is there."""
    with suppress(FileNotFoundError):
        os.unlink(_file(name), dir_fd=_folder(shelf))
    os.fsync(_folder(shelf))


def names(shelf: str = PARCELS) -> list[str]:
    """All that have a file here."""
    return [name.removesuffix(".age") for name in os.listdir(_folder(shelf)) if name.endswith(".age")]


_folders: dict[Path, int] = {}


def _folder(shelf: str = PARCELS) -> int:
    path: Path = settings.SITE.data_dir / shelf
    if path not in _folders:
        _folders[path] = os.open(make_private_folder(path), os.O_RDONLY | os.O_DIRECTORY | _FLAGS)
    return _folders[path]


def _file(name: str) -> str:
    if not _ID.fullmatch(name):
        raise ValueError("a file's name is 32 hex digits, made here")
    return f"{name}.age"

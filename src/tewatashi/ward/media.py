"""Images of discs: a job's sealed parcel with its cover and letters, made into the site's own folder to be burnt.

    data/media/<number of the medium>.iso    ciphertext, mode 0600

Rules
  WARD-CD-5   every medium has a number that no other had; what is put on it is a sealed parcel, whole
  WARD-SYS-2  an image that isn't written down is on no disk: one that a crash left, the sweep removes
R2: a file's name is a number of the one form that numbers have; it is never opened through a link.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings
from django.db import Error as DatabaseFailure

from tewatashi.carriers.disc import Label, fits_on, refuse_bad_number, write_disc
from tewatashi.core.cover import read_cover
from tewatashi.core.refused import Refused
from tewatashi.documents.medium_text import Owner, read_me_first
from tewatashi.sitekit import acting, clock, store
from tewatashi.sitekit.keys import note_key
from tewatashi.sitekit.rights import FILE_RIGHTS, make_private_folder

_CHUNK: Final = 1 << 20
_FLAGS: Final = os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Image:
    """A disc's image. medium: its number;  length in bytes;  sha256 in hex;  kind: what it fits on, CD-R or DVD-R."""

    medium: str
    length: int
    sha256: str
    kind: str


def make(number: str, medium: str, owner: Owner, record: Callable[[Image], None], letters: bytes = b"") -> Image:
    """Make the image of the job's parcel, and have it recorded; nothing of it is left if that is refused.

    number  of the job;  owner  whose the medium is, for its finder;  record  writes down that it is there, told the image
    Refused `parcel-none`, `medium-exists`, or as `write_disc` and `record` refuse.
    """
    with _locked(fcntl.LOCK_SH):
        image = _write(number, medium, owner, letters)
        try:
            record(image)
        except DatabaseFailure:
            # A line that broke at the commit does not say whether it is written down. If not, the sweep erases it.
            raise
        except BaseException:
            erase(medium)
            raise
    return image


def _write(number: str, medium: str, owner: Owner, letters: bytes) -> Image:
    job = acting.known_job(number)
    if job.cover is None or job.parcel is None or store.length(job.parcel) == 0:
        raise Refused("parcel-none", "媒体に入れる送付データがありません。", do="先に送付データを作成してください。")
    note = job.cover.encode()
    cover = read_cover(note, [note_key(settings.SITE).verify_key])
    made = clock.now()
    label = Label(medium, made, read_me_first(medium, made, owner, note, cover, letters=letters))
    with store.reading(job.parcel) as parcel:
        length, chunks = write_disc(label, note, cover, iter(lambda: parcel.read(_CHUNK), b""), letters)
        return Image(medium, length, _keep(medium, chunks), fits_on(length))


def _keep(medium: str, chunks: Iterable[bytes]) -> str:
    """Write a new image; its SHA-256 in hex. If the chunks end in an error nothing is left."""
    digest = hashlib.sha256()
    try:
        descriptor = os.open(_file(medium), os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, FILE_RIGHTS)
    except FileExistsError:
        raise Refused(
            "medium-exists", "この番号の媒体は、すでにあります。", found=medium, do="新しい番号を付けてください。",
            requirement="WARD-CD-5",
        ) from None  # fmt: skip
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        erase(medium)
        raise
    _sync()
    return digest.hexdigest()


@contextmanager
def reading(medium: str) -> Iterator[tuple[BinaryIO, int]]:
    """The image, to be given to whoever burns it, and its length. Refused `medium-gone` if there is none."""
    try:
        descriptor = os.open(_file(medium), os.O_RDONLY | _FLAGS)
    except FileNotFoundError:
        raise Refused(
            "medium-gone", "この媒体のイメージはありません。", found=medium, do="媒体を作り直してください。"
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        yield file, os.fstat(descriptor).st_size


def erase(medium: str) -> None:
    """Remove the image, if it is there: once the disc is burnt, the disc alone is left."""
    with suppress(FileNotFoundError):
        _file(medium).unlink()
    _sync()


def names() -> list[str]:
    """Numbers of all media that have an image here."""
    return sorted(file.stem for file in _folder().iterdir() if file.suffix == ".iso")


def sweep(known: Iterable[str]) -> None:
    """Erase images of media that are not written down (left by a killed `make`), while nobody is making one."""
    try:
        with _locked(fcntl.LOCK_EX | fcntl.LOCK_NB):
            for medium in set(names()) - set(known):
                erase(medium)
    except BlockingIOError:
        return


@contextmanager
def _locked(how: int) -> Iterator[None]:
    """The kernel lets go of it however the process ends."""
    folder = make_private_folder(settings.SITE.data_dir / "locks")
    descriptor = os.open(folder / "media", os.O_RDWR | os.O_CREAT | _FLAGS, FILE_RIGHTS)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def _folder() -> Path:
    return make_private_folder(settings.SITE.data_dir / "media")


def _file(medium: str) -> Path:
    refuse_bad_number(medium)
    return _folder() / f"{medium}.iso"


def _sync() -> None:
    descriptor = os.open(_folder(), os.O_RDONLY | os.O_DIRECTORY | _FLAGS)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

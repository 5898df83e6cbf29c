"""The vault (FAC-SYS-4): one private folder a job, in which everything opened lies encrypted.

    data/vault/<job>/records.age, print-plan.age, print-<copy>-<number>.age
    data/vault/<job>/print-<copy>-<number>.made.age     of what a print file was made, while the job is being composed
    data/keys/<job>.records.key, <job>.print.key        an age identity each

Rules
  FAC-SYS-4   looser rights than 0700 and 0600 stop whatever was to be done with it
  CL-11-12    what a key opened is gone when the key is: overwritten, then unlinked, then the files
Nothing is ever written here in the clear; a file is whole and durable under its name, or not there.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

from django.conf import settings

from tewatashi.core.age import Identity, decrypt, encrypt
from tewatashi.core.refused import Refused
from tewatashi.sitekit.rights import FILE_RIGHTS, make_private_folder, refuse_loose_file, write_private_file
from tewatashi.sitekit.startcheck import refuse_loose_tree

Kept = Literal["records", "print"]

_JOB: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_FILE: Final = re.compile(r"records\.age|print-plan\.age|print-[0-9]-[0-9]{1,6}(\.made)?\.age")
_CHUNK: Final = 1 << 18


@contextmanager
def held(job: str) -> Iterator[None]:
    """The job's vault, for one holder at a time and with the rights that it must have; made if it isn't there."""
    folder = _folder(job)
    refuse_loose_tree(folder)
    refuse_loose_tree(_keys())
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Refused(
            "vault-busy",
            "この案件の保管庫では、別の作業が行われています。",
            do="終わるのを待って、もう一度行ってください。",
        ) from None
    finally:
        os.close(descriptor)


def make_key(job: str, kept: Kept) -> None:
    """A new key for what will be kept; whatever an earlier one opened is gone."""
    destroy(job, kept)
    write_private_file(_key(job, kept), str(Identity.generate(secrets.token_bytes)).encode())
    _sync(_keys())


def keep_key(job: str, kept: Kept) -> None:
    """Go on with the key that is there, or make one."""
    if not _key(job, kept).exists():
        make_key(job, kept)


def write(job: str, kept: Kept, name: str, chunks: Iterable[bytes]) -> None:
    """Encrypt the chunks into the file, which replaces one of the same name. If they end in an error nothing is left."""
    recipient, folder = _identity(job, kept).recipient, _folder(job)
    part = folder / f"{_checked(name)}.part"
    part.unlink(missing_ok=True)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_RIGHTS)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(encrypt(chunks, recipient, secrets.token_bytes))
            file.flush()
            os.fsync(descriptor)
        part.rename(folder / name)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(folder)


def read(job: str, kept: Kept, name: str) -> Iterator[bytes]:
    """What is inside the file, as a stream."""
    identity = _identity(job, kept)
    descriptor = os.open(_folder(job) / _checked(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        yield from decrypt(iter(lambda: file.read(_CHUNK), b""), identity)


def holds(job: str, name: str) -> bool:
    """Whether the file is there."""
    return (_folder(job) / _checked(name)).is_file()


def names(job: str, kept: Kept) -> list[str]:
    """The files that are there, sorted."""
    return sorted(path.name for path in _folder(job).glob(f"{kept}*") if _FILE.fullmatch(path.name))


def drop(job: str, names: Iterable[str]) -> None:
    """Take files away; without its key none of them says anything, and the key stays."""
    folder = _folder(job)
    for name in names:
        (folder / _checked(name)).unlink(missing_ok=True)
    _sync(folder)


def touched(job: str, kept: Kept) -> float:
    """When something was last written under this key, in seconds since 1970; 0 if there is nothing."""
    paths = [_key(job, kept), *_folder(job).glob(f"{kept}*")]
    return max((path.stat().st_mtime for path in paths if path.exists()), default=0.0)


def jobs() -> list[str]:
    """All jobs that have a folder here."""
    top = make_private_folder(settings.SITE.data_dir / "vault")
    return [folder.name for folder in top.iterdir() if _JOB.fullmatch(folder.name)]


def has_any(job: str, kept: Kept) -> bool:
    """Whether there is a key, or a file or a part of one that it opens."""
    return _key(job, kept).exists() or any(_folder(job).glob(f"{kept}*"))


def destroy(job: str, kept: Kept) -> None:
    """Destroy the key, then the files that it opened. A crash in between leaves files that nobody can open."""
    _shred(_key(job, kept))
    folder = _folder(job)
    for path in folder.glob(f"{kept}*"):
        path.unlink()
    _sync(folder)


def _shred(key: Path) -> None:
    with suppress(FileNotFoundError):
        descriptor = os.open(key, os.O_WRONLY | os.O_NOFOLLOW)
        try:
            os.write(descriptor, secrets.token_bytes(os.fstat(descriptor).st_size))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        key.unlink()
        _sync(key.parent)


def _identity(job: str, kept: Kept) -> Identity:
    key = _key(job, kept)
    refuse_loose_file(key)
    return Identity.parse(key.read_text("ascii"))


def _folder(job: str) -> Path:
    if not _JOB.fullmatch(job):
        raise Refused(
            "job-number", "保管庫の名前にできない案件番号です。", found=job, do="区に案件番号を改めてもらってください。"
        )
    make_private_folder(settings.SITE.data_dir / "vault")
    return make_private_folder(settings.SITE.data_dir / "vault" / job)


def _keys() -> Path:
    return make_private_folder(settings.SITE.data_dir / "keys")


def _key(job: str, kept: Kept) -> Path:
    _folder(job)  # refuses a job whose number can't name a file
    return _keys() / f"{job}.{kept}.key"


def _checked(name: str) -> str:
    if not _FILE.fullmatch(name):
        raise ValueError("names in the vault are made here")
    return name


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

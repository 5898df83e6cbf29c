"""The index of a parcel: from a notice number to its piece id, at the ward alone, with no notice number to be read in it.

    data/index/<parcel>.key   32 random bytes
    data/index/<parcel>.ids   for each piece HMAC-SHA256(key, notice number)[:16], then the piece id as 9 bytes

It is written while the parcel is sealed and serves withdrawals and the residue scan; it ends with the job.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from django.conf import settings

from tewatashi.core.refused import Refused
from tewatashi.sitekit.rights import FILE_RIGHTS, make_private_folder, write_private_file

_MAC: Final = 16
_ID: Final = 9  # 20 decimal digits fit into 67 bits
_ROW: Final = np.dtype([("mac", np.void, _MAC), ("piece", np.void, _ID)])
_STEP: Final = 1 << 16  # rows read at a time


class Writer:
    """An index while it grows."""

    def __init__(self, key: bytes, file: BinaryIO) -> None:
        self._key, self._file = key, file

    def note(self, pieces: Sequence[str], numbers: Iterable[str]) -> None:
        """Add the pieces of a batch with their notice numbers, in the same order."""
        rows = (
            _mac(self._key, number) + int(piece).to_bytes(_ID, "big")
            for piece, number in zip(pieces, numbers, strict=True)
        )
        self._file.write(b"".join(rows))


@contextmanager
def writing(parcel: str) -> Iterator[Writer]:
    """The new index, durable at the end; nothing of it is left when the block ends in an error."""
    key = secrets.token_bytes(32)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        write_private_file(_path(parcel, "key"), key)
        with os.fdopen(os.open(_path(parcel, "ids"), flags, FILE_RIGHTS), "wb") as file:
            yield Writer(key, file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        erase(parcel)
        raise
    _sync()


def look_up(parcel: str, numbers: Sequence[str]) -> list[str | None]:
    """The piece id of each notice number, None for one that the parcel has not. Refused when the index is gone."""
    key = _key(parcel)
    wanted = {_mac(key, number): place for place, number in enumerate(numbers)}
    found: list[str | None] = [None] * len(numbers)
    heads = np.array([int.from_bytes(mac[:8], "little") for mac in wanted], dtype="<u8")
    for rows in _rows(parcel):
        macs = np.ascontiguousarray(rows["mac"]).view("<u8").reshape(-1, 2)
        for row in rows[np.isin(macs[:, 0], heads)]:
            place = wanted.get(row["mac"].tobytes())
            if place is not None:
                found[place] = _piece(row["piece"].tobytes())
    return found


def piece_ids(parcel: str) -> Iterator[list[str]]:
    """All piece ids of the parcel, in the order of the extract. Refused when the index is gone."""
    _key(parcel)  # now, and not only when somebody begins to read
    return ([_piece(piece.tobytes()) for piece in rows["piece"]] for rows in _rows(parcel))


@dataclass(frozen=True)
class Record:
    """A record of the extract. n: which, from 1; piece: its piece id."""

    n: int
    piece: str


def record_of_number(parcel: str, number: str) -> Record | None:
    """The record with this notice number, or None. Refused when the index is gone."""
    return _find(parcel, "mac", _mac(_key(parcel), number))


def record_of_piece(parcel: str, piece: str) -> Record | None:
    """The record that got this piece id, or None. Refused when the index is gone."""
    _key(parcel)
    return _find(parcel, "piece", int(piece).to_bytes(_ID, "big"))


def record_at(parcel: str, n: int) -> Record | None:
    """The nth record, from 1, or None. Refused when the index is gone."""
    _key(parcel)
    for start, rows in enumerate(_rows(parcel)):
        at = n - 1 - start * _STEP
        if 0 <= at < len(rows):
            return Record(n, _piece(rows["piece"][at].tobytes()))
    return None


def _find(parcel: str, field: str, value: bytes) -> Record | None:
    wanted = np.frombuffer(value, np.uint8)
    for start, rows in enumerate(_rows(parcel)):
        held = np.frombuffer(rows[field].tobytes(), np.uint8).reshape(-1, len(wanted))
        found = np.flatnonzero((held == wanted).all(axis=1))
        if len(found):
            at = int(found[0])
            return Record(start * _STEP + at + 1, _piece(rows["piece"][at].tobytes()))
    return None


def erase(parcel: str) -> None:
    """Remove the index, the key first: without it the rest says nothing."""
    for suffix in ("key", "ids"):
        with suppress(FileNotFoundError):
            _path(parcel, suffix).unlink()
    _sync()


def names() -> set[str]:
    """All parcels that have an index, or a part of one."""
    return {file.stem for file in _folder().iterdir() if file.suffix in (".key", ".ids")}


def _rows(parcel: str) -> Iterator[np.ndarray]:
    path = _path(parcel, "ids")
    if not path.stat().st_size:
        return
    rows = np.memmap(path, dtype=_ROW, mode="r")
    for start in range(0, len(rows), _STEP):
        yield np.asarray(rows[start : start + _STEP])


def _key(parcel: str) -> bytes:
    try:
        return _path(parcel, "key").read_bytes()
    except FileNotFoundError:
        raise Refused(
            "index-gone", "通し番号の対応表は、案件の終了か送付データの取消しで消去されています。", found=parcel[:8],
            do="終了していない案件で行ってください。",
        ) from None  # fmt: skip


def _mac(key: bytes, number: str) -> bytes:
    return hmac.digest(key, number.encode(), "sha256")[:_MAC]


def _piece(data: bytes) -> str:
    return f"{int.from_bytes(data, 'big'):020d}"


def _folder() -> Path:
    return make_private_folder(settings.SITE.data_dir / "index")


def _path(parcel: str, suffix: str) -> Path:
    return _folder() / f"{parcel}.{suffix}"


def _sync() -> None:
    descriptor = os.open(_folder(), os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The file system of a disc: ISO 9660 with Joliet, one folder, one way to lay it out. docs/spec/disc.md

    sector  0-15  zeros                       19-22  path tables, two in each order of bytes
           16-18  descriptors: ISO 9660,      23-24  the folder: ISO 9660, Joliet
                  Joliet, end                 25-    files one after another, then 150 sectors of zeros

A volume has no second spelling: its head is read by writing it anew and comparing every byte. So there is no room for a
file that one reader shows and another doesn't, for a second session or for hidden bytes, and nothing to parse deeply.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import accumulate
from typing import Final

from tewatashi.core.refused import Refused

SECTOR: Final = 2048
HEAD: Final = 25 * SECTOR  # bytes before the first file
LARGEST_FILE: Final = (1 << 32) - SECTOR  # bytes; one stretch, which every reader can read
_PAD: Final = 150  # sectors at the end, or a drive that reads ahead fails in the run-out of a CD-R
_TABLES: Final = (19, 20), (21, 22)
_FOLDERS: Final = 23, 24
_FOLDER, _FILE = 2, 0  # flags of a directory record
_UCS2: Final = b"%/E"  # level 3: names in UTF-16, big-endian


@dataclass(frozen=True)
class Entry:
    """A file. short: its name in ISO 9660, 8.3;  name: in Joliet, at most 64 characters;  size: bytes, from 1."""

    short: str
    name: str
    size: int

    def __post_init__(self) -> None:
        if not 0 < self.size <= LARGEST_FILE:
            raise ValueError("a file of 1 byte to 4 GiB")

    @property
    def sectors(self) -> int:
        return -(-self.size // SECTOR)


@dataclass(frozen=True)
class Volume:
    """What a disc holds. label: at most 16 characters;  made: to the second, offset in quarter hours;  entries: as they lie."""

    label: str
    made: datetime
    entries: tuple[Entry, ...]

    @property
    def length(self) -> int:
        """Bytes of the whole image."""
        return SECTOR * self._sectors

    @property
    def _sectors(self) -> int:
        return HEAD // SECTOR + sum(entry.sectors for entry in self.entries) + _PAD

    def head(self) -> bytes:
        """All that stands before the first file."""
        starts = accumulate((entry.sectors for entry in self.entries), initial=HEAD // SECTOR)
        placed = list(zip(starts, self.entries, strict=False))
        short = sorted((f"{entry.short};1".encode("ascii"), at, entry.size) for at, entry in placed)
        long = sorted((f"{entry.name};1".encode("utf-16-be"), at, entry.size) for at, entry in placed)
        end = b"\xffCD001\x01"
        sectors = [bytes(SECTOR)] * 16
        sectors += [self._descriptor(1, 0, "ascii"), self._descriptor(2, 1, "utf-16-be"), end]
        sectors += [_path_table(order, folder) for folder in _FOLDERS for order in "<>"]
        sectors += [self._folder(_FOLDERS[tree], files) for tree, files in enumerate((short, long))]
        return b"".join(sector.ljust(SECTOR, b"\0") for sector in sectors)

    def _descriptor(self, kind: int, tree: int, encoding: str) -> bytes:
        little, big = _TABLES[tree]

        def text(value: str, length: int) -> bytes:
            filled = value.ljust(length).encode(encoding)[:length]
            return filled + bytes(length - len(filled))

        return b"".join((
            bytes([kind]), b"CD001\x01\0", text("", 32), text(self.label, 32), bytes(8), _both(self._sectors),
            _UCS2.ljust(32, b"\0") if tree else bytes(32), _both16(1), _both16(1), _both16(SECTOR), _both(10),
            struct.pack("<II", little, 0), struct.pack(">II", big, 0),
            _record(b"\0", _FOLDERS[tree], SECTOR, _FOLDER, self.made), text(self.label, 128), text("", 128), text("", 128),
            text("TEWATASHI DISC V1", 128), text("", 37), text("", 37), text("", 37), _long_time(self.made),
            _long_time(self.made), _NO_TIME, _NO_TIME, b"\x01",
        ))  # fmt: skip

    def _folder(self, at: int, files: Sequence[tuple[bytes, int, int]]) -> bytes:
        itself, above = (_record(name, at, SECTOR, _FOLDER, self.made) for name in (b"\0", b"\1"))
        return itself + above + b"".join(_record(name, start, size, _FILE, self.made) for name, start, size in files)


def read_volume(head: bytes) -> Volume:
    """The volume of these first `HEAD` bytes. Refused `disc-foreign` for anything that is not, byte for byte, one of ours."""
    try:
        volume = _read(head)
        if len(head) == HEAD and volume.head() == head:
            return volume
    except (ValueError, LookupError, struct.error, OverflowError):
        pass
    raise Refused(
        "disc-foreign", "この仕組みで作られた媒体ではないか、内容が変えられています。",
        do="媒体を使わずに保管し、送り手に確かめてください。",
    )  # fmt: skip


def _read(head: bytes) -> Volume:
    descriptor = head[16 * SECTOR : 17 * SECTOR]
    shorts = dict(_read_folder(head[23 * SECTOR : 24 * SECTOR]))
    longs = dict(_read_folder(head[24 * SECTOR : 25 * SECTOR]))
    entries = tuple(
        Entry(_unversioned(name.decode("ascii")), _unversioned(longs[at][0].decode("utf-16-be")), size)
        for at, (name, size) in sorted(shorts.items())
    )
    return Volume(descriptor[40:72].decode("ascii").rstrip(), _read_time(descriptor[813:830]), entries)


def _read_folder(sector: bytes) -> list[tuple[int, tuple[bytes, int]]]:
    """Of each file its first sector, name and size."""
    found, at = [], 0
    while at < SECTOR and sector[at]:
        start, size = struct.unpack_from("<I4xI", sector, at + 2)
        if sector[at + 25] == _FILE:
            found.append((start, (sector[at + 33 : at + 33 + sector[at + 32]], size)))
        at += sector[at]
    return found


def _unversioned(name: str) -> str:
    return name.removesuffix(";1")


def _record(name: bytes, start: int, size: int, flags: int, made: datetime) -> bytes:
    """A directory record, padded to an even length."""
    body = b"".join((
        b"\0", _both(start), _both(size), _short_time(made), bytes([flags]), b"\0\0", _both16(1), bytes([len(name)]),
        name, b"" if len(name) % 2 else b"\0",
    ))  # fmt: skip
    return bytes([len(body) + 1]) + body


def _path_table(order: str, folder: int) -> bytes:
    return struct.pack(f"{order}BBIHBB", 1, 0, folder, 1, 0, 0)


def _both(value: int) -> bytes:
    return struct.pack("<I", value) + struct.pack(">I", value)


def _both16(value: int) -> bytes:
    return struct.pack("<H", value) + struct.pack(">H", value)


_NO_TIME: Final = b"0" * 16 + b"\0"


def _quarters(made: datetime) -> int:
    offset = made.utcoffset()
    if offset is None:
        raise ValueError("a time with its offset")
    return offset // timedelta(minutes=15)


def _long_time(made: datetime) -> bytes:
    return made.strftime("%Y%m%d%H%M%S00").encode("ascii") + struct.pack("b", _quarters(made))


def _short_time(made: datetime) -> bytes:
    fields = (made.year - 1900, made.month, made.day, made.hour, made.minute, made.second)
    return bytes(fields) + struct.pack("b", _quarters(made))


def _read_time(field: bytes) -> datetime:
    (quarters,) = struct.unpack_from("b", field, 16)
    zone = timezone(timedelta(minutes=15 * quarters))
    return datetime.strptime(field[:14].decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=zone)

"""The carrier disc: a parcel with its cover, the letters that go with it, and a text for whoever finds it. No rules.

    はじめにお読みください.txt    what this is and whose, for people
    <id>.cover               the cover of the parcel
    <id>.letters             letters, if any go with it
    <id>.age                 the parcel

A disc is written, and read (disc_reader), once from front to back in flat memory: all that is small comes first, the
parcel last. docs/spec/disc.md
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from tewatashi.carriers.iso9660 import HEAD, LARGEST_FILE, SECTOR, Entry, Volume
from tewatashi.core.cover import Cover
from tewatashi.core.refused import Refused

README: Final = "はじめにお読みください.txt"
MOST_LETTERS: Final = 16 << 20  # bytes
CAPACITY: Final = {"CD-R": 360_000 * SECTOR, "DVD-R": 2_295_104 * SECTOR}  # bytes; 80 minutes, and one layer
_JAPAN: Final = timezone(timedelta(hours=9))
_NUMBER: Final = re.compile(r"[A-Z0-9]+-[0-9]+-[A-Z][0-9]{1,3}")
_NUMBER_LINE: Final = re.compile(r"^媒体の番号　(\S+)\r$", re.MULTILINE)


@dataclass(frozen=True)
class Label:
    """What people see of a medium. Refused `medium-number` for a number of another form.

    number  such as R8-0001-M01: of its job, then M and a running number;  made  when, with its offset
    readme  the text for people (documents.medium_text), which names the number
    """

    number: str
    made: datetime
    readme: bytes

    def __post_init__(self) -> None:
        refuse_bad_number(self.number)
        if number_in(self.readme) != self.number:
            raise ValueError("the text names another medium")


def refuse_bad_number(number: str) -> None:
    """Refuse (`medium-number`) what is no number of a medium, like R8-0001-M01: job, then M and a running number."""
    if not _NUMBER.fullmatch(number) or len(number) > 16:
        raise Refused(
            "medium-number", "媒体の番号の形が違います。", found=number[:20], expected="R8-0001-M01 の形",
            do="番号を付け直してください。", requirement="WARD-CD-5",
        )  # fmt: skip


def number_in(readme: bytes) -> str | None:
    """The medium's number that a text for people names."""
    found = _NUMBER_LINE.search(readme.decode("utf-8-sig", "replace"))
    return found[1] if found else None


def file_names(parcel: str, *, letters: bool) -> list[tuple[str, str]]:
    """The files of a disc as they lie: of each its short name (ISO 9660) and its name (Joliet)."""
    between = [("LETTERS.TXT", f"{parcel}.letters")] if letters else []
    return [("README.TXT", README), ("COVER.TXT", f"{parcel}.cover"), *between, ("PARCEL.AGE", f"{parcel}.age")]


def fits_on(length: int) -> str:
    """The smallest kind of disc, a key of CAPACITY, that an image of this length fits on. Refused `disc-full` if none does."""
    for kind, capacity in CAPACITY.items():
        if length <= capacity:
            return kind
    raise _full(length, max(CAPACITY.values()))


def write_disc(
    label: Label, note: bytes, cover: Cover, parcel: Iterable[bytes], letters: bytes = b""
) -> tuple[int, Iterator[bytes]]:
    """How long the image is, and its bytes. The same arguments give the same bytes.

    note  the cover as it was signed;  cover  what it says
    Refused `disc-full` at once; `parcel-size` or `parcel-digest`, at the end, when the parcel is not the cover's: whoever
    writes the bytes drops them then.
    """
    if len(letters) > MOST_LETTERS:
        raise _full(len(letters), MOST_LETTERS)
    if cover.size > LARGEST_FILE:
        raise _full(cover.size, LARGEST_FILE)
    small = [label.readme, note, *([letters] if letters else [])]
    names = file_names(cover.parcel, letters=bool(letters))
    sizes = [*map(len, small), cover.size]
    entries = tuple(Entry(short, name, size) for (short, name), size in zip(names, sizes, strict=True))
    volume = Volume(label.number, label.made.astimezone(_JAPAN).replace(microsecond=0), entries)
    fits_on(volume.length)
    return volume.length, _image(volume, small, checked(cover, parcel))


def _image(volume: Volume, small: list[bytes], parcel: Iterator[bytes]) -> Iterator[bytes]:
    yield volume.head()
    for data in small:
        yield data + bytes(-len(data) % SECTOR)
    yield from parcel
    *before, last = volume.entries
    yield bytes(volume.length - HEAD - SECTOR * sum(entry.sectors for entry in before) - last.size)


def checked(cover: Cover, parcel: Iterable[bytes]) -> Iterator[bytes]:
    """The parcel as it goes by. Refused `parcel-size` or `parcel-digest`, at the end, unless it is the cover's."""
    digest, size = hashlib.sha256(), 0
    for chunk in parcel:
        digest.update(chunk)
        size += len(chunk)
        if size > cover.size:
            break
        yield chunk
    for code, wrong, found, expected in (
        ("parcel-size", "送付データの大きさが送付票と違います。", size, cover.size),
        ("parcel-digest", "送付データの内容が送付票と違います。", digest.hexdigest()[:16], cover.sha256[:16]),
    ):
        if found != expected:
            raise Refused(
                code, wrong, found=found, expected=expected, do="この媒体を使わず、送り手に確かめてください。"
            )


def _full(length: int, most: int) -> Refused:
    return Refused(
        "disc-full", "媒体1枚に収まりません。", found=f"{length:,}バイト", expected=f"{most:,}バイト以下",
        do="案件を分けてください。",
    )  # fmt: skip

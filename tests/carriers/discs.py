"""One small disc of the ward, for the tests of writing and reading it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from io import BytesIO

from tests.core.cast_of_parcels import COVER, PARCEL, WARD
from tewatashi.carriers.disc import Label, write_disc
from tewatashi.carriers.disc_reader import Disc, read_disc
from tewatashi.core.cover import Cover, write_cover
from tewatashi.documents.medium_text import Owner, read_me_first

NUMBER = "R8-0001-M01"
MADE = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=9)))
OWNER = Owner("見本区健康部医療保険年金課", ("見本区見本町一丁目4番1号", "電話 03-0000-0000（昼夜とも）"))
NOTE = write_cover(COVER, WARD)
LETTERS = b"tewatashi.letter/v1\n{}\n"


def label(letters: bytes = LETTERS, number: str = NUMBER) -> Label:
    return Label(number, MADE, read_me_first(number, MADE, OWNER, NOTE, COVER, letters=letters))


def image(letters: bytes = LETTERS, parcel: bytes = PARCEL, cover: Cover = COVER) -> bytes:
    length, chunks = write_disc(label(letters), NOTE, cover, [parcel], letters)
    whole = b"".join(chunks)
    assert len(whole) == length
    return whole


def read(data: bytes) -> tuple[Disc, bytes]:
    """The disc, and its parcel read to the end."""
    disc = read_disc(BytesIO(data))
    return disc, b"".join(disc.chunks())


def dribble(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))

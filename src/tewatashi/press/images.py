"""Pictures of a form, such as an official seal (公印): grey PNG files, and the days on which they may be printed.

Rules
  only black and white (1 bit) or grey (8 bits), without transparency: nothing else reaches the printer unchanged
  of a 1-bit picture the black is painted and the white left open, as ink does: a seal may lie over the name
  sendai-2020: a seal has its term of office; a notice dated outside it stops the job
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from tewatashi.core.refused import Refused

if TYPE_CHECKING:
    from tewatashi.press.form import Image
    from tewatashi.press.paint import Ink, Painter, Places, Record

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS: Final = 40_000_000  # an A4 side at 600 dpi is 35 million
_COARSEST: Final = 200  # dots an inch; below it the strokes of a seal run together
_POINTS_PER_MM: Final = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Picture:
    """bits: 1 or 8 a pixel, 0 black; data: the rows as PNG filters them, which a PDF reads too (Predictor 15)."""

    width: int
    height: int
    bits: int
    data: bytes

    @property
    def entries(self) -> bytes:
        """The dictionary of its image XObject, without Length and Filter."""
        shape = b"/Width %d/Height %d/BitsPerComponent %d" % (self.width, self.height, self.bits)
        parms = b"/DecodeParms<</Predictor 15/Colors 1/BitsPerComponent %d/Columns %d>>" % (self.bits, self.width)
        colours = b"/ImageMask true" if self.bits == 1 else b"/ColorSpace/DeviceGray"
        return b"/Type/XObject/Subtype/Image%b%b%b" % (shape, colours, parms)


def read_png(data: bytes, name: str) -> Picture:
    """Any bytes give a Picture or a Refused."""
    try:
        header, rows = _content(data)
    except (ValueError, zlib.error):
        raise _refused(name, "PNG画像として読めません。") from None
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    bits, kind, interlaced = header[8], header[9], header[12]
    if kind != 0 or bits not in (1, 8) or interlaced:
        raise _refused(
            name, "白黒かグレーの画像ではありません。", expected="透明度のない、1ビットか8ビットのグレースケール"
        )
    row = 1 + (width * bits + 7) // 8
    if not 0 < width * height <= _MOST_PIXELS or len(rows) != row * height or max(rows[::row]) > 4:
        raise _refused(name, "PNG画像として読めません。")
    return Picture(width, height, bits, rows)


def _content(data: bytes) -> tuple[bytes, bytes]:
    """The header chunk and the inflated rows; ValueError or zlib.error if there are none."""
    header, packed = b"", bytearray()
    for kind, body in _chunks(data):
        if kind == b"IHDR":
            header = body
        elif kind == b"IDAT":
            packed += body
    if len(header) != 13:
        raise ValueError("header")
    most = (int.from_bytes(header[:4], "big") + 2) * int.from_bytes(header[4:8], "big")
    if most > 2 * _MOST_PIXELS:
        raise ValueError("size")
    return header, zlib.decompressobj().decompress(bytes(packed), most + 1)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(_SIGNATURE):
        raise ValueError("signature")
    place, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        length = int.from_bytes(data[place : place + 4], "big")
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        check = data[place + 8 + length : place + 12 + length]
        if zlib.crc32(kind + body).to_bytes(4, "big") != check:
            raise ValueError("checksum")
        yield kind, body
        place += 12 + length


def require_size(picture: Picture, width: float, height: float, name: str) -> None:
    """width, height in millimetres. Refused if the picture would be stretched, or its dots be seen."""
    across, down = picture.width / width * 25.4, picture.height / height * 25.4
    if min(across, down) < _COARSEST:
        raise _refused(name, "画像が粗すぎます。", found=f"{min(across, down):.0f}dpi", expected=f"{_COARSEST}dpi以上")
    if not 0.98 < across / down < 1.02:
        raise _refused(
            name,
            "画像の縦横の比が枠と違います。",
            found=f"{picture.width}×{picture.height}",
            expected=f"{width:g}×{height:g}",
        )


def shown(image: Image, number: int, paper_height: float) -> bytes:
    """The image XObject of this number, put into the element's area."""
    area = image.area
    left, foot = area.x * _POINTS_PER_MM, (paper_height - area.bottom) * _POINTS_PER_MM
    size = area.width * _POINTS_PER_MM, area.height * _POINTS_PER_MM
    return b"q %.4f 0 0 %.4f %.4f %.4f cm/I%d Do Q\n" % (*size, left, foot, number)


def guard(image: Image, days: tuple[str, str], places: Places) -> Painter:
    """Paints nothing; refuses a record whose day is not one of those on which the picture may be printed."""
    first, last = days
    day = places[image.day]

    def paint(record: Record, _: Ink) -> bytes:
        if not first <= record[day] <= last:  # days in ISO 8601 sort as text does
            raise Refused(
                "form-image-day", f"{image.where}: 印影などの画像を使える期間の外の日付です。",
                expected=f"「{image.day}」が{first}から{last}まで", do="その日に有効な印影を、区から受け取ってください。",
            )  # fmt: skip
        return b""

    return paint


def read_days(days: tuple[str, ...]) -> tuple[str, str] | None:
    """Two days in ISO 8601, the first not after the last; None if they are anything else."""
    try:
        first, last = (date.fromisoformat(day) for day in days)
    except ValueError:
        return None
    return (days[0], days[1]) if first <= last and [first.isoformat(), last.isoformat()] == list(days) else None


def _refused(name: str, wrong: str, *, found: object = None, expected: object = None) -> Refused:
    return Refused(
        "form-image", f"{name}: {wrong}", found=found, expected=expected, do="画像を作り直すか、様式を直してください。"
    )

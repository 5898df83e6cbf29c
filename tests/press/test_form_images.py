"""Seals and other pictures of a form: what is read, what is printed, and on which days."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.press.residents import fonts, printed
from tewatashi.core.refused import Refused
from tewatashi.press.form import Form
from tewatashi.press.formfile import parse_form
from tewatashi.press.images import Picture, read_png
from tewatashi.press.program import compile_form

FORM = """
schema = "tewatashi.form/v1"
name = "in"
title = "見本"
paper = "A4"
items = ["発送日", "代理"]

[styles]
"普通" = { fonts = ["gothic"], size = 10 }

[[sheet]]
[sheet.front]
texts = [{ at = [20, 20], width = 60, style = "普通", text = "{発送日:和暦}" }]
images = [
  { file = "in.png", at = [100, 40], size = [20, 20], valid = ["2026-04-01", "2030-03-31"], day = "発送日", unless = "代理" },
  { file = "grey.png", at = [150, 40], size = [20, 20] },
]
"""
PIECE = "00000000000000000000"
PLACE = "in.png"


def png(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def framed(mode: str, size: int = 400) -> Image.Image:
    picture = Image.new(mode, (size, size), 255)
    picture.paste(0 if mode == "1" else 128, (0, 0, size, 100))  # the upper quarter
    return picture


FILES = {"in.png": png(framed("1")), "grey.png": png(framed("L"))}


def parse(text: str = FORM, files: dict[str, bytes] = FILES) -> Form:
    return parse_form(text.encode(), files.__getitem__)


def page(day: str, instead: str = "") -> Image.Image:
    [(_, data)] = printed([(PIECE, [day, instead])], by=compile_form(parse(), fonts()))
    document = pypdfium2.PdfDocument(data)
    picture: Image.Image = document[0].render(scale=200 / 72, grayscale=True).to_pil()
    document.close()
    return picture


def shade(picture: Image.Image, x: float, y: float) -> int:
    """The grey of a place given in millimetres."""
    found: int = picture.getpixel((round(x * 200 / 25.4), round(y * 200 / 25.4)))
    return found


def test_pictures_are_printed_in_their_place_upright() -> None:
    found = page("2026-11-20")
    assert [shade(found, x, y) for x in (110, 160) for y in (42, 58)] == [0, 255, 128, 255]


def test_a_picture_comes_only_under_its_condition() -> None:
    assert shade(page("2026-11-20", "甲"), 110, 42) == 255


@pytest.mark.parametrize("day", ["2026-03-31", "2030-04-01", "", "不明"])
def test_a_seal_outside_its_term_stops_the_job(day: str) -> None:
    with pytest.raises(Refused, match="期間の外の日付です") as refusal:
        page(day) if day else printed([(PIECE, ["", ""])], by=compile_form(parse(), fonts()))
    assert refusal.value.code in ("form-image-day", "format")


def test_the_first_and_last_day_of_a_term_are_within_it() -> None:
    assert shade(page("2026-04-01"), 110, 42) == shade(page("2030-03-31"), 110, 42) == 0


def test_a_new_seal_is_a_new_form() -> None:
    other = framed("1")
    other.putpixel((399, 399), 0)
    assert parse().fingerprint != parse(files=FILES | {"in.png": png(other)}).fingerprint


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"in.png"', '"../in.png"', "ファイルの名前ではありません"),
        ("size = [20, 20], valid", "size = [20, 10], valid", "縦横の比"),
        ("size = [20, 20] }", "size = [80, 80] }", "粗すぎます"),
        ('"2026-04-01", "2030', '"2031-04-01", "2030', r"images\[1\].valid"),
        ('["2026-04-01", "2030-03-31"]', '["2026-04-01"]', r"images\[1\].valid"),
        ('["2026-04-01", "2030-03-31"]', '["20260401", "20300331"]', r"images\[1\].valid"),
        ('day = "発送日"', 'day = "期限"', r"images\[1\].day"),
    ],
)
def test_what_could_not_be_printed_as_meant_is_refused(old: str, new: str, says: str) -> None:
    assert old in FORM
    with pytest.raises(Refused, match=says):
        parse(FORM.replace(old, new, 1))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "I;16"])
def test_only_black_white_and_grey_is_taken(mode: str) -> None:
    with pytest.raises(Refused, match="白黒かグレーの画像ではありません"):
        read_png(png(Image.new(mode, (9, 9))), PLACE)


def test_a_picture_is_what_pillow_wrote() -> None:
    for mode, bits in (("1", 1), ("L", 8)):
        assert read_png(png(framed(mode)), PLACE).bits == bits


@given(st.binary())
def test_any_bytes_give_a_picture_or_a_refusal(data: bytes) -> None:
    for each in (data, FILES["in.png"][:8] + data):
        with suppress(Refused):
            assert isinstance(read_png(each, PLACE), Picture)


@given(st.integers(0, len(FILES["in.png"]) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(place: int, change: int) -> None:
    data = bytearray(FILES["in.png"])
    data[place] ^= change
    with pytest.raises(Refused):
        read_png(bytes(data), PLACE)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def test_a_picture_that_inflates_without_end_is_refused() -> None:
    header = struct.pack(">IIBBBBB", 10, 10, 8, 0, 0, 0, 0)
    bomb = zlib.compress(bytes(50_000_000))
    data = FILES["in.png"][:8] + chunk(b"IHDR", header) + chunk(b"IDAT", bomb) + chunk(b"IEND", b"")
    with pytest.raises(Refused):
        read_png(data, PLACE)

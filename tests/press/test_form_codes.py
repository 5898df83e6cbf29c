"""QR, Code 39 and inserter marks of a form, read back off the page."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from tests.press.residents import fonts, printed
from tewatashi.core.refused import Refused
from tewatashi.press.formfile import parse_form
from tewatashi.press.inserter import MARKS, Feed, bars
from tewatashi.press.program import compile_form

FORM = """
schema = "tewatashi.form/v1"
name = "in"
title = "見本"
paper = "A4"
items = ["eLQR", "区分"]

[styles]
"普通" = { fonts = ["gothic"], size = 10 }

[[sheet]]
[sheet.front]
codes = [
  { kind = "qr", at = [20, 20], size = [20, 20], version = 5, dots = 8, text = "{eLQR}" },
  { kind = "qr", at = [60, 20], size = [20, 20], version = 2, dots = 8, level = "H", mask = 3, text = "{@piece}" },
  { kind = "code39", at = [20, 60], size = [90, 8], length = 23, dots = 6, text = "{@piece}{@copy}{@sheet}{@sheets}" },
  { kind = "omr", at = [5, 100], size = [8, 30], pitch = 5, thickness = 0.6, marks = ["always", "last", "left1", "even"] },
]
[[sheet]]
when = "区分"
[sheet.front]
codes = [{ kind = "omr", at = [5, 100], size = [8, 30], pitch = 5, thickness = 0.6, marks = ["always", "last", "left1", "even"] }]
"""
OCR = """
schema = "tewatashi.form/v1"
name = "in"
title = "見本"
paper = "A4"
items = ["OCR", "区分"]

[styles]
"普通" = { fonts = ["gothic"], size = 10 }

[[sheet]]
[sheet.front]
codes = [{ kind = "ocr", at = [20, 100], size = [102, 5], text = "{OCR}" }]
"""
PIECE = "12345678901234567897"
PAYLOAD = "https://www.example.lg.jp/p?" + "0123456789" * 5
QR = zxingcpp.BarcodeFormat.QRCode
CODE39 = zxingcpp.BarcodeFormat.Code39


def pages(payload: str = PAYLOAD, kind: str = "", form: str = FORM) -> list[Image.Image]:
    [(_, data)] = printed([(PIECE, [payload, kind])], by=compile_form(parse_form(form.encode()), fonts()))
    document = pypdfium2.PdfDocument(data)
    pictures = [each.render(scale=600 / 72, grayscale=True).to_pil() for each in document]
    document.close()
    return pictures


def read(picture: Image.Image, kind: zxingcpp.BarcodeFormat) -> list[str]:
    return sorted(each.text for each in zxingcpp.read_barcodes(picture, formats=kind))


def test_a_payload_is_printed_as_it_came() -> None:
    assert read(pages()[0], QR) == sorted([PAYLOAD, PIECE])


def test_a_payload_that_is_empty_prints_no_code() -> None:
    assert read(pages("")[0], QR) == [PIECE]


@pytest.mark.parametrize("payload", ["x" * 200, "見本", "\u00e9"])
def test_a_payload_that_fits_no_symbol_stops_the_job_unseen(payload: str) -> None:
    with pytest.raises(Refused) as refusal:
        pages(payload)
    assert refusal.value.code == "qr-text"
    assert payload not in str(refusal.value)


def test_code_39_names_piece_copy_and_sheet() -> None:
    assert read(pages(kind="甲")[0], CODE39) == [f"{PIECE}012"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("length = 23", "length = 22"), ("{@piece}{@copy}{@sheet}{@sheets}", "{区分}{@piece}{@copy}{@sheet}{@sheets}")],
)
def test_what_code_39_can_not_hold_stops_the_job(old: str, new: str) -> None:
    with pytest.raises(Refused, match="Code 39"):
        pages(kind="あ", form=FORM.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("size = [20, 20], version = 5", "size = [15, 15], version = 5", "枠に入りません"),
        ("version = 5", "version = 41", r"codes\[1\].version"),
        ('level = "H"', 'level = "X"', r"codes\[2\].level"),
        ("size = [90, 8]", "size = [60, 8]", "枠に入りません"),
        ("size = [8, 30]", "size = [8, 14]", r"codes\[4\].size"),
        ('"always", "last", "left1", "even"', '"always", "lost"', r"codes\[4\].marks"),
    ],
)
def test_a_code_without_room_or_sense_is_refused(old: str, new: str, says: str) -> None:
    assert old in FORM
    with pytest.raises(Refused, match=says):
        pages(form=FORM.replace(old, new, 1))


def bars_of(picture: Image.Image) -> list[bool]:
    """Whether there is a bar at each of the four places."""

    def dot(mm: float) -> int:
        return round(mm * 600 / 25.4)

    return [picture.getpixel((dot(9), dot(100 + 5 * place + 0.3))) == 0 for place in range(4)]


def test_inserter_marks_tell_the_last_sheet_from_those_before() -> None:
    assert [bars_of(page) for page in pages(kind="甲")] == [[True, False, True, False], [True, True, False, False]]
    assert [bars_of(page) for page in pages()] == [[True, True, False, False]]


def test_every_bar_follows_from_sheet_and_sheets() -> None:
    for of in range(1, 8):
        for sheet in range(1, of + 1):
            found = dict(zip(MARKS, bars(MARKS, Feed(sheet, of)), strict=True))
            assert found["always"]
            assert (found["first"], found["last"]) == (sheet == 1, sheet == of)
            assert sheet == found["sheet1"] + 2 * found["sheet2"] + 4 * found["sheet4"]
            assert of - sheet == found["left1"] + 2 * found["left2"] + 4 * found["left4"]
            assert sum(found.values()) % 2 == 0


def ocr_page(text: str) -> tuple[Image.Image, str]:
    [(_, data)] = printed([(PIECE, [text, ""])], by=compile_form(parse_form(OCR.encode()), fonts()))
    document = pypdfium2.PdfDocument(data)
    picture = document[0].render(scale=600 / 72, grayscale=True).to_pil()
    document.close()
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        content = pdf.pages[0].Contents.read_bytes()
    return picture, bytes.fromhex(content.partition(b"<FEFF")[2].partition(b">")[0].decode()).decode("utf-16-be")


def test_an_ocr_line_has_ten_characters_an_inch_of_the_standards_height() -> None:
    """ISO 1073-2, size I: 2.54 mm from one to the next; strokes of 0.3 mm along lines that are 2.3 mm high in a capital."""
    picture, text = ocr_page("H" * 40)
    left, top, right, foot = (edge * 25.4 / 600 for edge in picture.point(lambda grey: 255 - grey).getbbox())
    assert text == "H" * 40
    assert (foot - top) == pytest.approx(2.6, abs=0.1)
    assert (right - left) == pytest.approx(39 * 2.54 + 1.75, abs=0.25)
    assert (top + foot) / 2 == pytest.approx(102.5, abs=0.2)


def test_every_character_looks_like_itself_and_no_other() -> None:
    characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<>+-"
    picture, _ = ocr_page(characters)
    cells = [
        picture.crop(tuple(round(mm * 600 / 25.4) for mm in (20 + 2.54 * place, 100, 20 + 2.54 * (place + 1), 105)))
        for place in range(len(characters))
    ]
    assert all(cell.getextrema()[0] == 0 for cell in cells)
    assert len({cell.resize((20, 40)).tobytes() for cell in cells}) == len(characters)


@pytest.mark.parametrize("text", ["1" * 41, "あ", "a", "１"])
def test_what_an_ocr_line_can_not_hold_stops_the_job_unseen(text: str) -> None:
    with pytest.raises(Refused, match="OCR行にできない値") as refusal:
        ocr_page(text)
    assert (refusal.value.code, refusal.value.found) == ("ocr-text", None)

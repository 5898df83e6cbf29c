"""A designer's PDF below the variable data: taken whole when it is grey, refused with the reason when it is not."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.press.residents import FONTS, fonts, printed
from tewatashi.core.refused import Refused
from tewatashi.press.form import Form
from tewatashi.press.formfile import parse_form
from tewatashi.press.program import compile_form
from tewatashi.press.underlay import Underlay
from tewatashi.press.underlay_file import read_underlay

PAPER = (210.0, 297.0)
FORM = """
schema = "tewatashi.form/v1"
name = "in"
title = "見本"
paper = "A4"
items = ["氏名"]

[styles]
"普通" = { fonts = ["gothic"], size = 10 }

[[sheet]]
[sheet.front]
background = { file = "omote.pdf" }
texts = [{ at = [20, 200], width = 60, style = "普通", text = "{氏名}　様" }]
"""
WINDOW = """
[envelope]
inner = [231, 117]
panel = [210, 99]
window = [18, 20, 105, 58]
clear = 2
"""
Draw = Callable[[Canvas], object]


def designed(draw: Draw, size: tuple[float, float] = (210 * mm, 297 * mm)) -> bytes:
    fonts()
    pdfmetrics.registerFont(TTFont("ipa", FONTS / "ipaexg.ttf"))
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=size, pageCompression=1)
    canvas.setFont("ipa", 14)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return data.getvalue()


def grey(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawString(20 * mm, 150 * mm, "国民健康保険料のお知らせ")
    canvas.setFillColorRGB(0.5, 0.5, 0.5)
    canvas.rect(20 * mm, 100 * mm, 40 * mm, 10 * mm, stroke=0, fill=1)
    canvas.setFillColorCMYK(0, 0, 0, 0.25)
    canvas.rect(20 * mm, 80 * mm, 40 * mm, 10 * mm, stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.drawImage(ImageReader(Image.new("L", (40, 40), 64)), 100 * mm, 80 * mm, 10 * mm, 10 * mm)


@cache
def good() -> bytes:
    return designed(grey)


def parse(data: bytes, form: str = FORM) -> Form:
    return parse_form(form.encode(), {"omote.pdf": data}.__getitem__)


def composed(data: bytes) -> bytes:
    form = parse(data)
    [(_, file)] = printed([("0" * 20, ["森　一"])], by=compile_form(form, fonts()))
    return file


def refusal_of(data: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        parse(data)
    assert refusal.value.code == "form-background"
    return refusal.value.wrong


def test_the_background_stands_below_the_data_as_it_was_drawn() -> None:
    document = pypdfium2.PdfDocument(composed(good()))
    text = document[0].get_textpage().get_text_range()
    picture = document[0].render(scale=72 / 25.4, grayscale=True).to_pil()  # a dot is 9.8 per mm of 72 dpi
    dots = picture.width / 210
    found = [picture.getpixel((round(x * dots), round(y * dots))) for x, y in ((40, 192), (40, 212), (105, 212))]
    document.close()
    assert "国民健康保険料のお知らせ" in text
    assert "森　一　様" in text
    assert [shade / 255 for shade in found] == pytest.approx([0.5, 0.75, 0.25], abs=0.01)


def test_it_is_one_form_without_group_in_device_grey() -> None:
    with pikepdf.Pdf.open(io.BytesIO(composed(good()))) as pdf:
        streams = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        operators = {
            str(operator)
            for each in streams
            if each.get("/Subtype") == "/Form"
            for _, operator in pikepdf.parse_content_stream(each)
        }
        assert not operators & {"rg", "RG", "k", "K", "cs", "CS", "sc", "SC", "scn", "SCN", "sh"}
        assert not any("/Group" in each or "/SMask" in each for each in streams)
        fonts_ = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
        ]
        assert all("/FontFile2" in each for each in fonts_)
        assert not pdf.check_pdf_syntax()


def test_it_is_written_once_however_many_pages_show_it() -> None:
    form = parse(good())
    program = compile_form(form, fonts())
    sizes = [len(printed([("0" * 20, ["森"])] * count, by=program)[0][1]) for count in (1, 50)]
    assert sizes[1] - sizes[0] < 50 * 400
    assert printed([("0" * 20, ["森"])], by=program) == printed(
        [("0" * 20, ["森"])], by=compile_form(parse(good()), fonts())
    )


def coloured(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.8, 0, 0)
    canvas.rect(0, 0, 9, 9, fill=1)


def spot(canvas: Canvas) -> None:
    from reportlab.lib.colors import CMYKColorSep

    canvas.setFillColor(CMYKColorSep(0, 1, 1, 0, spotName="DIC 156"))
    canvas.rect(0, 0, 9, 9, fill=1)


def transparent(canvas: Canvas) -> None:
    canvas.setFillAlpha(0.5)
    canvas.rect(0, 0, 9, 9, fill=1)


def graded(canvas: Canvas) -> None:
    from reportlab.lib.colors import black, white

    canvas.linearGradient(0, 0, 90, 90, (black, white))


def photograph(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (9, 9), (9, 99, 9))), 0, 0, 90, 90)


def cut_out(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGBA", (9, 9), (9, 9, 9, 99))), 0, 0, 90, 90, mask="auto")


def unembedded(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 9)
    canvas.drawString(9, 9, "x")


def fillable(canvas: Canvas) -> None:
    canvas.acroForm.textfield(x=9, y=9, name="x")


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (coloured, "黒とグレー以外の色"),
        (spot, "黒とグレー以外の色空間"),
        (transparent, "透明"),
        (graded, "グラデーション"),
        (photograph, "カラーの画像"),
        (cut_out, "画像があります"),
        (unembedded, "埋め込まれていないフォント"),
        (fillable, "注釈か入力欄"),
    ],
)
def test_what_would_not_print_as_drawn_is_refused_with_the_reason(draw: Draw, says: str) -> None:
    assert says in refusal_of(designed(draw))


def test_a_page_of_another_size_turned_or_missing_is_refused() -> None:
    assert "用紙と大きさが違います（297.0×210.0mm）" in refusal_of(designed(grey, (297 * mm, 210 * mm)))
    with pikepdf.Pdf.open(io.BytesIO(good())) as pdf:
        pdf.pages[0].Rotate = 90
        turned = io.BytesIO()
        pdf.save(turned)
    assert "回転" in refusal_of(turned.getvalue())
    with pytest.raises(Refused):
        parse(good(), FORM.replace('"omote.pdf" }', '"omote.pdf", page = 2 }'))


def test_bleed_round_the_trimmed_page_is_left_off() -> None:
    with pikepdf.Pdf.open(io.BytesIO(designed(grey, (230 * mm, 317 * mm)))) as pdf:
        pdf.pages[0].TrimBox = [10 * mm, 10 * mm, 220 * mm, 307 * mm]
        bled = io.BytesIO()
        pdf.save(bled)
    document = pypdfium2.PdfDocument(composed(bled.getvalue()))
    first = document[0].get_textpage().get_charbox(0)
    document.close()
    assert round(first[0] / mm) == 10


def test_a_background_that_shows_in_the_window_is_refused() -> None:
    form = FORM.replace("[styles]", WINDOW + "\n[styles]")
    assert parse(good(), form).sheets[0].front.underlay
    seen = designed(lambda canvas: canvas.rect(60 * mm, 250 * mm, 20 * mm, 5 * mm))
    with pytest.raises(Refused, match="窓から見える"):
        parse(seen, form)


def test_an_encrypted_file_is_refused() -> None:
    with pikepdf.Pdf.open(io.BytesIO(good())) as pdf:
        locked = io.BytesIO()
        pdf.save(locked, encryption=pikepdf.Encryption(owner="x", user=""))
    assert "パスワード" in refusal_of(locked.getvalue())


@given(st.binary(max_size=200))
def test_any_bytes_give_a_background_or_a_refusal(data: bytes) -> None:
    with suppress(Refused):
        assert isinstance(read_underlay(data, 1, PAPER, "x"), Underlay)


@cache
def plain() -> bytes:
    """Uncompressed, so that a changed byte reaches the objects."""
    with pikepdf.Pdf.open(io.BytesIO(good())) as pdf:
        data = io.BytesIO()
        pdf.save(data, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    return data.getvalue()


@given(st.data())
def test_any_changed_bytes_give_a_background_or_a_refusal(data: st.DataObject) -> None:
    changed = bytearray(plain())
    starts = [plain().rindex(b"endobj"), plain().index(b"/Page"), plain().index(b"/Resources"), 0]
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.sampled_from(starts)) + data.draw(st.integers(0, 600))
        changed[min(place, len(changed) - 1)] = data.draw(st.sampled_from(list(b"0129 /<>[]()Rnulltrue\n")))
    with suppress(Refused):
        assert isinstance(read_underlay(bytes(changed), 1, PAPER, "x"), Underlay)


def test_a_new_background_is_a_new_form(tmp_path: Path) -> None:
    other = designed(lambda canvas: (grey(canvas), canvas.rect(9, 9, 9, 9)))
    assert parse(good()).fingerprint != parse(other).fingerprint

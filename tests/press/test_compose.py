"""Finished print files, looked at with programs that share nothing with the press."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL.Image import Image

from tests.press.residents import LONG, RARE, SHORT, TOKUSOKU, dated, fonts, pieces, printed, program, towns, values
from tewatashi.core.pieceid import SheetMark
from tewatashi.core.refused import Refused
from tewatashi.demo.extract_maker import records
from tewatashi.press.codes import customer, gs1_128
from tewatashi.press.compose import compose, survey
from tewatashi.press.program import compile_form

PIECES = pieces([SHORT, LONG, RARE])
DPI = 600


@cache
def finished() -> bytes:
    [(_, data)] = printed(PIECES)
    return data


@cache
def page(number: int) -> Image:
    """A page as a printer would see it, in grey."""
    document = pypdfium2.PdfDocument(finished())
    picture: Image = document[number].render(scale=DPI / 72, grayscale=True).to_pil()
    document.close()
    return picture


def texts(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    found = [each.get_textpage().get_text_range() for each in document]
    document.close()
    return found


def squeezed(text: str) -> str:
    return re.sub(r"[\s\ufffe\u0002]", "", text)


def needs(command: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(command), reason=f"{command} がない")


# ----------------------------------------------------------------------------------------------------------- structure


@needs("qpdf")
def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    (tmp_path / "file.pdf").write_bytes(finished())
    done = subprocess.run(["qpdf", "--check", tmp_path / "file.pdf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr


def test_every_piece_has_a_front_and_a_back_of_a4() -> None:
    with pikepdf.Pdf.open(io.BytesIO(finished())) as pdf:
        assert len(pdf.pages) == 2 * len(PIECES)
        for each in pdf.pages:
            width, height = (float(edge) * 25.4 / 72 for edge in list(each.mediabox)[2:])
            assert (round(width, 2), round(height, 2)) == (210, 297)
            assert list(each.trimbox) == list(each.mediabox)


def test_every_font_is_embedded_once_as_a_subset() -> None:
    with pikepdf.Pdf.open(io.BytesIO(finished())) as pdf:
        descriptors = [each for each in pdf.objects if _type(each) == "/FontDescriptor"]
        used = [each for each in pdf.objects if _type(each) == "/Font" and each.Subtype == "/Type0"]
        assert len(descriptors) == len(fonts().faces)
        for each in descriptors:
            assert re.fullmatch(r"/[A-Z]{6}\+IPA\w+", str(each.FontName))
            assert int(each.FontFile2.Length1) < 400_000
        for each in used:
            assert "/ToUnicode" in each
            assert each.DescendantFonts[0].FontDescriptor in descriptors


def _type(each: object) -> str:
    return str(each.get("/Type", "")) if isinstance(each, pikepdf.Dictionary) else ""


@pytest.mark.parametrize("count", [1, 32, 33, 2049])
def test_a_page_tree_of_any_size_holds_every_page_in_order(count: int) -> None:
    many = pieces([SHORT] * count)
    [(file, data)] = printed(many)
    assert (file.pieces, file.pages, file.size) == (count, 2 * count, len(data))
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 2 * count
        for place in {0, count // 2, count - 1}:
            assert many[place][0].encode() in pdf.pages[2 * place].Contents.read_bytes()


def test_the_piece_id_stands_in_plain_in_each_pages_deflated_stream() -> None:
    inflated = []
    for start in re.finditer(rb"stream\n", finished()):
        try:
            inflated.append(zlib.decompressobj().decompress(finished()[start.end() :]))
        except zlib.error:
            continue
    for piece, _ in PIECES:
        assert sum(piece.encode() in each for each in inflated) == 2


# ---------------------------------------------------------------------------------------------------------------- text


def resident(record: dict[str, str]) -> list[str]:
    return [record[item] for item in ("住所", "方書", "世帯主氏名", "記号番号", "宛名番号", "世帯主区分", "通知書番号")]


@pytest.mark.parametrize("number", range(len(PIECES)))
def test_every_residents_text_comes_out_again_exactly(number: int) -> None:
    found = squeezed(texts(finished())[2 * number])
    for text in resident([SHORT, LONG, RARE][number]):
        assert squeezed(text) in found


@needs("pdftotext")
@pytest.mark.parametrize("number", range(len(PIECES)))
def test_pdftotext_reads_the_same(number: int, tmp_path: Path) -> None:
    (tmp_path / "file.pdf").write_bytes(finished())
    pages = ["-f", str(2 * number + 1), "-l", str(2 * number + 1)]
    done = subprocess.run(["pdftotext", "-raw", *pages, tmp_path / "file.pdf", "-"], capture_output=True, check=True)
    assert not done.stderr
    for text in resident([SHORT, LONG, RARE][number]):
        assert squeezed(text) in squeezed(done.stdout.decode())


def test_amounts_and_days_are_printed_as_the_ward_writes_them() -> None:
    front = squeezed(texts(finished())[2])
    for text in (
        "令和8年11月30日",
        "第6期",
        "令和8.11.30",
        "153,300",
        "1,002,500円",
        "82,100円",
        "コンビニエンスストアでは使用できません",
    ):
        assert text in front


# --------------------------------------------------------------------------------------------------------------- codes


@pytest.mark.parametrize("number", range(2 * len(PIECES)))
def test_every_side_bears_the_mark_of_its_piece(number: int) -> None:
    found = zxingcpp.read_barcodes(page(number), formats=zxingcpp.BarcodeFormat.DataMatrix)
    piece = PIECES[number // 2][0]
    assert [each.text for each in found] == [str(SheetMark(piece, 0, 1, 1, number % 2 + 1))]


def test_a_remake_bears_its_own_mark() -> None:
    [(_, data)] = printed(PIECES[:1], copy=3)
    document = pypdfium2.PdfDocument(data)
    [found] = zxingcpp.read_barcodes(document[0].render(scale=4).to_pil(), formats=zxingcpp.BarcodeFormat.DataMatrix)
    document.close()
    assert SheetMark.parse(found.text).copy == 3


def test_the_slips_code_says_amount_and_due_day() -> None:
    [found] = zxingcpp.read_barcodes(page(0), formats=zxingcpp.BarcodeFormat.Code128)
    digits = found.text.replace("(", "").replace(")", "")
    assert digits == gs1_128.complete(SHORT["収納代行"])
    assert digits[-7:-1] == SHORT["合計額"].zfill(6)
    assert "GS1" in str(found.content_type)


def test_a_slip_over_300000_yen_has_no_code_for_shops() -> None:
    assert not zxingcpp.read_barcodes(page(2), formats=zxingcpp.BarcodeFormat.Code128)


def _in_dots(mm: float) -> int:
    return round(mm * DPI / 25.4)


def test_the_customer_barcode_is_read_off_the_page() -> None:
    """No open reader knows the symbol, so the bars are measured: how far each reaches above and below the middle."""
    area = next(code.area for code in TOKUSOKU.sheets[0].front.codes if hasattr(code, "postcode"))
    crop = page(0).crop(tuple(map(_in_dots, (area.x, area.y, area.right, area.bottom))))
    dark = [[crop.getpixel((x, y)) < 128 for y in range(crop.height)] for x in range(crop.width)]
    rows = [y for y in range(crop.height) if any(column[y] for column in dark)]
    top, third = rows[0], (rows[-1] - rows[0] + 1) / 3
    letters, before = "", False
    for column in dark:
        if any(column) and not before:
            up, down = column[int(top + third / 2)], column[int(top + 2.5 * third)]
            letters += {(True, True): "F", (True, False): "A", (False, True): "D", (False, False): "T"}[up, down]
        before = any(column)
    assert letters == customer.states(customer.characters("1000013", "1-3-2"))


def test_everybody_of_a_realistic_extract_is_printed() -> None:
    households = [dated(record) for record in records(300, 7, date(2026, 11, 1))]
    many = pieces(households)
    [(file, data)] = printed(many)
    assert (file.pieces, file.uncoded) == (300, 0)
    found = texts(data)[::2]
    for record, front in zip(households, map(squeezed, found), strict=True):
        for item in ("住所", "方書", "世帯主氏名", "記号番号", "通知書番号"):
            assert squeezed(record[item]) in front


def test_a_piece_without_customer_barcode_is_counted() -> None:
    elsewhere = SHORT | {"郵便番号": "1000000"}
    [(file, _)] = printed(pieces([SHORT, elsewhere, elsewhere]))
    assert file.uncoded == 2


# --------------------------------------------------------------------------------------------------- bytes and refusals


def test_the_same_pieces_give_the_same_bytes() -> None:
    assert printed(PIECES) == printed(PIECES)
    assert printed(PIECES, by=compile_form(TOKUSOKU, fonts(), towns())) == printed(PIECES)


def test_a_pages_bytes_do_not_depend_on_how_the_job_is_cut() -> None:
    def contents(size: int) -> list[bytes]:
        found: list[bytes] = []
        for _, data in printed(pieces([SHORT, LONG, RARE] * 3), pieces_per_file=size):
            with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
                found += [each.Contents.read_raw_bytes() for each in pdf.pages]
        return found

    assert contents(100) == contents(1) == contents(4)


def test_files_tell_first_last_and_how_many() -> None:
    many = pieces([SHORT] * 7)
    files = [file for file, _ in printed(many, pieces_per_file=3)]
    assert [(file.number, file.pieces, file.first, file.last) for file in files] == [
        (1, 3, many[0][0], many[2][0]), (2, 3, many[3][0], many[5][0]), (3, 1, many[6][0], many[6][0]),
    ]  # fmt: skip


def refusal_of(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value


def test_characters_without_glyph_stop_the_job_and_are_all_named() -> None:
    bad = [SHORT, SHORT | {"世帯主氏名": "森\ue000一"}, SHORT | {"住所": "東京都千代田区霞が関1丁目\u845b\U000e01ef"}]
    refusal = refusal_of(lambda: printed(pieces(bad)))
    assert refusal.code == "glyph-missing"
    assert refusal.found == "U+845B+U+E01EF、U+E000"
    assert "2通" in refusal.wrong
    assert "森" not in str(refusal)


def test_a_survey_finds_the_same_without_writing() -> None:
    assert survey(PIECES, program()) == 3
    assert refusal_of(lambda: survey(pieces([SHORT, SHORT | {"方書": "\ue000"}]), program())).code == "glyph-missing"


def test_a_text_without_room_stops_the_job_unseen() -> None:
    refusal = refusal_of(lambda: printed(pieces([SHORT, SHORT | {"世帯主氏名": "寿限無" * 60}])))
    assert refusal.code == "form-overflow"
    assert "寿限無" not in str(refusal)


def test_a_slip_that_would_collect_another_amount_stops_the_job() -> None:
    refusal = refusal_of(lambda: printed(pieces([SHORT | {"合計額": "29501"}])))
    assert refusal.code == "gs1-disagrees"


@pytest.mark.parametrize("piece", ["", "1" * 19, "１" * 20, "x" * 20])
def test_what_is_no_piece_id_is_refused(piece: str) -> None:
    assert refusal_of(lambda: printed([(piece, values(SHORT))])).code == "piece-id"


def test_a_record_of_another_length_is_refused() -> None:
    assert refusal_of(lambda: printed([(PIECES[0][0], values(SHORT)[:-1])])).code == "form-items"


def test_no_pieces_give_no_file() -> None:
    assert list(compose([], program(), lambda _: pytest.fail("a file was opened"))) == []

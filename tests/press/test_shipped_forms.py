"""Each form that ships, with its usual and its worst record: taken by its layout, printed whole, read back off the page."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL.Image import Image

from tests.press.residents import pieces, printed
from tests.press.shipped import (
    FORMS,
    PIECE,
    SAMPLES,
    extract_of,
    form_of,
    layout_of,
    pdf_of,
    program_of,
    record_of,
    samples_of,
)
from tewatashi.core.extract import check_extract
from tewatashi.core.fields import Amount, Code, Date, Digits, Kana, Kind, Postcode, Text
from tewatashi.core.pieceid import SheetMark
from tewatashi.core.refused import Refused
from tewatashi.press import form as forms
from tewatashi.press.codes import gs1_128
from tewatashi.press.compose import survey
from tewatashi.press.samples import parse_samples

EACH = pytest.mark.parametrize(("name", "sample"), list(product(FORMS, SAMPLES)))
PAGES = {
    "tokusoku": (2, 2), "nonyu": (6, 6), "saikoku": (6, 16), "shikaku": (6, 10), "kogaku": (2, 2), "iryohi": (2, 4),
}  # fmt: skip
# Which of the four kinds of data (宛名・資格・収納・給付) each form prints, by items that say so.
KINDS = {
    "宛名": {"郵便番号", "住所", "世帯主氏名"},
    "資格": {"資格取得日1", "枝番1", "負担割合1"},
    "収納": {"未納額1", "納期限1", "延滞金"},
    "給付": {"支給決定額", "自己負担限度額"},
}


def needs(command: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(command), reason=f"{command} がない")


def squeezed(text: str) -> str:
    return re.sub(r"[\s\ufffe\u0002]", "", text)


@cache
def texts(name: str, sample: str) -> tuple[str, ...]:
    document = pypdfium2.PdfDocument(pdf_of(name, sample))
    found = tuple(squeezed(each.get_textpage().get_text_range()) for each in document)
    document.close()
    return found


@cache
def pictures(name: str, sample: str) -> tuple[Image, ...]:
    document = pypdfium2.PdfDocument(pdf_of(name, sample))
    found = tuple(each.render(scale=300 / 72, grayscale=True).to_pil() for each in document)
    document.close()
    return found


# ----------------------------------------------------------------------------------------------------------- the data


@pytest.mark.requirement("WORK-2")
def test_every_kind_of_data_has_a_form() -> None:
    for items in KINDS.values():
        assert any(items <= set(form_of(name).items) for name in FORMS)
    assert set(FORMS) == set(PAGES)


@EACH
def test_the_ward_would_take_the_record(name: str, sample: str) -> None:
    record = record_of(name, sample)
    extract = extract_of(layout_of(name), [record])
    base = date.fromisoformat(record["基準日"])
    [[found]] = check_extract(layout_of(name), [extract], declared=1, base_date=base)
    assert list(found) == list(record.values())


def used(form: forms.Form) -> set[str]:
    """The items that a form prints, or that decide what it prints."""
    found = {condition.item for sheet in form.sheets for condition in sheet.when}
    for element in (element for sheet in form.sheets for side in sheet.sides for element in side.elements):
        found |= {condition.item for condition in element.when}
        match element:
            case forms.Text():
                found |= set(element.values)
            case forms.PaymentCode():
                found |= {element.digits, element.amount, element.due}
            case forms.CustomerCode():
                found |= {element.postcode, element.address, element.building}
            case forms.QrCode():
                found |= {part.name for part in element.text if isinstance(part, forms.Value)}
    return found


@pytest.mark.requirement("WORK-3")
@pytest.mark.parametrize("name", FORMS)
def test_no_item_leaves_the_ward_that_the_form_does_not_need(name: str) -> None:
    needed = used(form_of(name)) | {layout_of(name).base_date}
    assert set(form_of(name).items) - needed <= {"世帯主カナ"}  # which sorts households


def longest(kind: Kind, name: str) -> str:
    """A value that a column of this kind lets pass, and that takes the most room."""
    match kind:
        case Text() if name.startswith("eLQR"):
            return "W" * kind.most
        case Text() | Kana():
            return ("鷗" if isinstance(kind, Text) else "ヲ") * kind.most
        case Digits() if "年度" in name:
            return "2028"
        case Digits() | Amount():
            return "9" * kind.most
        case Date():
            return "2028-12-28"  # 令和10年12月28日
        case Code():
            return max(kind.values, key=len)
        case Postcode():
            return "1000013"
    raise AssertionError(kind)


@pytest.mark.parametrize("name", FORMS)
def test_whatever_the_layout_lets_pass_has_room(name: str) -> None:
    layout = layout_of(name)
    record = {column.name: longest(column.kind, column.name) for column in layout.approved}
    record |= {slip.column: "" for slip in layout.store_slips}
    assert survey(pieces([record], form=form_of(name)), program_of(name)) == 1


# --------------------------------------------------------------------------------------------------------- the pages


@EACH
def test_a_piece_has_the_pages_that_it_needs(name: str, sample: str) -> None:
    assert len(texts(name, sample)) == PAGES[name][SAMPLES.index(sample)]


@EACH
def test_every_side_bears_the_mark_of_its_place(name: str, sample: str) -> None:
    sheets = len(texts(name, sample)) // 2
    for place, picture in enumerate(pictures(name, sample)):
        [found] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.DataMatrix)
        assert found.text == str(SheetMark(PIECE, 0, place // 2 + 1, sheets, place % 2 + 1))


@EACH
def test_every_name_place_and_number_is_printed_exactly(name: str, sample: str) -> None:
    found = "".join(texts(name, sample))
    kinds = {column.name: column.kind for column in layout_of(name).columns}
    hidden = {slip.column for slip in layout_of(name).store_slips} | {"世帯主カナ"}
    for item, value in record_of(name, sample).items():
        if value and item not in hidden and not item.startswith("eLQR"):
            assert printed_as(kinds[item], item, value) in found, item


def printed_as(kind: Kind, item: str, value: str) -> str:
    match kind:
        case Amount():
            return f"{int(value):,}"
        case Date():
            return "令和" if value > "2019-05" else ""
        case Postcode():
            return f"{value[:3]}-{value[3:]}"
        case Digits() if "年度" in item:
            return f"令和{int(value) - 2018}年度" if value > "2019" else "平成31年度"
    return squeezed(value)


@EACH
def test_every_code_says_what_the_record_says(name: str, sample: str) -> None:
    record = record_of(name, sample)
    found = [each for picture in pictures(name, sample) for each in read(picture)]
    slips = [record[slip.column] for slip in layout_of(name).store_slips if record[slip.column]]
    assert sorted(found) == sorted(
        [*map(gs1_128.complete, slips), *(value for item, value in record.items() if item.startswith("eLQR") and value)]
    )


def read(picture: Image) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    found += zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)
    return [re.sub(r"[()]", "", each.text) for each in found]


@EACH
@needs("qpdf")
def test_qpdf_finds_nothing_wrong(name: str, sample: str, tmp_path: Path) -> None:
    (tmp_path / "file.pdf").write_bytes(pdf_of(name, sample))
    done = subprocess.run(["qpdf", "--check", tmp_path / "file.pdf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr


@EACH
@needs("gs")
def test_ghostscript_renders_it_without_a_word(name: str, sample: str, tmp_path: Path) -> None:
    (tmp_path / "file.pdf").write_bytes(pdf_of(name, sample))
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=nullpage", "-r150", tmp_path / "file.pdf"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@EACH
@needs("pdftotext")
def test_pdftotext_reads_the_head_of_the_household(name: str, sample: str, tmp_path: Path) -> None:
    (tmp_path / "file.pdf").write_bytes(pdf_of(name, sample))
    done = subprocess.run(["pdftotext", "-raw", tmp_path / "file.pdf", "-"], capture_output=True, check=True)
    assert not done.stderr
    for item in ("住所", "方書", "世帯主氏名"):
        assert squeezed(record_of(name, sample)[item]) in squeezed(done.stdout.decode())


@EACH
def test_nothing_is_painted_in_colour(name: str, sample: str) -> None:
    with pikepdf.Pdf.open(io.BytesIO(pdf_of(name, sample))) as pdf:
        streams = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        for each in (each for each in streams if each.get("/Subtype") == "/Form"):
            operators = {str(operator) for _, operator in pikepdf.parse_content_stream(each)}
            assert not operators & {"rg", "RG", "k", "K", "cs", "CS", "sc", "SC", "scn", "SCN", "sh"}
            assert "/Group" not in each


# ------------------------------------------------------------------------------------------------------- what may not be


@pytest.mark.parametrize("name", ["nonyu", "kogaku"])
def test_a_seal_out_of_its_term_stops_the_job(name: str) -> None:
    with pytest.raises(Refused, match="期間の外の日付です"):
        printed([(PIECE, [*(record_of(name, "usual") | {"発送日": "2043-04-27"}).values()])], by=program_of(name))


@pytest.mark.parametrize("item", ["世帯主氏名", "住所", "支払額合計"])
def test_a_notice_without_what_it_is_about_stops_the_job(item: str) -> None:
    with pytest.raises(Refused, match="必ず印字するもの"):
        printed([(PIECE, [*(record_of("iryohi", "usual") | {item: ""}).values()])], by=program_of("iryohi"))


def test_a_household_without_slips_gets_the_notice_alone() -> None:
    record = {
        item: "" if re.match("納付[期額番区]|確認|収納|eLQR", item) else value
        for item, value in record_of("nonyu", "usual").items()
    }
    record["納付方法"] = "口座振替"
    [(file, _)] = printed([(PIECE, [*record.values()])], by=program_of("nonyu"))
    assert file.pages == 2


@pytest.mark.requirement("WORK-4")
def test_a_households_members_are_one_piece_for_its_head() -> None:
    found = texts("shikaku", "worst")
    members = [squeezed(value) for item, value in record_of("shikaku", "worst").items() if item.startswith("氏名")]
    assert len(members) == 8
    assert all(any(member in page for page in found[2:]) for member in members)
    assert all(member in found[0] for member in members)


@pytest.mark.parametrize("years", range(1, 9))
def test_a_reminder_has_a_sheet_and_a_slip_for_each_year(years: int) -> None:
    record = record_of("saikoku", "worst")
    left = [item for item in record if (found := re.search(r"(\d)(-\d+)?$", item)) and int(found[1]) > years]
    [(file, _)] = printed([(PIECE, [*(record | dict.fromkeys(left, "")).values()])], by=program_of("saikoku"))
    assert file.pages == 2 * years


def test_samples_differ_from_each_other() -> None:
    assert all(samples_of(name).usual != samples_of(name).worst for name in FORMS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "書き方"),
        ("schema = 1", "書き方"),
        ("=", "TOML"),
        ('schema = "tewatashi.sample/v1"\n[usual]\n"氏名" = "見本"\n[worst]', "様式にない項目"),
        ('schema = "tewatashi.sample/v1"\n[usual]\n"住所" = 1\n[worst]', "文字列ではありません"),
        ('schema = "tewatashi.sample/v1"\n[usual]\n"住所" = ["甲"]\n[worst]', "文字列ではありません"),
        ('schema = "tewatashi.sample/v1"\nusual = 1\n[worst]', "書き方"),
    ],
)
def test_samples_that_do_not_fit_the_form_are_refused(text: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        parse_samples(text.encode(), form_of("kogaku"))

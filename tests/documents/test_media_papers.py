"""What stands on a medium's label, in the register of media and in the book of a safe."""

import io
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from tests.documents.media import EXAMPLES
from tests.documents.papers import HASH, NOW
from tests.documents.test_papers import fonts_of, text_of
from tewatashi.documents.media_papers import MEDIA_PAPERS, render_medium_paper

FONTS = Path(__file__).parents[2] / ".tools" / "fonts"
pytestmark = pytest.mark.skipif(not (FONTS / "ipaexm.ttf").exists(), reason="run tools/fonts.py first")


def paper(name: str, **changes: object) -> bytes:
    return render_medium_paper(name, {**EXAMPLES[name], **changes}, FONTS, NOW)


def test_there_is_an_example_of_every_paper() -> None:
    assert EXAMPLES.keys() == MEDIA_PAPERS.keys()


@pytest.mark.parametrize("name", MEDIA_PAPERS)
def test_every_paper_is_one_page_with_its_title_number_and_date(name: str) -> None:
    pdf = paper(name)
    assert len(PdfDocument(pdf)) == 1
    for part in (MEDIA_PAPERS[name].title, "健医保第1043号", "令和8年11月24日（2026年）", "R8-0413-M01"):
        assert part in text_of(pdf)


@pytest.mark.requirement("WARD-CD-5")
def test_a_label_says_what_is_on_the_disc_until_when_and_whose_it_is() -> None:
    text = text_of(paper("medium-label"))
    for part in ("個人情報在中・複写禁止", "12,079件", "CD-R1枚", "収納情報", "案件R8-0413", "契約R8-国保-12", "封印した日",
                 "令和8年12月10日（2026年）", "見本町一丁目4番1号", "03-0000-0000"):  # fmt: skip
        assert part in text
    assert HASH in text


def test_the_labels_codes_type_the_mediums_number() -> None:
    image = PdfDocument(paper("medium-label"))[0].render(scale=4).to_pil()
    codes = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.Code128)
    assert [code.text for code in codes] == ["R8-0413-M01"] * 2  # case and sleeve


def test_a_long_name_of_the_work_stays_on_the_label() -> None:
    long = "国民健康保険料督促状・催告書・納入通知書作成及び封入封緘並びに発送等業務委託（単価契約）"
    text = text_of(paper("medium-label", task=long, content="督促状（宛名情報、資格情報、収納情報及び給付情報）" * 2))
    for part in (long, HASH, "03-0000-0000", "消去の期限"):
        assert part in text


def test_the_register_follows_each_medium_from_its_making_to_its_end() -> None:
    text = text_of(paper("media-register"))
    for part in ("令和8年度", "3枚", "5108BA123456", "キャビネットA", "高橋三郎（見本印刷）", "健医保第987号", "令和8年11月4日（2026年）",
                 "令和8年11月20日（2026年）裁断田中花子", "書込み失敗"):  # fmt: skip
        assert part in text


@pytest.mark.requirement("FAC-CD-1")
def test_the_book_of_a_safe_says_who_took_what_out_and_what_is_left() -> None:
    text = text_of(paper("safe-book"))
    for part in (
        "第1工場金庫2",
        "鍵の管理者",
        "入",
        "出",
        "組版機で開封するため",
        "令和8年11月25日（2026年）14:05",
        "高橋三郎",
        "鈴木一郎",
        "残り",
    ):
        assert part in text


@pytest.mark.parametrize(("name", "rows"), [("media-register", "media"), ("safe-book", "movements")])
def test_a_long_register_goes_on_with_its_head_on_the_next_page(name: str, rows: str) -> None:
    row = EXAMPLES[name][rows]
    assert isinstance(row, list)
    pdf = PdfDocument(paper(name, **{rows: row * 20}))
    pages = ["".join(page.get_textpage().get_text_range().split()) for page in pdf]
    assert len(pages) > 1
    head = "情報の内容" if name == "media-register" else "入・出"
    assert [head in page for page in pages[:-1]] == [True] * (len(pages) - 1)
    assert all("健医保第1043号" in page for page in pages)


@pytest.mark.parametrize("name", ["media-register", "safe-book"])
def test_the_code_leads_back_to_the_record(name: str) -> None:
    image = PdfDocument(paper(name))[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.text == f"TEWATASHI 健医保第1043号 {HASH}"


@pytest.mark.parametrize("name", MEDIA_PAPERS)
def test_every_paper_is_pdf_a_with_its_fonts_inside(name: str) -> None:
    with pikepdf.open(io.BytesIO(paper(name))) as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
        fonts = list(fonts_of(document))
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


@pytest.mark.parametrize("name", MEDIA_PAPERS)
def test_a_missing_or_unknown_field_is_our_bug(name: str) -> None:
    data = dict(EXAMPLES[name])
    with pytest.raises(TypeError, match="unknown"):
        render_medium_paper(name, {**data, "extra": ""}, FONTS, NOW)
    for field in data:
        with pytest.raises(TypeError, match=field):
            render_medium_paper(name, {**data, field: object()}, FONTS, NOW)


def test_a_paper_is_the_same_bytes_again_and_knows_its_time() -> None:
    assert paper("medium-label") == paper("medium-label")
    later = render_medium_paper("medium-label", EXAMPLES["medium-label"], FONTS, NOW + timedelta(days=1))
    assert later != paper("medium-label")


def test_text_is_never_markup() -> None:
    assert '#read("/etc/passwd")*太字*' in text_of(paper("medium-label", content='#read("/etc/passwd") *太字*'))

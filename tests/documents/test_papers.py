"""What stands on each paper, that it can be kept for decades, and that no text on it is ever read as markup."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from tests.documents.papers import EXAMPLES, HASH, NOW
from tewatashi.documents import render
from tewatashi.documents.papers import PAPERS, fitting, lines
from tewatashi.documents.wareki import era_day, era_moment

FONTS = Path(__file__).parents[2] / ".tools" / "fonts"
pytestmark = pytest.mark.skipif(not (FONTS / "ipaexm.ttf").exists(), reason="run tools/fonts.py first")


def paper(name: str, **changes: object) -> bytes:
    return render(name, {**EXAMPLES[name], **changes}, FONTS, NOW)


def text_of(pdf: bytes) -> str:
    document = PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return "".join(text.split())


def test_there_is_an_example_of_every_paper() -> None:
    assert EXAMPLES.keys() == PAPERS.keys()


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_is_one_page_with_its_title_number_and_date(name: str) -> None:
    pdf = paper(name)
    assert len(PdfDocument(pdf)) == 1
    for part in (PAPERS[name].title, "健医保第1042号", "令和8年11月24日（2026年）", "R8-0413"):
        assert part in text_of(pdf)


@pytest.mark.requirement("WARD-OP-4")
@pytest.mark.parametrize(
    ("occasion", "words"), [("納品", "納品を受けました"), ("提供", "提供しました"), ("返却", "返却を受けました")]
)
def test_a_handover_records_when_who_what_and_how_many(occasion: str, words: str) -> None:
    text = text_of(paper("handover", occasion=occasion))
    assert words in text
    for part in (
        "日時",
        "14時05分",
        "取扱者",
        "佐藤次郎",
        "高橋三郎",
        "情報の内容",
        "収納情報",
        "数量",
        "12,034通",
        "引抜き45通",
    ):
        assert part in text


def test_a_handover_of_a_disc_names_medium_and_hash() -> None:
    text = text_of(paper("handover", occasion="提供", medium="CD-0023", sha256=HASH, withdrawn=None))
    assert "CD-0023" in text
    assert text.count(HASH) == 2  # the medium's, and that of the ledger's entry
    assert "引抜き" not in text
    assert "媒体の番号" not in text_of(paper("handover"))


def test_a_handover_of_a_day_gone_by_names_the_day_alone() -> None:
    assert "日時令和8年11月20日（2026年）場所" in text_of(paper("handover", at=date(2026, 11, 20)))


@pytest.mark.requirement("FAC-CD-4")
@pytest.mark.parametrize(("agrees", "words"), [("一致", "相違ありません"), ("相違", "相違があります。封が破れていた")])
def test_a_handover_shows_what_the_contractor_answered(agrees: str, words: str) -> None:
    answer = {"at": NOW, "by": "鈴木 一郎", "agrees": agrees, "note": "封が破れていた" if agrees == "相違" else ""}
    text = text_of(paper("handover", answer=answer))
    assert words in text
    assert "署名のある記録" in text
    assert "乙の確認" not in text_of(paper("handover"))


def test_the_report_of_a_cancelled_job_says_that_nothing_was_delivered() -> None:
    assert "納品の完了日納品なし（取消し）" in text_of(paper("erasure-report", delivered=None))


def test_a_binder_is_addressed_to_nobody_and_counts_each_thing_in_its_unit() -> None:
    text = text_of(paper("binder"))
    assert "様" not in text
    assert "1枚" in text


def test_a_paper_says_when_its_letters_go_as_a_file() -> None:
    text = text_of(render("handover", EXAMPLES["handover"], FONTS, NOW, by_file=31))
    assert "記録（31件）は用紙に収まらない" in text
    assert "この用紙に付いていません" not in text_of(paper("handover"))
    with pytest.raises(TypeError, match="carries no letters"):
        render("password-notice", EXAMPLES["password-notice"], FONTS, NOW, by_file=1)


def test_what_a_field_cannot_hold_is_counted_and_never_cut() -> None:
    assert fitting(["a", "b"], "画面") == "a\nb"
    assert fitting([], "画面", 2) == "ほか2件（画面にすべてあります）"
    text = str(lines(fitting(["事故" * 50] * 30, "画面", 4)))
    *kept, more = text.split("\n")
    assert set(kept) == {"事故" * 50}
    assert more == f"ほか{34 - len(kept)}件（画面にすべてあります）"


def test_a_password_notice_says_until_when_it_comes_back_and_what_ends_it_where_it_does_not() -> None:
    back = text_of(paper("password-notice"))
    assert "返却の期限" in back
    assert "令和8年12月10日（2026年）" in back
    assert "返却確認" in back
    report = text_of(paper("password-notice", about="報告データ", ending="裁断", return_by=None, return_within=None))
    assert "裁断の期限" in report
    assert "報告データの番号" in report
    assert "裁断確認" in report
    assert "返却" not in report
    line = text_of(paper("password-notice", ending="返却又は裁断", route=None))
    assert "□手渡し" in line
    assert "簡易書留引受番号" in line
    assert "データ媒体" not in line


def test_a_password_stands_in_groups_and_nowhere_else_in_the_file() -> None:
    pdf = paper("password-notice")
    text = text_of(pdf)
    for group in str(EXAMPLES["password-notice"]["password"]).split("-"):
        assert text.count(group) == 1
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "K7QMA" not in str(document.docinfo)
        assert "K7QMA" not in str(document.open_metadata())


def test_an_erasure_report_lists_every_thing_and_the_wards_own_scan() -> None:
    text = text_of(paper("erasure-report"))
    for part in (
        "受領した送付データ",
        "開封データ",
        "印刷用ファイル",
        "破損した用紙",
        "鍵の破棄",
        "立会者",
        "0件（調べられなかった箇所0件）",
    ):
        assert part in text
    assert "まだ行われていません" in text_of(paper("erasure-report", scan=None))


def test_a_long_list_of_things_goes_on_with_its_head_on_the_next_page() -> None:
    things = EXAMPLES["erasure-report"]["things"]
    assert isinstance(things, list)
    pdf = PdfDocument(paper("erasure-report", things=things * 13))
    assert len(pdf) == 3
    pages = ["".join(page.get_textpage().get_text_range().split()) for page in pdf]
    assert ["消去の日時" in page for page in pages] == [True, True, True]
    assert all("健医保第1042号" in page for page in pages)


@pytest.mark.parametrize("name", PAPERS)
def test_the_code_leads_back_to_the_record(name: str) -> None:
    image = PdfDocument(paper(name))[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    entry = EXAMPLES[name]["entry"]
    assert code.text == "TEWATASHI 健医保第1042号" + (f" {entry}" if entry else "")


@pytest.mark.requirement("WARD-OP-4")
def test_a_delivery_note_says_what_is_brought_and_how_many() -> None:
    text = text_of(paper("delivery-note"))
    for part in (
        "納品書",
        "12,034通",
        "引抜き品45通",
        "基準日令和8年11月20日",
        "R8-0413-K03",
        "検収",
        "高橋三郎",
        "佐藤次郎",
    ):
        assert part in text


@pytest.mark.requirement("FAC-CD-3")
def test_a_return_note_has_blanks_for_what_is_still_to_come() -> None:
    text = text_of(paper("return-note"))
    for part in ("媒体", "R8-0413-M01", "5108BA123456", "1枚", "令和8年11月24日", "R8-0413-K04"):
        assert part in text
    before = paper("return-note", at=None, brought_by=None, received_by=None, confirmation=None, serial=None)
    assert "高橋三郎" not in text_of(before)
    assert "製造番号" not in text_of(before)


# ---------------------------------------------------------------- kept for decades


def fonts_of(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    for thing in document.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
            yield thing


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_is_pdf_a_with_its_fonts_inside(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(paper(name))
    with pikepdf.open(tmp_path / "x.pdf") as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
        fonts = list(fonts_of(document))
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        assert all("IPAex" in str(font["/FontName"]) for font in fonts)


def test_the_same_paper_is_the_same_bytes() -> None:
    assert paper("receipt") == paper("receipt")


# ---------------------------------------------------------------- what may not happen


@pytest.mark.parametrize("text", ['#import "x.typ"', "*太字* _x_ $x$", '"#read("/etc/passwd")', "\\ ] ) } <x> @y"])
def test_text_is_never_markup(text: str) -> None:
    assert "".join(text.split()) in text_of(paper("handover", content=text))


def test_a_rare_character_of_a_name_falls_back_to_the_font_of_all_names() -> None:
    pdf = paper("handover", ward_handler="𠮷野 邉")
    assert "𠮷野邉" in text_of(pdf)


@pytest.mark.parametrize("name", PAPERS)
def test_a_missing_or_unknown_field_is_our_bug(name: str) -> None:
    data = dict(EXAMPLES[name])
    with pytest.raises(TypeError, match="unknown"):
        render(name, {**data, "extra": ""}, FONTS, NOW)
    for field in data:
        with pytest.raises(TypeError, match=field):
            render(name, {key: value for key, value in data.items() if key != field}, FONTS, NOW)
        with pytest.raises(TypeError, match=field):
            render(name, {**data, field: object()}, FONTS, NOW)


def test_an_error_never_shows_the_password() -> None:
    with pytest.raises(TypeError) as error:
        paper("password-notice", password="K7QMA W2XRT\n")
    assert "K7QMA" not in str(error.value)


def test_control_characters_never_reach_a_paper() -> None:
    for content in ("a\x00b", "a\u202eb", "a\nb", " "):
        with pytest.raises(TypeError):
            paper("handover", content=content)


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2019, 5, 1), "令和元年5月1日（2019年）"),
        (date(2019, 4, 30), "平成31年4月30日（2019年）"),
        (date(1989, 1, 8), "平成元年1月8日（1989年）"),
        (date(1989, 1, 7), "昭和64年1月7日（1989年）"),
        (date(2026, 11, 24), "令和8年11月24日（2026年）"),
    ],
)
def test_a_day_stands_with_its_era_and_year(day: date, shown: str) -> None:
    assert era_day(day) == shown


def test_a_moment_stands_in_japans_time() -> None:
    assert era_moment(datetime(2026, 11, 23, 15, 5, tzinfo=UTC)) == "令和8年11月24日（2026年）0時05分"
    with pytest.raises(ValueError, match="eras"):
        era_day(date(1900, 1, 1))

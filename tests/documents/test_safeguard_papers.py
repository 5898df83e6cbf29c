"""What stands on 安全管理措置の状況 and on 取扱状況報告書."""

import io
from pathlib import Path

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from tests.documents.papers import HASH, NOW
from tests.documents.test_papers import fonts_of, text_of
from tewatashi.documents.contract_samples import SAFEGUARD_EXAMPLES as EXAMPLES
from tewatashi.documents.safeguard_papers import SAFEGUARD_PAPERS, render_safeguard_paper

FONTS = Path(__file__).parents[2] / ".tools" / "fonts"
pytestmark = pytest.mark.skipif(not (FONTS / "ipaexm.ttf").exists(), reason="run tools/fonts.py first")


def paper(name: str, **changes: object) -> bytes:
    return render_safeguard_paper(name, {**EXAMPLES[name], **changes}, FONTS, NOW)


def test_there_is_an_example_of_every_paper() -> None:
    assert EXAMPLES.keys() == SAFEGUARD_PAPERS.keys()


@pytest.mark.parametrize("name", SAFEGUARD_PAPERS)
def test_every_paper_names_the_contract_and_the_ledger_under_it(name: str) -> None:
    text = text_of(paper(name))
    for part in (SAFEGUARD_PAPERS[name].title, "R8-国保-12", "見本印刷", "令和8年度", "12,345行", HASH):
        assert part in text


@pytest.mark.requirement("CL-14")
def test_the_report_says_what_is_held_and_what_went_wrong() -> None:
    text = text_of(paper("handling-report"))
    for part in (
        "開封データ12,079保管庫",
        "鈴木一郎取扱責任者済",
        "紛失（CL-8、台帳412）",
        "媒体の返却",
        "医療保険年金課様",
    ):
        assert part in text
    nothing = text_of(paper("handling-report", jobs=None, held=None, trouble="", overdue=""))
    for part in ("案件はありません", "保有している個人情報はありません", "記録はありません"):
        assert part in nothing


def test_the_list_says_state_evidence_and_what_is_overdue() -> None:
    text = text_of(paper("safeguards"))
    for part in ("守られている35", "FAC-CD-3", "不足", "45返却、48返却", "期限超過令和8年11月20日（2026年）"):
        assert part in text


def test_a_long_list_goes_on_with_its_head_on_the_next_page() -> None:
    pdf = PdfDocument(paper("safeguards", safeguards=EXAMPLES["safeguards"]["safeguards"] * 40))
    pages = ["".join(page.get_textpage().get_text_range().split()) for page in pdf]
    assert len(pages) > 1
    assert all("求められていること" in page for page in pages[:-1])


@pytest.mark.parametrize("name", SAFEGUARD_PAPERS)
def test_every_paper_is_pdf_a_with_its_fonts_inside(name: str) -> None:
    with pikepdf.open(io.BytesIO(paper(name))) as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
        fonts = list(fonts_of(document))
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


@pytest.mark.parametrize("name", SAFEGUARD_PAPERS)
def test_a_missing_or_unknown_field_is_our_bug(name: str) -> None:
    data = dict(EXAMPLES[name])
    with pytest.raises(TypeError, match="unknown"):
        render_safeguard_paper(name, {**data, "extra": ""}, FONTS, NOW)
    for field in data:
        with pytest.raises(TypeError, match=field):
            render_safeguard_paper(name, {**data, field: object()}, FONTS, NOW)

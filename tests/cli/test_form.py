"""What a ward's staff type to look at a form they have changed."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pypdfium2
import pytest
from typer.testing import CliRunner

from tests.press.residents import FONTS, fonts
from tewatashi.cli.main import app
from tewatashi.press.shipped import shipped_forms

RUN = CliRunner()
FORMS = Path(str(files("tewatashi.press"))) / "forms"


@pytest.mark.parametrize("worst", [[], ["--worst"]])
@pytest.mark.parametrize("name", shipped_forms())
def test_a_preview_shows_every_side_marked_as_a_sample(name: str, worst: list[str], tmp_path: Path) -> None:
    fonts()
    out = tmp_path / "preview.pdf"
    command = ["form", "preview", "--form", str(FORMS / name), "--out", str(out), "--fonts", str(FONTS), "--json"]
    result = RUN.invoke(app, [*command, *worst])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    document = pypdfium2.PdfDocument(out.read_bytes())
    assert len(document) == answer["pages"]
    for page in document:
        text = page.get_textpage().get_text_range()
        assert text.replace("\r\n", "").count("見本") >= 3
    document.close()


def test_a_preview_without_towns_says_that_it_has_no_customer_barcode(tmp_path: Path) -> None:
    fonts()
    command = [
        "form",
        "preview",
        "--form",
        str(FORMS / "kogaku"),
        "--out",
        str(tmp_path / "x.pdf"),
        "--fonts",
        str(FONTS),
    ]
    result = RUN.invoke(app, command)
    assert result.exit_code == 0
    assert "カスタマバーコードは印字していません。" in result.stderr
    assert "様式: kogaku" in result.stdout


def test_a_mistake_is_shown_with_its_line_and_exit_code_4(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(FORMS / "kogaku", folder)
    text = (folder / "form.toml").read_text("utf-8")
    (folder / "form.toml").write_text(text.replace("width = 78", "widht = 78", 1), "utf-8")
    line = text[: text.index("width = 78")].count("\n") + 1
    result = RUN.invoke(app, ["form", "check", "--form", str(folder)])
    assert result.exit_code == 4
    assert f"（{line}行" in result.stderr
    assert (
        json.loads(RUN.invoke(app, ["form", "check", "--form", str(folder), "--json"]).stdout)["refused"]["code"]
        == "form"
    )


def test_a_form_that_reads_well_is_described() -> None:
    answer = json.loads(RUN.invoke(app, ["form", "check", "--form", str(FORMS / "saikoku"), "--json"]).stdout)
    assert (answer["form"], answer["sheets"]) == ("saikoku", 8)


@pytest.mark.parametrize("missing", ["form.toml", "sample.toml", "seal.png"])
def test_a_file_that_is_missing_is_named(missing: str, tmp_path: Path) -> None:
    fonts()
    folder = tmp_path / "mine"
    shutil.copytree(FORMS / "kogaku", folder)
    (folder / missing).unlink()
    out = tmp_path / "x.pdf"
    result = RUN.invoke(app, ["form", "preview", "--form", str(folder), "--out", str(out), "--fonts", str(FONTS)])
    assert result.exit_code == 4
    assert missing in result.stderr
    assert not out.exists()

"""Forms drawn with other programs become folders that the reader takes, and nothing is dropped without a word."""

from __future__ import annotations

import base64
import io
import json
import tomllib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from typer.testing import CliRunner

from tests.press.residents import FONTS, fonts
from tewatashi.cli.main import app
from tewatashi.core.refused import Refused
from tewatashi.press.acroform import read_acroform
from tewatashi.press.draft import Draft, write_draft
from tewatashi.press.form import Code39, QrCode, Text
from tewatashi.press.formfile import load_form
from tewatashi.press.pdfme import read_pdfme

RUN = CliRunner()


@cache
def designed(*, fields: bool) -> bytes:
    fonts()
    pdfmetrics.registerFont(TTFont("ipa", FONTS / "ipaexg.ttf"))
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=(210 * mm, 297 * mm))
    for _ in range(2):
        canvas.setFont("ipa", 12)
        canvas.drawString(20 * mm, 150 * mm, "様式の文字")
        if fields:
            box = {"width": 60 * mm, "height": 8 * mm, "borderWidth": 0, "fontSize": 11}
            canvas.acroForm.textfield(name="氏名", x=20 * mm, y=200 * mm, **box)
            canvas.acroForm.textfield(name="本文", x=20 * mm, y=100 * mm, fieldFlags="multiline", **box)
            canvas.acroForm.textfield(name="金額", x=20 * mm, y=80 * mm, maxlen=8, fieldFlags="comb", **box)
            canvas.acroForm.checkbox(name="確認", x=20 * mm, y=60 * mm)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "position": {"x": 20, "y": 40}, "width": 60, "height": 8, **more}


TEMPLATE = {
    "pdfmeVersion": "5.0.0",
    "basePdf": {"width": 210, "height": 297, "padding": [0, 0, 0, 0]},
    "schemas": [
        [
            field("氏 名", "text", fontSize=12, alignment="right", verticalAlignment="middle", content="見本"),
            field("注", "text", readOnly=True, content="この{欄}は固定"),
            field("文", "multiVariableText", text="{氏名}様の{金額}円", content="{}"),
            field("支払", "qrcode", content="https://example.lg.jp/1234567890", width=20, height=20),
            field("番号", "code39", content="0123456789", width=90),
            field("線", "line", height=0.3),
            field("枠", "rectangle", borderWidth=0.5),
            field("写真", "image"),
        ]
    ],
}


def written(draft: Draft, folder: Path, *, duplex: bool = False) -> Path:
    write_draft(draft, folder / "form", duplex=duplex)
    return folder / "form"


def pdfme(template: object = TEMPLATE) -> Draft:
    return read_pdfme(json.dumps(template).encode(), "見本")


def test_a_pdfme_template_becomes_a_form(tmp_path: Path) -> None:
    draft = pdfme()
    form = load_form(written(draft, tmp_path))
    side = form.sheets[0].front
    assert form.items == ("氏_名", "氏名", "金額", "支払", "番号")
    assert [text.values for text in side.texts] == [("氏_名",), (), ("氏名", "金額")]
    assert side.texts[1].paragraphs == (("この｛欄｝は固定",),)
    assert (side.texts[0].style.size, side.texts[0].style.align) == (12, "right")
    assert (side.texts[0].area.x, side.texts[0].area.y, side.texts[0].area.width) == (20, 40, 60)
    assert {type(code) for code in side.codes} >= {QrCode, Code39}
    assert len(side.lines) == len(side.boxes) == 1
    assert draft.skipped == ["写真（image）"]
    assert "# not taken over: 写真（image）" in (tmp_path / "form/form.toml").read_text("utf-8")


def test_an_older_template_names_its_fields_in_each_page(tmp_path: Path) -> None:
    page = {"氏名": {"type": "text", "position": {"x": 1, "y": 2}, "width": 30, "height": 9}}
    assert load_form(written(pdfme({"schemas": [page]}), tmp_path)).items == ("氏名",)


def test_a_templates_pdf_becomes_the_background(tmp_path: Path) -> None:
    uri = "data:application/pdf;base64," + base64.b64encode(designed(fields=False)).decode()
    draft = pdfme(TEMPLATE | {"basePdf": uri, "schemas": [TEMPLATE["schemas"][0], []]})  # type: ignore[index]
    form = load_form(written(draft, tmp_path, duplex=True))
    assert len(form.sheets) == 1
    assert form.sheets[0].front.underlay
    assert form.sheets[0].back
    assert form.sheets[0].back.underlay


def test_fields_of_a_pdf_become_texts_and_the_rest_its_background(tmp_path: Path) -> None:
    draft = read_acroform(designed(fields=True), "見本")
    form = load_form(written(draft, tmp_path))
    assert form.items == ("氏名", "本文", "金額")
    assert len(form.sheets) == 2
    name, body, amount = form.sheets[0].front.texts
    assert isinstance(name, Text)
    assert [round(each, 1) for each in (name.area.x, name.area.y, name.area.width)] == [20, 89, 60]
    assert (name.fit, body.fit, body.style.valign) == ("shrink", "wrap", "top")
    assert amount.pitch == pytest.approx(60 / 8, abs=0.01)
    assert form.sheets[0].front.underlay
    assert [line.partition("（")[0] for line in draft.skipped] == ["確認", "確認"]


def test_the_command_takes_over_and_the_result_can_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "notice.json").write_text(json.dumps(TEMPLATE), "utf-8")
    out = tmp_path / "notice"
    result = RUN.invoke(app, ["form", "import", str(tmp_path / "notice.json"), "--out", str(out), "--duplex"])
    assert result.exit_code == 0, result.output
    assert "取り込めなかったもの: 写真（image）" in result.stderr
    shown = ["form", "preview", "--form", str(out), "--out", str(tmp_path / "x.pdf"), "--fonts", str(FONTS)]
    assert RUN.invoke(app, shown).exit_code == 0
    again = RUN.invoke(app, ["form", "import", str(tmp_path / "notice.json"), "--out", str(out)])
    assert again.exit_code == 4
    assert "同じ名前のフォルダがあります" in again.stderr
    assert RUN.invoke(app, ["form", "import", str(tmp_path / "none.pdf"), "--out", str(tmp_path / "y")]).exit_code == 4


def test_a_pdf_without_fields_is_refused() -> None:
    with pytest.raises(Refused, match="入力欄がありません"):
        read_acroform(designed(fields=False), "見本")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "type", "position", "x", "width", "content", "fontSize", "text"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@given(st.binary())
def test_any_bytes_give_a_draft_or_a_refusal(data: bytes) -> None:
    for read in (read_pdfme, read_acroform):
        with suppress(Refused):
            assert isinstance(read(data, "x"), Draft)


@given(
    JSON,
    st.sampled_from(["text", "multiVariableText", "qrcode", "code39", "line", "rectangle", "x"]),
    st.text(max_size=8),
)
def test_any_template_gives_a_file_that_is_toml(value: object, kind: str, name: str) -> None:
    from tewatashi.press.draft import _form, _sample

    fields = [{"name": name, "type": kind, "content": value, "text": name, "position": value, "width": 9}, value]
    with suppress(Refused):
        draft = read_pdfme(json.dumps({"schemas": [fields, value]}).encode(), name or "x")
        assert tomllib.loads("\n".join(_form(draft, duplex=True)))["schema"] == "tewatashi.form/v1"
        assert tomllib.loads("\n".join(_sample(draft)))

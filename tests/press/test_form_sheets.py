"""Sheets that come only for some pieces, and rows that run over sides and sheets."""

from __future__ import annotations

import pypdfium2
import pytest
import zxingcpp

from tests.press.residents import fonts, printed
from tewatashi.core.refused import Refused
from tewatashi.press.compose import Piece
from tewatashi.press.form import Form
from tewatashi.press.formfile import parse_form
from tewatashi.press.program import compile_form

FORM = """
schema = "tewatashi.form/v1"
name = "meisai"
title = "見本"
paper = "A4"
items = ["氏名", "別紙", { rows = 7, of = ["月#", "額#"] }]

[styles]
"普通" = { fonts = ["gothic"], size = 10 }

[[sheet]]
[sheet.front]
texts = [{ at = [20, 20], width = 60, style = "普通", text = "{氏名}", mandatory = true }, { at = [20, 30], width = 60, style = "普通", text = "{@sheet}／{@sheets}枚" }]
codes = [{ kind = "mark", at = [190, 6], size = [9, 9], dots = 10 }]
[[sheet.front.rows]]
flow = "月#"
count = 2
step = [0, 10]
texts = [{ at = [20, 40], width = 60, style = "普通", text = "{月#}月{額#:コンマ}円", when = "月#" }]
[sheet.back]
codes = [{ kind = "mark", at = [190, 6], size = [9, 9], dots = 10 }]
[[sheet.back.rows]]
flow = "月#"
count = 1
step = [0, 10]
texts = [{ at = [20, 40], width = 60, style = "普通", text = "裏{月#}月{額#:コンマ}円", when = "月#" }]

[[sheet]]
from = 2
to = 3
[sheet.front]
texts = [{ at = [20, 20], width = 60, style = "普通", text = "続き##　{@sheet}／{@sheets}枚" }]
codes = [{ kind = "mark", at = [190, 6], size = [9, 9], dots = 10 }]
[[sheet.front.rows]]
flow = "月#"
count = 2
step = [0, 10]
texts = [{ at = [20, 40], width = 60, style = "普通", text = "{月#}月{額#:コンマ}円", when = "月#" }]
[sheet.back]
codes = [{ kind = "mark", at = [190, 6], size = [9, 9], dots = 10 }]

[[sheet]]
when = "別紙"
[sheet.front]
texts = [{ at = [20, 20], width = 60, style = "普通", text = "別紙{別紙}" }]
codes = [{ kind = "mark", at = [190, 6], size = [9, 9], dots = 10 }]
[sheet.back]
codes = [{ kind = "mark", at = [190, 6], size = [9, 9], dots = 10 }]
"""
PIECES = ("00000000000000000000", "00000000000000000018", "00000000000000000026")


def parse(text: str) -> Form:
    return parse_form(text.encode())


def piece(number: int, months: int, extra: str = "", name: str = "森　一") -> Piece:
    rows = [value for month in range(1, 8) for value in ((str(month), "1200") if month <= months else ("", ""))]
    return PIECES[number], [name, extra, *rows]


def pages(*pieces: Piece) -> list[tuple[str, str]]:
    """Text and mark (without the piece id) of each page."""
    [(file, data)] = printed(pieces, by=compile_form(parse(FORM), fonts()))
    document = pypdfium2.PdfDocument(data)
    found = []
    for each in document:
        [mark] = zxingcpp.read_barcodes(each.render(scale=4).to_pil(), formats=zxingcpp.BarcodeFormat.DataMatrix)
        found.append((each.get_textpage().get_text_range().replace("\r\n", " "), mark.text[20:]))
    document.close()
    assert file.pages == len(found)
    return found


def test_items_that_come_many_times_are_written_once() -> None:
    assert parse(FORM).items == ("氏名", "別紙", *(f"{item}{n}" for n in range(1, 8) for item in "月額"))
    years = 'items = ["氏名", "別紙", { sheets = 2, of = ["年##", { rows = 2, of = ["期##-#"] }] }, { rows = 7,'
    text = FORM.replace('items = ["氏名", "別紙", { rows = 7,', years)
    assert parse(text).items[2:8] == ("年1", "期1-1", "期1-2", "年2", "期2-1", "期2-2")


def test_rows_go_on_from_side_to_side_and_sheet_to_sheet() -> None:
    texts = [text for text, mark in pages(piece(0, 7)) if mark != "0232"]
    assert ["1月1,200円" in texts[0], "2月" in texts[0], "3月" in texts[0]] == [True, True, False]
    assert "裏3月" in texts[1]
    assert "続き2" in texts[2]
    assert "4月" in texts[2]
    assert "続き3" in texts[3]
    assert "7月" in texts[3]


@pytest.mark.parametrize(
    ("months", "extra", "marks"),
    [
        (1, "", ["0111", "0112"]),
        (3, "", ["0111", "0112"]),
        (4, "", ["0121", "0122", "0221", "0222"]),
        (6, "", ["0131", "0132", "0231", "0232", "0331", "0332"]),
        (3, "甲", ["0121", "0122", "0221", "0222"]),
        (7, "甲", ["0141", "0142", "0241", "0242", "0341", "0342", "0441", "0442"]),
    ],
)
def test_a_piece_has_as_many_sheets_as_it_needs_and_every_mark_says_so(
    months: int, extra: str, marks: list[str]
) -> None:
    found = pages(piece(0, months, extra))
    assert [mark for _, mark in found] == marks
    sheets = marks[-1][2]
    assert f"1／{sheets}枚" in found[0][0]


def test_pieces_of_different_length_stand_in_one_file() -> None:
    assert len(pages(piece(0, 1), piece(1, 7, "甲"), piece(2, 4))) == 2 + 8 + 4


def test_a_gap_in_the_rows_loses_none_of_them() -> None:
    values = list(piece(0, 7)[1])
    for place in range(8, 12):  # rows 4 and 5: the whole second sheet
        values[place] = ""
    texts = [text for text, _ in pages((PIECES[0], values))]
    assert len(texts) == 4
    assert "7月" in texts[2]


def test_a_record_without_a_mandatory_value_is_refused_unseen() -> None:
    with pytest.raises(Refused, match=r"texts\[1\].*必ず印字するものが空です.*1通") as refusal:
        pages(piece(0, 1), piece(1, 1, name=""))
    assert refusal.value.code == "form-mandatory"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("rows = 7, of", "rows = 8, of", "月#の8行目から"),
        ("rows = 7, of", "rows = 4, of", "並べる行がありません"),
        ("rows = 7, of", "rows = 101, of", r"items\[3\].rows"),
        ('"月#", "額#"', '"月#", "額"', r"items\[3\].of"),
        ('"月#", "額#"', '"月#", "月#"', "同じ項目"),
        ("to = 3", "to = 12", "to"),
        ('[[sheet]]\nwhen = "別紙"', '[[sheet]]\nwhen = "別紙紙"', r"sheet\[3\].when"),
        ("[[sheet]]\n[sheet.front]", '[[sheet]]\nwhen = "別紙"\n[sheet.front]', "1枚目"),
        ("count = 1", "count = 0", r"back.rows\[1\].count"),
        (
            '[sheet.back]\ncodes = [{ kind = "mark", at = [190, 6], size = [9, 9], dots = 10 }]\n\n[[sheet]]\nwhen',
            "[[sheet]]\nwhen",
            "両面の用紙と片面の用紙",
        ),
    ],
)
def test_sheets_and_rows_that_could_lose_something_are_refused(old: str, new: str, says: str) -> None:
    assert old in FORM
    with pytest.raises(Refused, match=says):
        parse(FORM.replace(old, new, 1))


def test_a_refusal_names_line_and_column() -> None:
    line = FORM.splitlines().index("count = 1") + 1
    with pytest.raises(Refused, match=rf"sheet\[1\].back.rows\[1\].count（{line}行1文字目）"):
        parse(FORM.replace("count = 1", "count = 1.5", 1))
    with pytest.raises(Refused, match=r"styles.普通.size（9行30文字目）"):
        parse(FORM.replace('["gothic"], size = 10', '["gothic"], size = -1', 1))


def test_rows_may_stand_in_rows_under_another_sign() -> None:
    inner = 'rows = [{ from = 1, to = 3, sign = "%", step = [60, 0], texts = [{ at = [20, 40], width = 50, style = "普通", text = "{月#}-%" }] }]'
    text = FORM.replace(
        'texts = [{ at = [20, 40], width = 60, style = "普通", text = "{月#}月',
        inner + '\ntexts = [{ at = [20, 45], width = 60, style = "普通", text = "{月#}月',
        1,
    )
    added = [
        each for each in parse(text).sheets[0].front.texts if each.paragraphs[0][-1:] in (("-1",), ("-2",), ("-3",))
    ]
    assert [(each.area.x, each.area.y, each.values) for each in added] == [
        (20 + 60 * part, 40 + 10 * row, (f"月{row + 1}",)) for row in range(2) for part in range(3)
    ]
    with pytest.raises(Refused, match=r"rows\[1\].rows\[1\].sign"):
        parse(text.replace('sign = "%", ', "", 1))

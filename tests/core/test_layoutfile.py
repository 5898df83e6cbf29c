"""A layout is what the ward wrote, or a refusal that says where in the file to look; there is no unsound one."""

from __future__ import annotations

import contextlib
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tewatashi.core.fields import Amount, Date, Digits, Text
from tewatashi.core.layout import Csv, Fixed, Layout
from tewatashi.core.layoutfile import read_layout
from tewatashi.core.refused import Refused

SHIPPED = {
    name: (files("tewatashi.ward") / "shipped_layouts" / f"{name}.toml").read_text("utf-8")
    for name in ("tokusoku-csv", "tokusoku-fixed")
}
SMALL = """schema = "tewatashi.layout/v1"
name = "small"
form = "tokusoku"
charset = "cp932"
newline = "none"
key = "番号"
base_date = "基準日"

[fixed]
record = 24

[gaiji]
F040 = "𠮷"

[[columns]]
name = "番号"
type = "digits"
length = 4
start = 1
bytes = 4
approved = true
required = true

[[columns]]
name = "基準日"
type = "date"
format = "yyyymmdd"
start = 5
bytes = 8
approved = true
required = true

[[columns]]
name = "氏名"
type = "text"
max = 4
start = 13
bytes = 8
pad = "wide-space"
approved = true

[[columns]]
name = "金額"
type = "amount"
max = 4
start = 21
bytes = 4
approved = false
"""


def refused(text: str) -> Refused:
    with pytest.raises(Refused) as refusal:
        read_layout(text.encode())
    assert refusal.value.code == "layout"
    return refusal.value


def test_a_layout_says_what_its_file_says() -> None:
    layout = read_layout(SMALL.encode())
    assert (layout.shape, layout.newline, layout.key) == (Fixed(24), "", "番号")
    assert [column.kind for column in layout.columns] == [Digits(4, 4), Date("yyyymmdd"), Text(4), Amount(4)]
    assert [column.name for column in layout.approved] == ["番号", "基準日", "氏名"]
    assert layout.characters.gaiji == {"\ue000": "𠮷"}


def test_a_gaiji_that_unicode_lacks_is_the_forms_own_at_a_private_code_point() -> None:
    layout = read_layout(SMALL.replace('F040 = "𠮷"', 'F040 = "U+E123"\n"U+10DE92" = "U+10DE92"').encode())
    assert layout.characters.gaiji == {"\ue000": "\ue123", "\U0010de92": "\U0010de92"}
    assert layout.characters.read(b"\xf0\x40") == "\ue123"


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_layouts_have_only_approved_columns_and_all_checks(name: str) -> None:
    layout = read_layout(SHIPPED[name].encode())
    assert (layout.name, layout.form, layout.characters.charset) == (name, "tokusoku", "cp932")
    assert layout.approved == layout.columns
    assert layout.totals
    assert layout.store_slips
    assert len(layout.together) == 6


def test_both_shipped_layouts_give_the_same_items() -> None:
    csv, fixed = (read_layout(SHIPPED[name].encode()) for name in SHIPPED)
    assert isinstance(csv.shape, Csv)
    assert [(c.name, c.kind, c.required) for c in csv.columns] == [(c.name, c.kind, c.required) for c in fixed.columns]
    assert csv.characters == fixed.characters


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("layout/v1", "layout/v2", "schema"),
        ('key = "番号"\n', "", "key"),
        ('key = "番号"', 'key = "氏名"', "key"),
        ('key = "番号"', 'key = "宛名番号"', "key"),
        ('base_date = "基準日"', 'base_date = "番号"', "base_date"),
        ("record = 24", "record = 25", "fixed.record"),
        ("record = 24", "record = true", "fixed.record"),
        ("start = 13", "start = 14", "columns"),
        ("start = 13", "start = 12", "columns"),
        ('name = "氏名"', 'name = "番号"', "columns"),
        ('name = "氏名"', 'name = " 氏名"', "columns"),
        ('name = "氏名"', 'name = "氏\\u200b名"', "columns"),
        ("approved = false", "aproved = false", "approved"),
        ("approved = false", 'approved = "no"', "approved"),
        ("approved = false", "approved = false\ncomment = 1", "comment"),
        ('format = "yyyymmdd"', 'format = "ddmmyyyy"', "format"),
        ('type = "text"', 'type = "name"', "type"),
        ('type = "amount"\nmax = 4', 'type = "amount"\nmax = 16', "max"),
        ('newline = "none"', 'newline = "cr"', "newline"),
        ('charset = "cp932"', 'charset = "euc-jp"', "charset"),
        ("F040 =", "E040 =", "gaiji"),
        ('F040 = "𠮷"', 'F040 = ","', "gaiji"),
        ('F040 = "𠮷"', 'F040 = "\\uE001"', "gaiji"),
        ('F040 = "𠮷"', 'F040 = "F041"', "gaiji"),
        ('F040 = "𠮷"', 'F040 = "U+0041"', "gaiji"),
        ('F040 = "𠮷"', 'F040 = "〓"', "gaiji"),
        ("[fixed]\nrecord = 24", "", "csv"),
        ("[gaiji]", "[total]\ncolumn = '金額'\nparts = ['金額']\n[gaiji]", "total"),
        ("[gaiji]", "[unknown]\n[gaiji]", "unknown"),
    ],
)
def test_an_unsound_layout_is_refused_with_its_place(old: str, new: str, where: str) -> None:
    assert old in SMALL
    assert where in refused(SMALL.replace(old, new, 1)).wrong


def test_a_mistake_in_a_column_names_line_and_column() -> None:
    refusal = refused(SMALL.replace("max = 4\nstart = 13", "max = 0\nstart = 13"))
    assert f"{SMALL[: SMALL.index('氏名')].count(chr(10)) + 1}行目「氏名」の max" in refusal.wrong


def test_a_mistake_in_the_toml_names_its_line() -> None:
    assert "3行目" in refused(SMALL.replace('form = "tokusoku"', "form = tokusoku")).wrong


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("approved = true", "approved = false"),
        ('"未納額6", "督促手数料"', '"期別6", "督促手数料"'),
        ('due = "指定期限"', 'due = "期別1"'),
        ("ceiling = 300000", "ceiling = 1000000"),
        ('amount = "合計額"', 'amount = "通知書番号"'),
        ('["期別1", "納期限1", "未納額1"]', '["期別1", "電話番号"]'),
        ('newline = "crlf"', 'newline = "none"'),
    ],
)
def test_rules_name_approved_columns_of_the_right_kind(old: str, new: str) -> None:
    text = SHIPPED["tokusoku-csv"]
    assert old in text
    refused(text.replace(old, new, 1))


@given(st.binary(max_size=300))
def test_any_bytes_give_a_layout_or_a_refusal(data: bytes) -> None:
    with contextlib.suppress(Refused):
        read_layout(data)


LINES = SMALL.splitlines()
VALUES = st.sampled_from(
    [
        *("0", "-1", "1", "99999999999999999999", "1.5", "true", '""', '"a"', "[]", "[[]]", "[1]", '["番号"]', "{}"),
        *("[{}]", "1979-05-27", '"\\u0000"', "nan", '[["番号"]]', '{F040 = "a"}'),
    ]
)


@settings(max_examples=300)
@given(st.integers(0, len(LINES) - 1), VALUES)
def test_any_value_at_any_key_gives_a_layout_or_a_refusal(line: int, value: str) -> None:
    lines = list(LINES)
    lines[line] = f"{lines[line].split(' =')[0]} = {value}" if "=" in lines[line] else f"x = {value}"
    with contextlib.suppress(Refused):
        assert isinstance(read_layout("\n".join(lines).encode()), Layout)


@given(st.sampled_from(["together", "total", "store_slip", "gaiji", "csv", "fixed", "columns", "key"]), VALUES)
def test_any_value_at_any_rule_gives_a_layout_or_a_refusal(key: str, value: str) -> None:
    with contextlib.suppress(Refused):
        read_layout(f"{key} = {value}\n{SMALL}".encode())


def test_the_line_is_where_the_column_gets_its_name_not_where_another_key_says_it() -> None:
    line = SMALL.splitlines().index('name = "基準日"') + 1
    assert f"{line}行目「基準日」" in refused(SMALL.replace("yyyymmdd", "mmdd")).wrong

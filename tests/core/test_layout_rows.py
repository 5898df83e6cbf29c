"""Columns that come many times (OCCURS): written once in the layout, checked row by row."""

from __future__ import annotations

from datetime import date

import pytest

from tewatashi.core.extract import check_extract
from tewatashi.core.layout import Layout, Slot
from tewatashi.core.layoutfile import read_layout
from tewatashi.core.refused import Refused

HEAD = """schema = "tewatashi.layout/v1"
name = "years"
form = "saikoku"
charset = "utf-8"
newline = "lf"
key = "番号"
base_date = "基準日"
"""
CSV = """
[csv]
header = true
delimiter = ","
quote = ""

[[total]]
sheets = 2
column = "小計##"
parts = ["額##-#"]

[[total]]
column = "合計"
parts = ["小計1", "小計2"]

[[store_slip]]
sheets = 2
column = "収納代行##"
amount = "小計##"
due = "期限"
ceiling = 300000

[[columns]]
name = "番号"
type = "digits"
length = 2
approved = true
required = true

[[columns]]
name = "基準日"
type = "date"
format = "yyyymmdd"
approved = true
required = true

[[columns]]
name = "期限"
type = "date"
format = "yyyymmdd"
approved = true
required = true

[[columns]]
sheets = 2
together = [["年##", "小計##"]]

[[columns.of]]
name = "年##"
type = "digits"
length = 4
approved = true

[[columns.of]]
rows = 2
together = [["期##-#", "額##-#"]]

[[columns.of.of]]
name = "期##-#"
type = "text"
max = 4
approved = true

[[columns.of.of]]
name = "額##-#"
type = "amount"
max = 7
approved = true

[[columns.of]]
name = "小計##"
type = "amount"
max = 8
approved = true

[[columns.of]]
name = "収納代行##"
type = "digits"
length = 43
approved = true

[[columns]]
name = "合計"
type = "amount"
max = 8
approved = true
required = true
"""
FIXED = """
[fixed]
record = 44

[[columns]]
name = "番号"
type = "digits"
length = 2
start = 1
bytes = 2
approved = true
required = true

[[columns]]
name = "基準日"
type = "date"
format = "yyyymmdd"
start = 3
bytes = 8
approved = true
required = true

[[columns]]
rows = 2
bytes = 17

[[columns.of]]
name = "月#"
type = "digits"
length = 2
start = 11
bytes = 2
approved = true

[[columns.of]]
rows = 3
bytes = 5

[[columns.of.of]]
name = "額#"
type = "amount"
max = 5
start = 13
bytes = 5
approved = true
"""
NAMES = [
    "番号", "基準日", "期限", "年1", "期1-1", "額1-1", "期1-2", "額1-2", "小計1", "収納代行1",
    "年2", "期2-1", "額2-1", "期2-2", "額2-2", "小計2", "収納代行2", "合計",
]  # fmt: skip


def slip(amount: int) -> str:
    return f"91912345{'0' * 21}0261130{0}{amount:06d}"


GOOD = {
    "番号": "01", "基準日": "20261101", "期限": "20261130", "年1": "2025", "期1-1": "第1期", "額1-1": "1000",
    "期1-2": "第2期", "額1-2": "500", "小計1": "1500", "収納代行1": slip(1500), "合計": "1500",
}  # fmt: skip


def layout() -> Layout:
    return read_layout((HEAD + CSV).encode())


def check(**change: str) -> list[list[str]]:
    record = GOOD | {name.replace("_", "-"): value for name, value in change.items()}
    lines = [",".join(NAMES), ",".join(record.get(name, "") for name in NAMES)]
    data = ("\n".join(lines) + "\n").encode()
    batches = check_extract(layout(), [data], declared=1, base_date=date(2026, 11, 1))
    return [list(record) for batch in batches for record in batch]


def test_columns_rules_and_groups_are_numbered_through() -> None:
    read = layout()
    assert [column.name for column in read.columns] == NAMES
    assert ("期2-1", "額2-1") in read.together
    assert ("年2", "小計2") in read.together
    assert [(total.column, total.parts) for total in read.totals] == [
        ("小計1", ("額1-1", "額1-2")), ("小計2", ("額2-1", "額2-2")), ("合計", ("小計1", "小計2")),
    ]  # fmt: skip
    assert [slip.column for slip in read.store_slips] == ["収納代行1", "収納代行2"]


def test_columns_of_fixed_length_stand_one_group_after_the_other() -> None:
    with pytest.raises(Refused, match="同じ項目名"):
        read_layout((HEAD.replace("lf", "none") + FIXED).encode())
    text = (HEAD.replace("lf", "none") + FIXED).replace("額#", "額##-#").replace("月#", "月##")
    read = read_layout(text.replace("[[columns]]\nrows = 2", "[[columns]]\nsheets = 2").encode())
    assert [(column.name, column.slot) for column in read.columns][2:] == [
        ("月1", Slot(10, 2)), ("額1-1", Slot(12, 5)), ("額1-2", Slot(17, 5)), ("額1-3", Slot(22, 5)),
        ("月2", Slot(27, 2)), ("額2-1", Slot(29, 5)), ("額2-2", Slot(34, 5)), ("額2-3", Slot(39, 5)),
    ]  # fmt: skip


def test_a_record_whose_rows_agree_is_taken() -> None:
    [record] = check()
    assert record[NAMES.index("小計1")] == "1500"
    assert record[NAMES.index("年2")] == ""


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"額1_2": "400"}, "extract-total", "小計1"),
        ({"合計": "1501"}, "extract-total", "合計"),
        ({"期2_1": "第1期"}, "extract-together", "額2-1"),
        ({"年2": "2024"}, "extract-together", "小計2"),
        ({"収納代行1": slip(1400)}, "extract-slip", "収納代行1"),
        ({"収納代行2": slip(1400)}, "extract-slip", "収納代行2"),
    ],
)
def test_each_row_and_sheet_is_checked(change: dict[str, str], code: str, column: str) -> None:
    with pytest.raises(Refused, match=f"2行目「{column}」") as refusal:
        check(**change)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sheets = 2\ntogether", "sheets = 101\ntogether"),
        ("sheets = 2\ntogether", "sheets = 0\ntogether"),
        ("sheets = 2\ntogether", "sheet = 2\ntogether"),
        ('name = "年##"', 'name = "年"'),
        ('parts = ["額##-#"]', 'parts = ["額##-#-#"]'),
        ('["期##-#", "額##-#"]', '["期##-#", "額##"]'),
    ],
)
def test_a_layout_whose_rows_do_not_work_out_is_refused(old: str, new: str) -> None:
    assert old in CSV
    with pytest.raises(Refused) as refusal:
        read_layout((HEAD + CSV.replace(old, new, 1)).encode())
    assert refusal.value.code == "layout"

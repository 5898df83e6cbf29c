"""Every refusal of an extract names line and column, and never a resident's value; how bytes are cut changes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tewatashi.ward
from tewatashi.core import extract
from tewatashi.core.extract import check_extract
from tewatashi.core.fields import Fault
from tewatashi.core.layout import Layout
from tewatashi.core.layoutfile import read_layout
from tewatashi.core.records import Block
from tewatashi.core.refused import Refused
from tewatashi.demo.extract_maker import write_extract

BASE = date(2026, 11, 20)
SHIPPED = Path(tewatashi.ward.__path__[0]) / "shipped_layouts"
LAYOUTS = {kind: read_layout((SHIPPED / f"tokusoku-{kind}.toml").read_bytes()) for kind in ("csv", "fixed")}
HOUSES = 40


def made(kind: str, households: int = HOUSES, seed: int = 3) -> bytes:
    parts: list[bytes] = []
    write_extract(LAYOUTS[kind], households, seed, BASE, parts.append)
    return b"".join(parts)


GOOD = {kind: made(kind) for kind in LAYOUTS}


def records(
    layout: Layout, chunks: Iterable[bytes], declared: int = HOUSES, base: date = BASE
) -> list[tuple[str, ...]]:
    return [
        tuple(record) for batch in check_extract(layout, chunks, declared=declared, base_date=base) for record in batch
    ]


def refused(data: bytes, kind: str = "csv", **more: object) -> Refused:
    with pytest.raises(Refused) as refusal:
        records(LAYOUTS[kind], [data], **more)  # type: ignore[arg-type]
    return refusal.value


def csv_line(data: bytes, line: int, change: dict[str, str]) -> bytes:
    """The extract with some values of one line (from 1, the header is 1) replaced."""
    lines = data.decode("cp932").split("\r\n")
    names = [name.strip('"') for name in lines[0].split(",")]
    values = lines[line - 1][1:-1].split('","')
    for name, value in change.items():
        values[names.index(name)] = value
    lines[line - 1] = '"' + '","'.join(values) + '"'
    return "\r\n".join(lines).encode("cp932")


@pytest.mark.parametrize("kind", LAYOUTS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_made_extract_passes_and_both_layouts_say_the_same(kind: str, seed: int) -> None:
    found = records(LAYOUTS[kind], [made(kind, 300, seed)], 300)
    assert found == records(LAYOUTS["csv"], [made("csv", 300, seed)], 300)
    assert {len(record) for record in found} == {len(LAYOUTS[kind].approved)}


def test_the_made_extract_has_what_real_ones_have() -> None:
    found = records(LAYOUTS["csv"], [made("csv", 3000)], 3000)
    text = "".join("".join(record) for record in found)
    for sign in ("𠮷", "葛\U000e0102", "髙", "﨑", "々", "様方", "擬制", "FERNANDES", "０"):
        assert sign in text, sign
    amounts = [int(record[33]) for record in found]
    assert min(amounts) > 0
    assert max(amounts) > 300_000


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(LAYOUTS)), st.lists(st.integers(1, 5000), min_size=1, max_size=20))
def test_how_the_bytes_are_cut_changes_nothing(kind: str, sizes: list[int]) -> None:
    data, chunks, at = GOOD[kind], [], 0
    for size in sizes:
        chunks.append(data[at : at + size])
        at += size
    assert records(LAYOUTS[kind], [*chunks, data[at:]]) == records(LAYOUTS[kind], [data])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(LAYOUTS)), st.binary(max_size=400), st.integers(0, 4000))
def test_any_bytes_are_records_or_a_refusal(kind: str, data: bytes, at: int) -> None:
    spoilt = GOOD[kind][:at] + data + GOOD[kind][at:]
    with contextlib.suppress(Refused):
        records(LAYOUTS[kind], [spoilt])


@pytest.mark.parametrize("kind", LAYOUTS)
def test_the_last_record_may_lack_its_line_break(kind: str) -> None:
    assert records(LAYOUTS[kind], [GOOD[kind].removesuffix(b"\r\n")]) == records(LAYOUTS[kind], [GOOD[kind]])


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"郵便番号": "160-00"}, "extract-postcode", "郵便番号"),
        ({"世帯主氏名": ""}, "extract-required", "世帯主氏名"),
        ({"世帯主カナ": "ひらがな"}, "extract-kana", "世帯主カナ"),
        ({"世帯主区分": "不明"}, "extract-code", "世帯主区分"),
        ({"発送日": "20261131"}, "extract-date", "発送日"),
        ({"合計額": "1"}, "extract-total", "合計額"),
        ({"期別6": "第9期"}, "extract-together", "納期限6"),
        ({"収納代行": "9" * 43}, "extract-slip", "収納代行"),
        ({"収納代行": ""}, "extract-slip", "収納代行"),
        ({"住所": "〓町1"}, "extract-character", "住所"),
        ({"方書": "あ" * 41}, "extract-long", "方書"),
        ({"未納額1": "-100"}, "extract-amount", "未納額1"),
        ({"基準日": "20261020"}, "extract-base-date", "基準日"),
    ],
)
def test_a_bad_value_is_refused_with_line_and_column(change: dict[str, str], code: str, column: str) -> None:
    refusal = refused(csv_line(GOOD["csv"], 7, change))
    assert refusal.code == code
    assert "7行目" in refusal.wrong
    assert f"「{column}」" in refusal.wrong
    for value in change.values():
        assert len(value) < 5 or value.isdigit() or value not in str(refusal)


def test_another_months_data_names_both_dates() -> None:
    refusal = refused(GOOD["csv"], base=date(2026, 12, 20))
    assert (refusal.code, refusal.found, refusal.expected) == ("extract-base-date", "2026-11-20", "2026-12-20")


def test_a_notice_number_that_comes_twice_names_both_lines() -> None:
    lines = GOOD["csv"].split(b"\r\n")
    refusal = refused(b"\r\n".join([*lines[:-1], lines[3], b""]), declared=HOUSES + 1)
    assert refusal.code == "extract-twice"
    assert (refusal.found, refusal.expected) == (f"{HOUSES + 2}行目", "4行目だけ")


def test_a_notice_number_that_comes_twice_is_found_across_blocks_and_by_its_first_return() -> None:
    lines = made("csv", 3000).split(b"\r\n")
    data = b"\r\n".join([*lines[:-1], lines[2], lines[3], lines[2], b""])
    refusal = refused(data, declared=3003)
    assert (refusal.code, refusal.found, refusal.expected) == ("extract-twice", "3002行目", "3行目だけ")


@pytest.mark.parametrize("kind", LAYOUTS)
def test_blocks_and_single_records_are_checked_to_the_same_values(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = records(LAYOUTS[kind], [GOOD[kind]])

    def odd(_layout: Layout, _block: Block) -> list[Sequence[str]]:
        raise Fault("extract-columns", "")

    monkeypatch.setattr(extract, "columns_of", odd)
    assert records(LAYOUTS[kind], [GOOD[kind]]) == at_once


def test_one_odd_name_makes_no_block_refused() -> None:
    """Sixty characters and their selectors: longer for the machine than the layout allows, but not for a reader."""
    layout = read_layout((SHIPPED / "tokusoku-csv.toml").read_bytes().replace(b"cp932", b"utf-8"))
    data = csv_line(GOOD["csv"], 9, {}).decode("cp932").replace("\ue000", "𠮷").encode()
    name = "葛\U000e0102" * 60
    lines = data.split(b"\r\n")
    values = lines[8].decode().split('","')
    values[5] = name
    lines[8] = '","'.join(values).encode()
    assert records(layout, [b"\r\n".join(lines)])[7][5] == name


def test_a_count_that_differs_names_both() -> None:
    refusal = refused(GOOD["csv"], declared=HOUSES + 1)
    assert (refusal.code, refusal.found, refusal.expected) == ("extract-count", f"{HOUSES}件", f"{HOUSES + 1}件")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"住所"', '"電話番号"', "extract-unknown"),
        ('"住所",', "", "extract-missing"),
        ('"住所","方書"', '"方書","住所"', "extract-order"),
    ],
)
def test_a_header_that_is_not_the_layouts_is_refused(old: str, new: str, code: str) -> None:
    head, _, rest = GOOD["csv"].partition(b"\r\n")
    refusal = refused(head.decode("cp932").replace(old, new).encode("cp932") + b"\r\n" + rest)
    assert (refusal.code, refusal.requirement) == (code, "WORK-3")


def test_a_record_in_the_headers_place_is_not_shown() -> None:
    refusal = refused(GOOD["csv"].partition(b"\r\n")[2])
    assert (refusal.code, refusal.requirement) == ("extract-header", "WORK-3")
    first = records(LAYOUTS["csv"], [GOOD["csv"]])[0]
    assert not any(value in str(refusal) for value in first if len(value) > 1)


@pytest.mark.parametrize("kind", LAYOUTS)
def test_a_column_that_is_not_approved_passes_empty_and_is_left_out(kind: str) -> None:
    layout, data = without_approval(kind, "方書"), GOOD[kind]
    with pytest.raises(Refused) as refusal:
        records(layout, [data])
    assert (refusal.value.code, refusal.value.requirement) == ("extract-unapproved", "WORK-3")
    assert "「方書」" in refusal.value.wrong
    place = [column.name for column in layout.columns].index("方書")
    emptied = emptied_csv(data, "方書") if kind == "csv" else emptied_fixed(data, "方書")
    assert records(layout, [emptied]) == [
        (*record[:place], *record[place + 1 :]) for record in records(LAYOUTS[kind], [data])
    ]


def without_approval(kind: str, name: str) -> Layout:
    text = (SHIPPED / f"tokusoku-{kind}.toml").read_text("utf-8")
    at = text.index("approved = true", text.index(f'name = "{name}"'))
    return read_layout((text[:at] + text[at:].replace("approved = true", "approved = false", 1)).encode())


def emptied_csv(data: bytes, name: str) -> bytes:
    for line in range(2, HOUSES + 2):
        data = csv_line(data, line, {name: ""})
    return data


def emptied_fixed(data: bytes, name: str) -> bytes:
    slot = next(column.slot for column in LAYOUTS["fixed"].columns if column.name == name)
    assert slot is not None
    lines = data.split(b"\r\n")[:-1]
    return b"".join(line[: slot.start] + b" " * slot.length + line[slot.end :] + b"\r\n" for line in lines)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "extract-empty"),
        (GOOD["csv"].replace(b"\r\n", b"\n"), "extract-control"),
        (GOOD["csv"].replace(b"\r\n", b"\r\n\r\n", 3), "extract-blank"),
        (GOOD["csv"][:-4] + b"\x00" + GOOD["csv"][-4:], "extract-control"),
        (GOOD["csv"][:-4] + b"\x85\x85" + GOOD["csv"][-4:], "extract-undecodable"),
        (GOOD["csv"] + b'"x' + b"y" * 200_000, "extract-line"),
        (GOOD["csv"] + b'"unclosed\r\n', "extract-quote"),
    ],
)
def test_bytes_that_are_no_records_are_refused(data: bytes, code: str) -> None:
    assert refused(data).code == code


def test_a_record_that_is_too_short_is_refused() -> None:
    assert refused(GOOD["fixed"][:775] + GOOD["fixed"][776:], "fixed").code in ("extract-length", "extract-control")


def test_a_gaiji_without_an_entry_is_refused_by_its_code() -> None:
    refusal = refused(GOOD["csv"].replace(b"\xf0\x40", b"\xf0\x50"))
    assert refusal.code == "extract-character"
    assert "F050" in (refusal.found or "")

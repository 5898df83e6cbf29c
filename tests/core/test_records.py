"""However an extract's bytes come, the same records come out; and blocks fall apart by the rules of a single record."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core import records
from tewatashi.core.characters import Characters, Charset
from tewatashi.core.fields import Date, Digits, Fault, Text
from tewatashi.core.layout import Column, Csv, Fixed, Layout, Slot
from tewatashi.core.records import Block, blocks_of, columns_of, lines_of, record_of
from tewatashi.core.refused import Refused

Newline = Literal["\r\n", "\n", ""]
QUOTED = Csv(header=False, delimiter=",", quote='"')
BARE = Csv(header=False, delimiter="\t", quote=None)


def layout_of(shape: Csv | Fixed, charset: Charset = "cp932", newline: Newline = "\r\n") -> Layout:
    slots = [Slot(0, 2), Slot(2, 8), Slot(10, 4, "wide-space")] if isinstance(shape, Fixed) else [None] * 3
    columns = (
        Column("番号", Digits(1, 2), approved=True, required=True, slot=slots[0]),
        Column("基準日", Date("yyyymmdd"), approved=True, required=True, slot=slots[1]),
        Column("氏名", Text(8), approved=True, slot=slots[2]),
    )
    characters = Characters(charset, {"\ue000": "𠮷"})
    return Layout("small", "form", shape, characters, newline, columns, "番号", "基準日")


LAYOUTS = [
    layout_of(QUOTED),
    layout_of(BARE),
    layout_of(QUOTED, "utf-8", "\n"),
    layout_of(Fixed(14)),
    layout_of(Fixed(14), "utf-8", "\n"),
    layout_of(Fixed(14), newline=""),
]
# Pieces of which lines are made that are nearly right: quotes, delimiters and halves of characters in all places.
PIECES = [
    b'"',
    b'","',
    b",",
    b"\t",
    b'""',
    b"7",
    b"01",
    b"20261120",
    b"a ",
    b"\n",
    b"\r\n",
    b"\r",
    b"\xf0\x40",
    b"\xf0",
]
PIECES += [character.encode(charset) for character in "渡　" for charset in ("cp932", "utf-8")]
LINES = [b'"01","20261120","a"', b"01\t20261120\ta", b"0120261120a   ", b'"1","20261120",""']


def near_records() -> st.SearchStrategy[bytes]:
    return st.lists(st.sampled_from([*PIECES, *LINES]), min_size=1, max_size=14).map(b"".join)


def one_by_one(layout: Layout, block: Block) -> list[Sequence[str]] | None:
    """The columns of a block, each record taken apart alone; None if one can't be."""
    try:
        return list(zip(*[record_of(layout, line) for line in lines_of(layout, block)], strict=True))
    except Fault:
        return None


@given(st.sampled_from(LAYOUTS), st.lists(near_records(), min_size=1, max_size=4))
def test_a_block_falls_apart_exactly_as_its_records_do(layout: Layout, lines: list[bytes]) -> None:
    end = layout.newline.encode()
    block = Block(1, b"".join(line + end for line in lines))
    found: list[tuple[str, ...]] | None = None
    with contextlib.suppress(Fault):
        found = [tuple(column) for column in columns_of(layout, block)]
    assert found == one_by_one(layout, block)


@given(st.sampled_from([QUOTED, Csv(header=False, delimiter=";", quote="'")]), st.data())
def test_quoted_values_come_back_as_they_were(shape: Csv, data: st.DataObject) -> None:
    quote = shape.quote or ""
    value = st.text("a,;渡髙'\"", max_size=4)
    rows = data.draw(st.lists(st.tuples(value, value, value), min_size=1, max_size=5))
    lines = [shape.delimiter.join(quote + value.replace(quote, quote * 2) + quote for value in row) for row in rows]
    block = Block(1, "".join(line + "\r\n" for line in lines).encode("cp932"))
    assert [tuple(column) for column in columns_of(layout_of(shape), block)] == list(zip(*rows, strict=True))


@given(st.sampled_from(LAYOUTS), near_records(), st.integers(1, 60), st.lists(st.integers(0, 50), max_size=12))
def test_any_cutting_of_the_same_bytes_gives_the_same_lines(
    layout: Layout, data: bytes, size: int, cuts: list[int]
) -> None:
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    chunks = [data[start:end] for start, end in pairwise(places)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_BLOCK", size)
        numbered = [
            (number, line)
            for block in blocks_of(layout, chunks)
            for number, line in enumerate(lines_of(layout, block), block.first)
        ]
    whole = [line for block in blocks_of(layout, [data]) for line in lines_of(layout, block)]
    assert numbered == list(enumerate(whole, 1))


@pytest.mark.parametrize("size", [1, 1000, 1 << 20])
def test_a_line_that_is_too_long_is_refused_as_such_wherever_blocks_end(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_BLOCK", size)
    data = LINES[0] + b"\r\n" + b"x" * 200_000 + b"\r\n" + LINES[3] + b"\r\n"
    assert outcome(layout_of(QUOTED), [data[at : at + 999] for at in range(0, len(data), 999)]) == "extract-line"


def outcome(layout: Layout, chunks: list[bytes]) -> str:
    """The code of the first refusal, or `read`."""
    try:
        for block in blocks_of(layout, chunks):
            for line in lines_of(layout, block):
                record_of(layout, line)
    except (Refused, Fault) as refusal:
        return refusal.code
    return "read"


def test_a_byte_order_mark_is_no_part_of_the_first_value() -> None:
    layout = layout_of(QUOTED, "utf-8")
    (block,) = blocks_of(layout, [b"\xef", b"\xbb\xbf" + LINES[0] + b"\r\n"])
    assert record_of(layout, lines_of(layout, block)[0]) == ["01", "20261120", "a"]


@pytest.mark.parametrize("spoilt", [b"\xf0\x50", b"\x81", b"\x07", "〓".encode("cp932")])
def test_the_column_of_what_cannot_be_read_is_named_though_values_hold_delimiters(spoilt: bytes) -> None:
    with pytest.raises(Fault) as raised:
        record_of(layout_of(QUOTED), b'"1","20261120","a,""' + spoilt + b',b"')
    assert raised.value.column == "氏名"
    with pytest.raises(Fault) as raised:
        record_of(layout_of(Fixed(14)), b"0120261120" + spoilt.ljust(4))
    assert raised.value.column == "氏名"


def test_a_line_break_inside_a_record_of_fixed_length_is_refused() -> None:
    layout = layout_of(Fixed(14))
    block = Block(1, b"0120261120\r\nab\r\n" + b"0220261120abcd\r\n")
    with pytest.raises(Fault):
        columns_of(layout, block)
    with pytest.raises(Fault) as raised:
        record_of(layout, lines_of(layout, block)[0])
    assert raised.value.code == "extract-length"

"""An extract's bytes cut into blocks of whole records, and blocks into columns: CSV or fixed length, in flat memory.

A record is one line; a quoted line break is refused, because a record count that depends on quotes is no count. Blocks
are taken apart column by column for speed; `record_of` takes one record apart by the same rules, to say what is wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tewatashi.core.characters import controls_in, first_control
from tewatashi.core.fields import Fault
from tewatashi.core.layout import Column, Csv, Fixed, Layout, Slot

_BLOCK: Final = 1 << 18  # bytes that are taken apart together: few enough for the processor's cache
_LONGEST: Final = 1 << 17  # bytes of a line
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Block:
    """first: number of the first line, from 1; data: whole records, each with what ends it."""

    first: int
    data: bytes


def blocks_of(layout: Layout, chunks: Iterable[bytes]) -> Iterator[Block]:
    """The extract in blocks; the last record may lack its line break. Refused for a line without end."""
    end = layout.newline.encode() or None
    size = layout.shape.record if isinstance(layout.shape, Fixed) else 0
    line, rest, begun = 1, b"", False
    for data in _gathered(chunks):
        rest = _without_bom(layout, rest + data, begun)
        begun = True
        cut = _cut(rest, end, size)
        if cut:
            yield Block(line, rest[:cut])
            line += rest.count(end, 0, cut) if end else cut // size
            rest = rest[cut:]
        if len(rest) > _LONGEST:
            raise _endless().at(line)
    if rest:
        yield Block(line, rest + (end or b""))


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size >= _BLOCK:
            yield b"".join(parts)
            parts, size = [], 0
    if size:
        yield b"".join(parts)


def _without_bom(layout: Layout, data: bytes, begun: bool) -> bytes:
    return data.removeprefix(_BOM) if not begun and layout.characters.charset == "utf-8" else data


def _cut(data: bytes, end: bytes | None, size: int) -> int:
    if end is None:
        return len(data) // size * size
    found = data.rfind(end)
    return 0 if found < 0 else found + len(end)


def lines_of(layout: Layout, block: Block) -> list[bytes]:
    """The block's records, without what ends them."""
    end = layout.newline.encode()
    if end:
        return block.data.split(end)[:-1]
    size = layout.shape.record if isinstance(layout.shape, Fixed) else len(block.data)
    return [block.data[at : at + size] for at in range(0, len(block.data), size)]


def columns_of(layout: Layout, block: Block) -> list[Sequence[str]]:
    """The block as columns of `layout.columns`, unconverted. Fault without a place: `record_of` finds it."""
    end = layout.newline.encode()
    breaks = block.data.count(end) * len(end) if end else 0
    if controls_in(block.data, but=_allowed(layout)) != breaks:
        raise Fault("extract-control", "")
    if max(map(len, lines_of(layout, block))) > _LONGEST:
        raise _endless()
    if isinstance(layout.shape, Csv):
        return _csv_columns(layout, block, layout.shape)
    return _fixed_columns(layout, block, layout.shape)


def record_of(layout: Layout, line: bytes) -> list[str]:
    """One record as values of `layout.columns`, unconverted. Fault, with the column where it can be told."""
    if len(line) > _LONGEST:
        raise _endless()
    if isinstance(layout.shape, Csv):
        return _csv_record(layout, line, layout.shape)
    return _fixed_record(layout, line, layout.shape)


def _read(layout: Layout, data: bytes) -> str:
    """The text of a line or of a value."""
    allowed = _allowed(layout)
    if controls_in(data, but=allowed):
        raise Fault(
            "extract-control", "改行やタブなどの制御文字があります。", found=first_control(data.translate(None, allowed)),
            expected="レイアウトの改行と区切り",
        )  # fmt: skip
    return layout.characters.read(data)


def _endless() -> Fault:
    return Fault("extract-line", "行が長すぎます。改行が違うおそれがあります。", expected=f"{_LONGEST:,}バイト以内")


def _allowed(layout: Layout) -> bytes:
    return b"\t" if isinstance(layout.shape, Csv) and layout.shape.delimiter == "\t" else b""


# -------------------------------------------------------------------------------------------------------------- CSV


def _csv_columns(layout: Layout, block: Block, shape: Csv) -> list[Sequence[str]]:
    text = layout.characters.read(block.data)
    width = len(layout.columns)
    columns = _plainly_quoted(text, layout.newline, shape, width)
    if columns is not None:
        return columns
    lines = text.split(layout.newline)
    lines.pop()
    rows = _csv_rows(lines, shape)
    if len(rows) != len(lines) or any(len(row) != width for row in rows):
        raise Fault("extract-columns", "")
    return list(zip(*rows, strict=True))


def _plainly_quoted(text: str, newline: str, shape: Csv, width: int) -> list[Sequence[str]] | None:
    """The columns where every value is quoted and no quote stands inside one, ten times as fast as the parser; else None.

    All values of a block fall apart at quote, delimiter, quote; a line feed, which no value has, stands as one more value
    between two lines, so that a line with a value too many or too few moves it. So many values have 2 x width quotes a
    line, and if the text has no more of them, none is left to stand anywhere else.
    """
    quote, lines = shape.quote, text.count(newline)
    if not quote or not text.startswith(quote) or not text.endswith(quote + newline):
        return None
    between = f"{quote}{shape.delimiter}{quote}"
    inner = text[1 : -len(quote + newline)]
    values = inner.replace(f"{quote}{newline}{quote}", f"{between}\n{between}").split(between)
    if values[width :: width + 1] != ["\n"] * (lines - 1) or len(values) != (width + 1) * lines - 1:
        return None
    if text.count(quote) != 2 * width * lines:
        return None
    return [values[column :: width + 1] for column in range(width)]


def _csv_rows(lines: list[str], shape: Csv) -> list[list[str]]:
    try:
        if shape.quote is None:
            return list(csv.reader(lines, delimiter=shape.delimiter, quoting=csv.QUOTE_NONE, strict=True))
        return list(csv.reader(lines, delimiter=shape.delimiter, quotechar=shape.quote, strict=True))
    except csv.Error:
        raise Fault("extract-quote", "引用符の使い方が違います。", expected=shape.quote or "引用符なし") from None


def csv_header(layout: Layout, line: bytes, shape: Csv) -> list[str]:
    """The names in the header line."""
    rows = _csv_rows([_read(layout, line)], shape)
    return rows[0] if rows else []


def _csv_record(layout: Layout, line: bytes, shape: Csv) -> list[str]:
    if not line:
        raise Fault("extract-blank", "空の行があります。")
    try:
        text = _read(layout, line)
    except Fault as fault:
        fault.column = _column_at_fault(layout, line, shape)
        raise
    rows = _csv_rows([text], shape)
    width = len(layout.columns)
    if len(rows) != 1 or len(rows[0]) != width:
        found = len(rows[0]) if rows else 0
        raise Fault("extract-columns", "項目の数が違います。", found=found, expected=width)
    return rows[0]


def _column_at_fault(layout: Layout, line: bytes, shape: Csv) -> str | None:
    """The column whose bytes can't be read. Delimiters and quotes are no part of a character, in CP932 and in UTF-8 alike,
    so the line falls apart into the same values when each byte counts as a character."""
    try:
        values = _csv_rows([line.decode("latin-1")], shape)[0]
    except Fault:
        return None
    if len(values) != len(layout.columns):
        return None
    for column, value in zip(layout.columns, values, strict=True):
        try:
            _read(layout, value.encode("latin-1"))
        except Fault:
            return column.name
    return None


# ----------------------------------------------------------------------------------------------------- fixed length


def _fixed_columns(layout: Layout, block: Block, shape: Fixed) -> list[Sequence[str]]:
    size = shape.record + len(layout.newline)
    if len(block.data) % size:
        raise Fault("extract-length", "")
    table = np.frombuffer(block.data, np.uint8).reshape(-1, size)
    end = layout.newline.encode()
    if end and (
        block.data.count(end) != len(table) or (table[:, shape.record :] != np.frombuffer(end, np.uint8)).any()
    ):
        raise Fault("extract-length", "")
    return [_fixed_column(layout, table, _slot(column)) for column in layout.columns]


def _fixed_column(layout: Layout, table: np.ndarray, slot: Slot) -> list[str]:
    # A line feed after each value: a character cut in half can't go on in the next record, it fails to decode.
    apart = np.full((len(table), slot.length + 1), ord("\n"), np.uint8)
    apart[:, :-1] = table[:, slot.start : slot.end]
    values = layout.characters.read(apart.tobytes()).split("\n")
    values.pop()
    if slot.pad == "space" and not (table[:, slot.end - 1] == ord(" ")).any():
        return values
    padding = _padding(slot)
    return [value.rstrip(padding) for value in values]


def _fixed_record(layout: Layout, line: bytes, shape: Fixed) -> list[str]:
    if len(line) != shape.record:
        raise Fault(
            "extract-length", "レコードの長さが違います。", found=f"{len(line)}バイト", expected=f"{shape.record}バイト"
        )  # fmt: skip
    values = []
    for column in layout.columns:
        slot = _slot(column)
        try:
            text = _read(layout, line[slot.start : slot.end])
        except Fault as fault:
            fault.column = column.name
            raise
        values.append(text.rstrip(_padding(slot)))
    return values


def _slot(column: Column) -> Slot:
    assert column.slot is not None, "a layout of fixed length has a slot for each column"
    return column.slot


def _padding(slot: Slot) -> str:
    return " " if slot.pad == "space" else "\u3000 "

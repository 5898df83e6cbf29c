"""An extract checked against its layout, record by record and as a whole, while it streams past.

What comes out are the approved columns' values, converted; the consumer may seal them as they come, and drops everything
when a refusal rises, be it at the last record.

Rules
  WORK-3         no column but the approved ones, and all of them; the refusal names line and column
  tamba-2025     every record has the base date of the job
  kashiwa-2020   the convenience-store digits say the same amount and due date as the record
  each notice number once; as many records as were declared; instalments whole; totals that add up
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Final

import numpy as np

from tewatashi.core.fields import Code, Fault, Kana, Text
from tewatashi.core.layout import Column, Csv, Layout, StoreSlip, Total
from tewatashi.core.records import Block, blocks_of, columns_of, csv_header, lines_of, record_of
from tewatashi.core.refused import Refused

_KEY_MARK: Final = "1"  # in front of each key, so that leading zeros count
# Where a slip of 43 digits has its parts (domain.md 4.2: AI, company, free, reissue, due date, stamp, amount).
_DUE: Final = slice(30, 36)
_AMOUNT: Final = slice(37, 43)
_AI: Final = "91"

Records = list[Sequence[str]]


def check_extract(layout: Layout, chunks: Iterable[bytes], *, declared: int, base_date: date) -> Iterator[Records]:
    """The records in batches: values of `layout.approved`, in that order. Refused at the first thing that is wrong.

    declared  how many records the job says there are;  base_date  of the job.  Memory: a block and 8 bytes a record.
    """
    check = _Check(layout, base_date.isoformat())
    blocks = blocks_of(layout, chunks)
    for block in _after_header(layout, blocks):
        batch = check.batch(block)
        if batch:
            yield batch
    check.finish(declared)


def _after_header(layout: Layout, blocks: Iterator[Block]) -> Iterator[Block]:
    if not (isinstance(layout.shape, Csv) and layout.shape.header):
        return blocks
    first = next(blocks, None)
    if first is None:
        raise Fault("extract-empty", "抽出データが空です。", expected="見出しの行").at(1)
    end = layout.newline.encode()
    line, _, rest = first.data.partition(end)
    try:
        _check_header(layout, csv_header(layout, line, layout.shape))
    except Fault as fault:
        raise fault.at(1) from None
    return chain([Block(2, rest)] if rest else [], blocks)


def _check_header(layout: Layout, names: list[str]) -> None:
    """A column that is not approved may stand in the header; it's a value in it that is refused, in its record."""
    expected = [column.name for column in layout.columns]
    if 2 * len(set(names) & set(expected)) < len(expected):
        # Probably a record where the header should be: what stands there may be a resident's.
        raise Fault("extract-header", "見出しの行がレイアウトの項目名と違います。", requirement="WORK-3")
    for name in names:
        if name not in expected:
            raise Fault("extract-unknown", "レイアウトにない項目です。", column=name[:40], requirement="WORK-3")
    for name in expected:
        if names.count(name) != 1:
            raise Fault(
                "extract-missing",
                "この項目が1つだけあるべきです。",
                column=name,
                found=f"{names.count(name)}個",
                expected="1個",
                requirement="WORK-3",
            )
    if names != expected:
        place = next(n for n, (found, name) in enumerate(zip(names, expected, strict=True)) if found != name)
        raise Fault(
            "extract-order",
            "項目の順番が違います。",
            found=names[place],
            expected=expected[place],
            requirement="WORK-3",
        )


class _Check:
    """One extract being checked: the rules of its layout, and the keys seen so far."""

    def __init__(self, layout: Layout, base_date: str) -> None:
        self._layout = layout
        self._base_date = base_date
        self._whole = [column.kind.whole() for column in layout.columns]
        names = [column.name for column in layout.columns]
        self._place = {name: place for place, name in enumerate(names)}
        self._approved = [self._place[column.name] for column in layout.approved]
        self._together = [[self._place[name] for name in group] for group in layout.together]
        self._keys = array("q")

    def batch(self, block: Block) -> Records:
        """The records of a block. All columns at once; if anything is odd, one by one, to say what and where."""
        try:
            columns = self._convert(columns_of(self._layout, block))
            self._check_columns(columns)
        except Fault:
            columns = self._one_by_one(block)
        self._keys.extend(map(int, map(_KEY_MARK.__add__, columns[self._place[self._layout.key]])))
        return list(zip(*(columns[place] for place in self._approved), strict=True))

    def _convert(self, columns: list[Sequence[str]]) -> list[Sequence[str]]:
        converted = []
        for column, whole, values in zip(self._layout.columns, self._whole, columns, strict=True):
            if not column.approved:
                if any(map(str.strip, values)):
                    raise _unapproved(column)
            elif column.required and _lacks_one(column, values):
                raise Fault("extract-required", "")
            converted.append(whole(values) if column.approved else values)
        return converted

    def _check_columns(self, columns: list[Sequence[str]]) -> None:
        if set(columns[self._place[self._layout.base_date]]) != {self._base_date}:
            raise Fault("extract-base-date", "")
        for group in self._together:
            first, *others = (tuple(map(bool, columns[place])) for place in group)
            if any(other != first for other in others):
                raise Fault("extract-together", "")
        for total in self._layout.totals:
            self._add_up(columns, total)
        for slip in self._layout.store_slips:
            digits, amounts, dues = (columns[self._place[name]] for name in (slip.column, slip.amount, slip.due))
            if [f"{d[:2]}{d[_DUE]}{d[_AMOUNT]}" for d in digits] != _slips_due(slip, amounts, dues):
                raise Fault("extract-slip", "")

    def _add_up(self, columns: list[Sequence[str]], total: Total) -> None:
        """All totals of a block at once, in whole numbers."""
        found, *parts = (_numbers(columns[self._place[name]]) for name in (total.column, *total.parts))
        if (found != sum(parts)).any():
            raise Fault("extract-total", "")

    def _one_by_one(self, block: Block) -> list[Sequence[str]]:
        records: list[list[str]] = []
        for line, data in enumerate(lines_of(self._layout, block), block.first):
            try:
                records.append(self._one(data))
            except Fault as fault:
                raise fault.at(line) from None
        return list(zip(*records, strict=True))

    def _one(self, data: bytes) -> list[str]:
        record = []
        for column, value in zip(self._layout.columns, record_of(self._layout, data), strict=True):
            if not column.approved and value.strip():
                raise _unapproved(column)
            try:
                record.append(column.one(value) if column.approved else value)
            except Fault as fault:
                fault.column = column.name
                raise
        self._check_base_date(record)
        self._check_together(record)
        self._check_sums(record)
        return record

    def _check_base_date(self, record: Sequence[str]) -> None:
        found = record[self._place[self._layout.base_date]]
        if found != self._base_date:
            raise Fault(
                "extract-base-date", "案件と違う基準日のデータです。", found=found, expected=self._base_date,
                column=self._layout.base_date, do="案件の基準日で抽出したデータを選んでください。",
            )  # fmt: skip

    def _check_together(self, record: Sequence[str]) -> None:
        for group in self._together:
            filled = [place for place in group if record[place]]
            if filled and len(filled) < len(group):
                empty = next(place for place in group if not record[place])
                raise Fault(
                    "extract-together", "一組で書く項目の一部だけに値があります。", column=self._layout.columns[empty].name,
                    found="空", expected=f"「{self._layout.columns[filled[0]].name}」とともに値がある",
                )  # fmt: skip

    def _check_sums(self, record: Sequence[str]) -> None:
        for total in self._layout.totals:
            parts = sum([int(value) for name in total.parts if (value := record[self._place[name]])])
            found = record[self._place[total.column]]
            if int(found or 0) != parts:
                # Amounts are a resident's: that they differ is said, not by how much.
                raise Fault(
                    "extract-total", "合計が内訳の和と違います。", column=total.column, expected="＋".join(total.parts)
                )
        for slip in self._layout.store_slips:
            _check_slip(slip, *(record[self._place[name]] for name in (slip.column, slip.amount, slip.due)))

    def finish(self, declared: int) -> None:
        """What only the whole extract shows: a number that comes twice, and the count."""
        keys = np.frombuffer(self._keys, np.int64) if self._keys else np.empty(0, np.int64)
        self._refuse_twice(keys)
        if len(keys) != declared:
            raise Refused(
                "extract-count", "抽出の件数が予定と違います。", found=f"{len(keys):,}件", expected=f"{declared:,}件",
                do="抽出か予定件数を直してください。", requirement="WORK-3",
            )  # fmt: skip

    def _refuse_twice(self, keys: np.ndarray) -> None:
        ordered = np.sort(keys)
        if not (ordered[1:] == ordered[:-1]).any():
            return
        places = np.argsort(keys, kind="stable")
        second = int(places[1:][ordered[1:] == ordered[:-1]].min())
        first = int(np.flatnonzero(keys == keys[second])[0])
        before = 2 if isinstance(self._layout.shape, Csv) and self._layout.shape.header else 1
        raise Fault(
            "extract-twice", "同じ通知書番号が二度あります。", column=self._layout.key, found=f"{second + before}行目",
            expected=f"{first + before}行目だけ",
        ).at(second + before)  # fmt: skip


def _numbers(values: Sequence[str]) -> np.ndarray:
    """Amounts as whole numbers, an empty one as 0; the kind has made sure that they are digits, and below 10**15."""
    return np.fromiter(map(_number, values), np.int64, len(values))


@lru_cache(maxsize=1 << 14)
def _number(amount: str) -> int:
    return int(amount or 0)


def _lacks_one(column: Column, values: Sequence[str]) -> bool:
    """Whether a value is empty or blank; of most kinds no blank value passes anyway."""
    return not all(map(str.strip, values) if isinstance(column.kind, Text | Kana | Code) else values)


def _slips_due(slip: StoreSlip, amounts: Sequence[str], dues: Sequence[str]) -> list[str]:
    """What the digits must say of each record: AI, due date and amount, or nothing."""
    days = {due: due[2:].replace("-", "") for due in set(dues)}
    return [
        f"{_AI}{days[due]}{amount:0>6}" if 0 < _number(amount) <= slip.ceiling else ""
        for amount, due in zip(amounts, dues, strict=True)
    ]


def _check_slip(slip: StoreSlip, digits: str, amount: str, due: str) -> None:
    payable = 0 < int(amount or 0) <= slip.ceiling
    if bool(digits) != payable:
        raise Fault(
            "extract-slip", "コンビニ収納の番号の有無が、金額の上限と合いません。", column=slip.column,
            found="あり" if digits else "なし", expected="あり" if payable else f"なし（0円、または{slip.ceiling:,}円超）",
        )  # fmt: skip
    if not digits:
        return
    if digits[:2] != _AI:
        raise Fault(
            "extract-slip", "コンビニ収納の番号の頭が違います。", column=slip.column, found=digits[:2], expected=_AI
        )
    if digits[_AMOUNT] != amount.zfill(6):
        raise Fault(
            "extract-slip", "コンビニ収納の番号の金額が、記載の金額と違います。", column=slip.column,
            expected=f"「{slip.amount}」と同じ金額",
        )  # fmt: skip
    if digits[_DUE] != due[2:].replace("-", ""):
        raise Fault(
            "extract-slip", "コンビニ収納の番号の支払期限が、記載の期限と違います。", column=slip.column,
            expected=f"「{slip.due}」と同じ日",
        )  # fmt: skip


def _unapproved(column: Column) -> Fault:
    return Fault(
        "extract-unapproved", "この帳票に承認されていない項目に値があります。", column=column.name, requirement="WORK-3"
    )

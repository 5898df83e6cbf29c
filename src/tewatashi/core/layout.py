"""How the ward's system writes the extract of one form: characters, columns in their order, and what must agree.

A layout that exists is a sound one: names are unique, every rule names columns of the right kind, and a record of fixed
length has no byte that belongs to no column (it would leave the ward unseen). `core.layoutfile` reads it from TOML.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from tewatashi.core.characters import Characters
from tewatashi.core.fields import Amount, Date, Digits, Fault, Kana, Kind, Text
from tewatashi.core.refused import Refused

STORE_SLIP_DIGITS: Final = 43  # a GS1-128 of 44 digits from the AI 91 on, without its check digit
_KEY_DIGITS: Final = 18  # a notice number and a leading 1 fit into 63 bits: duplicates are found exactly, not by hashes
_MOST_COLUMNS: Final = 2000
_MOST_BYTES: Final = 65_536  # of a record


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a column stands in a record of fixed length. start: of its first byte, counted from 0."""

    start: int
    length: int
    pad: Literal["space", "wide-space"] = "space"

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Column:
    """approved: the council approved this item for the form; without it no value of the column leaves the ward.

    category: of the forbidden ones (収集禁止事項) the one that the item belongs to, where the layout's writer says so
    """

    name: str
    kind: Kind
    approved: bool
    required: bool = False
    slot: Slot | None = None
    category: str = ""

    def __post_init__(self) -> None:
        if not self.name or not self.name.isprintable() or self.name != self.name.strip():
            raise refused_layout("columns", "項目名が空か、見えない文字を含みます。")

    def one(self, value: str) -> str:
        """The value converted; Fault if it isn't acceptable."""
        if self.required and not value.strip():
            raise Fault("extract-required", "必須の値がありません。")
        return self.kind.one(value) if value else ""


@dataclass(frozen=True, slots=True)
class Csv:
    """quote: the character around a value, or None where the system writes none."""

    header: bool
    delimiter: Literal[",", ";", "\t"]
    quote: Literal['"', "'"] | None


@dataclass(frozen=True, slots=True)
class Fixed:
    """record: bytes of a record, without the line break."""

    record: int


@dataclass(frozen=True, slots=True)
class Total:
    """The amount of `column` is the sum of the amounts of `parts`."""

    column: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoreSlip:
    """`column` holds the convenience-store digits (収納代行), and they say the same amount and due date as `amount`
    and `due`. Above `ceiling` yen shops take no payment: the column is empty then, and only then."""

    column: str
    amount: str
    due: str
    ceiling: int


@dataclass(frozen=True)
class Layout:
    """shape: CSV or fixed length. newline: what ends a record. key: the column of the notice number.

    together: groups of columns that are filled or empty as one, such as an instalment's name, due date and amount.
    """

    name: str
    form: str
    shape: Csv | Fixed
    characters: Characters
    newline: Literal["\r\n", "\n", ""]
    columns: tuple[Column, ...]
    key: str
    base_date: str
    together: tuple[tuple[str, ...], ...] = ()
    totals: tuple[Total, ...] = ()
    store_slips: tuple[StoreSlip, ...] = ()

    def __post_init__(self) -> None:
        _check_names(self.columns)
        _check_key(self._approved("key", self.key))
        self._expect("base_date", self.base_date, Date)
        if not self._approved("base_date", self.base_date).required:
            raise refused_layout("base_date", "基準日の項目は required = true とします。", found=self.base_date)
        for group in self.together:
            for name in group:
                self._approved("together", name)
        for total in self.totals:
            for name in (total.column, *total.parts):
                self._expect("total", name, Amount)
        for slip in self.store_slips:
            self._check_store_slip(slip)
        if isinstance(self.shape, Fixed):
            _check_slots(self.columns, self.shape.record)
        elif not self.newline:
            raise refused_layout("newline", "CSV には行末の改行が要ります。", expected="crlf・lf")

    @property
    def approved(self) -> tuple[Column, ...]:
        """The columns that may leave the ward, in the order of the extract."""
        return tuple(column for column in self.columns if column.approved)

    def _approved(self, key: str, name: str) -> Column:
        if (column := self._by_name.get(name)) and column.approved:
            return column
        raise refused_layout(key, "承認された項目の中にない項目名です。", found=name)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def _expect(self, key: str, name: str, kind: type[Kind]) -> None:
        if not isinstance(self._approved(key, name).kind, kind):
            raise refused_layout(
                key, "項目の種類が違います。", found=name, expected=f'type = "{kind.__name__.lower()}"'
            )

    def _check_store_slip(self, slip: StoreSlip) -> None:
        self._expect("store_slip", slip.amount, Amount)
        self._expect("store_slip", slip.due, Date)
        if self._approved("store_slip", slip.column).kind != Digits(STORE_SLIP_DIGITS, STORE_SLIP_DIGITS):
            raise refused_layout(
                "store_slip", "収納代行の項目ではありません。", found=slip.column,
                expected=f'type = "digits", length = {STORE_SLIP_DIGITS}',
            )  # fmt: skip
        if not 0 < slip.ceiling < 1_000_000:
            raise refused_layout("store_slip", "上限額は6桁までです。", found=slip.ceiling)


def refused_layout(where: str, wrong: str, *, found: object = None, expected: object = None) -> Refused:
    """A refusal `layout` that names the key of the layout file."""
    return Refused(
        "layout",
        f"レイアウトの {where}: {wrong}",
        found=found,
        expected=expected,
        do="レイアウトのファイルを直してください。",
    )


def _check_names(columns: tuple[Column, ...]) -> None:
    if not 0 < len(columns) <= _MOST_COLUMNS:
        raise refused_layout("columns", "項目の数が違います。", found=len(columns), expected=f"1～{_MOST_COLUMNS}")
    seen: set[str] = set()
    for column in columns:
        if column.name in seen:
            raise refused_layout("columns", "同じ項目名が二つあります。", found=column.name)
        seen.add(column.name)


def _check_key(column: Column) -> None:
    if not isinstance(column.kind, Digits) or column.kind.most > _KEY_DIGITS or not column.required:
        raise refused_layout(
            "key", "通知書番号の項目ではありません。", found=column.name,
            expected=f'type = "digits"、{_KEY_DIGITS}桁以内、required = true',
        )  # fmt: skip


def _check_slots(columns: Iterable[Column], record: int) -> None:
    """Columns follow each other without gap or overlap, to the last byte of the record."""
    end = 0
    for column in columns:
        slot = column.slot
        if slot is None or slot.length < 1:
            raise refused_layout("columns", "固定長の項目には start と bytes を書きます。", found=column.name)
        if slot.start != end:
            raise refused_layout(
                "columns",
                f"「{column.name}」の start が前の項目の終わりに続きません。",
                found=slot.start + 1,
                expected=end + 1,
            )
        if slot.pad == "wide-space" and not isinstance(column.kind, Text | Kana):
            raise refused_layout("columns", "全角空白で埋められるのは text と kana だけです。", found=column.name)
        end = slot.end
    if end != record or not 0 < record <= _MOST_BYTES:
        raise refused_layout("fixed.record", "項目の長さの合計がレコード長と違います。", found=end, expected=record)

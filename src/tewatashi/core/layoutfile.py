"""A record layout as the TOML file that a ward edits (docs/spec/extract.md).

Any bytes give a Layout or a Refused. A key that nobody asked for is refused: a misspelt `approved` must not pass.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from tewatashi.core.characters import Characters, Charset, gaiji_character
from tewatashi.core.fields import DATE_FORMS, Amount, Code, Date, Digits, Kana, Kind, Postcode, Text
from tewatashi.core.layout import Column, Csv, Fixed, Layout, Slot, StoreSlip, Total, refused_layout
from tewatashi.core.refused import Refused

SCHEMA: Final = "tewatashi.layout/v1"
_MOST_BYTES: Final = 1 << 20
_MOST_LENGTH: Final = 10_000
_MOST_COLUMNS: Final = 2000
_MOST_TIMES: Final = 100
_SIGNS: Final = {"sheets": re.compile("##"), "rows": re.compile("(?<!#)#(?!#)")}
_CHARSETS: Final[Mapping[str, Charset]] = {"cp932": "cp932", "utf-8": "utf-8"}
_NEWLINES: Final[Mapping[str, Any]] = {"crlf": "\r\n", "lf": "\n", "none": ""}
_PADS: Final[Mapping[str, Any]] = {"space": "space", "wide-space": "wide-space"}
_DELIMITERS: Final[Mapping[str, Any]] = {",": ",", ";": ";", "\t": "\t"}
_QUOTES: Final[Mapping[str, Any]] = {'"': '"', "'": "'", "": None}
_KINDS: Final = {str: "文字列", int: "整数", bool: "true か false", list: "配列", dict: "表"}
_NEEDED: Final = object()


def read_layout(data: bytes) -> Layout:
    """The layout that the TOML file `data` describes. Refused `layout`, with the line where it can be told."""
    text = _decoded(data)
    root = _Table(_parsed(text), "", text)
    if (schema := root.text("schema")) != SCHEMA:
        raise root.refused("schema", "知らない版のレイアウトです。", found=schema, expected=SCHEMA)
    layout = _layout(root)
    root.close()
    return layout


def _decoded(data: bytes) -> str:
    if len(data) > _MOST_BYTES:
        raise refused_layout("全体", "ファイルが大きすぎます。", found=len(data), expected=f"{_MOST_BYTES} バイト以内")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refused_layout(f"{line}行目", "UTF-8 の文字ではありません。") from None


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"{place[1]}行目{place[2]}文字目" if place else "全体"
        raise refused_layout(where, "TOML として読めません。") from None


class _Table:
    """A TOML table read key by key. where: its name in refusals. text: the file, to find the line of a value in."""

    def __init__(self, values: Mapping[str, Any], where: str, text: str) -> None:
        self._values = values
        self._left = set(values)
        self._where = where
        self._text = text

    def refused(self, key: str, wrong: str, *, found: object = None, expected: object = None) -> Refused:
        name = self._values.get("name")
        where = f"{self._where}.{key}" if self._where else key
        if self._where and isinstance(name, str):
            # Other keys name the column too (`key`, `together`): the line is the one where it gets its name.
            given = re.search(rf"""\bname\s*=\s*["']{re.escape(name)}["']""", self._text)
            line = f"{self._text.count(chr(10), 0, given.start()) + 1}行目" if given else ""
            where = f"{line}「{name[:40]}」の {key}"
        return refused_layout(where, wrong, found=found, expected=expected)

    def _take(self, key: str, kind: type, default: Any) -> Any:
        self._left.discard(key)
        value = self._values.get(key, default)
        if value is _NEEDED:
            raise self.refused(key, "必要なキーがありません。")
        if value is not default and type(value) is not kind:
            raise self.refused(key, "値の種類が違います。", expected=_KINDS[kind])
        return value

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: Any = _NEEDED) -> str:
        value: str = self._take(key, str, default)
        return value

    def truth(self, key: str, default: Any = _NEEDED) -> bool:
        value: bool = self._take(key, bool, default)
        return value

    def whole(self, key: str, *, least: int = 1, most: int = _MOST_LENGTH) -> int:
        value: int = self._take(key, int, _NEEDED)
        if not least <= value <= most:
            raise self.refused(key, "数が範囲の外です。", expected=f"{least}～{most}")
        return value

    def chosen(self, key: str, choices: Mapping[str, Any], default: Any = _NEEDED) -> Any:
        value = self.text(key, default)
        if value not in choices:
            raise self.refused(key, "選べない値です。", found=repr(value[:40]), expected=" ".join(map(repr, choices)))
        return choices[value]

    def texts(self, key: str, default: Any = _NEEDED) -> tuple[str, ...]:
        values = self._take(key, list, default)
        if not all(isinstance(value, str) and value for value in values):
            raise self.refused(key, "文字列の配列ではありません。")
        return tuple(values)

    def groups(self, key: str) -> tuple[tuple[str, ...], ...]:
        groups = self._take(key, list, [])
        if not all(isinstance(group, list) and group for group in groups):
            raise self.refused(key, "項目名の配列の配列ではありません。")
        return tuple(_Table({key: group}, self._where, self._text).texts(key) for group in groups)

    def table(self, key: str) -> _Table:
        return _Table(self._take(key, dict, _NEEDED), key, self._text)

    def tables(self, key: str) -> list[_Table]:
        values = self._take(key, list, _NEEDED)
        if not values or not all(isinstance(value, dict) for value in values):
            raise self.refused(key, "表の配列ではありません。")
        return [_Table(value, f"{key}[{number}]", self._text) for number, value in enumerate(values, 1)]

    def tables_if_any(self, key: str) -> list[_Table]:
        """One table, many, or none."""
        value = self._values.get(key, [])
        if isinstance(value, dict):
            return [self.table(key)]
        return self.tables(key) if value else []

    def numbered(self, sign: re.Pattern[str], number: int) -> _Table:
        """The same table with the sign in every string of it replaced by the number."""
        return _Table(_numbered(self._values, sign, str(number)), self._where, self._text)

    def close(self) -> None:
        if self._left:
            raise self.refused(min(self._left), "知らないキーです。")


def _numbered(value: Any, sign: re.Pattern[str], number: str) -> Any:
    if isinstance(value, str):
        return sign.sub(number, value)
    if isinstance(value, list):
        return [_numbered(each, sign, number) for each in value]
    if isinstance(value, dict):
        return {key: _numbered(each, sign, number) for key, each in value.items()}
    return value


def _repeated(table: _Table) -> list[_Table]:
    """The table, or with `rows` or `sheets` as many as that: # stands for the number of a row, ## for that of a sheet."""
    key, sign = next(((key, sign) for key, sign in _SIGNS.items() if key in table), ("", None))
    if sign is None:
        return [table]
    times = table.whole(key, most=_MOST_TIMES)
    repeated = [table.numbered(sign, number) for number in range(1, times + 1)]
    for each in repeated:
        each.whole(key)
    return repeated


def _layout(root: _Table) -> Layout:
    if ("csv" in root) == ("fixed" in root):
        raise root.refused("csv", "[csv] か [fixed] のどちらか一つを書きます。")
    shape = _csv(root.table("csv")) if "csv" in root else _fixed(root.table("fixed"))
    columns = _Columns(fixed=isinstance(shape, Fixed))
    for table in root.tables("columns"):
        columns.add(table, 0)
    return Layout(
        name=root.text("name"),
        form=root.text("form"),
        shape=shape,
        characters=_characters(root),
        newline=root.chosen("newline", _NEWLINES),
        columns=tuple(columns.found),
        key=root.text("key"),
        base_date=root.text("base_date"),
        together=(*root.groups("together"), *columns.together),
        totals=tuple(_total(each, columns) for table in root.tables_if_any("total") for each in _repeated(table)),
        store_slips=tuple(_store_slip(each) for table in root.tables_if_any("store_slip") for each in _repeated(table)),
    )


class _Columns:
    """Columns as they are read, those that come many times written out."""

    def __init__(self, *, fixed: bool) -> None:
        self._fixed = fixed
        self.found: list[Column] = []
        self.together: list[tuple[str, ...]] = []

    def add(self, table: _Table, shift: int) -> None:
        """shift: bytes by which a column of fixed length stands further right than its `start` says."""
        if "of" not in table:
            column = _column(table, self._fixed)
            slot = replace(column.slot, start=column.slot.start + shift) if column.slot else None
            self.found.append(replace(column, slot=slot))
        else:
            step = table.whole("bytes", most=65_536) if self._fixed else 0
            for times, each in enumerate(_repeated(table)):
                self._add_all(each, shift + times * step)
        if len(self.found) > _MOST_COLUMNS:
            raise table.refused("of", "項目が多すぎます。", expected=f"{_MOST_COLUMNS}以下")

    def _add_all(self, table: _Table, shift: int) -> None:
        self.together += table.groups("together")
        for inner in table.tables("of"):
            self.add(inner, shift)
        if self._fixed:
            table.whole("bytes", most=65_536)
        table.close()

    def named(self, pattern: str) -> list[str]:
        """The columns that a name with # stands for, one for each row; a name without it is itself."""
        if "#" not in pattern:
            return [pattern]
        written = re.compile(_SIGNS["rows"].sub("[0-9]+", re.escape(pattern).replace(r"\#", "#")))
        return [column.name for column in self.found if written.fullmatch(column.name)] or [pattern]


def _csv(table: _Table) -> Csv:
    shape = Csv(
        header=table.truth("header"),
        delimiter=table.chosen("delimiter", _DELIMITERS),
        quote=table.chosen("quote", _QUOTES),
    )
    table.close()
    return shape


def _fixed(table: _Table) -> Fixed:
    shape = Fixed(record=table.whole("record", most=65_536))
    table.close()
    return shape


def _characters(root: _Table) -> Characters:
    charset: Charset = root.chosen("charset", _CHARSETS)
    if "gaiji" not in root:
        return Characters(charset)
    table = root.table("gaiji")
    return Characters(charset, dict(_gaiji(table, code) for code in sorted(table._left)))


def _gaiji(table: _Table, code: str) -> tuple[str, str]:
    private, text = gaiji_character(code), table.text(code)
    if private is None:
        raise table.refused(
            code[:40], "外字の符号ではありません。", expected="F040～F9FC、U+E000～U+F8EF、U+F0000～U+10FFFD"
        )
    if text.startswith("U+") and (own := gaiji_character(text)):
        return private, own
    if not 1 <= len(text) <= 8 or not all(map(_may_stand_for_gaiji, text)):
        raise table.refused(
            code,
            "外字が表す文字として使えません。",
            expected="文字1つ（と異体字セレクタ）か、様式の外字ファイルでの U+E000 など",
        )
    return private, text


def _may_stand_for_gaiji(character: str) -> bool:
    """Letters and marks beyond ASCII: a 外字 can bring neither a delimiter nor a second 外字 into a record."""
    return character > "\x7f" and unicodedata.category(character)[0] in "LMNS" and character != "〓"


def _column(table: _Table, fixed: bool) -> Column:
    column = Column(
        name=table.text("name"),
        kind=_kind(table),
        approved=table.truth("approved"),
        required=table.truth("required", default=False),
        slot=_slot(table) if fixed else None,
        category=table.text("category", default=""),
    )
    table.close()
    return column


def _slot(table: _Table) -> Slot:
    """A layout file counts bytes from 1, as the systems' own record specifications do."""
    start = table.whole("start", most=65_536) - 1
    return Slot(start, table.whole("bytes", most=65_536), table.chosen("pad", _PADS, "space"))


def _kind(table: _Table) -> Kind:
    read: Callable[[_Table], Kind] = table.chosen("type", _TYPES)
    return read(table)


def _digits(table: _Table) -> Digits:
    if "length" in table:
        length = table.whole("length")
        return Digits(length, length)
    return Digits(1, table.whole("max"))


def _code(table: _Table) -> Code:
    values = table.texts("values")
    if not values:
        raise table.refused("values", "許す値がありません。")
    return Code(values)


def _total(table: _Table, columns: _Columns) -> Total:
    parts = [name for part in table.texts("parts") for name in columns.named(part)]
    total = Total(table.text("column"), tuple(parts))
    table.close()
    return total


def _store_slip(table: _Table) -> StoreSlip:
    slip = StoreSlip(
        column=table.text("column"),
        amount=table.text("amount"),
        due=table.text("due"),
        ceiling=table.whole("ceiling", most=999_999),
    )
    table.close()
    return slip


_TYPES: Final[Mapping[str, Callable[[_Table], Kind]]] = {
    "text": lambda table: Text(table.whole("max")),
    "kana": lambda table: Kana(table.whole("max")),
    "digits": _digits,
    "amount": lambda table: Amount(table.whole("max", most=15)),
    "date": lambda table: Date(table.chosen("format", {form: form for form in DATE_FORMS})),
    "postcode": lambda _table: Postcode(),
    "code": _code,
}

"""Reads form.toml, strictly: what is not understood is refused with its place, never skipped.

The schema, with an example, is docs/spec/form.md.
"""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar

from tewatashi.core.refused import Refused
from tewatashi.press.elementfile import ElementReader, ReadFile, style_of
from tewatashi.press.form import Area, Characters, Element, Enclosing, Envelope, Form, Sheet, Side
from tewatashi.press.places import places_in
from tewatashi.press.toml import Table
from tewatashi.press.underlay import Underlay

SCHEMA: Final = "tewatashi.form/v1"
LARGEST: Final = 1 << 20  # bytes; a form is read whole
_PAPER: Final = {"A4": (210.0, 297.0)}
_MOST_ROWS: Final = 100
_SIGN_OF_ROWS: Final = "#%$"
_MOST_ELEMENTS: Final = 20_000  # of a side
_SIGNS: Final = {"#": re.compile("(?<!#)#(?!#)"), "##": re.compile("##")}
_MOST_ITEMS: Final = 2000
_MOST_SHEETS: Final = 9  # the sheet mark has one digit for them
_LISTS: Final = ("texts", "lines", "boxes", "circles", "codes", "images")
_FILE: Final = re.compile(r"\w[\w.-]{0,99}")

_Made = TypeVar("_Made", bound=Element)


def load_form(folder: Path) -> Form:
    """The form of a folder: its form.toml and the files that it names."""

    def read(name: str) -> bytes:
        try:
            return (folder / name).read_bytes()
        except OSError:
            raise Refused(
                "form-missing", "様式のファイルを読めません。", found=f"{folder.name}/{name}",
                do="様式の置き場所を確かめてください。",
            ) from None  # fmt: skip

    return parse_form(read("form.toml"), read)


def _no_files(name: str) -> bytes:
    raise Refused(
        "form-missing",
        "様式のファイルを読めません。",
        found=name,
        do="様式のフォルダに、このファイルを置いてください。",
    )


def parse_form(data: bytes, read_file: ReadFile = _no_files) -> Form:
    """Any bytes give a Form or a Refused. read_file: gives the bytes of another file of the form by its name."""
    if len(data) > LARGEST:
        raise Refused(
            "form-size", "様式ファイルが大きすぎます。", found=len(data), expected=f"{LARGEST}バイト以下",
            do="分けてください。",
        )  # fmt: skip
    try:
        text = data.decode("utf-8")
        top = Table(tomllib.loads(text), "", places_in(text))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        place = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        raise Refused(
            "form-toml", "様式ファイルがTOMLとして読めません。", found=place, do="その行を直してください。"
        ) from None
    if (schema := top.text("schema")) != SCHEMA:
        raise top.refused("schema", "知らない版の様式です。", found=schema, expected=SCHEMA)
    files = _Files(top, read_file)
    return replace(_Reader(top, files.read).form(), fingerprint=files.fingerprint(data))


class _Files:
    """The other files of a form, each read once."""

    def __init__(self, top: Table, read: ReadFile) -> None:
        self._top = top
        self._read = read
        self._files: dict[str, bytes] = {}

    def read(self, name: str) -> bytes:
        if not _FILE.fullmatch(name):
            raise self._top.refused("file", "様式のフォルダにあるファイルの名前ではありません。", found=name)
        if name not in self._files:
            self._files[name] = self._read(name)
        return self._files[name]

    def fingerprint(self, data: bytes) -> str:
        """SHA-256 of form.toml; where it names files, of its digest, and their names and digests, a line each."""
        own = hashlib.sha256(data).hexdigest()
        if not self._files:
            return own
        lines = [f"{name} {hashlib.sha256(self._files[name]).hexdigest()}\n" for name in sorted(self._files)]
        return hashlib.sha256("".join([own, "\n", *lines]).encode()).hexdigest()


class _Reader:
    """What is the same in the whole file: items, words and styles."""

    def __init__(self, top: Table, read_file: ReadFile) -> None:
        self._top = top
        self._items = tuple(_items(top, "items"))
        self._known = frozenset(self._items)
        if len(self._known) != len(self._items) or len(self._items) > _MOST_ITEMS:
            raise top.refused("items", "同じ項目が二度あるか、項目が多すぎます。", expected=f"{_MOST_ITEMS}以下")
        self._window: Area | None = None  # what may come into it of the next front; of the first sheet's only
        self._read_file = read_file
        self._flows: dict[str, int] = {}  # rows of each that have their place so far
        self._paper = self._read_paper(top.text("paper"))
        styles = {name: style_of(table) for name, table in top.tables_by_name("styles").items()}
        self._elements_of = ElementReader(self._known, top.text_table("words"), styles, read_file)

    def _read_paper(self, name: str) -> tuple[float, float]:
        if name not in _PAPER:
            raise self._top.refused("paper", "知らない用紙です。", found=name, expected="、".join(_PAPER))
        return _PAPER[name]

    def form(self) -> Form:
        top = self._top
        name, title = top.text("name"), top.text("title")
        if any(unicodedata.category(character)[0] == "C" for character in title):  # it stands in the file's XMP
            raise top.refused("title", "表題に使えない文字があります。", expected="改行や制御文字、外字のない表題")
        envelope = _envelope(table) if (table := top.table_if_any("envelope")) else None
        self._window = envelope.ever if envelope else None
        sheets = tuple(chain.from_iterable(self._sheets(table) for table in top.tables("sheet")))
        characters = self._characters(table) if (table := top.table_if_any("characters")) else Characters()
        enclosing = self._enclosing(table, sheets) if (table := top.table_if_any("plan")) else None
        top.close()
        if not 1 <= len(sheets) <= _MOST_SHEETS:
            raise top.refused("sheet", "用紙の枚数が範囲外です。", found=len(sheets), expected=f"1～{_MOST_SHEETS}")
        if len({sheet.back is None for sheet in sheets}) > 1:
            # A printer turns every sheet or none: the next sheet's front would come out on a back (sunmesse-2021).
            raise top.refused("sheet", "両面の用紙と片面の用紙が混ざっています。", expected="すべて両面か、すべて片面")
        if sheets[0].when:
            raise top.refused("sheet", "1枚目の用紙に条件は付けられません。")
        self._refuse_rows_without_place()
        form = Form(name, title, self._items, self._paper, sheets, "", envelope, enclosing)
        if form.planned and not enclosing:
            raise top.refused("plan", "封筒の順番の印がありますが、封入計画がありません。", expected="[plan]")
        _check_places(form)
        return replace(form, characters=characters)

    def _enclosing(self, table: Table, sheets: tuple[Sheet, ...]) -> Enclosing:
        from tewatashi.press.planfile import PlanReader  # few forms need it

        return PlanReader(self._items, sheets, self._elements_of.conditions, self._read_file).read(table)

    def _characters(self, table: Table) -> Characters:
        from tewatashi.press.characters import read_characters  # few forms have 外字 fonts or 縮退 of their own

        return read_characters(table, self._read_file)

    def _refuse_rows_without_place(self) -> None:
        """A row for which no sheet has a place would be lost on paper."""
        for pattern, placed in self._flows.items():
            if pattern.replace("#", str(placed + 1)) in self._known:
                raise self._top.refused(
                    "sheet", "用紙に並べきれない行があります。", found=f"{pattern}の{placed + 1}行目から"
                )

    def _sheets(self, table: Table) -> list[Sheet]:
        """The sheet, or with from and to as many as that, with ## standing for the number."""
        if "from" not in table:
            return [self._sheet(table)]
        first, last = table.whole("from"), table.whole("to")
        if not first <= last < first + _MOST_SHEETS:
            raise table.refused("to", "用紙の番号が範囲外です。", found=last, expected=f"{first}～{first + 8}")
        return [self._sheet(table.filled_in("##", str(number))) for number in range(first, last + 1)]

    def _sheet(self, table: Table) -> Sheet:
        before = dict(self._flows)
        when = self._elements_of.conditions(table)
        front = self._side(table.table("front"))
        self._window = None
        back = self._side(back) if (back := table.table_if_any("back")) else None
        table.close_but("from", "to")
        return Sheet(front, back, when, tuple(self._rows_since(before)))

    def _rows_since(self, before: Mapping[str, int]) -> Iterator[str]:
        """The items that tell of each row placed since whether it is there; none where no rows go on from a sheet before:
        such a sheet always comes."""
        placed = {pattern: row for pattern, row in self._flows.items() if row != before.get(pattern)}
        if before.keys() & placed.keys():
            for pattern, last in placed.items():
                yield from (pattern.replace("#", str(row)) for row in range(before.get(pattern, 0) + 1, last + 1))

    def _side(self, table: Table) -> Side:
        side = self._with_rows(table, "")
        if background := table.table_if_any("background"):
            side = replace(side, underlay=self._underlay(background))
        table.close()
        return side

    def _underlay(self, table: Table) -> Underlay:
        from tewatashi.press.underlay_file import (  # loads qpdf and PDFium: few forms need it
            read_underlay,
            require_clear,
        )

        file = self._read_file(table.text("file"))
        page = table.whole("page", 1, 99) if "page" in table else 1
        table.close()
        underlay = read_underlay(file, page, self._paper, table.place)
        if window := self._window:
            require_clear(file, page, (window.x, window.y, window.right, window.bottom), table.place)
        return underlay

    def _with_rows(self, table: Table, signs: str) -> Side:
        """Elements, and rows of them. signs: those that stand for numbers already."""
        rows = [row for each in table.tables("rows", required=False) for row in self._rows(each, signs)]
        return _joined([self._elements(table), *rows])

    def _rows(self, table: Table, signs: str) -> list[Side]:
        """The same elements several times, `step` apart, with the sign standing for the number of the row."""
        sign = table.one_of("sign", tuple(_SIGN_OF_ROWS), "#")
        if sign in signs:
            raise table.refused("sign", "外側の行と同じ記号です。", found=sign, expected="、".join(_SIGN_OF_ROWS))
        first, last = self._flow(table) if "flow" in table else (table.whole("from"), table.whole("to"))
        right, down = table.pair("step")
        table.close_but(*_LISTS, "rows")
        if not first <= last < first + _MOST_ROWS:
            raise table.refused(
                "to", "行の番号が範囲外です。", found=last, expected=f"{first}～{first + _MOST_ROWS - 1}"
            )
        sides: list[Side] = []
        count = 0
        for number in range(first, last + 1):
            row = self._with_rows(table.filled_in(sign, str(number)), signs + sign)
            times = number - first
            sides.append(_moved(row, right * times, down * times))
            count += len(tuple(row.elements))
            if count > _MOST_ELEMENTS:
                raise table.refused("to", "行にあるものが多すぎます。", expected=f"{_MOST_ELEMENTS}以下")
        return sides

    def _flow(self, table: Table) -> tuple[int, int]:
        """The next `count` rows of those that begin in this table or in one before it, on this side or another."""
        pattern, count = table.text("flow"), table.whole("count", 1, _MOST_ROWS)
        first = self._flows.get(pattern, 0) + 1
        if "#" not in pattern or pattern.replace("#", str(first)) not in self._known:
            raise table.refused("flow", "items に、ここから並べる行がありません。", found=pattern)
        last = first
        while last < first + count - 1 and pattern.replace("#", str(last + 1)) in self._known:
            last += 1
        self._flows[pattern] = last
        return first, last

    def _elements(self, table: Table) -> Side:
        def read(key: str, make: Callable[[Table], _Made]) -> tuple[_Made, ...]:
            return tuple(make(element) for element in table.tables(key, required=False))

        of = self._elements_of
        return Side(
            texts=read("texts", of.text), lines=read("lines", of.line), boxes=read("boxes", of.box),
            circles=read("circles", of.circle), images=read("images", of.image),
            codes=tuple(map(of.code, table.tables("codes", required=False))),
        )  # fmt: skip


def _items(table: Table, key: str) -> Iterator[str]:
    """Names, and lists of them that come several times: `rows` with # standing for the number, `sheets` with ## (there
    may be rows in sheets)."""
    for entry in table.texts_and_tables(key):
        if isinstance(entry, str):
            if not entry:
                raise table.refused(key, "項目名が空です。")
            yield entry
        else:
            yield from _repeated_items(entry)


def _repeated_items(table: Table) -> Iterator[str]:
    key, sign = ("sheets", "##") if "sheets" in table else ("rows", "#")
    times = table.whole(key, 1, _MOST_ROWS)
    names = list(_items(table, "of"))
    table.close()
    if times * len(names) > _MOST_ITEMS:
        raise table.refused(key, "項目が多すぎます。", found=times * len(names), expected=f"{_MOST_ITEMS}以下")
    numbered = _SIGNS[sign]
    if unnumbered := [name for name in names if not numbered.search(name)]:
        raise table.refused("of", f"項目名に {sign} がありません。", found=unnumbered[0])
    for number in range(1, times + 1):
        yield from (numbered.sub(str(number), name) for name in names)


def _envelope(table: Table) -> Envelope:
    window = table.numbers("window")
    if len(window) != 4:
        raise table.refused("window", "窓は[左, 上, 幅, 高さ]で書きます。")
    envelope = Envelope(table.pair("inner"), table.pair("panel"), Area(*window), table.number("clear"))
    table.close()
    if envelope.always.width <= 0 or envelope.always.height <= 0:
        raise table.refused("window", "用紙が動くと、いつも窓から見える所が残りません。")
    return envelope


def _joined(sides: Sequence[Side]) -> Side:
    def all_of(key: str) -> tuple[Any, ...]:
        return tuple(chain.from_iterable(getattr(side, key) for side in sides))

    lists: dict[str, Any] = {key: all_of(key) for key in _LISTS}
    return Side(**lists)


def _moved(side: Side, right: float, down: float) -> Side:
    def move(element: Any) -> Any:
        return replace(element, area=replace(element.area, x=element.area.x + right, y=element.area.y + down))

    lists: dict[str, Any] = {key: tuple(map(move, getattr(side, key))) for key in _LISTS}
    return Side(**lists)


def _check_places(form: Form) -> None:
    """Nothing off the paper; the address block always in the window, and nothing else ever in it (kamakura-2022)."""
    sheet = Area(0, 0, *form.paper)
    for side in chain.from_iterable(sheet.sides for sheet in form.sheets):
        for element in side.elements:
            if not sheet.holds(element.area) or not all(map(math.isfinite, (element.area.x, element.area.y))):
                raise _misplaced(element, "用紙からはみ出しています。", sheet)
    if form.envelope:
        for element in form.sheets[0].front.elements:
            if element.window and not form.envelope.always.holds(element.area):
                raise _misplaced(element, "用紙が封筒の中で動くと窓から外れます。", form.envelope.always)
            if not element.window and form.envelope.ever.meets(element.area):
                raise _misplaced(element, "用紙が封筒の中で動くと窓から見えます。", form.envelope.ever)


def _misplaced(element: Element, wrong: str, limit: Area) -> Refused:
    def show(area: Area) -> str:
        return f"左{area.x:.1f} 上{area.y:.1f} 右{area.right:.1f} 下{area.bottom:.1f}mm"

    return Refused(
        "form-place", f"{element.where}: {wrong}", found=show(element.area), expected=show(limit),
        do="様式の位置か大きさを改めてください。",
    )  # fmt: skip

"""Reads form.toml, strictly: what is not understood is refused with its place, never skipped.

The schema, with an example, is docs/spec/form.md.
"""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from tewatashi.core.refused import Refused
from tewatashi.press import form as forms
from tewatashi.press.form import (
    BUILT_IN,
    Area,
    Box,
    Circle,
    Code,
    Condition,
    CustomerCode,
    Element,
    Envelope,
    Form,
    Line,
    MarkCode,
    Paragraph,
    PaymentCode,
    Sheet,
    Side,
    Style,
    Text,
    Value,
)  # fmt: skip
from tewatashi.press.formats import FORMATS
from tewatashi.press.places import places_in
from tewatashi.press.toml import Table

SCHEMA: Final = "tewatashi.form/v1"
LARGEST: Final = 1 << 20  # bytes; a form is read whole
_PAPER: Final = {"A4": (210.0, 297.0)}
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_CONDITION: Final = re.compile(r"\s*([^\s=]+)(?:\s*=\s*(\S+))?\s*")
_MOST_ROWS: Final = 100
_SIGNS: Final = {"#": re.compile("(?<!#)#(?!#)"), "##": re.compile("##")}
_MOST_ITEMS: Final = 2000
_MOST_SHEETS: Final = 9  # the sheet mark has one digit for them
_LISTS: Final = ("texts", "lines", "boxes", "circles", "codes")

_Made = TypeVar("_Made", bound=Element)


def load_form(folder: Path) -> Form:
    """The form of a folder: its form.toml."""
    try:
        data = (folder / "form.toml").read_bytes()
    except OSError:
        raise Refused(
            "form-missing",
            "様式ファイルを読めません。",
            found=f"{folder.name}/form.toml",
            do="様式の置き場所を確かめてください。",
        ) from None
    return parse_form(data)


def parse_form(data: bytes) -> Form:
    """Any bytes give a Form or a Refused."""
    if len(data) > LARGEST:
        raise Refused(
            "form-size",
            "様式ファイルが大きすぎます。",
            found=len(data),
            expected=f"{LARGEST}バイト以下",
            do="分けてください。",
        )
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
    return _Reader(top).form(hashlib.sha256(data).hexdigest())


class _Reader:
    """What is the same in the whole file: items, words and styles."""

    def __init__(self, top: Table) -> None:
        self._top = top
        self._items = tuple(_items(top, "items"))
        self._known = frozenset(self._items)
        if len(self._known) != len(self._items) or len(self._items) > _MOST_ITEMS:
            raise top.refused("items", "同じ項目が二度あるか、項目が多すぎます。", expected=f"{_MOST_ITEMS}以下")
        self._flows: dict[str, int] = {}  # rows of each that have their place so far
        self._words = top.text_table("words")
        self._paper = self._read_paper(top.text("paper"))
        self._styles = {name: _style(table) for name, table in top.tables_by_name("styles").items()}

    def _read_paper(self, name: str) -> tuple[float, float]:
        if name not in _PAPER:
            raise self._top.refused("paper", "知らない用紙です。", found=name, expected="、".join(_PAPER))
        return _PAPER[name]

    def form(self, fingerprint: str) -> Form:
        top = self._top
        name, title = top.text("name"), top.text("title")
        envelope = _envelope(table) if (table := top.table_if_any("envelope")) else None
        sheets = tuple(chain.from_iterable(self._sheets(table) for table in top.tables("sheet")))
        top.close()
        if not 1 <= len(sheets) <= _MOST_SHEETS:
            raise top.refused("sheet", "用紙の枚数が範囲外です。", found=len(sheets), expected=f"1～{_MOST_SHEETS}")
        if sheets[0].when:
            raise top.refused("sheet", "1枚目の用紙に条件は付けられません。")
        self._refuse_rows_without_place()
        form = Form(name, title, self._items, self._paper, sheets, fingerprint, envelope)
        _check_places(form)
        return form

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
        when = self._all_conditions(table)
        front = self._side(table.table("front"))
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
        side = self._elements(table)
        rows = list(chain.from_iterable(self._rows(row) for row in table.tables("rows", required=False)))
        table.close()
        return _joined([side, *rows])

    def _rows(self, table: Table) -> list[Side]:
        """The same elements several times, `step` apart, with # standing for the number of the row."""
        first, last = self._flow(table) if "flow" in table else (table.whole("from"), table.whole("to"))
        right, down = table.pair("step")
        table.close_but(*_LISTS)
        if not first <= last < first + _MOST_ROWS:
            raise table.refused(
                "to", "行の番号が範囲外です。", found=last, expected=f"{first}～{first + _MOST_ROWS - 1}"
            )
        sides = []
        for number in range(first, last + 1):
            row = self._elements(table.filled_in("#", str(number)))
            times = number - first
            sides.append(_moved(row, right * times, down * times))
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

        return Side(
            texts=read("texts", self._text), lines=read("lines", self._line), boxes=read("boxes", self._box),
            circles=read("circles", self._circle), codes=tuple(map(self._code, table.tables("codes", required=False))),
        )  # fmt: skip

    def _common(self, table: Table, area: Area) -> dict[str, Any]:
        return {
            "where": table.place, "area": area, "when": self._all_conditions(table), "window": table.truth("window"),
            "mandatory": table.truth("mandatory"),
        }  # fmt: skip

    def _all_conditions(self, table: Table) -> tuple[Condition, ...]:
        return (*self._conditions(table, "when", negated=False), *self._conditions(table, "unless", negated=True))

    def _conditions(self, table: Table, key: str, *, negated: bool) -> tuple[Condition, ...]:
        conditions = []
        for text in table.texts(key, required=False):
            found = _CONDITION.fullmatch(text)
            if not found:
                raise table.refused(key, "条件として読めません。", found=text, expected="項目 または 項目 = 値")
            conditions.append(Condition(self._item(table, key, found[1]), found[2], negated))
        return tuple(conditions)

    def _item(self, table: Table, key: str, name: str) -> str:
        if name not in self._known:
            raise table.refused(key, "items にない項目です。", found=name)
        return name

    def _text(self, table: Table) -> Text:
        style = self._style_of(table)
        written = _FIELD.sub(lambda field: self._words.get(field[1], field[0]), table.text("text"))
        paragraphs = tuple(self._paragraph(table, line) for line in written.split("\n"))
        x, y = table.pair("at")
        default_height = len(paragraphs) * style.size * style.leading / _POINTS_PER_MM
        area = Area(x, y, table.number("width", 0.1), table.number("height", 0.1, default=default_height))
        fit = table.one_of("fit", get_args(forms.Fit), "refuse")
        least = table.number("min", 1, style.size, default=style.size)
        text = Text(
            **self._common(table, area), paragraphs=paragraphs, style=style, fit=fit, least=least,
            pitch=table.number("pitch", default=0),
        )  # fmt: skip
        table.close()
        return text

    def _style_of(self, table: Table) -> Style:
        name = table.text("style")
        if name not in self._styles:
            raise table.refused("style", "styles にない書式です。", found=name)
        style = self._styles[name]
        return replace(
            style,
            size=table.number("size", 1, 200, default=style.size),
            align=table.one_of("align", get_args(forms.Align), style.align),
            valign=table.one_of("valign", get_args(forms.Valign), style.valign),
        )

    def _paragraph(self, table: Table, line: str) -> Paragraph:
        """Literal text with {item} and {item:format} in it."""
        parts: list[str | Value] = []
        for place, part in enumerate(_FIELD.split(line)):
            if place % 2:
                parts.append(self._field(table, part))
            elif "{" in part or "}" in part:
                raise table.refused("text", "波かっこの対応がとれていません。", found=line)
            elif part:
                parts.append(part)
        return tuple(parts)

    def _field(self, table: Table, field: str) -> Value:
        name, _, written = field.partition(":")
        if name not in self._known and name not in BUILT_IN:
            raise table.refused("text", "items にも words にもない名前です。", found=name)
        if written and written not in FORMATS:
            raise table.refused("text", "知らない書式です。", found=written, expected="、".join(FORMATS))
        return Value(name, written or None)

    def _line(self, table: Table) -> Line:
        (left, top), (right, bottom) = table.pair("from"), table.pair("to")
        if right < left or bottom < top:
            raise table.refused("to", "線の終点が始点より左か上にあります。")
        common = self._common(table, Area(left, top, right - left, bottom - top))
        line = Line(**common, thickness=table.number("thickness", default=0.2), dash=table.numbers("dash"))
        table.close()
        return line

    def _box(self, table: Table) -> Box:
        common = self._common(table, _area(table))
        fill = table.number("fill", 0, 1, default=-1)
        box = Box(
            **common, thickness=table.number("thickness", default=0.2), fill=None if fill < 0 else fill,
            radius=table.number("radius", default=0),
        )  # fmt: skip
        table.close()
        return box

    def _circle(self, table: Table) -> Circle:
        x, y = table.pair("at")
        across = table.number("diameter", 0.1)
        common = self._common(table, Area(x, y, across, across))
        circle = Circle(**common, thickness=table.number("thickness", default=0.2), dash=table.numbers("dash"))
        table.close()
        return circle

    def _code(self, table: Table) -> Code:
        kind = table.one_of("kind", tuple(self._kinds), None)
        code = self._kinds[kind](self, table)
        table.close()
        return code

    def _customer_code(self, table: Table) -> CustomerCode:
        postcode, address, building = (
            self._item(table, key, table.text(key)) for key in ("postcode", "address", "building")
        )
        points = table.number("points", 8, 11.5)
        common = self._common(table, _area(table))
        return CustomerCode(**common, points=points, postcode=postcode, address=address, building=building)

    def _payment_code(self, table: Table) -> PaymentCode:
        digits, amount, due = (self._item(table, key, table.text(key)) for key in ("digits", "amount", "due"))
        common = self._common(table, _area(table))
        return PaymentCode(**common, digits=digits, amount=amount, due=due, dots=table.whole("dots", 1, 20))

    def _mark_code(self, table: Table) -> MarkCode:
        return MarkCode(**self._common(table, _area(table)), dots=table.whole("dots", 4, 40))

    _kinds: Mapping[str, Callable[[_Reader, Table], Code]] = {
        "customer": _customer_code,
        "gs1-128": _payment_code,
        "mark": _mark_code,
    }


_POINTS_PER_MM: Final = 72 / 25.4


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


def _style(table: Table) -> Style:
    style = Style(
        fonts=table.texts("fonts"), size=table.number("size", 1, 200), leading=table.number("leading", 0.5, 5, default=1.3),
        align=table.one_of("align", get_args(forms.Align), "left"),
        valign=table.one_of("valign", get_args(forms.Valign), "middle"), bold=table.truth("bold"),
    )  # fmt: skip
    table.close()
    return style


def _area(table: Table) -> Area:
    (x, y), (width, height) = table.pair("at"), table.pair("size")
    return Area(x, y, width, height)


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

    return Side(*map(all_of, ("texts", "lines", "boxes", "circles", "codes")))


def _moved(side: Side, right: float, down: float) -> Side:
    def move(elements: Sequence[_Made]) -> tuple[_Made, ...]:
        return tuple(
            replace(element, area=replace(element.area, x=element.area.x + right, y=element.area.y + down))
            for element in elements
        )

    return Side(move(side.texts), move(side.lines), move(side.boxes), move(side.circles), move(side.codes))


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

"""Reads of a form.toml what the proofreader must know: which texts and codes stand where on which side, and when.

This is no second reader of the whole form: what a proof does not need (sizes of type, rules, leading) is passed over. The
schema is docs/spec/form.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tewatashi.core.refused import Refused

Table = dict[str, Any]
Box = tuple[float, float, float, float]  # left, top, right, bottom in mm

_PAPER: Final = {"A4": (210.0, 297.0)}
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_MM: Final = 25.4 / 72


@dataclass(frozen=True)
class Condition:
    """wanted: None for any value."""

    item: str
    wanted: str | None
    negated: bool


@dataclass(frozen=True)
class Shown:
    """A value in a text. name: an item, or one that begins with @."""

    name: str
    wording: str | None


@dataclass(frozen=True)
class Place:
    """What all elements have. row: which row of which table of rows it stands in, () for none."""

    where: str
    box: Box
    when: tuple[Condition, ...]
    window: bool
    mandatory: bool
    row: tuple[str, ...]

    def moved(self, right: float, down: float) -> Box:
        left, top, far, foot = self.box
        return left + right, top + down, far + right, foot + down


@dataclass(frozen=True)
class TextPlace(Place):
    parts: tuple[str | Shown, ...] = ()
    wraps: bool = False
    pitch: float = 0

    @property
    def fixed(self) -> bool:
        return not self.when and not any(isinstance(part, Shown) for part in self.parts)

    @property
    def shown(self) -> tuple[Shown, ...]:
        return tuple(part for part in self.parts if isinstance(part, Shown))


@dataclass(frozen=True)
class CodePlace(Place):
    kind: str = ""
    keys: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ImagePlace(Place):
    file: str = ""
    valid: tuple[str, str] | None = None
    day: str = ""


@dataclass(frozen=True)
class SideText:
    """graphics: rules, boxes and circles; underlaid: whether a designer's page lies below."""

    texts: tuple[TextPlace, ...]
    codes: tuple[CodePlace, ...]
    images: tuple[ImagePlace, ...]
    graphics: tuple[Place, ...]
    underlaid: bool


@dataclass(frozen=True)
class SheetText:
    """sides: one or two, by their number among all sides; rows: items of which one must have a value."""

    sides: tuple[int, ...]
    when: tuple[Condition, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True)
class FormText:
    """ever: what of the first front some shift of the sheet brings into the window; always: what every shift leaves in it;
    characters: the table of this name."""

    title: str
    items: tuple[str, ...]
    paper: tuple[float, float]
    sheets: tuple[SheetText, ...]
    sides: tuple[SideText, ...]
    ever: Box | None
    always: Box | None
    characters: Mapping[str, Any] = field(default_factory=dict)


def read_form(data: bytes) -> FormText:
    """Refused if it can't be read; what the composer alone needs isn't judged."""
    try:
        return _Reading(tomllib.loads(data.decode())).form()
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, RecursionError):
        raise Refused(
            "proof-form", "校正のために様式を読めません。", do="「tewatashi form check」で様式を確かめてください。"
        ) from None


class _Reading:
    def __init__(self, top: Table) -> None:
        self._top = top
        self._items = tuple(_items(top["items"]))
        self._known = frozenset(self._items)
        self._words: dict[str, str] = top.get("words", {})
        self._styles: dict[str, Table] = top.get("styles", {})
        self._flows: dict[str, int] = {}
        self._sides: list[SideText] = []

    def form(self) -> FormText:
        top = self._top
        sheets = tuple(sheet for number, table in enumerate(top["sheet"], 1) for sheet in self._repeated(table, number))
        ever, always = _envelope(top["envelope"]) if "envelope" in top else (None, None)
        return FormText(
            top["title"], self._items, _PAPER[top["paper"]], sheets, tuple(self._sides), ever, always,
            top.get("characters", {}),
        )  # fmt: skip

    def _repeated(self, table: Table, number: int) -> Iterator[SheetText]:
        where = f"sheet[{number}]"
        if "from" not in table:
            yield self._sheet(table, where)
            return
        for each in range(table["from"], table["to"] + 1):
            yield self._sheet(_filled(table, "##", str(each)), where)

    def _sheet(self, table: Table, where: str) -> SheetText:
        before = dict(self._flows)
        sides = []
        for name in ("front", "back"):
            if name in table:
                sides.append(len(self._sides))
                self._sides.append(self._side(table[name], f"{where}.{name}"))
        return SheetText(tuple(sides), self._conditions(table), tuple(self._rows_since(before)))

    def _rows_since(self, before: Mapping[str, int]) -> Iterator[str]:
        placed = {flow: last for flow, last in self._flows.items() if before.get(flow) != last}
        if any(flow in before for flow in placed):
            for flow, last in placed.items():
                yield from (flow.replace("#", str(row)) for row in range(before.get(flow, 0) + 1, last + 1))

    def _side(self, table: Table, where: str) -> SideText:
        places = list(self._places(table, where, (0.0, 0.0), ()))
        of = {
            kind: tuple(place for place in places if type(place) is kind)
            for kind in (TextPlace, CodePlace, ImagePlace, Place)
        }
        return SideText(of[TextPlace], of[CodePlace], of[ImagePlace], of[Place], "background" in table)  # type: ignore[arg-type]

    def _places(self, table: Table, where: str, moved: tuple[float, float], row: tuple[str, ...]) -> Iterator[Place]:
        makers = {
            "texts": self._text, "codes": self._code, "images": self._image,
            "lines": self._graphic, "boxes": self._graphic, "circles": self._graphic,
        }  # fmt: skip
        for key, make in makers.items():
            for number, each in enumerate(table.get(key, ()), 1):
                yield make(each, _Common(f"{where}.{key}[{number}]", moved, row))
        for number, each in enumerate(table.get("rows", ()), 1):
            yield from self._rows(each, f"{where}.rows[{number}]", moved, row)

    def _rows(self, table: Table, where: str, moved: tuple[float, float], row: tuple[str, ...]) -> Iterator[Place]:
        first, last = self._flow(table) if "flow" in table else (table["from"], table["to"])
        (right, down), sign = table["step"], table.get("sign", "#")
        for number in range(first, last + 1):
            times = number - first
            place = moved[0] + right * times, moved[1] + down * times
            yield from self._places(_filled(table, sign, str(number)), where, place, (*row, f"{where}:{number}"))

    def _flow(self, table: Table) -> tuple[int, int]:
        flow = table["flow"]
        first = self._flows.get(flow, 0) + 1
        last = first
        while last < first + table["count"] - 1 and flow.replace("#", str(last + 1)) in self._known:
            last += 1
        self._flows[flow] = last
        return first, last

    def _common(self, table: Table, common: _Common, size: Sequence[float], at: Sequence[float]) -> dict[str, Any]:
        left, top = at[0] + common.moved[0], at[1] + common.moved[1]
        return {
            "where": common.where, "box": (left, top, left + size[0], top + size[1]), "when": self._conditions(table),
            "window": table.get("window", False), "mandatory": table.get("mandatory", False), "row": common.row,
        }  # fmt: skip

    def _conditions(self, table: Table) -> tuple[Condition, ...]:
        conditions = []
        for key, negated in (("when", False), ("unless", True)):
            texts = table.get(key, ())
            for text in (texts,) if isinstance(texts, str) else texts:
                item, equals, wanted = text.partition("=")
                if item.strip() not in self._known:
                    raise ValueError("condition")
                conditions.append(Condition(item.strip(), wanted.strip() if equals else None, negated))
        return tuple(conditions)

    def _text(self, table: Table, common: _Common) -> TextPlace:
        written = _FIELD.sub(lambda found: self._words.get(found[1], found[0]), table["text"])
        style = self._styles[table["style"]]
        lines = len(written.split("\n"))
        size: float = table["size"] if "size" in table else style["size"]
        height = lines * size * style.get("leading", 1.3) * _MM
        extent = table["width"], table.get("height", height)
        return TextPlace(
            **self._common(table, common, extent, table["at"]), parts=tuple(self._parts(written)),
            wraps=table.get("fit") == "wrap", pitch=table.get("pitch", 0),
        )  # fmt: skip

    def _parts(self, written: str) -> Iterator[str | Shown]:
        for place, part in enumerate(_FIELD.split(written.replace("\n", ""))):
            if place % 2:
                name, _, worded = part.partition(":")
                yield Shown(name, worded or None)
            elif part:
                yield part

    def _code(self, table: Table, common: _Common) -> CodePlace:
        return CodePlace(**self._common(table, common, table["size"], table["at"]), kind=table["kind"], keys=table)

    def _image(self, table: Table, common: _Common) -> ImagePlace:
        valid = tuple(table["valid"]) if "valid" in table else None
        return ImagePlace(
            **self._common(table, common, table["size"], table["at"]), file=table["file"], valid=valid,
            day=table.get("day", ""),
        )  # fmt: skip

    def _graphic(self, table: Table, common: _Common) -> Place:
        at = table["from"] if "from" in table else table["at"]
        if "to" in table:
            size = [end - start for start, end in zip(at, table["to"], strict=True)]
        else:
            size = table["size"] if "size" in table else [table["diameter"]] * 2
        return Place(**self._common(table, common, size, at))


@dataclass(frozen=True)
class _Common:
    where: str
    moved: tuple[float, float]
    row: tuple[str, ...]


def _items(entries: Sequence[str | Table]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, str):
            yield entry
            continue
        sign = "##" if "sheets" in entry else "#"
        times: int = entry["sheets"] if "sheets" in entry else entry["rows"]
        for number in range(1, times + 1):
            yield from (_replaced(name, sign, str(number)) for name in _items(entry["of"]))


def _replaced(text: str, sign: str, number: str) -> str:
    """A single # isn't one of two."""
    return re.sub("(?<!#)#(?!#)", number, text) if sign == "#" else text.replace(sign, number)


def _filled(value: Any, sign: str, number: str) -> Any:
    if isinstance(value, str):
        return value.replace(sign, number)
    if isinstance(value, list):
        return [_filled(each, sign, number) for each in value]
    if isinstance(value, dict):
        return {key: _filled(each, sign, number) for key, each in value.items()}
    return value


def _envelope(table: Table) -> tuple[Box, Box]:
    """Over all shifts: the sheet lies at most against the right and lower edge of the envelope, and at most left and up."""
    left, top, width, height = table["window"]
    right, down = (inner - panel for inner, panel in zip(table["inner"], table["panel"], strict=True))
    clear = table["clear"]
    ever = (left - right, top - down, left + width, top + height)
    return ever, (left + clear, top + clear, left + width - right - clear, top + height - down - clear)

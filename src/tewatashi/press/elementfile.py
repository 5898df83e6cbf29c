"""Reads the elements of a side from their tables in form.toml: texts, drawings, images and codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, get_args

from tewatashi.press import form as forms
from tewatashi.press import images, inserter
from tewatashi.press.form import (
    BUILT_IN,
    Area,
    Box,
    Circle,
    Code,
    Code39,
    Condition,
    CustomerCode,
    Image,
    InserterMarks,
    Line,
    MarkCode,
    OcrLine,
    Paragraph,
    PaymentCode,
    QrCode,
    Style,
    Text,
    Value,
)
from tewatashi.press.formats import FORMATS
from tewatashi.press.toml import Table

ReadFile = Callable[[str], bytes]

_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_CONDITION: Final = re.compile(r"\s*([^\s=]+)(?:\s*=\s*(\S+))?\s*")
_POINTS_PER_MM: Final = 72 / 25.4


class ElementReader:
    """known: the items of the form; read_file: a file of the form's folder, Refused if there is none."""

    def __init__(
        self, known: frozenset[str], words: Mapping[str, str], styles: Mapping[str, Style], read_file: ReadFile
    ) -> None:
        self._known = known
        self._words = words
        self._styles = styles
        self._read_file = read_file

    def image(self, table: Table) -> Image:
        name = table.text("file")
        common = self._common(table, area_of(table))
        picture = images.read_png(self._read_file(name), table.place)
        images.require_size(picture, common["area"].width, common["area"].height, table.place)
        if "valid" not in table:
            table.close()
            return Image(**common, picture=picture)
        days = images.read_days(table.texts("valid"))
        if days is None:
            raise table.refused("valid", "期間を二つの日付で書きます。", expected='["yyyy-mm-dd", "yyyy-mm-dd"]')
        day = self._item(table, "day", table.text("day"))
        table.close()
        return Image(**common, picture=picture, valid=days, day=day)

    def _common(self, table: Table, area: Area) -> dict[str, Any]:
        return {
            "where": table.place, "area": area, "when": self.conditions(table), "window": table.truth("window"),
            "mandatory": table.truth("mandatory"),
        }  # fmt: skip

    def conditions(self, table: Table) -> tuple[Condition, ...]:
        return (*self._conditions_at(table, "when", negated=False), *self._conditions_at(table, "unless", negated=True))

    def _conditions_at(self, table: Table, key: str, *, negated: bool) -> tuple[Condition, ...]:
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

    def text(self, table: Table) -> Text:
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

    def line(self, table: Table) -> Line:
        (left, top), (right, bottom) = table.pair("from"), table.pair("to")
        if right < left or bottom < top:
            raise table.refused("to", "線の終点が始点より左か上にあります。")
        common = self._common(table, Area(left, top, right - left, bottom - top))
        line = Line(**common, thickness=table.number("thickness", default=0.2), dash=table.numbers("dash"))
        table.close()
        return line

    def box(self, table: Table) -> Box:
        common = self._common(table, area_of(table))
        fill = table.number("fill", 0, 1, default=-1)
        box = Box(
            **common, thickness=table.number("thickness", default=0.2), fill=None if fill < 0 else fill,
            radius=table.number("radius", default=0),
        )  # fmt: skip
        table.close()
        return box

    def circle(self, table: Table) -> Circle:
        x, y = table.pair("at")
        across = table.number("diameter", 0.1)
        common = self._common(table, Area(x, y, across, across))
        circle = Circle(**common, thickness=table.number("thickness", default=0.2), dash=table.numbers("dash"))
        table.close()
        return circle

    def code(self, table: Table) -> Code:
        kind = table.one_of("kind", tuple(self._kinds), None)
        code = self._kinds[kind](self, table)
        table.close()
        return code

    def _customer_code(self, table: Table) -> CustomerCode:
        postcode, address, building = (
            self._item(table, key, table.text(key)) for key in ("postcode", "address", "building")
        )
        points = table.number("points", 8, 11.5)
        common = self._common(table, area_of(table))
        return CustomerCode(**common, points=points, postcode=postcode, address=address, building=building)

    def _payment_code(self, table: Table) -> PaymentCode:
        digits, amount, due = (self._item(table, key, table.text(key)) for key in ("digits", "amount", "due"))
        common = self._common(table, area_of(table))
        return PaymentCode(**common, digits=digits, amount=amount, due=due, dots=table.whole("dots", 1, 20))

    def _mark_code(self, table: Table) -> MarkCode:
        return MarkCode(**self._common(table, area_of(table)), dots=table.whole("dots", 4, 40))

    def _qr_code(self, table: Table) -> QrCode:
        mask = table.whole("mask", 0, 7) if "mask" in table else None
        return QrCode(
            **self._common(table, area_of(table)), text=self._paragraph(table, table.text("text")),
            version=table.whole("version", 1, 40), level=table.one_of("level", get_args(forms.Level), "M"), mask=mask,
            dots=table.whole("dots", 4, 40),
        )  # fmt: skip

    def _code39(self, table: Table) -> Code39:
        text = self._paragraph(table, table.text("text"))
        common = self._common(table, area_of(table))
        return Code39(**common, text=text, length=table.whole("length", 1, 40), dots=table.whole("dots", 4, 40))

    def _inserter_marks(self, table: Table) -> InserterMarks:
        marks = table.texts("marks")
        if unknown := [mark for mark in marks if mark not in inserter.MARKS]:
            raise table.refused("marks", "知らない印です。", found=unknown[0], expected="、".join(inserter.MARKS))
        code = InserterMarks(
            **self._common(table, area_of(table)), marks=marks, planned=not set(marks).isdisjoint(inserter.BY_PLAN),
            pitch=table.number("pitch", 1, 20), thickness=table.number("thickness", 0.2, 3),
        )  # fmt: skip
        if (len(marks) - 1) * code.pitch + code.thickness > code.area.height:
            raise table.refused("size", "印が枠に入りません。", found=f"{len(marks)}個、間隔{code.pitch:g}mm")
        return code

    def _ocr_line(self, table: Table) -> OcrLine:
        text = self._paragraph(table, table.text("text"))
        common = self._common(table, area_of(table))
        return OcrLine(**common, text=text, pitch=table.number("pitch", 1, 10, default=2.54))

    _kinds: Mapping[str, Callable[[ElementReader, Table], Code]] = {
        "customer": _customer_code,
        "gs1-128": _payment_code,
        "mark": _mark_code,
        "qr": _qr_code,
        "code39": _code39,
        "omr": _inserter_marks,
        "ocr": _ocr_line,
    }


def style_of(table: Table) -> Style:
    style = Style(
        fonts=table.texts("fonts"), size=table.number("size", 1, 200), leading=table.number("leading", 0.5, 5, default=1.3),
        align=table.one_of("align", get_args(forms.Align), "left"),
        valign=table.one_of("valign", get_args(forms.Valign), "middle"), bold=table.truth("bold"),
    )  # fmt: skip
    table.close()
    return style


def area_of(table: Table) -> Area:
    (x, y), (width, height) = table.pair("at"), table.pair("size")
    return Area(x, y, width, height)

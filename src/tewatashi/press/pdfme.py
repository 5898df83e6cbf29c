"""Templates of pdfme, whose designer draws in a browser (MIT), read into a draft.

https://pdfme.com/docs/getting-started: `basePdf` is a PDF as a data URI or a blank page, `schemas` a list of pages, each a
list of fields with position, width and height in millimetres; older templates have fields by name in each page.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any, Final

from tewatashi.core.refused import Refused
from tewatashi.press.draft import Draft, DraftSide, item_name, literal

_LARGEST: Final = 40 << 20
_ALIGN: Final = {"left", "center", "right"}
_VALIGN: Final = {"top", "middle", "bottom"}
_POINTS_PER_MM: Final = 72 / 25.4
_MM_PER_DOT: Final = 25.4 / 600
_LEVEL_M_BYTES: Final = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)  # that a QR of version 1, 2, ... holds
_PDF_URI: Final = "data:application/pdf;base64,"


def read_pdfme(data: bytes, name: str) -> Draft:
    """Any bytes give a Draft or a Refused."""
    if len(data) > _LARGEST:
        raise _refused("ファイルが大きすぎます。")
    try:
        template = json.loads(data)
    except (ValueError, RecursionError):
        raise _refused("JSONとして読めません。") from None
    if not isinstance(template, dict) or not isinstance(pages := template.get("schemas"), list) or not pages:
        raise _refused("pdfmeのテンプレートではありません。", expected="basePdf と schemas")
    draft = Draft(name, background=_base(template.get("basePdf")))
    for number, page in enumerate(pages, 1):
        side = DraftSide(page=number if draft.background else 0)
        for field in _fields(page):
            _Field(field, side, draft).take()
        draft.sides.append(side)
    return draft


def _base(base: Any) -> bytes | None:
    """The PDF; None for a blank page."""
    if not isinstance(base, str):
        return None
    if not base.startswith(_PDF_URI):
        raise _refused("basePdf がPDFのデータではありません。", expected="data:application/pdf;base64,…")
    try:
        return base64.b64decode(base.removeprefix(_PDF_URI), validate=True)
    except binascii.Error:
        raise _refused("basePdf を復号できません。") from None


def _fields(page: Any) -> Iterator[dict[str, Any]]:
    if isinstance(page, dict):
        page = [{"name": key, **field} for key, field in page.items() if isinstance(field, dict)]
    if not isinstance(page, list):
        raise _refused("schemas が頁の一覧ではありません。")
    yield from (field for field in page if isinstance(field, dict))


class _Field:
    """One field of a template, put on a side or named among what was skipped."""

    def __init__(self, field: dict[str, Any], side: DraftSide, draft: Draft) -> None:
        self._field, self._side, self._draft = field, side, draft
        self._name = item_name(str(field.get("name", "")))
        self._kind = str(field.get("type", ""))

    def take(self) -> None:
        position = self._field.get("position")
        place = position if isinstance(position, dict) else {}
        x, y = _number(place.get("x"), 0), _number(place.get("y"), 0)
        width, height = (max(_number(self._field.get(key), 0), 0.1) for key in ("width", "height"))
        match self._kind:
            case "text" | "multiVariableText":
                self._text(x, y, width, height)
            case "qrcode":
                self._qr(x, y, width, height)
            case "code39":
                length = max(len(str(self._field.get("content", ""))), 1)
                dots = max(int(width / _MM_PER_DOT / (13 * (length + 2) + 19)), 4)
                self._code("code39", x, y, width, height, length=min(length, 40), dots=min(dots, 40))
            case "line":
                keys = {"from": [x, y], "to": [x + width, y], "thickness": height}
                self._side.elements["lines"].append(keys)
            case "rectangle":
                line = _number(self._field.get("borderWidth"), 0.2)
                self._side.elements["boxes"].append({"at": [x, y], "size": [width, height], "thickness": line})
            case _:
                self._draft.skipped.append(f"{self._name}（{item_name(self._kind)}）")

    def _text(self, x: float, y: float, width: float, height: float) -> None:
        size = min(max(_number(self._field.get("fontSize"), 10), 1), 200)
        keys: dict[str, Any] = {
            "at": [x, y],
            "width": width,
            "height": max(height, size / _POINTS_PER_MM),
            "style": "文字",
        }
        keys["size"] = size
        for key, named, known in (("align", "alignment", _ALIGN), ("valign", "verticalAlignment", _VALIGN)):
            if (value := self._field.get(named)) in known:
                keys[key] = value
        keys["fit"] = "wrap"
        least = self._field.get("dynamicFontSize")
        smallest = _number(least.get("min"), size) if isinstance(least, dict) else size
        keys["min"] = min(max(smallest, 1), size)
        keys["text"] = self._written()
        if keys["text"]:
            self._side.elements["texts"].append(keys)

    def _written(self) -> str:
        content = str(self._field.get("content") or "")
        if self._kind == "multiVariableText":
            return _with_names(str(self._field.get("text") or content))
        return literal(content) if self._field.get("readOnly") is True else f"{{{self._name}}}"

    def _qr(self, x: float, y: float, width: float, height: float) -> None:
        length = len(str(self._field.get("content", "")).encode())
        version = next((v for v, most in enumerate(_LEVEL_M_BYTES, 1) if length <= most), 0)
        if not version:
            self._draft.skipped.append(f"{self._name}（qrcode: {length}バイト）")
            return
        dots = max(int(min(width, height) / _MM_PER_DOT / (17 + 4 * version + 8)), 4)
        self._code("qr", x, y, width, height, version=version, dots=min(dots, 40))

    def _code(self, kind: str, x: float, y: float, width: float, height: float, **keys: int) -> None:
        at = {"kind": kind, "at": [x, y], "size": [width, height], "text": f"{{{self._name}}}"}
        self._side.elements["codes"].append({**at, **keys})


def _with_names(text: str) -> str:
    """Text with {variables}, each as an item's name may be written."""
    parts = text.split("{")
    found = literal(parts[0])
    for part in parts[1:]:
        name, closed, rest = part.partition("}")
        found += f"{{{item_name(name)}}}{literal(rest)}" if closed else literal(part)
    return found


def _number(value: Any, default: float) -> float:
    return min(max(float(value), 0.0), 9999.0) if isinstance(value, int | float) and value == value else default  # noqa: PLR0124 -- NaN


def _refused(wrong: str, *, expected: object = None) -> Refused:
    return Refused(
        "form-import",
        f"取り込めません: {wrong}",
        expected=expected,
        do="pdfmeのデザイナーで書き出したファイルを選んでください。",
    )

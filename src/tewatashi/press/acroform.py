"""A PDF whose fields were drawn in Acrobat or LibreOffice, read into a draft: the fields become texts, the rest the background."""

from __future__ import annotations

import io
import re
from typing import Any, Final

import pikepdf

from tewatashi.core.refused import Refused
from tewatashi.press.draft import Draft, DraftSide, item_name

_LARGEST: Final = 20 << 20
_POINTS_PER_MM: Final = 72 / 25.4
_MULTILINE: Final = 1 << 12
_COMB: Final = 1 << 24
_ALIGN: Final = {0: "left", 1: "center", 2: "right"}
_SIZE: Final = re.compile(r"([0-9.]+)\s+Tf")
_MOST_PARENTS: Final = 20


def read_acroform(data: bytes, name: str) -> Draft:
    """Any bytes give a Draft or a Refused."""
    if len(data) > _LARGEST:
        raise _refused("ファイルが大きすぎます。")
    try:
        with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
            return _draft(pdf, name)
    except (
        pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, ArithmeticError,
    ):  # fmt: skip
        # A file whose objects are of other kinds than the standard says: pikepdf answers with any of these.
        raise _refused("PDFとして読めません。") from None


def _draft(pdf: pikepdf.Pdf, name: str) -> Draft:
    draft = Draft(name)
    for number, page in enumerate(pdf.pages, 1):
        side = DraftSide(page=number)
        left, _, _, top = (float(edge) for edge in page.trimbox)
        for widget in page.obj.get("/Annots", pikepdf.Array()).as_list():
            if widget.get("/Subtype") == "/Widget":
                _take(widget, side, draft, left, top)
        draft.sides.append(side)
        if "/Annots" in page.obj:
            del page.obj["/Annots"]
    if "/AcroForm" in pdf.Root:
        del pdf.Root["/AcroForm"]
    if not draft.items:
        raise _refused("入力欄がありません。")
    background = io.BytesIO()
    pdf.save(background, deterministic_id=True)
    draft.background = background.getvalue()
    return draft


def _take(widget: pikepdf.Object, side: DraftSide, draft: Draft, left: float, top: float) -> None:
    name = item_name(re.sub(r"\[\d+\]$", "", str(_inherited(widget, "/T", ""))))
    if _inherited(widget, "/FT", "") != "/Tx":
        draft.skipped.append(f"{name}（{item_name(str(_inherited(widget, '/FT', '')))}）")
        return
    x0, y0, x1, y1 = (float(edge) for edge in widget.Rect.as_list())
    x, y = (min(x0, x1) - left) / _POINTS_PER_MM, (top - max(y0, y1)) / _POINTS_PER_MM
    width, height = abs(x1 - x0) / _POINTS_PER_MM, abs(y1 - y0) / _POINTS_PER_MM
    flags = int(_inherited(widget, "/Ff", 0))
    size = _size(str(_inherited(widget, "/DA", "")), height)
    keys: dict[str, Any] = {
        "at": [x, y], "width": max(width, 0.1), "height": max(height, size / _POINTS_PER_MM), "style": "文字", "size": size,
        "align": _ALIGN.get(int(_inherited(widget, "/Q", 0)), "left"), "text": f"{{{name}}}",
    }  # fmt: skip
    boxes = int(_inherited(widget, "/MaxLen", 0))
    if flags & _COMB and boxes > 0:
        keys["pitch"] = width / boxes
    else:
        keys |= {"valign": "top" if flags & _MULTILINE else "middle", "fit": "wrap" if flags & _MULTILINE else "shrink"}
        keys["min"] = max(size * 0.6, 1)
    side.elements["texts"].append(keys)


def _inherited(widget: pikepdf.Object, key: str, default: Any) -> Any:
    """A field's entry may stand at its parents (ISO 32000-1, 12.7.3.1)."""
    found: Any = widget
    for _ in range(_MOST_PARENTS):
        if key in found:
            return found[key]
        if "/Parent" not in found:
            return default
        found = found.Parent
    return default


def _size(appearance: str, height: float) -> float:
    """Points; 0 means as large as the field allows."""
    found = _SIZE.search(appearance)
    size = float(found[1]) if found else 0.0
    return min(max(size or height * _POINTS_PER_MM * 0.7, 4), 40 if not size else 200)


def _refused(wrong: str) -> Refused:
    return Refused(
        "form-import", f"取り込めません: {wrong}", do="AcrobatやLibreOfficeで入力欄を描いたPDFを選んでください。"
    )

"""A side's background as the ward's designer made it: a page of a PDF file, taken into a print file as one form XObject.

Rules
  DeviceGray only (press.grey), no transparency, no transparency group: a group makes a RIP up to fifty times slower
  every font embedded; no forms, annotations, layers, encryption; the page has the size of the paper
  what would keep a print file from being PDF/A-2b (press.archive) is refused, by pikepdf's own validator of it
  nothing of it lies where the envelope's window may come (kamakura-2022)
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import pikepdf
import pypdfium2
from pikepdf import pdfa

from tewatashi.core.refused import Refused
from tewatashi.press.archive import write_catalog_entries
from tewatashi.press.grey import Coloured, greyed, space_to_grey
from tewatashi.press.pdf import PageTree, PdfWriter
from tewatashi.press.underlay import Part, Tokens, Underlay, write_underlay

LARGEST: Final = 20 << 20  # bytes of the file
_MOST_PARTS: Final = 5000
_NEAR: Final = 1.5  # points by which programs round a page's size
_POINTS_PER_MM: Final = 72 / 25.4
_LOOK: Final = 150  # dots an inch at which the window is looked at
_LINES: Final = ("/LW", "/LC", "/LJ", "/ML", "/D", "/FL", "/SA")  # of an ExtGState; nothing else of it is printed
_IMAGE: Final = ("/Width", "/Height", "/BitsPerComponent", "/Decode", "/ImageMask")
_FONT_FILES: Final = ("/FontFile", "/FontFile2", "/FontFile3")
# Lists of an embedded font's glyphs, which programs get wrong and nobody needs; PDF/A wants them right or not there.
_GLYPH_LISTS: Final = ("/CIDSet", "/CharSet")
_NOT_ARCHIVAL: Final = {
    "6.2.11": "フォントの埋め込み方か文字の指定",
    "6.2.8": "画像",
    "6.1.13": "数や長さ",
}  # by clause
_SHOWN: Final = 3


def read_underlay(data: bytes, page: int, paper: tuple[float, float], name: str) -> Underlay:
    """Any bytes give an Underlay or a Refused. page: from 1; paper: in millimetres; name: for refusals."""
    if len(data) > LARGEST:
        raise _refused(name, "背景のPDFが大きすぎます。", found=len(data), expected=f"{LARGEST}バイト以下")
    try:
        with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
            underlay = _taken(pdf, page, paper)
        _require_archival(underlay, paper, name)
    except Coloured as coloured:
        raise _refused(name, coloured.wrong, expected="黒とグレーだけの、透明のないPDF") from None
    except (
        pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, ArithmeticError,
    ):  # fmt: skip
        # A file whose objects are of other kinds than the standard says: pikepdf answers with any of these.
        raise _refused(name, "背景のPDFとして読めません。") from None
    return underlay


def _require_archival(underlay: Underlay, paper: tuple[float, float], name: str) -> None:
    """Looks at a file that shows nothing but the underlay."""
    chunks: list[bytes] = []
    writer = PdfWriter(chunks.append)
    resources = b"/Resources<</XObject<</U %d 0 R>>>>" % write_underlay(writer, underlay)
    box = b"[0 0 %d %d]" % (paper[0] * _POINTS_PER_MM, paper[1] * _POINTS_PER_MM)
    tree = PageTree(writer, b"/MediaBox" + box, resources)
    tree.add(writer.stream(b"/U Do"))
    writer.finish(b"<</Type/Catalog/Pages %d 0 R%b>>" % (tree.finish(), write_catalog_entries(writer, "")), b"<<>>")
    report = pdfa.validate_written(io.BytesIO(b"".join(chunks)), "2b")
    if not report.passed:
        rules = sorted({finding.rule.rpartition(":")[2] for finding in report.findings})
        wrong = next((wrong for rule, wrong in _NOT_ARCHIVAL.items() if rules[0].startswith(rule)), "部品の書き方")
        raise _refused(
            name, f"{wrong}が、保存用のPDF（PDF/A-2b）の決まりに合いません。", found="、".join(rules[:_SHOWN]),
            expected="ISO 19005-2 のこれらの項に合うこと",
        )  # fmt: skip


def require_clear(data: bytes, page: int, area: tuple[float, float, float, float], name: str) -> None:
    """Refused if the page paints anything within an area: left, top, right, bottom in millimetres."""
    document = pypdfium2.PdfDocument(data)
    picture = document[page - 1].render(scale=_LOOK / 72, grayscale=True).to_pil()
    document.close()
    dots = [round(mm * _LOOK / 25.4) for mm in area]
    seen = picture.crop((max(dots[0], 0), max(dots[1], 0), min(dots[2], picture.width), min(dots[3], picture.height)))
    if seen.getextrema()[0] < 255:
        raise _refused(name, "背景が、封筒の窓から見える所にあります。")


def _taken(pdf: pikepdf.Pdf, number: int, paper: tuple[float, float]) -> Underlay:
    if pdf.is_encrypted:
        raise Coloured("パスワードか制限のあるPDFです。")
    page = pdf.pages[number - 1]
    left, foot, right, top = (float(edge) for edge in page.trimbox)
    size = right - left, top - foot
    if any(abs(points - mm * _POINTS_PER_MM) > _NEAR for points, mm in zip(size, paper, strict=True)):
        raise Coloured(f"用紙と大きさが違います（{size[0] / _POINTS_PER_MM:.1f}×{size[1] / _POINTS_PER_MM:.1f}mm）。")
    if int(page.obj.get("/Rotate", 0)) % 360 or float(page.obj.get("/UserUnit", 1)) != 1:
        raise Coloured("頁が回転しています。")
    if len(page.obj.get("/Annots", pikepdf.Array())):
        raise Coloured("注釈か入力欄があります。")
    box = b"/BBox[%.3f %.3f %.3f %.3f]/Matrix[1 0 0 1 %.3f %.3f]" % (left, foot, right, top, -left, -foot)
    taker = _Taker()
    taker.form(page.obj, page.obj.get("/Resources", pikepdf.Dictionary()), box)
    parts = tuple(part for part in taker.parts if part)
    if len(parts) < len(taker.parts):
        raise Coloured("部品の欠けたPDFです。")
    return Underlay(parts)


@dataclass
class _Taker:
    """Copies what a page needs, each object once."""

    parts: list[Part | None] = field(default_factory=list)
    known: dict[tuple[int, int], int] = field(default_factory=dict)

    def _place(self, source: pikepdf.Object) -> tuple[int, bool]:
        """The number of the part that an object becomes, and whether it has been there before."""
        key = source.objgen
        if key != (0, 0) and key in self.known:
            return self.known[key], True
        if len(self.parts) >= _MOST_PARTS:
            raise Coloured("背景のPDFの部品が多すぎます。")
        self.parts.append(None)
        if key != (0, 0):
            self.known[key] = len(self.parts) - 1
        return len(self.parts) - 1, False

    def form(self, source: pikepdf.Object, resources: pikepdf.Object, box: bytes) -> int:
        """A page or a form XObject; a group on it goes, as nothing in it is transparent."""
        number, done = self._place(source)
        if done:
            if self.parts[number] is None:
                raise Coloured("自分自身を含む部品があります。")
            return number
        grey = greyed(source, resources)
        entries = (b"/Type/XObject/Subtype/Form", box, b"/Resources", *self._resources(resources, grey.named))
        self.parts[number] = Part(entries, grey.content)
        return number

    def _resources(self, resources: pikepdf.Object, named: frozenset[tuple[str, str]]) -> Tokens:
        """Those that a content names, and no others."""

        def each(key: str) -> list[tuple[str, pikepdf.Object]]:
            names = sorted(name for kind, name in named if kind == key)
            return [(name, resources[key][name]) for name in names]

        tokens: list[bytes | int] = [b"<<"]
        for key, take in (("/Font", self._font), ("/XObject", self._xobject), ("/ExtGState", self._state)):
            tokens += [key.encode(), b"<<"]
            for name, value in each(key):
                tokens += [pikepdf.Name(name).unparse(), b" ", *take(value, resources), b" "]
            tokens.append(b">>")
        return (*tokens, b">>")

    def _xobject(self, source: pikepdf.Object, resources: pikepdf.Object) -> Tokens:
        if "/OC" in source:
            raise Coloured("表示を切り替えられるレイヤーがあります。")
        if source.get("/Subtype") == "/Image":
            return (self._image(source),)
        if source.get("/Subtype") != "/Form":
            raise Coloured("使えない種類の部品があります。")
        box = b"/BBox" + _plain(source.BBox) + (b"/Matrix" + _plain(source.Matrix) if "/Matrix" in source else b"")
        return (self.form(source, source.get("/Resources", resources), box),)

    def _image(self, source: pikepdf.Object) -> int:
        number, done = self._place(source)
        if not done:
            if "/SMask" in source or "/Mask" in source:
                raise Coloured("透明な画像があります。")
            mask = bool(source.get("/ImageMask", False))
            if not mask and space_to_grey(source.get("/ColorSpace")).__name__ != "_one":
                raise Coloured("カラーの画像があります。")
            entries = [b"/Type/XObject/Subtype/Image", b"" if mask else b"/ColorSpace/DeviceGray"]
            entries += [key.encode() + b" " + _plain(source[key]) for key in _IMAGE if key in source]
            data = source.read_bytes(decode_level=pikepdf.StreamDecodeLevel.all)
            self.parts[number] = Part(tuple(entries), data)
        return number

    def _state(self, source: pikepdf.Object, _resources: pikepdf.Object) -> Tokens:
        if any(float(source.get(key, 1)) != 1 for key in ("/ca", "/CA")) or source.get("/SMask", "/None") != "/None":
            raise Coloured("透明な所があります。")
        if str(source.get("/BM", "/Normal")) not in ("/Normal", "/Compatible"):
            raise Coloured("透明な所（描画モード）があります。")
        kept = b"".join(key.encode() + b" " + _plain(source[key]) for key in _LINES if key in source)
        return (b"<<" + kept + b">>",)

    def _font(self, source: pikepdf.Object, _resources: pikepdf.Object) -> Tokens:
        fonts = list(source.DescendantFonts) if source.Subtype == "/Type0" else [source]
        for font in fonts:
            descriptor = font.get("/FontDescriptor", pikepdf.Dictionary())
            if font.Subtype == "/Type3" or not any(key in descriptor for key in _FONT_FILES):
                raise Coloured(f"埋め込まれていないフォントがあります（{str(font.get('/BaseFont', ''))[1:60]}）。")
        return self._any(source)

    def _any(self, source: Any) -> Tokens:
        """An object with all that it refers to."""
        if not isinstance(source, pikepdf.Object) or isinstance(source, pikepdf.Name | pikepdf.String):
            return (_plain(source),)
        if not source.is_indirect:
            return self._written(source)
        number, done = self._place(source)
        if not done:
            if isinstance(source, pikepdf.Stream):
                entries = self._entries(source, ("/Length", "/Filter", "/DecodeParms"))
                self.parts[number] = Part(entries, source.read_bytes())
            else:
                self.parts[number] = Part(self._written(source))
        return (number,)

    def _written(self, source: pikepdf.Object) -> Tokens:
        if isinstance(source, pikepdf.Array):
            inner = [token for each in source.as_list() for token in (*self._any(each), b" ")]
            return (b"[", *inner, b"]")
        if isinstance(source, pikepdf.Dictionary):
            return (b"<<", *self._entries(source, ("/Parent", "/Metadata", *_GLYPH_LISTS)), b">>")
        return (_plain(source),)

    def _entries(self, source: pikepdf.Object, but: tuple[str, ...]) -> Tokens:
        tokens: list[bytes | int] = []
        for key in source.keys():  # noqa: SIM118 -- a pikepdf object's items can't be walked otherwise
            if key not in but:
                tokens += [pikepdf.Name(key).unparse(), b" ", *self._any(source[key]), b" "]
        return tuple(tokens)


def _plain(value: Any) -> bytes:
    """A value without references, as PDF text."""
    if isinstance(value, pikepdf.Object):
        return bytes(value.unparse(resolved=True))
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if value is None:
        return b"null"
    return f"{value:f}".encode() if isinstance(value, Decimal | float) else str(int(value)).encode()


def _refused(name: str, wrong: str, *, found: object = None, expected: object = None) -> Refused:
    return Refused(
        "form-background", f"{name}: {wrong}", found=found, expected=expected, do="背景のPDFを作り直してください。"
    )

"""The page program: a form compiled against its fonts, ready to paint any number of pieces.

What is the same on every piece becomes one background for each side; the rest becomes painters. A program holds no state
of a job: the same piece gives the same bytes whichever file, process or machine paints it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tewatashi.core.pieceid import is_proof_piece
from tewatashi.core.refused import Refused
from tewatashi.press.codes.towns import Towns
from tewatashi.press.drawing import drawn
from tewatashi.press.embed import Used, fonts_in
from tewatashi.press.fonts import FontSet
from tewatashi.press.form import (
    BUILT_IN,
    Code,
    Code39,
    CustomerCode,
    Element,
    Form,
    Image,
    InserterMarks,
    MarkCode,
    OcrLine,
    PaymentCode,
    QrCode,
    Sheet,
    Side,
    Style,
    Text,
)  # fmt: skip
from tewatashi.press.images import Picture, guard, shown
from tewatashi.press.inserter import inserter_painter
from tewatashi.press.lettering import lettering
from tewatashi.press.ocr import ocr_painter, shapes
from tewatashi.press.paint import (
    Batch,
    Ink,
    Painter,
    Record,
    coming,
    conditional,
    constant,
    customer_painter,
    mandatory,
    mark_painter,
    opening,
    painted,
    payment_painter,
)  # fmt: skip
from tewatashi.press.plaincodes import code39_painter, qr_painter
from tewatashi.press.setting import Chain, NoGlyph
from tewatashi.press.underlay import Underlay

Piece = tuple[str, Sequence[str]]  # its id of 20 digits, and its values in the order of the form's items

_PIECE_DIGITS: Final = 20
_COPIES: Final = 10


@dataclass(frozen=True)
class SideProgram:
    """background: content of the side's form XObject; used: by font and CID, whether it is shown there; painters in the
    order they paint."""

    background: bytes
    used: Used
    painters: tuple[Painter, ...]

    def paint(self, record: Record, ink: Ink) -> bytes:
        """The content stream of the side for a record, the plain way."""
        return b"".join([paint(record, ink) for paint in self.painters])

    def paint_many(self, records: Sequence[Record], ink: Ink) -> list[bytes]:
        """The same for each of many records, column by column."""
        if not records:
            return []
        batch = Batch(records)
        columns = [painted(paint, batch, ink) for paint in self.painters]
        return list(map(b"".join, zip(*columns, strict=True)))


@dataclass(frozen=True)
class SheetProgram:
    """sides: numbers among the program's; comes: whether it comes for a piece of these values."""

    sides: tuple[int, ...]
    comes: Callable[[Sequence[str]], bool]


@dataclass(frozen=True)
class Program:
    """sides: of all sheets, in the order of the pages; sheets: which of them each has, and for whom it comes; pictures,
    underlays: by the number under which the content streams name them; proof: whether it makes proofs (press/proof.py), and
    so of proofs' pieces alone, or notices, and of residents' alone; degraded: what is printed for a character that no font has.

    A side's record: the values of the piece (with what the form has planned), then what BUILT_IN names.
    """

    form: Form
    fonts: FontSet
    sides: tuple[SideProgram, ...]
    sheets: tuple[SheetProgram, ...]
    pictures: tuple[Picture, ...] = ()
    underlays: tuple[Underlay, ...] = ()
    proof: bool = False
    degraded: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _alone(self) -> tuple[str, ...]:
        """What a proof's piece has from no plan: it is alone in the first envelope."""
        return ("0",) * len(self.form.planned) if self.proof else ()

    @cached_property
    def shapes(self) -> dict[bytes, bytes]:
        """Characters that are drawn and not set, by the name under which the content streams name them."""
        codes = (code for sheet in self.form.sheets for side in sheet.sides for code in side.codes)
        return shapes() if any(isinstance(code, OcrLine) for code in codes) else {}

    def count_degraded(self, pieces: Sequence[Piece]) -> int:
        """How many of the pieces have a character for which another one is printed."""
        if not self.degraded:
            return 0
        from tewatashi.press.degrade import pattern_of  # few forms have any

        found = pattern_of(self.degraded)
        return sum(1 for _, values in pieces if found.search("\0".join(values)))

    def ink(self) -> Ink:
        """Fresh ink for a file: what its backgrounds use is used."""
        ink = Ink(fonts_in(self.fonts))
        for side in self.sides:
            ink.add(side.used)
        return ink

    def paint(self, piece: str, values: Sequence[str], copy: int, ink: Ink) -> list[bytes]:
        """The content streams of a piece, one a side that comes. piece: 20 digits; values: in the order of the form's items.

        Refused if the record does not fit the form, NoGlyph if a character has no glyph.
        """
        self._require_fit(piece, values, copy)
        return [self.sides[number].paint(record, ink) for number, record in self._records(piece, values, copy)]

    def paint_many(self, pieces: Sequence[Piece], copy: int, ink: Ink) -> list[list[bytes]]:
        """What `paint` gives for each piece, painted together side by side and column by column."""
        records: list[list[list[str]]] = [[] for _ in self.sides]
        order: list[list[int]] = []
        self._require_all_fit(pieces, copy)
        for piece, values in pieces:
            numbers = []
            for number, record in self._records(piece, values, copy):
                records[number].append(record)
                numbers.append(number)
            order.append(numbers)
        pages = [iter(side.paint_many(of_side, ink)) for side, of_side in zip(self.sides, records, strict=True)]
        return [[next(pages[number]) for number in numbers] for numbers in order]

    def faults(self, piece: str, values: Sequence[str], copy: int) -> list[Refused | NoGlyph]:
        """Everything that keeps a piece from being painted, element by element; for refusals, not for speed."""
        try:
            self._require_fit(piece, values, copy)
        except Refused as refusal:
            return [refusal]
        found: list[Refused | NoGlyph] = []
        ink = self.ink()
        for number, record in self._records(piece, values, copy):
            for paint in self.sides[number].painters:
                try:
                    paint(record, ink)
                except (Refused, NoGlyph) as fault:
                    found.append(fault)
        return found

    @property
    def _given(self) -> int:
        """How many values a piece comes with."""
        return len(self.form.items) + len(self.form.planned) - len(self._alone)

    def _require_all_fit(self, pieces: Sequence[Piece], copy: int) -> None:
        names = "".join([piece for piece, _ in pieces])
        alike = {(len(piece), len(values), is_proof_piece(piece)) for piece, values in pieces}
        if alike != {(_PIECE_DIGITS, self._given, self.proof)} or not (names.isascii() and names.isdigit()):
            for piece, values in pieces:
                self._require_fit(piece, values, copy)
        if pieces:
            self._require_fit(*pieces[0], copy)

    def _require_fit(self, piece: str, values: Sequence[str], copy: int) -> None:
        if len(values) != self._given:
            raise Refused(
                "form-items", "項目の数が様式と違います。", found=len(values), expected=self._given,
                do="データと様式の組み合わせを確かめてください。",
            )  # fmt: skip
        if len(piece) != _PIECE_DIGITS or not (piece.isascii() and piece.isdigit()) or not 0 <= copy < _COPIES:
            raise Refused(
                "piece-id", "通し番号か再作成の回数が正しくありません。", expected="20桁の数字 / 0～9",
                do="送付データの受け入れからやり直してください。",
            )  # fmt: skip
        if is_proof_piece(piece) is not self.proof:
            modes = ("本番の印刷", "見本")
            raise Refused(
                "proof-mode", "見本と本番の印刷は混ぜられません。", found=f"{modes[not self.proof]}の通し番号", expected=modes[self.proof],
                do="見本は見本のデータだけで、本番は送付データだけで作ってください。",
            )  # fmt: skip

    def _records(self, piece: str, values: Sequence[str], copy: int) -> Iterator[tuple[int, list[str]]]:
        """The sides that come for a piece, by their number in `sides`, each with its record."""
        coming = [sheet for sheet in self.sheets if sheet.comes(values)]
        copied, of, alone = str(copy), str(len(coming)), self._alone
        for place, sheet in enumerate(coming, 1):
            for side, number in enumerate(sheet.sides, 1):
                mark = f"{piece}{copy}{place}{of}{side}"
                yield number, [*values, *alone, piece, copied, str(place), of, mark]


def compile_form(form: Form, fonts: FontSet, towns: Towns | None = None) -> Program:
    """Refused if a static text has no room or no glyph, or if the form has a customer barcode and no towns are given."""
    compiler = _Compiler(form, fonts, towns)
    sides: list[SideProgram] = []
    sheets: list[SheetProgram] = []
    for sheet in form.sheets:
        sheets.append(SheetProgram(tuple(range(len(sides), len(sides) + len(sheet.sides))), compiler.comes(sheet)))
        sides += [compiler.side(number, side) for number, side in enumerate(sheet.sides, len(sides))]
    return Program(
        form, compiler.fonts, tuple(sides), tuple(sheets), tuple(compiler.pictures), tuple(compiler.underlays),
        degraded=compiler.degraded,
    )  # fmt: skip


def _with_characters(form: Form, fonts: FontSet) -> tuple[FontSet, Mapping[str, str]]:
    """All fonts, and what is printed for each character that is degraded."""
    if not (form.characters.fonts or form.characters.degraded):
        return fonts, {}
    from tewatashi.press.characters import degraded_of, with_own  # few forms have any

    fonts = with_own(fonts, form)
    return fonts, degraded_of(form, fonts)


class _Compiler:
    """Compiles the sides of a form."""

    def __init__(self, form: Form, fonts: FontSet, towns: Towns | None) -> None:
        self._pinned = {face.key: number for number, face in enumerate(fonts.faces)}
        self.fonts, self.degraded = _with_characters(form, fonts)
        self._towns = towns
        self._places = {name: place for place, name in enumerate((*form.items, *form.planned, *BUILT_IN))}
        self._paper_height = form.paper[1]
        self._chains: dict[tuple[str, ...], Chain] = {}
        self.pictures: list[Picture] = []
        self.underlays: list[Underlay] = []

    def comes(self, sheet: Sheet) -> Callable[[Sequence[str]], bool]:
        """Whether the sheet comes for a piece of these values."""
        return coming(sheet, self._places)

    def side(self, number: int, side: Side) -> SideProgram:
        """number: of the side among all."""
        drawings = [*side.boxes, *side.lines, *side.circles]
        fixed = self._underlaid(side) + b"".join(
            drawn(element, self._paper_height) for element in drawings if not element.when
        )
        fixed += b"".join(self._picture(image) for image in side.images if not image.when)
        lettered, used = self._static_texts(side)
        pictured = [image for image in side.images if image.when]
        graphics = [
            *(self._when(constant(drawn(each, self._paper_height)), each) for each in drawings if each.when),
            *(self._when(constant(self._picture(image)), image) for image in pictured),
            *(self._when(guard(image, image.valid, self._places), image) for image in side.images if image.valid),
        ]
        texts = [self._when(self._lettering(text), text) for text in side.texts if not text.static]
        codes = [self._when(self._code(code), code) for code in side.codes]
        begins, ends, closes = constant(b"BT\n"), constant(b"ET\n"), constant(b"EMC\n")
        return SideProgram(
            background=b"%bBT\n%bET\n" % (fixed, lettered),
            used=used,
            painters=(opening(number, self._places), *graphics, begins, *texts, ends, *codes, closes),
        )

    def _lettering(self, text: Text) -> Painter:
        return lettering(text, self._chain(text.style, text), self._places, self._paper_height)

    def _underlaid(self, side: Side) -> bytes:
        if side.underlay is None:
            return b""
        if side.underlay not in self.underlays:
            self.underlays.append(side.underlay)
        return b"q/U%d Do Q\n" % self.underlays.index(side.underlay)

    def _picture(self, image: Image) -> bytes:
        if image.picture not in self.pictures:
            self.pictures.append(image.picture)
        return shown(image, self.pictures.index(image.picture), self._paper_height)

    def _static_texts(self, side: Side) -> tuple[bytes, Used]:
        ink = Ink(fonts_in(self.fonts))
        parts: list[bytes] = []
        for text in side.texts:
            if text.static:
                try:
                    parts.append(self._lettering(text)((), ink))
                except NoGlyph as missing:
                    raise Refused(
                        "form-glyph", f"{text.where}: フォントにない文字があります。", found=missing,
                        do="文字か書式のフォントを改めてください。",
                    ) from None  # fmt: skip
        return b"".join(parts), ink.used

    def _when(self, paint: Painter, element: Element) -> Painter:
        if element.mandatory:
            paint = mandatory(paint, element, self._places)
        return conditional(paint, element.when, self._places)

    def _chain(self, style: Style, element: Element) -> Chain:
        if style.fonts not in self._chains:
            if unknown := [key for key in style.fonts if key not in self._pinned]:
                raise Refused(
                    "form-font", f"{element.where}: 知らないフォントです。", found=unknown[0],
                    expected="、".join(self._pinned), do="書式の fonts を改めてください。",
                )  # fmt: skip
            own = range(len(self._pinned), len(self.fonts.faces))
            numbers = [*(self._pinned[key] for key in style.fonts), *own]
            faces = [(number, self.fonts.faces[number]) for number in numbers]
            self._chains[style.fonts] = Chain(faces, self.degraded)
        return self._chains[style.fonts]

    def _code(self, code: Code) -> Painter:
        if isinstance(code, CustomerCode):
            return self._customer_code(code)
        return _PAINTERS[type(code)](code, self._places, self._paper_height)

    def _customer_code(self, code: CustomerCode) -> Painter:
        if self._towns is None:
            raise Refused(
                "towns-missing", "カスタマバーコードを作るための郵便番号データがありません。",
                do="日本郵便の utf_ken_all.csv を設定してください。",
            )  # fmt: skip
        return customer_painter(code, self._places, self._paper_height, self._towns)


_PAINTERS: Final[Mapping[type[Code], Callable[..., Painter]]] = {
    PaymentCode: payment_painter,
    MarkCode: mark_painter,
    QrCode: qr_painter,
    Code39: code39_painter,
    InserterMarks: inserter_painter,
    OcrLine: ocr_painter,
}

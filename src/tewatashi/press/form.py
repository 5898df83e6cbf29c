"""A form as values: sheets, their sides, and what stands on them, in millimetres from the top left corner.

These say what the ward's form.toml said, checked; press.formfile reads it, press.program makes pages of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from tewatashi.core.plan import PlanRules
from tewatashi.press.images import Picture
from tewatashi.press.underlay import Underlay

if TYPE_CHECKING:
    from tewatashi.press.degrade import Degraded
    from tewatashi.press.fonts import Face

Align = Literal["left", "center", "right", "spread"]
Valign = Literal["top", "middle", "bottom"]
Fit = Literal["refuse", "shrink", "wrap"]
Level = Literal["L", "M", "Q", "H"]

# Values that come with a piece and not from its record: the piece id, how often it was remade; and with a side: its
# sheet's number, of how many, and the mark of this side.
PIECE: Final = "@piece"
COPY: Final = "@copy"
SHEET: Final = "@sheet"
SHEETS: Final = "@sheets"
MARK: Final = "@mark"
BUILT_IN: Final = (PIECE, COPY, SHEET, SHEETS, MARK)

# Values that come with a piece from its place in the enclosing plan, for forms whose inserter's marks tell of envelopes: the
# wrapping number of its envelope, and how many sheets of other pieces lie before it and after it there.
SEQUENCE: Final = "@sequence"
BEFORE: Final = "@before"
AFTER: Final = "@after"
PLANNED: Final = (SEQUENCE, BEFORE, AFTER)


@dataclass(frozen=True, slots=True)
class Value:
    """A place in a text that the record fills. name: an item, or one of BUILT_IN; format: a key of FORMATS, or as is."""

    name: str
    format: str | None = None


Paragraph = tuple[str | Value, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds if the item has the wanted value, or any value where none is named; `negated` turns it round."""

    item: str
    wanted: str | None
    negated: bool


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on a side, or in an envelope."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def meets(self, other: Area) -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: Area) -> bool:
        return (
            self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Style:
    """fonts: keys of the font set in the order they are tried; size in points; leading and tracking in em."""

    fonts: tuple[str, ...]
    size: float
    leading: float = 1.3
    align: Align = "left"
    valign: Valign = "middle"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """What all elements have. where: its place in form.toml, for refusals; window: part of the address block;
    mandatory: a record for which it comes out empty is refused."""

    where: str
    area: Area
    when: tuple[Condition, ...] = ()
    window: bool = False
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class Text(Element):
    """paragraphs: each begins a new line, an empty one none; least: points down to which shrink and wrap may go;
    pitch: millimetres a character where each has its own box, else 0."""

    paragraphs: tuple[Paragraph, ...] = ()
    style: Style = field(default_factory=lambda: Style(("gothic",), 9))
    fit: Fit = "refuse"
    least: float = 0
    pitch: float = 0

    @property
    def values(self) -> tuple[str, ...]:
        """Names of the items, and of BUILT_IN, that it shows."""
        return tuple(part.name for paragraph in self.paragraphs for part in paragraph if isinstance(part, Value))

    @property
    def static(self) -> bool:
        """Whether it is the same on every piece."""
        return not self.values and not self.when


@dataclass(frozen=True, slots=True)
class Line(Element):
    """From the area's top left to its bottom right corner. dash: lengths in millimetres, or () for a whole line."""

    thickness: float = 0.2
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Box(Element):
    """thickness 0: no outline; fill: grey from 0 black to 1 white, or None; radius of the corners."""

    thickness: float = 0.2
    fill: float | None = None
    radius: float = 0


@dataclass(frozen=True, slots=True)
class Circle(Element):
    """Fills its square area."""

    thickness: float = 0.2
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerCode(Element):
    """Japan Post's barcode; left out where the address rules give none. points: 8 to 11.5."""

    points: float = 8
    postcode: str = ""
    address: str = ""
    building: str = ""


@dataclass(frozen=True, slots=True)
class PaymentCode(Element):
    """GS1-128 of a payment slip. digits, amount, due: items; dots: of 600 dpi a module."""

    digits: str = ""
    amount: str = ""
    due: str = ""
    dots: int = 4


@dataclass(frozen=True, slots=True)
class MarkCode(Element):
    """The DataMatrix of the sheet mark. dots: of 600 dpi a module."""

    dots: int = 10


@dataclass(frozen=True, slots=True)
class QrCode(Element):
    """text: what it holds, ASCII; version 1-40: 17 + 4 x version modules a side; mask 0-7, or None for the best one;
    dots: of 600 dpi a module."""

    text: Paragraph = ()
    version: int = 5
    level: Level = "M"
    mask: int | None = None
    dots: int = 8


@dataclass(frozen=True, slots=True)
class Code39(Element):
    """text: what it holds, `length` characters; dots: of 600 dpi a narrow bar."""

    text: Paragraph = ()
    length: int = 1
    dots: int = 6


@dataclass(frozen=True, slots=True)
class InserterMarks(Element):
    """Bars (OMR) for an inserting machine, one below the other. marks: when each is printed, see press.inserter; planned:
    whether any tells of the envelope and not of the piece alone."""

    marks: tuple[str, ...] = ()
    planned: bool = False
    pitch: float = 4.23
    thickness: float = 0.5


@dataclass(frozen=True, slots=True)
class OcrLine(Element):
    """text: what a bank reads, in the characters of press/ocr_b.toml; pitch: millimetres a character."""

    text: Paragraph = ()
    pitch: float = 2.54


Code = CustomerCode | PaymentCode | MarkCode | QrCode | Code39 | InserterMarks | OcrLine


@dataclass(frozen=True, slots=True)
class Image(Element):
    """valid: first and last day on which it may be printed, None if always; day: the item that tells the notice's day."""

    picture: Picture = field(default_factory=lambda: Picture(1, 1, 1, b"\0\0"))
    valid: tuple[str, str] | None = None
    day: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """underlay: a page of a designer's PDF below all the rest."""

    texts: tuple[Text, ...] = ()
    lines: tuple[Line, ...] = ()
    boxes: tuple[Box, ...] = ()
    circles: tuple[Circle, ...] = ()
    codes: tuple[Code, ...] = ()
    images: tuple[Image, ...] = ()
    underlay: Underlay | None = None

    @property
    def elements(self) -> Iterator[Element]:
        yield from self.boxes
        yield from self.lines
        yield from self.circles
        yield from self.images
        yield from self.texts
        yield from self.codes


@dataclass(frozen=True, slots=True)
class Sheet:
    """back: None where the sheet is printed on one side. It comes if all of `when` hold and, where there are `rows`, if
    one of these items has a value."""

    front: Side
    back: Side | None
    when: tuple[Condition, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def sides(self) -> tuple[Side, ...]:
        return (self.front,) if self.back is None else (self.front, self.back)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A window envelope seen from the front. inner: what the folded sheet (panel) can move in; window: within it."""

    inner: tuple[float, float]
    panel: tuple[float, float]
    window: Area
    clear: float

    @property
    def _slack(self) -> tuple[float, float]:
        return self.inner[0] - self.panel[0], self.inner[1] - self.panel[1]

    @property
    def always(self) -> Area:
        """The part of the panel that stays in the window, `clear` from its edge, however the sheet has moved."""
        right, down = self._slack
        window, clear = self.window, self.clear
        return Area(
            window.x + clear, window.y + clear, window.width - right - 2 * clear, window.height - down - 2 * clear
        )

    @property
    def ever(self) -> Area:
        """The part of the panel that some movement brings into the window."""
        right, down = self._slack
        window = self.window
        return Area(window.x - right, window.y - down, window.width + right, window.height + down)


@dataclass(frozen=True)
class Enclosing:
    """How the form's pieces become envelopes. All names are items.

    same        what all pieces of an envelope must have in common: the addressee
    household   the key of those that share an envelope; empty where each piece has its own
    registered  holds for a piece that goes registered; None: none does
    inserts     for each of the rules' inserts, when it goes with a piece
    """

    rules: PlanRules
    postcode: str
    same: tuple[str, ...]
    household: str = ""
    registered: tuple[Condition, ...] | None = None
    inserts: tuple[tuple[Condition, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Characters:
    """What a form's characters need beside the pinned fonts. fonts: the ward's own 外字; degraded: rows of approved 縮退."""

    fonts: tuple[Face, ...] = ()
    degraded: tuple[Degraded, ...] = ()


@dataclass(frozen=True)
class Form:
    """items: the columns of a record in their order; fingerprint: SHA-256 of form.toml and of the files
    that it names."""

    name: str
    title: str
    items: tuple[str, ...]
    paper: tuple[float, float]
    sheets: tuple[Sheet, ...]
    fingerprint: str
    envelope: Envelope | None = None
    enclosing: Enclosing | None = None
    characters: Characters = Characters()

    @cached_property
    def planned(self) -> tuple[str, ...]:
        """The values that each piece needs from the plan, after those of its items."""
        codes = (code for sheet in self.sheets for side in sheet.sides for code in side.codes)
        return PLANNED if any(isinstance(code, InserterMarks) and code.planned for code in codes) else ()

    @cached_property
    def pages(self) -> int:
        """The most pages of a piece: every side is one."""
        return sum(len(sheet.sides) for sheet in self.sheets)

"""Pieces become print files: streamed, in flat memory, cut after a chosen number of pieces.

A file is handed to the caller as it is made, forward only, so that the caller can encrypt it on its way into the vault.
Only a file whose PrintFile came back is whole; when a refusal ends the job, what the open file gave is to be dropped.

Rules
  a piece that can't be printed exactly as recorded stops the job, and the refusal lists what stands in the way of all
  pieces from there on: code points without glyph, texts without room
  the same pieces in the same order give the same bytes; a page's bytes don't depend on how the job is cut into files
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from tewatashi.core.refused import Refused
from tewatashi.press.archive import info, write_catalog_entries
from tewatashi.press.embed import write_fonts
from tewatashi.press.pdf import PageTree, PdfWriter
from tewatashi.press.program import Piece, Program
from tewatashi.press.setting import NoGlyph, describe
from tewatashi.press.underlay import write_underlay

Emit = Callable[[bytes], object]

PIECES_PER_FILE = 5000
_SHOWN = 10  # pieces named in a refusal
_TOGETHER = 2500  # pieces painted at once: enough for numpy, little for memory


@dataclass(frozen=True, slots=True)
class PrintFile:
    """What a finished file holds. number: from 1; first, last: piece ids; uncoded: pieces without customer barcode,
    as their postcode or address gives none; degraded: pieces with a character for which the ward approved another one."""

    number: int
    pieces: int
    pages: int
    first: str
    last: str
    size: int
    sha256: str
    uncoded: int
    degraded: int = 0


def compose(
    pieces: Iterable[Piece],
    program: Program,
    open_file: Callable[[int], Emit],
    *,
    copy: int = 0,
    pieces_per_file: int = PIECES_PER_FILE,
    number: int = 1,
) -> Iterator[PrintFile]:
    """Composes all pieces, file after file.

    pieces     (piece id of 20 digits, values in the order of the form's items)
    open_file  called with each file's number; takes its bytes in order, in chunks of about 256 KiB
    copy       0 for the first print, 1-9 for a remake after spoiling; it is part of the sheet mark
    number     of the first file
    """
    left = iter(pieces)
    for each, first in enumerate(left, number):
        writer = PdfWriter(open_file(each))
        yield _File(each, program, copy, writer).compose(chain([first], islice(left, pieces_per_file - 1)), left)


def survey(pieces: Iterable[Piece], program: Program, *, copy: int = 0) -> int:
    """Paints every piece without writing it; Refused if any could not be printed. Returned: how many there were."""
    problems = _Problems()
    problems.refuse_all(pieces, program, copy)
    return problems.seen


class _File:
    """One print file being made."""

    def __init__(self, number: int, program: Program, copy: int, writer: PdfWriter) -> None:
        self._number, self._program, self._copy = number, program, copy
        self._writer = writer
        self._fonts = writer.reserve()
        self._tree = _page_tree(writer, program, self._fonts)
        self._ink = program.ink()

    def compose(self, pieces: Iterator[Piece], rest: Iterable[Piece]) -> PrintFile:
        """rest: what comes after this file; read only if the job is lost, to name every problem of it at once."""
        first = last = ""
        count = degraded = 0
        while batch := list(islice(pieces, _TOGETHER)):
            try:
                painted = self._program.paint_many(batch, self._copy, self._ink)
            except (NoGlyph, Refused):
                _Problems().refuse_all(chain(batch, pieces, rest), self._program, self._copy)
                raise AssertionError("pieces can be painted one by one that can't be painted together") from None
            for content in chain.from_iterable(painted):
                self._tree.add(self._writer.stream(content))
            first, last = first or batch[0][0], batch[-1][0]
            count += len(batch)
            degraded += self._program.count_degraded(batch)
        size, digest = self._finish()
        return PrintFile(self._number, count, self._tree.pages, first, last, size, digest, self._ink.uncoded, degraded)

    def _finish(self) -> tuple[int, str]:
        self._writer.object(write_fonts(self._writer, self._program.fonts, self._ink.used), self._fonts)
        title = self._program.form.title
        about = write_catalog_entries(self._writer, title)
        return self._writer.finish(b"<</Type/Catalog/Pages %d 0 R%b>>" % (self._tree.finish(), about), info(title))


def _page_tree(writer: PdfWriter, program: Program, fonts: int) -> PageTree:
    """The size is the root's, for all pages; a TrimBox can't be inherited (ISO 32000-1, table 30), and PDF/A wants each page
    to name its resources. The backgrounds are the first objects of the file."""
    width, height = (f"{mm * 72 / 25.4:.4f}".encode() for mm in program.form.paper)
    box = b"[0 0 %b %b]" % (width, height)
    pictures = b"".join(
        b"/I%d %d 0 R" % (number, writer.stream(picture.data, picture.entries, level=9))
        for number, picture in enumerate(program.pictures)
    )
    underlays = b"".join(
        b"/U%d %d 0 R" % (number, write_underlay(writer, underlay)) for number, underlay in enumerate(program.underlays)
    )
    own = b"/XObject<<%b%b>>" % (pictures, underlays) if pictures or underlays else b""
    entries = b"/Type/XObject/Subtype/Form/BBox%b/Resources<</Font %d 0 R%b>>" % (box, fonts, own)
    backgrounds = b"".join(
        b"/B%d %d 0 R" % (number, writer.stream(side.background, entries, level=9))
        for number, side in enumerate(program.sides)
    )
    shapes = b"".join(
        b"/%b %d 0 R" % (name, writer.stream(path, b"/Type/XObject/Subtype/Form/BBox[0 -400 1000 1000]", level=9))
        for name, path in program.shapes.items()
    )
    resources = writer.object(b"<</Font %d 0 R/XObject<<%b%b%b>>>>" % (fonts, pictures, shapes, backgrounds))
    return PageTree(writer, b"/MediaBox%b" % box, b"/TrimBox%b/Resources %d 0 R" % (box, resources))


@dataclass(slots=True)
class _Problems:
    """What stands in the way of printing, gathered over the pieces."""

    seen: int = 0
    missing: set[str] = field(default_factory=set)
    pieces: list[str] = field(default_factory=list)
    refusals: dict[str, Refused] = field(default_factory=dict)
    unfit: int = 0

    def _look_at(self, program: Program, piece: str, values: Sequence[str], copy: int) -> None:
        faults = program.faults(piece, values, copy)
        for fault in faults:
            if isinstance(fault, NoGlyph):
                self.missing.update(fault.missing)
            else:
                self.refusals.setdefault(str(fault), fault)
        if faults:
            self.unfit += 1
            self.pieces += [piece] if len(self.pieces) < _SHOWN else []

    def refuse_all(self, pieces: Iterable[Piece], program: Program, copy: int) -> None:
        """Looks through all pieces, then refuses if any has a problem: together, and one by one where that fails."""
        left, ink = iter(pieces), program.ink()
        while batch := list(islice(left, _TOGETHER)):
            self.seen += len(batch)
            try:
                program.paint_many(batch, copy, ink)
            except (NoGlyph, Refused):
                for piece, values in batch:
                    self._look_at(program, piece, values, copy)
        self._refuse_if_any()

    def _refuse_if_any(self) -> None:
        if self.missing:
            raise Refused(
                "glyph-missing", f"フォントにない文字があるため印刷できません（{self.unfit}通: {self._named()}）。",
                found="、".join(map(describe, sorted(self.missing))),
                do="区に、この文字の外字ファイルか、縮退の承認を求めてください。置き換えて印刷することはできません。",
            )  # fmt: skip
        if self.refusals:
            first = next(iter(self.refusals.values()))
            raise Refused(
                first.code, f"{first.wrong}（{self.unfit}通: {self._named()}、他の理由{len(self.refusals) - 1}件）",
                found=first.found, expected=first.expected, do=first.do,
            )  # fmt: skip

    def _named(self) -> str:
        return "、".join(self.pieces) + ("…" if self.unfit > len(self.pieces) else "")

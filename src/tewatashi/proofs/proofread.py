"""Proofreading (校正): every page of the finished print files against the form and the records, from the files' own bytes.

Shares no code with the composer. Whatever disagrees is a Finding with piece and page, and the release is stopped.

Rules
  every record has its pages, in order, front and back, once; no page belongs to no record
  every text, code and picture is what the form and the record say, in its place; nothing else is on a page
  inzai-2024     what the window shows ends with 様 or another title of honour
  tamba-2025     all records have one base date, the job's where it is known
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, Final

from tewatashi.proofs.codecheck import CodeCheck
from tewatashi.proofs.drawncheck import DrawnCheck
from tewatashi.proofs.expected import Columns, Coming, Expectation
from tewatashi.proofs.finding import Finding, Findings
from tewatashi.proofs.formtext import FormText, TextPlace, read_form
from tewatashi.proofs.omrcheck import OmrCheck
from tewatashi.proofs.own import File, Own, read_own
from tewatashi.proofs.printed import Page, PrintedFile
from tewatashi.proofs.sampling import Chosen, Drawing, Sample
from tewatashi.proofs.sidecheck import SideCheck, Tell
from tewatashi.proofs.towns import TownNames

Piece = tuple[str, Sequence[str]]

TOGETHER: Final = 500  # pieces looked at at once
_AT_ONCE: Final = 16  # pages read at once
_AHEAD: Final = 64  # pages looked over to find a piece again
_HONORIFICS: Final = ("様", "殿", "御中", "さま", "先生")
BASE_DATE: Final = "基準日"
_SECRET: Final = re.compile("記号番号|宛名番号|額|料|延滞|納付|収納|生年月日|個人番号")


@dataclass(frozen=True)
class Standard:
    """What print files are measured by. read_file: a file of the form's folder; base_date: the job's, if it has one; sample: pieces
    drawn at random, beside those that are drawn anyway; own: the ward's own characters."""

    form: FormText
    read_file: Callable[[str], bytes]
    towns: TownNames | None = None
    copy: int = 0
    base_date: str | None = None
    sample: int = 0
    own: Own = field(default_factory=Own)

    @classmethod
    def of(
        cls,
        read_file: Callable[[str], bytes],
        *,
        towns: TownNames | None = None,
        copy: int = 0,
        base_date: str | None = None,
        sample: int = 0,
        gaiji: Iterable[File] = (),
        degrade: File | None = None,
    ) -> Standard:
        """gaiji, degrade: the job's own 外字 files and table of 縮退, beside the form's."""
        form = read_form(read_file("form.toml"))
        own = read_own(form.characters, read_file, gaiji, degrade)
        return cls(form, read_file, towns, copy, base_date, sample, own)


@dataclass
class Report:
    """What was read, and what was found. degraded: pieces by character for which another one is printed."""

    pieces: int = 0
    pages: int = 0
    files: int = 0
    codes: int = 0
    drawn: int = 0
    base_date: str = ""
    own: Own = field(default_factory=Own)
    degraded: Counter[str] = field(default_factory=Counter)
    findings: Findings = field(default_factory=Findings)

    @property
    def fine(self) -> bool:
        return not self.findings.total and self.pieces > 0

    def as_dict(self) -> dict[str, Any]:
        """For --json and the sites; a finding names items, never their values."""
        return {
            "schema": "tewatashi.proof/v1", "ok": self.fine, "pieces": self.pieces, "pages": self.pages,
            "files": self.files, "codes": self.codes, "drawn": self.drawn, "counts": self.findings.counts,
            "characters": self.own.as_dict(self.degraded), "findings": [asdict(finding) for finding in self.findings.kept],
        }  # fmt: skip


def proofread(
    files: Iterable[bytes], pieces: Iterable[Piece], standard: Standard, chosen: Chosen | None = None
) -> Report:
    """Reads every page. files: in the order of the pieces, one at a time in memory; pieces: the records, in order; chosen: what is
    drawn, where that was settled before."""
    report = Report(own=standard.own)
    expectation = Expectation(standard.form, standard.own)
    _judge_form(standard.form, report.findings)
    left, sample = iter(pieces), chosen or Sample(standard.sample)
    for number, data in enumerate(files, 1):
        file = PrintedFile(data, standard.own)
        report.files += 1
        drawing = Drawing(data, file) if standard.sample else None
        of_file = _File(file, number, standard, expectation=expectation, report=report, sample=sample, drawing=drawing)
        of_file.read(left)
        file.close()
        if drawing:
            drawing.close()
    for piece, _ in left:
        report.findings.add(Finding(piece, report.files, 0, "page-missing", "この通のページがありません。"))
    return report


def _judge_form(form: FormText, findings: Findings) -> None:
    """What the window shows is an address: no amount, no number of insurance, not what kind of notice it is."""
    if form.ever is None:
        return
    window = [place for place in form.sides[form.sheets[0].sides[0]].texts if place.window]
    for place in window:
        secret = tuple(each.name for each in place.shown if _SECRET.search(each.name))
        fixed = "".join(part for part in place.parts if isinstance(part, str))
        if secret or form.title in fixed:
            findings.add(
                Finding("", 0, 0, "window", "窓から見える所に、宛名でないものがあります。", secret, place.where)
            )
    if not any(_honours(place) for place in window):
        findings.add(Finding("", 0, 0, "honorific", "宛名に敬称（様など）がありません。"))


def _honours(place: TextPlace) -> bool:
    last = place.parts[-1] if place.parts else ""
    return isinstance(last, str) and last.rstrip("　 ").endswith(_HONORIFICS)


class _File:
    """One print file being read."""

    def __init__(
        self, file: PrintedFile, number: int, standard: Standard, *, expectation: Expectation, report: Report,
        sample: Sample | Chosen, drawing: Drawing | None,
    ) -> None:  # fmt: skip
        self._file, self._number, self._standard = file, number, standard
        self._expectation, self._report = expectation, report
        self._sample, self._drawing = sample, drawing
        form = standard.form
        first = form.sheets[0].sides[0]
        windows = {first: (form.ever, form.always)} if form.ever and form.always else {}
        self._texts = [SideCheck(form, side, file, windows.get(at)) for at, side in enumerate(form.sides)]
        self._codes = [CodeCheck(side, file, standard.towns) for side in form.sides]
        self._omr = [OmrCheck(side, len(form.items)) for side in form.sides]
        self._drawn = [
            DrawnCheck(form, side, form.ever if at == first else None, standard.read_file)
            for at, side in enumerate(form.sides)
        ]

    def read(self, pieces: Iterator[Piece]) -> None:
        """Takes as many pieces as the file has."""
        width, height = self._standard.form.paper
        if abs(self._file.size[0] - width) > 0.1 or abs(self._file.size[1] - height) > 0.1:
            self._find("", 1, "page", "用紙の大きさが様式と違います。")
        batches = _Batches(self._file, self._expectation, self._find)
        for batch in batches.of(pieces):
            self._check(batch)
            self._report.pieces += len(batch.pieces)
            for _, values in batch.pieces if self._standard.own.degraded else ():
                self._standard.own.count(values, self._report.degraded)
        self._report.pages += batches.pages

    def _find(self, piece: str, page: int, code: str, what: str, items: tuple[str, ...] = ()) -> None:
        self._report.findings.add(Finding(piece, self._number, page, code, what, items))

    def _check(self, batch: _Batch) -> None:
        payments: dict[str, set[str]] = {}
        self._check_base_date(batch)
        chosen = self._sample.of(batch.pieces)
        for side, rows in batch.sides.items():
            read, numbers, names, values, coming = map(list, zip(*rows, strict=True))
            columns = Columns(self._expectation, values, names, self._standard.copy, coming)
            tell = Tell(self._report.findings, self._number, names, numbers)
            pages = self._texts[side].check(read, columns, tell)
            self._drawn[side].check(pages, columns, tell)
            self._omr[side].check(pages, columns, tell)
            for (row, at), digits in self._codes[side].check(pages, columns, tell).items():
                seen = payments.setdefault(names[row], set())
                if digits in seen:
                    place = self._standard.form.sides[side].codes[at]
                    tell.add(row, "payment", "同じ通の別の納付書と、バーコードが同じです。", place)
                seen.add(digits)
            self._report.codes += sum([len(page.frames) for page in pages])
            for row, page in enumerate(pages):
                if self._drawing and names[row] in chosen:
                    self._drawing.check(
                        page, numbers[row], row, side=self._standard.form.sides[side], columns=columns, tell=tell
                    )
                    self._report.drawn += 1

    def _check_base_date(self, batch: _Batch) -> None:
        """tamba-2025: last month's data among this month's."""
        place = self._expectation.places.get(BASE_DATE)
        if place is None or not batch.pieces:
            return
        wanted = self._standard.base_date or self._report.base_date or batch.pieces[0][1][place]
        self._report.base_date = wanted
        late = {piece for piece, values in batch.pieces if values[place] != wanted}
        for rows in batch.sides.values() if late else ():
            for _, number, piece, _, coming in rows:
                if piece in late and (coming.sheet, coming.face) == (1, 1):
                    self._find(piece, number, "base-date", "基準日が、この案件のほかのデータと違います。", (BASE_DATE,))


Row = tuple[Page, int, str, Sequence[str], Coming]


@dataclass
class _Batch:
    """By side: its pages, with number, piece, values and what side of which sheet it is."""

    pieces: list[Piece] = field(default_factory=list)
    sides: dict[int, list[Row]] = field(default_factory=dict)


class _Batches:
    """Goes along pages and records side by side, and finds where they go on together after a fault."""

    def __init__(self, file: PrintedFile, expectation: Expectation, find: Callable[[str, int, str, str], None]) -> None:
        self._pages, self._expectation, self._find = file.pages(), expectation, find
        self._ahead: deque[Page] = deque()
        self.pages = 0

    def of(self, pieces: Iterator[Piece]) -> Iterator[_Batch]:
        while self._next is not None:
            batch = _Batch()
            for piece, values in islice(pieces, TOGETHER):
                self._take(piece, values, batch)
                batch.pieces.append((piece, values))
                if self._next is None:
                    break
            yield batch
            if not batch.pieces:
                while self._next is not None:
                    self._pass_over()

    @property
    def _next(self) -> Page | None:
        if not self._ahead:
            self._ahead.extend(islice(self._pages, _AT_ONCE))
        return self._ahead[0] if self._ahead else None

    def _is_of(self, name: bytes) -> bool:
        page = self._next
        return page is not None and page.pieces == (name,)

    def _take(self, piece: str, values: Sequence[str], batch: _Batch) -> None:
        name = piece.encode()
        if not self._is_of(name):
            self._go_to(name)
        ahead, sides, wanted = self._ahead, batch.sides, (name,)
        for coming in self._expectation.sides(values):
            page = ahead[0] if ahead else self._next
            if page is None or page.pieces != wanted:
                what = f"{coming.sheet}枚目の{'表' if coming.face == 1 else '裏'}のページがありません。"
                self._find(piece, self.pages + 1, "page-missing", what)
                continue
            ahead.popleft()
            self.pages += 1
            if coming.side not in sides:
                sides[coming.side] = []
            sides[coming.side].append((page, self.pages, piece, values, coming))
        while self._is_of(name):
            self._pass_over()

    def _go_to(self, name: bytes) -> None:
        """Passes over pages of other pieces, if the wanted one's come soon after them."""
        self._ahead.extend(islice(self._pages, _AHEAD - len(self._ahead)))
        at = next((at for at, page in enumerate(self._ahead) if page.pieces == (name,)), 0)
        for _ in range(at):
            self._pass_over()

    def _pass_over(self) -> None:
        pieces = [each.decode("ascii", "replace") for each in self._ahead.popleft().pieces]
        self.pages += 1
        what = "ここにあるはずのないページです（重複、順序違い、データにない通、または枚数の違い）。"
        self._find(pieces[0] if len(pieces) == 1 else "", self.pages, "page-extra", what)

"""Print files proofread by several processes at once, file by file: the same report for any number of them.

The processes say only whether all is right. Where it isn't, the files are read again in their order, as what is wrong with one
may reach into the next. Records go through pipes to the processes, some files' at a time; nothing touches a disk.
"""

from __future__ import annotations

import gc
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from tewatashi.core.refused import Refused
from tewatashi.proofs.own import File
from tewatashi.proofs.printed import PrintedFile
from tewatashi.proofs.proofread import BASE_DATE, TOGETHER, Piece, Report, Standard, proofread
from tewatashi.proofs.sampling import Chosen, Sample
from tewatashi.proofs.towns import read_towns

_ready: Final[list[Standard]] = []  # of a process that proofreads for another one


@dataclass(frozen=True)
class Kit:
    """Where each process finds what it measures by: proofs.proofread.Standard, as paths. gaiji, degrade: with their names."""

    form: Path
    towns: Path | None = None
    copy: int = 0
    sample: int = 0
    gaiji: tuple[File, ...] = ()
    degrade: File | None = None

    def standard(self) -> Standard:
        return Standard.of(
            self._read, towns=read_towns(self.towns) if self.towns else None, copy=self.copy, sample=self.sample,
            gaiji=self.gaiji, degrade=self.degrade,
        )  # fmt: skip

    def _read(self, name: str) -> bytes:
        return read_file(self.form / Path(name).name, "form-missing")


def read_file(path: Path, code: str = "proof-file") -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Refused(
            code, "様式か印刷ファイルを読めません。", found=f"{path.parent.name}/{path.name}",
            do="様式とファイルの場所を確かめてください。",
        ) from None  # fmt: skip


class Portion(NamedTuple):
    """Files that follow one another, and the pieces in them. chosen: those to be drawn."""

    files: tuple[Path, ...]
    pieces: list[Piece]
    chosen: frozenset[str]


class Given(NamedTuple):
    """A file that lies nowhere as such, with the number of pieces that it was made of."""

    data: bytes
    quantity: int


class Counted(NamedTuple):
    """What was read and found right."""

    pieces: int
    pages: int
    files: int
    codes: int
    drawn: int
    degraded: Counter[str]


def proofread_files(
    files: Sequence[Path],
    pieces: Callable[[], Iterator[Piece]],
    kit: Kit,
    jobs: int,
    *,
    born: Callable[[], None] | None = None,
) -> Report:
    """Reads every page. pieces: gives the records from the first one on; born: what each process does first."""
    standard = kit.standard()
    if jobs > 1 and len(files) > 1:
        with ProcessPoolExecutor(min(jobs, len(files)), get_context("spawn"), _start, (kit, born)) as pool:
            report = _together(files, pieces(), standard, pool, jobs + 1)
        if report is not None and report.fine:
            return report
    return proofread(map(read_file, files), pieces(), standard)


def proofread_given(
    files: Callable[[], Iterable[Given]],
    pieces: Callable[[], Iterator[Piece]],
    standard: Standard,
    kit: Kit,
    jobs: int,
    *,
    born: Callable[[], None] | None = None,
) -> Report:
    """The same of files that come one by one, as long as they are looked at. standard: what kit gives, and the job's base date.
    files, pieces: from the first one on, each time anew."""
    if jobs > 1:
        with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (kit, born)) as pool:
            report = _together_given(files(), pieces(), standard, pool, jobs + 1)
        if report is not None and report.fine:
            return report
    return proofread((each.data for each in files()), pieces(), standard)


def _together_given(
    files: Iterable[Given], pieces: Iterator[Piece], standard: Standard, pool: Executor, most: int
) -> Report | None:
    report = Report(own=standard.own, base_date=standard.base_date or "")
    sample = Sample(standard.sample)

    def submitted() -> Iterator[Future[Counted | None]]:
        for data, quantity in files:
            held = list(islice(pieces, quantity))
            report.base_date = report.base_date or _base_date(standard, held)
            yield pool.submit(_work_given, data, orjson.dumps(held), _chosen(held, sample), report.base_date)

    if not _all_right(submitted(), report, most):
        return None
    return None if any(True for _ in pieces) else report


def _together(
    files: Sequence[Path], pieces: Iterator[Piece], standard: Standard, pool: Executor, most: int
) -> Report | None:
    """None if anything is wrong. most: portions under way at once."""
    report = Report(own=standard.own, base_date=standard.base_date or "")
    firsts = list(pool.map(_first_piece, files))

    def submitted() -> Iterator[Future[Counted | None]]:
        for portion in portions_of(files, firsts, pieces, Sample(standard.sample)):
            report.base_date = report.base_date or _base_date(standard, portion.pieces)
            yield pool.submit(_work, portion, report.base_date)

    return report if _all_right(submitted(), report, most) else None


def _all_right(submitted: Iterable[Future[Counted | None]], report: Report, most: int) -> bool:
    """Adds up what was read; False as soon as something is wrong. most: under way at once."""
    running: deque[Future[Counted | None]] = deque()
    for each in submitted:
        running.append(each)
        if len(running) == most and not _add(running.popleft().result(), report):
            return False
    return all(_add(each.result(), report) for each in running)


def portions_of(
    files: Sequence[Path], firsts: Sequence[str | None], pieces: Iterable[Piece], sample: Sample
) -> Iterator[Portion]:
    """firsts: the piece that each file begins with. A file whose first piece isn't known goes with the one before it."""
    starts = {first: at for at, first in reversed(list(enumerate(firsts))) if first and at}
    begin, held = 0, list[Piece]()
    for piece in pieces:
        at = starts.get(piece[0], 0)
        if at > begin:
            yield Portion(tuple(files[begin:at]), held, _chosen(held, sample))
            begin, held = at, []
        held.append(piece)
    yield Portion(tuple(files[begin:]), held, _chosen(held, sample))


def _chosen(pieces: Iterable[Piece], sample: Sample) -> frozenset[str]:
    """As proofs.proofread chooses them, batch by batch."""
    left = iter(pieces)
    found: set[str] = set()
    while batch := list(islice(left, TOGETHER)):
        found |= sample.of(batch)
    return frozenset(found)


def _base_date(standard: Standard, pieces: Sequence[Piece]) -> str:
    items = standard.form.items
    return pieces[0][1][items.index(BASE_DATE)] if BASE_DATE in items and pieces else ""


def _add(counted: Counted | None, report: Report) -> bool:
    if counted is None:
        return False
    report.pieces += counted.pieces
    report.pages += counted.pages
    report.files += counted.files
    report.codes += counted.codes
    report.drawn += counted.drawn
    report.degraded.update(counted.degraded)
    return True


def _start(kit: Kit, born: Callable[[], None] | None) -> None:
    """Once in each process."""
    if born is not None:
        born()
    with suppress(Refused):  # whoever asked is refused the same, and is told why
        _ready[:] = [kit.standard()]
    gc.freeze()  # the collector of garbage need not look through a hundred thousand towns again


def _first_piece(file: Path) -> str | None:
    try:
        page = next(PrintedFile(read_file(file)).pages(), None)
    except Refused:
        return None
    return page.pieces[0].decode("ascii", "replace") if page and len(page.pieces) == 1 else None


def _work(portion: Portion, base_date: str) -> Counted | None:
    """None if anything is wrong."""
    return _counted(map(read_file, portion.files), portion.pieces, portion.chosen, base_date)


def _work_given(data: bytes, pieces: bytes, chosen: frozenset[str], base_date: str) -> Counted | None:
    """As `_work`. pieces: as JSON, which takes a quarter of the memory that lists do."""
    return _counted([data], orjson.loads(pieces), chosen, base_date)


def _counted(files: Iterable[bytes], pieces: Iterable[Piece], chosen: frozenset[str], base_date: str) -> Counted | None:
    if not _ready:
        return None
    standard = replace(_ready[0], base_date=base_date or None, sample=_ready[0].sample if chosen else 0)
    try:
        report = proofread(files, pieces, standard, Chosen(chosen))
    except Refused:
        return None
    if not report.fine:
        return None
    return Counted(report.pieces, report.pages, report.files, report.codes, report.drawn, report.degraded)

"""One piece followed at the factory: its place in the parcel, its print files and pages, what was read of it, its end (WARD-OP-4).

What the tables know of it goes with the opened data; then only the job's acts are left, which name no piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from tewatashi.core.custody import Job
from tewatashi.core.piece import EventName, State
from tewatashi.core.piece_course import Entry, course_of, read_piece
from tewatashi.core.pieceid import piece_digest
from tewatashi.core.plan import Plan
from tewatashi.core.refused import Refused
from tewatashi.factory import enclosing, jobs, line, planning, story
from tewatashi.factory.models import Piece, PrintFile
from tewatashi.factory.proofreading import digest_of
from tewatashi.press.form import Form
from tewatashi.sitekit import acting
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.piece_page import Followed, Step, steps_of
from tewatashi.sitekit.site_forms import load_site_form
from tewatashi.sitekit.timeline import Teller

STATES: Final[Mapping[State, str]] = {
    "composed": "組版済み（印字の前）", "printed": "印字済み（読取り待ち）", "spoiled": "破損（再作成待ち）",
    "enclosed": "封入", "withdrawn": "引抜き",
}  # fmt: skip
_READ: Final[Mapping[EventName, str]] = {
    "read": "封入機の読取り", "hand": "手作業の封入", "misread": "読取り不良", "recheck": "停止後の読み直し", "spoil": "破損",
    "withdraw": "引抜き品の読取り", "pull": "列から外した", "start": "再開", "stop": "停止",
}  # fmt: skip


@dataclass(frozen=True)
class Printed:
    """Where a copy of the piece is: the file, its place there from 1, and its pages, or nothing where they can't be told."""

    file: PrintFile
    place: int
    pages: tuple[int, int] | None

    def __str__(self) -> str:
        where = f"{self.file.name} の{self.place:,}通目"
        if self.pages is None:
            return where
        first, last = self.pages
        return f"{where}（{first:,}ページ）" if first == last else f"{where}（{first:,}〜{last:,}ページ）"


def follow(number: str, _by: str, value: str) -> Followed:
    """The piece with this id, or on this sheet. Refused when the job has no such piece, or its piece ids are erased."""
    job, _ = jobs.load(number)
    piece = read_piece(value)
    row = Piece.objects.filter(job=number, piece=piece).first()
    if row is None:
        raise _unknown(job)
    copies, history = _copies(job, row), acting.history(number)
    remade = {digest_of([one.file]): one for one in copies if one.file.copy}
    course = list(course_of(job, history, piece_digest(piece), remade=remade.keys()))
    teller = Teller(names_under(job.contract), story.PREFIXES)
    steps = _with_reads(
        course, steps_of(course, story.SITES, teller, _notes(course, row, copies, remade)), list(_reads(row))
    )
    return Followed(piece, STATES[row.state], tuple(_facts(job, row, copies)), tuple(steps))


def _unknown(job: Job) -> Refused:
    if job.did("parcel-opened") and not Piece.objects.filter(job=job.number).exists():
        return Refused(
            "piece-erased", "この案件の通し番号は、開封データとともに消去されています。",
            do="案件の履歴を見るか、区に、抽出データとの対応を確かめてください。", requirement="CL-11-12",
        )  # fmt: skip
    return Refused(
        "piece-unknown",
        "この案件に、その通し番号はありません。",
        do="番号と案件を確かめてください。",
        requirement="WARD-OP-4",
    )


# ------------------------------------------------------------------------------------------------- in print files


def _copies(job: Job, row: Piece) -> list[Printed]:
    """The original and every remake, as they were composed."""
    form, plan = _form(job), _plan(job)
    files = list(PrintFile.objects.filter(job=job.number))
    found = [_original([file for file in files if not file.copy], row, form, plan)]
    for file in files:
        ids = file.pieces.split()
        if row.piece in ids:
            place = ids.index(row.piece)
            found.append(Printed(file, place + 1, _even(file, place, form)))
    return [one for one in found if one is not None]


def _original(files: Sequence[PrintFile], row: Piece, form: Form | None, plan: Plan | None) -> Printed | None:
    if plan is None and planning.is_planned(row.job):
        return None  # the order of the sheets went with the plan
    at = row.n - 1 if plan is None else plan.pieces.ids.tolist().index(row.piece.encode())
    for file in files:
        if at < file.quantity:
            begin = sum(one.quantity for one in files if one.number < file.number)
            return Printed(file, at + 1, _even(file, at, form) or _by_sheets(begin, at, form, plan))
        at -= file.quantity
    return None


def _even(file: PrintFile, place: int, form: Form | None) -> tuple[int, int] | None:
    """The pages where every piece of the file has as many as the form has at most."""
    if form is None or file.pages != file.quantity * form.pages:
        return None
    return place * form.pages + 1, (place + 1) * form.pages


def _by_sheets(begin: int, place: int, form: Form | None, plan: Plan | None) -> tuple[int, int] | None:
    """The pages by the plan's count of sheets, where every sheet has as many sides. begin: the file's first piece."""
    sides = {len(sheet.sides) for sheet in form.sheets} if form else set()
    if plan is None or len(sides) != 1:
        return None
    (of_a_sheet,) = sides
    before = int(plan.pieces.sheets[begin : begin + place].sum()) * of_a_sheet
    return before + 1, before + int(plan.pieces.sheets[begin + place]) * of_a_sheet


def _form(job: Job) -> Form | None:
    try:
        return load_site_form(job.form)
    except Refused:
        return None  # it was taken away since; the files stand as they were composed


def _plan(job: Job) -> Plan | None:
    """The plan of all pieces as printed; None where there is none, or none any more."""
    try:
        return planning.printed(job) if planning.is_planned(job.number) else None
    except Refused:
        return None


# ---------------------------------------------------------------------------------------------------------- words


def _facts(job: Job, row: Piece, copies: Iterable[Printed]) -> Iterator[tuple[str, str]]:
    yield "送付データ", f"{job.counts.extract or 0:,}通の{row.n:,}通目"
    for one in copies:
        yield f"印刷ファイル（{'再作成' if one.file.copy else '原本'}）", str(one)
    if row.copy:
        yield "有効なシート", f"再作成{row.copy}回目（それより前は無効）"
    if row.envelope:
        yield "封筒", f"{row.envelope:,}番（ほかの通知と同じ封筒）"
    if box := _box(job, row):
        yield "箱", f"箱{box}"
    for finding in line.state_of(job.number).findings:
        if finding.piece == row.piece:
            yield "解けていない問題", line.words(finding.problem)


def _box(job: Job, row: Piece) -> int | None:
    """The box that the plan puts it into, without what was withdrawn."""
    if row.state != "enclosed" or _plan(job) is None:
        return None
    plan = planning.remaining(job, enclosing.acknowledged_pieces(job))
    ids = plan.pieces.ids.tolist()
    at = row.piece.encode()
    return int(plan.envelopes.box[plan.pieces.envelope[ids.index(at)]]) if at in ids else None


def _notes(
    course: Iterable[Entry], row: Piece, copies: Sequence[Printed], remade: Mapping[str, Printed]
) -> dict[int, str]:
    """What the tables add to the acts."""
    original = next((str(one) for one in copies if not one.file.copy), "")
    notes = {}
    for index, act, _ in course:
        if act.kind == "parcel-opened":
            notes[index] = f"送付データの{row.n:,}通目"
        elif act.kind == "pieces-composed":
            notes[index] = original
        elif act.kind == "pieces-printed":
            notes[index] = str(remade[act.text("sha256")]) if act.number("copy") else original
        elif act.kind == "pieces-enclosed":
            notes[index] = f"この通知: {STATES[row.state]}"
    return notes


def _reads(row: Piece) -> Iterator[tuple[int, Step]]:
    """What a machine or a hand scanner read of the piece, each with the copy that was read."""
    name = row.piece.encode()
    for stretch in line.log_of(row.job):
        if name not in stretch:
            continue
        for read in map(orjson.loads, (text for text in stretch.splitlines() if name in text)):
            mark = read.get("front") or read.get("back", "")
            said = f"読取り{read['n']:,}番目　シート {mark[21]}/{mark[22]}"
            yield int(mark[20]), Step(_READ[read["event"]], said, story.SITES["factory"])


def _with_reads(course: Iterable[Entry], steps: Iterable[Step], reads: Sequence[tuple[int, Step]]) -> Iterator[Step]:
    """Each read after the printing of the copy that was read: a read-log has an order, and no times."""
    for (_, act, _), step in zip(course, steps, strict=True):
        yield step
        if act.kind == "pieces-printed":
            yield from (read for copy, read in reads if copy == act.number("copy"))

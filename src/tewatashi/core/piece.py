"""One piece is one resident's envelope, and it always has exactly one end: enclosed, or withdrawn.

A line (an inserter with cameras, or a person with a hand scanner) tells what it read; `read_event` takes one line of its
read-log, `follow` applies it to the piece it names. What does not fit is a finding: the line stops until the sheet in
question has been pulled. `reconcile` names every piece that has no end yet.

Rules
  katano-2016            what goes into an envelope is read, not counted: every sheet of a piece, from the first to the last,
                         with no other piece's in between; and of pieces that share an envelope (core.plan), a machine that
                         read another envelope's meanwhile has closed theirs
  sunmesse-2021          front and back of a sheet carry the same piece
  kusatsu-2017           a second good read of a piece is a finding; a remake voids the sheet it replaces
  printing-bureau-2015   after a stop, the pieces before it are read again before the line goes on, and a piece whose sheets
                         were not all read yet from its first sheet
  kitakyushu-2019        a proof's sheet (見本) is never enclosed
  iwaki-2025             a withdrawn piece is proven by reading it at the reject bin, and never enclosed
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, cast, get_args

import orjson

from tewatashi.core.pieceid import SheetMark, is_proof_piece
from tewatashi.core.refused import Refused

State = Literal["composed", "printed", "spoiled", "enclosed", "withdrawn"]
EventName = Literal["start", "stop", "read", "hand", "misread", "recheck", "spoil", "withdraw", "pull"]
Problem = Literal[
    "unreadable", "sides-differ", "proof-sheet", "foreign", "void-copy", "double", "withdrawn-enclosed", "not-asked", "not-printed",
    "not-rechecked", "sheet-missing", "set-broken", "envelope-left", "missing", "spoiled", "not-proven",
]  # fmt: skip

WINDOW: Final = 5  # pieces before a stop that are read again (printing-bureau-2015)
PROBLEMS: Final[Mapping[Problem, str]] = {
    "unreadable": "通し番号として読めないシート",
    "sides-differ": "表と裏の通し番号が違うシート",
    "proof-sheet": "見本のシート",
    "foreign": "この案件にない通し番号",
    "void-copy": "再作成で無効になったシート",
    "double": "二度読まれた通し番号（重複）",
    "withdrawn-enclosed": "引抜き対象の封入",
    "not-asked": "依頼のない引抜き",
    "not-printed": "印字の記録がない通し番号",
    "not-rechecked": "停止後の読み直しがないまま再開",
    "sheet-missing": "前の用紙が読まれていないシート（組の欠け）",
    "set-broken": "前の通し番号の用紙が揃わないまま来たシート",
    "envelope-left": "同じ封筒の通知が、封筒を閉じたあとに来たシート",
    "missing": "封入も引抜きもされていない（欠落）",
    "spoiled": "破損したまま再作成されていない",
    "not-proven": "引抜きの現物が読まれていない",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece and how far it is. copy: 0 the original, n after n remakes; only sheets of this copy are valid. envelope: the number
    of the one that it shares with others by the plan, 0 for one of its own."""

    piece: str
    state: State
    copy: int = 0
    envelope: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a read-log. front, back: sheet marks as read, empty where the event has none or saw none."""

    n: int
    name: EventName
    front: str = ""
    back: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Why the line stands still: at which read, what is wrong, with which sheet mark (empty: none was readable)."""

    n: int
    problem: Problem
    mark: str

    @property
    def piece(self) -> str:
        return self.mark[:20]


@dataclass(frozen=True)
class Line:
    """The memory of an enclosing line: the last pieces enclosed, those to be read again, and the findings not cleared.

    open      the front mark of the last sheet read into an envelope to which more sheets of that piece belong, else empty
    envelope  the shared envelope into which the last piece went, or 0
    """

    read: int = 0
    recent: tuple[str, ...] = ()
    recheck: frozenset[str] = frozenset()
    open: str = ""
    findings: tuple[Finding, ...] = ()
    pulled: int = 0
    envelope: int = 0


def read_event(data: bytes) -> Event:
    """One line of a read-log (docs/spec/read-log.md). Refused `read-log` when it is not of that form."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict) or not value.keys() <= {"n", "event", "front", "back"}:
        raise _bad_line("行が JSON の記録ではありません。")
    n, name = value.get("n"), value.get("event")
    front, back = value.get("front", ""), value.get("back", "")
    if type(n) is not int or not 0 < n < 2**53 or name not in get_args(EventName):
        raise _bad_line("番号か種類が正しくありません。")
    if not isinstance(front, str) or not isinstance(back, str) or max(len(front), len(back)) > 64:
        raise _bad_line("読み取った値が正しくありません。")
    return event_of(n, cast("EventName", name), front, back)


def event_of(n: int, name: EventName, front: str, back: str) -> Event:
    """The event, with nothing of what a reader saw in place of a mark: the payment slip's code is a resident's."""
    return Event(n, name, front if _is_mark(front) else "", back if not back or _is_mark(back) else "?")


def _is_mark(text: str) -> bool:
    try:
        SheetMark.parse(text)
    except Refused:
        return False
    return True


def _bad_line(wrong: str) -> Refused:
    return Refused("read-log", f"読取記録の{wrong}", do="封入機の出力の設定を確かめてください。")


def follow(
    line: Line, piece: Piece | None, asked: bool, event: Event, *, begun: bool = False
) -> tuple[Line, Piece | None]:
    """The line and the piece after one event.

    piece  the piece that `event.front` names, or None if the job has no such piece
    asked  whether the ward asked for this piece's withdrawal
    begun  whether another piece of its envelope is enclosed already
    Gives back the piece if it changed, else None. Refused `read-log-order` when lines were lost or come twice.
    """
    if event.n != line.read + 1:
        raise Refused(
            "read-log-order", "読取記録の行が抜けているか、重なっています。", found=event.n, expected=line.read + 1,
            do="封入機の記録を続きから取り込んでください。",
        )  # fmt: skip
    line = replace(line, read=event.n)
    match event.name:
        case "start" | "misread":
            return line, None
        case "stop":
            return replace(line, recheck=frozenset(line.recent), open=""), None
        case "pull":
            return _pull(line, event), None
    problem = _sheet_problem(piece, event) or _envelope_problem(line, piece, event, begun=begun)
    if problem is None:
        assert piece is not None
        return _ACTS[event.name](line, piece, asked, event)
    return _find(line, event, problem), None


def remake(piece: Piece) -> Piece:
    """The piece after a spoiled copy has been printed anew: the old sheet is void. Refused if it was not spoiled."""
    if piece.state != "spoiled":
        raise Refused(
            "not-spoiled", "破損の記録がない通し番号は再作成できません。", found=piece.piece, do="先に破損を記録してください。",
            requirement="CL-9",
        )  # fmt: skip
    return replace(piece, state="printed", copy=piece.copy + 1)


def _sheet_problem(piece: Piece | None, event: Event) -> Problem | None:
    try:
        front = SheetMark.parse(event.front)
        back = SheetMark.parse(event.back) if event.back else None
    except Refused:
        return "unreadable"
    if event.name in ("read", "hand") and (
        back is None or (front.side, back.side) != (1, 2) or event.front[:23] != event.back[:23]
    ):
        return "sides-differ"
    if piece is None:
        return "proof-sheet" if is_proof_piece(event.front) else "foreign"
    if front.copy != piece.copy:
        return "void-copy"
    return "not-printed" if piece.state == "composed" else None


def _envelope_problem(line: Line, piece: Piece | None, event: Event, *, begun: bool) -> Problem | None:
    """Whether a machine went on to another envelope since. A hand may open one again, and reads what it puts in."""
    if not begun or piece is None or event.name != "read" or piece.state != "printed":
        return None
    return None if line.envelope == piece.envelope else "envelope-left"


def _enclose(line: Line, piece: Piece, asked: bool, event: Event) -> tuple[Line, Piece | None]:
    front = SheetMark.parse(event.front)
    if problem := _not_to_enclose(line, piece, asked) or _out_of_turn(line.open, front):
        return _find(line, event, problem), None
    if front.sheet < front.of:
        return replace(line, open=event.front), None
    recent = (*line.recent, piece.piece)[-WINDOW:]
    return replace(line, recent=recent, open="", envelope=piece.envelope), replace(piece, state="enclosed")


def _not_to_enclose(line: Line, piece: Piece, asked: bool) -> Problem | None:
    """Why no sheet of the piece may go into an envelope now."""
    if line.recheck:
        return "not-rechecked"
    if piece.state == "spoiled":
        return "void-copy"
    if piece.state != "printed":
        return "double"
    return "withdrawn-enclosed" if asked else None


def _out_of_turn(open_: str, front: SheetMark) -> Problem | None:
    """What is wrong with a sheet's place among those of its piece."""
    if not open_:
        return None if front.sheet == 1 else "sheet-missing"
    before = SheetMark.parse(open_)
    if (front.piece, front.of) != (before.piece, before.of):
        return "set-broken"
    if front.sheet <= before.sheet:
        return "double"
    return None if front.sheet == before.sheet + 1 else "sheet-missing"


def _spoil(line: Line, piece: Piece, _asked: bool, event: Event) -> tuple[Line, Piece | None]:
    if piece.state == "spoiled" and _one_of_several(event):
        return line, None  # the other sheets of its set
    if piece.state not in ("printed", "enclosed"):
        return _find(line, event, "double"), None
    return _without(line, piece), replace(piece, state="spoiled")


def _withdraw(line: Line, piece: Piece, asked: bool, event: Event) -> tuple[Line, Piece | None]:
    if not asked:
        return _find(line, event, "not-asked"), None
    if piece.state == "withdrawn":
        return (line if _one_of_several(event) else _find(line, event, "double")), None
    return _without(line, piece), replace(piece, state="withdrawn")


def _one_of_several(event: Event) -> bool:
    """Whether the sheet is one of several of its piece; which of them came before is not kept where the piece has its end."""
    return SheetMark.parse(event.front).of > 1


def _without(line: Line, piece: Piece) -> Line:
    """The line after a piece was taken off it: it is not read again, and none of its sheets is in an open envelope."""
    still_open = "" if line.open[:20] == piece.piece else line.open
    return replace(line, recheck=line.recheck - {piece.piece}, open=still_open)


def _pull(line: Line, event: Event) -> Line:
    """A sheet taken off the line clears the first finding about it; one that nothing speaks against is a finding itself."""
    for index, finding in enumerate(line.findings):
        if finding.mark == event.front:
            findings = line.findings[:index] + line.findings[index + 1 :]
            return replace(line, findings=findings, pulled=line.pulled + 1)
    return _find(line, event, "foreign")


def _recheck(line: Line, piece: Piece, _asked: bool, _event: Event) -> tuple[Line, Piece | None]:
    return replace(line, recheck=line.recheck - {piece.piece}), None


def _find(line: Line, event: Event, problem: Problem) -> Line:
    return replace(line, findings=(*line.findings, Finding(event.n, problem, event.front)))


_ACTS: Final = {"read": _enclose, "hand": _enclose, "recheck": _recheck, "spoil": _spoil, "withdraw": _withdraw}


# ------------------------------------------------------------------------------------------------- reconciliation


@dataclass(frozen=True)
class Reconciliation:
    """What the job's pieces add up to, and every piece that stands in the way, named."""

    composed: int
    printed: int
    enclosed: int
    withdrawn: int
    spoiled: int
    remade: int
    pulled: int
    open: tuple[tuple[str, Problem], ...]

    @property
    def empty(self) -> bool:
        return not self.open


def reconcile(pieces: Iterable[Piece], asked: frozenset[str], line: Line) -> Reconciliation:
    """Go through all pieces of a job once (突合). asked: the piece ids that the ward wants withdrawn."""
    totals = dict.fromkeys(get_args(State), 0)
    remade = 0
    rows: list[tuple[str, Problem]] = [(finding.piece, finding.problem) for finding in line.findings]
    rows += [(piece, "not-rechecked") for piece in sorted(line.recheck)]
    for piece in pieces:
        totals[piece.state] += 1
        remade += piece.copy
        problem = _unfinished(piece, piece.piece in asked)
        if problem is not None:
            rows.append((piece.piece, problem))
    composed = sum(totals.values())
    return Reconciliation(
        composed=composed, printed=composed - totals["composed"], enclosed=totals["enclosed"],
        withdrawn=totals["withdrawn"], spoiled=remade + totals["spoiled"], remade=remade, pulled=line.pulled,
        open=tuple(rows),
    )  # fmt: skip


def _unfinished(piece: Piece, asked: bool) -> Problem | None:
    if asked:
        return None if piece.state == "withdrawn" else "not-proven"
    if piece.state == "enclosed":
        return None
    return "spoiled" if piece.state == "spoiled" else "missing"

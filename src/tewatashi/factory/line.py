"""The enclosing line: what a machine's cameras or a hand scanner read, followed piece by piece (core.piece).

Rules
  katano-2016, sunmesse-2021, kusatsu-2017, printing-bureau-2015, iwaki-2025    as core.piece has them
  FAC-OP-2    whoever sends lines or scans is on the accepted roster
  CONN-1      a machine sends its lines again when it does not know whether they came: those that did are passed over
Machine and hand scanner number apart: a scan in between never swallows a line of the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, TypeVar

import orjson
from django.db import transaction

from tewatashi.core import piece as rules
from tewatashi.core.piece import Event, EventName, Finding, Line, Problem
from tewatashi.core.pieceid import piece_digest
from tewatashi.core.refused import Refused
from tewatashi.factory import jobs
from tewatashi.factory.models import EnclosingLine, Piece, ReadLines

MOST_BYTES: Final = 4 << 20  # of one call
LOOKED_UP: Final = 500  # pieces in one query

T = TypeVar("T")


@dataclass(frozen=True)
class Taken:
    """What came of a call. lines: newly followed; passed: had already; new: the findings of this call; line: after it."""

    lines: int
    passed: int
    new: tuple[Finding, ...]
    line: Line
    machine: int


def take_log(number: str, data: bytes, by: str) -> Taken:
    """Follow a machine's lines. Refused, with nothing written, when one is malformed or the row has a gap."""
    if len(data) > MOST_BYTES:
        raise Refused(
            "read-log-size",
            "一度に送る読取記録が大きすぎます。",
            expected=f"{MOST_BYTES}バイト以下",
            do="分けて送ってください。",
        )
    events = [rules.read_event(text) for text in data.splitlines() if text.strip()]
    if any(event.name == "hand" for event in events):
        raise Refused(
            "read-log-hand", "封入機の記録に、手作業の封入があります。", found="hand", expected="read",
            do="手作業の封入は、読取りの画面で1枚ずつ記録してください。", requirement="WORK-1",
        )  # fmt: skip
    return _follow(number, events, by, from_machine=True)


def scan(number: str, name: EventName, front: str, back: str, by: str) -> Taken:
    """Follow one event of the hand scanner. What a hand encloses is read on both sides, like a machine's (sunmesse-2021)."""
    if name == "hand" and (front[:23] != back[:23] or (front[23:], back[23:]) != ("1", "2")):
        raise Refused("sides-differ", "表と裏の通し番号が違います。", do="シートを確かめ、表と裏を読み直してください。")
    return _follow(number, [rules.event_of(1, name, front, back)], by, from_machine=False)


def begin(number: str) -> None:
    """Make the line of a job whose originals are printed."""
    EnclosingLine.objects.get_or_create(job=number)


def locked(number: str) -> EnclosingLine:
    """The line's row, ours until the transaction ends; Refused when nothing is printed yet."""
    row = EnclosingLine.objects.select_for_update().filter(job=number).first()
    if row is None:
        raise Refused(
            "too-early",
            "印字の記録がないため、読取りはできません。",
            do="先に印字してください。",
            requirement="FAC-OP-1",
        )
    return row


def state_of(number: str) -> Line:
    """The line as it stands; a new one where there is none."""
    row = EnclosingLine.objects.filter(job=number).first()
    return _line(row) if row else Line()


def machine_lines(number: str) -> int:
    """How many of the machine's lines have been taken."""
    return EnclosingLine.objects.filter(job=number).values_list("machine", flat=True).first() or 0


def as_piece(row: Piece) -> rules.Piece:
    """The piece as the rules know it."""
    return rules.Piece(row.piece, row.state, row.copy, row.envelope)


def in_chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values, `size` at a time."""
    left = iter(values)
    while chunk := list(islice(left, size)):
        yield chunk


def log_of(number: str) -> Iterable[bytes]:
    """The read-log as it was followed, in stretches of whole lines."""
    for stretch in ReadLines.objects.filter(job=number).values_list("lines", flat=True).iterator():
        yield bytes(stretch)


def _follow(number: str, events: list[Event], by: str, *, from_machine: bool) -> Taken:
    with transaction.atomic():
        row = locked(number)
        job, standing = jobs.load(number)
        jobs.refuse_stranger(standing, by)
        if job.did("pieces-enclosed"):
            raise Refused(
                "too-late",
                "封入封緘の記録のあとに読取りはできません。",
                do="区と委託先で協議してください。",
                requirement="FAC-OP-1",
            )
        fresh = [event for event in events if event.n > row.machine] if from_machine else events
        _refuse_gap(row, fresh, from_machine=from_machine)
        line, before = _line(row), row.read
        line = _apply(number, fresh, line, job.withdrawals)
        _save(row, line, machine=row.machine + len(fresh) if from_machine else row.machine)
        new = tuple(finding for finding in line.findings if finding.n > before)
    return Taken(len(fresh), len(events) - len(fresh), new, line, row.machine)


def _refuse_gap(row: EnclosingLine, events: list[Event], *, from_machine: bool) -> None:
    for expected, event in enumerate(events, row.machine + 1):
        if from_machine and event.n != expected:
            raise Refused(
                "read-log-order", "読取記録の行が抜けているか、重なっています。", found=event.n, expected=expected,
                do="封入機の記録を続きから取り込んでください。",
            )  # fmt: skip


def is_asked(piece: str, digests: frozenset[str]) -> bool:
    """Whether the ward asked for this piece; what a letter names a piece by is its digest."""
    return bool(digests) and piece_digest(piece) in digests


def _apply(number: str, events: list[Event], line: Line, asked: frozenset[str]) -> Line:
    known = _pieces(number, {event.front[:20] for event in events})
    now = {piece: as_piece(row) for piece, row in known.items()}
    begun = _begun(number, {row.envelope for row in known.values() if row.envelope})
    changed: set[str] = set()
    log = []
    for n, event in enumerate(events, line.read + 1):
        numbered = replace(event, n=n)
        piece = event.front[:20]
        there = now.get(piece)
        opened = there is not None and there.envelope in begun
        line, after = rules.follow(line, there, is_asked(piece, asked), numbered, begun=opened)
        if after is not None:
            now[piece] = after
            changed.add(piece)
            if after.state == "enclosed" and after.envelope:
                begun.add(after.envelope)
        log.append(_written(numbered))
    _save_pieces([(known[piece], now[piece]) for piece in changed])
    if log:
        ReadLines.objects.create(job=number, last=line.read, lines=b"".join(log))
    return line


def _begun(number: str, envelopes: set[int]) -> set[int]:
    """Those of the shared envelopes into which something went already."""
    rows = Piece.objects.filter(job=number, state="enclosed")
    found = (rows.filter(envelope__in=chunk) for chunk in in_chunks(sorted(envelopes), LOOKED_UP))
    return {envelope for some in found for envelope in some.values_list("envelope", flat=True)}


def _pieces(number: str, ids: set[str]) -> dict[str, Piece]:
    found: dict[str, Piece] = {}
    for chunk in in_chunks(sorted(ids), LOOKED_UP):
        found.update((row.piece, row) for row in Piece.objects.filter(job=number, piece__in=chunk))
    return found


def _save_pieces(changed: list[tuple[Piece, rules.Piece]]) -> None:
    """One statement a state, not one a piece; copies change only with a remake."""
    by_state: dict[str, list[int]] = {}
    for row, piece in changed:
        by_state.setdefault(piece.state, []).append(row.pk)
    for state, rows in by_state.items():
        for chunk in in_chunks(rows, LOOKED_UP):
            Piece.objects.filter(pk__in=chunk).update(state=state)


def _written(event: Event) -> bytes:
    value: dict[str, object] = {"n": event.n, "event": event.name}
    value |= {name: mark for name, mark in (("front", event.front), ("back", event.back)) if mark}
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def _line(row: EnclosingLine) -> Line:
    return Line(
        read=row.read,
        recent=tuple(row.recent),
        recheck=frozenset(row.recheck),
        open=row.open,
        findings=tuple(Finding(n, problem, mark) for n, problem, mark in row.findings),
        pulled=row.pulled,
        envelope=row.envelope,
    )


def _save(row: EnclosingLine, line: Line, *, machine: int) -> None:
    row.read, row.machine, row.pulled, row.envelope = line.read, machine, line.pulled, line.envelope
    row.recent, row.recheck, row.open = list(line.recent), sorted(line.recheck), line.open
    row.findings = [[finding.n, finding.problem, finding.mark] for finding in line.findings]
    row.save()


def words(problem: Problem) -> str:
    """The problem in the words of the floor."""
    return rules.PROBLEMS[problem]

"""A state machine of an enclosing line: whatever a machine and people do, no piece has two ends and no loss goes unseen."""

from __future__ import annotations

import random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tewatashi.core.piece import Event, EventName, Line, Piece, Problem, follow, reconcile, remake
from tewatashi.core.pieceid import SheetMark, new_piece_ids
from tewatashi.core.refused import Refused

IDS = new_piece_ids(random.Random(5).randbytes, 8)
FOREIGN = new_piece_ids(random.Random(6).randbytes, 1)[0]
ENDS = ("enclosed", "withdrawn")


class EnclosingLine(RuleBasedStateMachine):
    """The truth beside the rules: what really lies in envelopes, sheet by sheet."""

    @initialize(asked=st.sets(st.sampled_from(IDS), max_size=3))
    def print_all(self, asked: set[str]) -> None:
        self.pieces = {piece: Piece(piece, "printed") for piece in IDS}
        self.asked = frozenset(asked)
        self.line = Line()
        self.in_envelopes: list[str] = []  # front marks, as put in without a finding

    def tell(self, name: EventName, front: str = "", back: str = "") -> bool:
        """One event; True if the line found nothing wrong with it."""
        before = len(self.line.findings)
        piece = self.pieces.get(front[:20])
        event = Event(self.line.read + 1, name, front, back)
        self.line, after = follow(self.line, piece, front[:20] in self.asked, event)
        if after is not None:
            self.pieces[after.piece] = after
        return len(self.line.findings) == before

    @rule(piece=st.sampled_from([*IDS, FOREIGN]), copy=st.integers(0, 2))
    def read(self, piece: str, copy: int) -> None:
        front, back = str(SheetMark(piece, copy, 1, 1, 1)), str(SheetMark(piece, copy, 1, 1, 2))
        if self.tell("read", front, back):
            self.in_envelopes.append(front)

    @rule(name=st.sampled_from(["read", "hand"]), front=st.sampled_from(IDS), back=st.sampled_from(IDS))
    def read_sheets_that_stuck_together(self, name: EventName, front: str, back: str) -> None:
        ok = self.tell(name, str(SheetMark(front, 0, 1, 1, 1)), str(SheetMark(back, 0, 1, 1, 2)))
        assert not ok or front == back
        if ok:
            self.in_envelopes.append(str(SheetMark(front, 0, 1, 1, 1)))

    @rule(piece=st.sampled_from(IDS), copy=st.integers(0, 2))
    def spoil(self, piece: str, copy: int) -> None:
        mark = str(SheetMark(piece, copy, 1, 1, 1))
        if self.tell("spoil", mark):
            self.in_envelopes = [one for one in self.in_envelopes if one != mark]

    @rule(piece=st.sampled_from(IDS), copy=st.integers(0, 2))
    def withdraw(self, piece: str, copy: int) -> None:
        mark = str(SheetMark(piece, copy, 1, 1, 1))
        if self.tell("withdraw", mark):
            self.in_envelopes = [one for one in self.in_envelopes if one != mark]

    @rule(piece=st.sampled_from([*IDS, FOREIGN]), copy=st.integers(0, 2))
    def pull(self, piece: str, copy: int) -> None:
        self.tell("pull", str(SheetMark(piece, copy, 1, 1, 1)))

    @rule()
    def stop(self) -> None:
        self.tell("stop")

    @rule(name=st.sampled_from(["read", "hand"]), piece=st.sampled_from(IDS), back=st.booleans())
    def read_one_side_twice_or_alone(self, name: EventName, piece: str, back: bool) -> None:
        front = str(SheetMark(piece, self.pieces[piece].copy, 1, 1, 1))
        assert not self.tell(name, front, front if back else "")

    @rule(piece=st.sampled_from([*IDS, FOREIGN]), copy=st.integers(0, 2))
    def recheck(self, piece: str, copy: int) -> None:
        waiting = self.line.recheck
        ok = self.tell("recheck", str(SheetMark(piece, copy, 1, 1, 1)))
        assert self.line.recheck == (waiting - {piece} if ok else waiting)
        assert not ok or copy == self.pieces[piece].copy

    @rule(piece=st.sampled_from(IDS))
    def remake(self, piece: str) -> None:
        try:
            self.pieces[piece] = remake(self.pieces[piece])
        except Refused:
            assert self.pieces[piece].state != "spoiled"

    @invariant()
    def a_piece_is_in_one_envelope_at_most(self) -> None:
        if not hasattr(self, "pieces"):
            return
        inside = [mark[:20] for mark in self.in_envelopes]
        assert len(inside) == len(set(inside))
        assert set(inside) == {piece.piece for piece in self.pieces.values() if piece.state == "enclosed"}
        assert self.asked.isdisjoint(inside)

    @invariant()
    def an_empty_reconciliation_means_that_every_piece_has_just_one_end(self) -> None:
        if not hasattr(self, "pieces"):
            return
        found = reconcile(self.pieces.values(), self.asked, self.line)
        unfinished: set[Problem] = {problem for _, problem in found.open}
        if found.empty:
            assert all(piece.state in ENDS for piece in self.pieces.values())
            assert found.enclosed + found.withdrawn == found.composed == len(IDS)
            assert found.withdrawn == len(self.asked)
            assert found.spoiled == found.remade
        else:
            assert unfinished


EnclosingLine.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestEnclosingLine = EnclosingLine.TestCase

"""A piece of several sheets: its envelope is closed over all of them, in their order, and over no other piece's."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.piece import Event, EventName, Line, Piece, Problem, follow, read_event, reconcile
from tewatashi.core.pieceid import SheetMark, new_piece_ids, proof_piece_id
from tewatashi.demo.inserter import Inserter, Troubles

A, B, C = new_piece_ids(random.Random(5).randbytes, 3)
SHEETS = {A: 3, B: 1, C: 2}


class Floor:
    """A line with three printed pieces of three, one and two sheets."""

    def __init__(self, *asked: str) -> None:
        self.line = Line()
        self.pieces = {piece: Piece(piece, "printed") for piece in SHEETS}
        self.asked = frozenset(asked)

    def tell(self, name: EventName, piece: str = "", sheet: int = 1, copy: int = 0, of: int = 0) -> Problem | None:
        """One event; what is wrong with it."""
        marks = (
            [str(SheetMark(piece, copy, sheet, of or SHEETS[piece], side)) for side in (1, 2)] if piece else ["", ""]
        )
        event = (
            Event(self.line.read + 1, name, *marks)
            if name in ("read", "hand")
            else Event(self.line.read + 1, name, marks[0])
        )
        before = len(self.line.findings)
        self.line, after = follow(self.line, self.pieces.get(piece), piece in self.asked, event)
        if after:
            self.pieces[piece] = after
        return self.line.findings[-1].problem if len(self.line.findings) > before else None

    def read(self, piece: str, *sheets: int) -> Problem | None:
        found = [self.tell("read", piece, sheet) for sheet in sheets]
        assert not any(found[:-1])
        return found[-1]

    def state(self, piece: str) -> str:
        return self.pieces[piece].state


@pytest.mark.accident("katano-2016")
def test_an_envelope_is_closed_with_its_last_sheet_and_not_before() -> None:
    floor = Floor()
    assert floor.read(A, 1, 2) is None
    assert floor.state(A) == "printed"
    assert floor.read(A, 3) is None
    assert floor.state(A) == "enclosed"
    assert floor.line.recent == (A,)
    assert floor.read(B, 1) is None
    assert floor.read(C, 1, 2) is None
    assert reconcile(floor.pieces.values(), frozenset(), floor.line).empty


@pytest.mark.accident("katano-2016")
def test_a_sheet_of_another_piece_in_between_stops_the_line() -> None:
    floor = Floor()
    floor.read(A, 1)
    assert floor.read(B, 1) == "set-broken"
    assert floor.tell("pull", B) is None
    assert floor.read(A, 2, 3) is None
    assert (floor.state(A), floor.state(B)) == ("enclosed", "printed")


@pytest.mark.parametrize(("read", "then", "problem"), [
    ((), 2, "sheet-missing"), ((1,), 3, "sheet-missing"), ((1,), 1, "double"), ((1, 2), 1, "double"), ((1, 2, 3), 1, "double"),
    ((1, 2, 3), 3, "double"),
])  # fmt: skip
def test_a_sheet_that_is_not_the_next_one_is_a_finding(read: tuple[int, ...], then: int, problem: str) -> None:
    floor = Floor()
    if read:
        floor.read(A, *read)
    assert floor.tell("read", A, then) == problem


def test_a_sheet_that_says_another_number_of_sheets_is_of_another_set() -> None:
    floor = Floor()
    floor.read(A, 1)
    assert floor.tell("read", A, 2, of=2) == "set-broken"


@pytest.mark.accident("printing-bureau-2015")
def test_after_a_stop_a_piece_that_was_not_whole_is_read_again_from_its_first_sheet() -> None:
    floor = Floor()
    floor.read(A, 1, 2)
    floor.tell("stop")
    assert floor.tell("read", A, 3) == "sheet-missing"
    floor.tell("pull", A, 3)
    assert floor.read(A, 1, 2, 3) is None


def test_a_torn_sheet_spoils_its_piece_and_the_rest_of_it_goes_nowhere() -> None:
    floor = Floor()
    floor.read(A, 1)
    assert floor.tell("spoil", A, 2) is None
    assert floor.tell("spoil", A, 3) is None
    assert floor.state(A) == "spoiled"
    assert floor.tell("read", A, 3) == "void-copy"
    floor.tell("pull", A, 3)
    assert floor.read(B, 1) is None


def test_a_withdrawn_piece_is_proven_by_one_of_its_sheets() -> None:
    floor = Floor(A)
    assert floor.tell("read", A, 1) == "withdrawn-enclosed"
    floor.tell("pull", A, 1)
    assert [floor.tell("withdraw", A, sheet) for sheet in (1, 2, 3)] == [None, None, None]
    assert floor.state(A) == "withdrawn"
    assert floor.read(C, 1, 2) is None


def test_a_piece_asked_back_while_it_is_gathered_goes_no_further() -> None:
    floor = Floor()
    floor.read(A, 1)
    floor.asked = frozenset({A})
    assert floor.read(A, 2) == "withdrawn-enclosed"
    floor.tell("pull", A, 2)
    assert floor.tell("withdraw", A, 1) is None
    assert floor.line.open == ""


NAMES: tuple[EventName, ...] = ("read", "spoil", "withdraw", "stop", "pull", "recheck")


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(list(SHEETS)), st.integers(1, 3)), max_size=25),
    st.booleans(),
)
def test_whatever_happens_no_envelope_is_closed_over_anything_but_its_own_sheets(
    events: list[tuple[EventName, str, int]], some: bool
) -> None:
    floor = Floor(*([B] if some else []))
    envelope: list[tuple[str, int]] = []  # what lies in the open one
    for name, piece, sheet in events:
        if sheet > SHEETS[piece]:
            continue
        before = floor.state(piece)
        problem = floor.tell(name, "" if name == "stop" else piece, sheet)
        if name == "stop":
            envelope = []  # taken out by hand, to be fed again
        if name in ("spoil", "withdraw") and problem is None and envelope and envelope[0][0] == piece:
            envelope = []
        if name == "read" and problem is None:
            envelope.append((piece, sheet))
            if floor.state(piece) == "enclosed" and before == "printed":
                assert envelope == [(piece, number) for number in range(1, SHEETS[piece] + 1)]
                envelope = []
    assert floor.line.open == "" or envelope


@given(st.integers(0, 2**32), st.integers(0, 300))
def test_a_machine_with_troubles_leads_to_no_finding_and_every_piece_has_its_end(seed: int, rate: int) -> None:
    ids = new_piece_ids(random.Random(seed).randbytes, 12)
    of = {piece: 1 + number % 3 for number, piece in enumerate(ids)}
    asked = frozenset(ids[:2])
    pieces = {piece: Piece(piece, "printed") for piece in ids}
    recent: tuple[str, ...] = ()
    line, waiting, copy = Line(), list(ids), 0
    while waiting and copy < 9:
        machine = Inserter(seed + copy, asked, taken=line.read, recent=recent, troubles=Troubles(rate, rate, rate))
        sheets = [
            (str(SheetMark(piece, copy, sheet, of[piece], 1)), str(SheetMark(piece, copy, sheet, of[piece], 2)))
            for piece in waiting
            for sheet in range(1, of[piece] + 1)
        ]
        for written in machine.run(sheets):
            event = read_event(written)
            line, after = follow(line, pieces.get(event.front[:20]), event.front[:20] in asked, event)
            if after:
                pieces[after.piece] = after
        recent = machine.recent
        waiting = [piece for piece in ids if pieces[piece].state == "spoiled"]
        copy += 1
        pieces |= {piece: replace(pieces[piece], state="printed", copy=copy) for piece in waiting}
    assert line.findings == ()
    left = {piece for piece, _ in reconcile(pieces.values(), asked, line).open}
    assert left == set(waiting)
    assert not left or rate > 50


@pytest.mark.accident("kitakyushu-2019")
@pytest.mark.parametrize("name", ["read", "hand", "spoil", "withdraw"])
def test_a_proofs_sheet_stops_the_line(name: EventName) -> None:
    floor = Floor()
    assert floor.tell(name, proof_piece_id(1), of=1) == "proof-sheet"
    assert not reconcile(floor.pieces.values(), frozenset(), floor.line).empty

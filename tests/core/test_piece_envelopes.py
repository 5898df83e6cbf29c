"""Pieces of one household that share an envelope: the line puts them into it one after the other, or stops."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tewatashi.core.piece import Event, EventName, Line, Piece, Problem, follow, reconcile
from tewatashi.core.pieceid import SheetMark, new_piece_ids

IDS = new_piece_ids(random.Random(8).randbytes, 6)
A1, A2, A3, B1, B2, ALONE = IDS
ENVELOPES = {A1: 4, A2: 4, A3: 4, B1: 9, B2: 9, ALONE: 0}


class Floor:
    """A line with three pieces for one envelope, two for another and one alone, of a sheet each."""

    def __init__(self) -> None:
        self.line = Line()
        self.pieces = {piece: Piece(piece, "printed", 0, envelope) for piece, envelope in ENVELOPES.items()}

    def tell(self, name: EventName, piece: str) -> Problem | None:
        front, back = (str(SheetMark(piece, 0, 1, 1, side)) for side in (1, 2))
        event = Event(self.line.read + 1, name, front, back if name in ("read", "hand") else "")
        its = self.pieces[piece]
        begun = its.envelope > 0 and any(
            one.envelope == its.envelope and one.state == "enclosed" for one in self.pieces.values()
        )
        before = len(self.line.findings)
        self.line, after = follow(self.line, its, piece == A2, event, begun=begun)
        if after:
            self.pieces[piece] = after
        return self.line.findings[-1].problem if len(self.line.findings) > before else None

    def read(self, *pieces: str) -> list[Problem | None]:
        return [self.tell("read", piece) for piece in pieces]


@pytest.mark.accident("katano-2016")
def test_pieces_of_an_envelope_that_follow_one_another_are_right() -> None:
    floor = Floor()
    assert floor.tell("withdraw", A2) is None
    assert floor.read(A1, A3, B2, B1, ALONE) == [None] * 5
    assert reconcile(floor.pieces.values(), frozenset({A2}), floor.line).empty


@pytest.mark.accident("katano-2016")
@pytest.mark.parametrize("between", [B1, ALONE])
def test_a_piece_that_comes_after_its_envelope_was_left_stops_the_line(between: str) -> None:
    floor = Floor()
    assert floor.read(A1, between, A3) == [None, None, "envelope-left"]
    assert floor.pieces[A3].state == "printed"
    assert floor.tell("pull", A3) is None
    assert floor.tell("hand", A3) is None
    assert (floor.pieces[A3].state, floor.line.findings) == ("enclosed", ())


def test_a_second_read_is_a_second_read() -> None:
    assert Floor().read(A1, B1, A1) == [None, None, "double"]


@given(st.permutations([A1, A3, B1, B2, ALONE]))
@settings(max_examples=60)
def test_whatever_the_order_no_envelope_is_filled_in_two_goes(order: list[str]) -> None:
    floor = Floor()
    enclosed = [piece for piece in order if floor.tell("read", piece) is None]
    runs = [ENVELOPES[piece] for piece in enclosed]
    for envelope in (4, 9):
        places = [place for place, each in enumerate(runs) if each == envelope]
        assert places == list(range(places[0], places[0] + len(places)))

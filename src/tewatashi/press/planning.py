"""The enclosing plan of a form's pieces, and the pieces in its order with what their sheets tell an inserter.

A form without [plan] has none: its pieces are composed as they come, each for an envelope of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Final

import orjson

from tewatashi.core.plan import Plan, in_order
from tewatashi.core.plan_gathering import Gathering
from tewatashi.core.refused import Refused
from tewatashi.press.form import Condition, Enclosing, Form
from tewatashi.press.paint import coming, test
from tewatashi.press.program import Piece
from tewatashi.press.records import pieces_of, shards

TOGETHER: Final = 50_000  # records held at once to bring them into order
_A_SHARD: Final = 1000

Values = Sequence[str]


def plan_of(form: Form, pieces: Iterable[Piece]) -> Plan:
    """The plan of all pieces. Refused if the form has no [plan], or as core.plan_gathering refuses."""
    enclosing = form.enclosing
    if enclosing is None:
        raise Refused(
            "plan-missing", "この様式には封入計画がありません。", found=form.name, expected="[plan]",
            do="様式の form.toml に [plan] を書いてください（docs/spec/plan.md）。",
        )  # fmt: skip
    facts = _Facts(form, enclosing)
    gathering = Gathering(enclosing.rules, households=bool(enclosing.household))
    for piece, values in pieces:
        facts.add(gathering, piece, values)
    return gathering.plan()


def in_plan_order(
    form: Form, plan: Plan, read: Callable[[], Iterable[Piece]], *, together: int = TOGETHER
) -> Iterator[Piece]:
    """The pieces as they are printed, with the values that the form wants from the plan. plan: of all pieces, before any was
    withdrawn; read: gives them anew, as they were when it was made."""
    pieces = in_order(read, plan.pieces.row, together)
    return pieces if not form.planned else _with_places(plan, pieces)


def lines_in_plan_order(form: Form, read: Callable[[], Iterable[bytes]]) -> Iterator[bytes]:
    """Lines of plain files (press.records) in the order of their plan, as they are composed."""

    def pieces() -> Iterator[Piece]:
        return chain.from_iterable(map(pieces_of, shards(read(), _A_SHARD)))

    for piece, values in in_plan_order(form, plan_of(form, pieces()), pieces):
        yield orjson.dumps({"piece": piece, "v": values}, option=orjson.OPT_APPEND_NEWLINE)


def places_of(form: Form, plan: Plan, pieces: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """For some pieces what the form wants from the plan; for a remake, which goes into the same envelope."""
    wanted = zip(plan.pieces.ids.tolist(), _places(plan), strict=True) if form.planned else ()
    found = {name: place for one, place in wanted if (name := one.decode()) in pieces}
    return found if form.planned else dict(zip(pieces, repeat(()), strict=False))


def _with_places(plan: Plan, pieces: Iterator[Piece]) -> Iterator[Piece]:
    for (piece, values), place in zip(pieces, _places(plan), strict=True):
        yield piece, (*values, *place)


def _places(plan: Plan) -> Iterator[tuple[str, ...]]:
    before, after = plan.beside()
    columns = (plan.sequence[plan.pieces.envelope], before, after)
    return zip(*(map(str, column.tolist()) for column in columns), strict=True)


class _Facts:
    """What a plan must know of a piece, read from its values."""

    def __init__(self, form: Form, enclosing: Enclosing) -> None:
        places = {name: place for place, name in enumerate(form.items)}
        self._items = len(form.items)
        self._postcode = places[enclosing.postcode]
        self._same = [places[name] for name in enclosing.same]
        self._household = places[enclosing.household] if enclosing.household else None
        always = sum(not sheet.when and not sheet.rows for sheet in form.sheets)
        self._always = always
        self._coming = [coming(sheet, places) for sheet in form.sheets if sheet.when or sheet.rows]

        def holds(when: Iterable[Condition]) -> Callable[[Values], bool]:
            tests = [test(condition, places) for condition in when]
            return lambda values: all(held(values) for held in tests)

        self._registered = None if enclosing.registered is None else holds(enclosing.registered)
        self._inserts = [(1 << number, holds(when)) for number, when in enumerate(enclosing.inserts)]

    def add(self, gathering: Gathering, piece: str, values: Values) -> None:
        if len(values) != self._items:
            raise Refused(
                "form-items", "項目の数が様式と違います。", found=len(values), expected=self._items,
                do="データと様式の組み合わせを確かめてください。",
            )  # fmt: skip
        gathering.add(
            piece,
            sheets=self._always + sum(comes(values) for comes in self._coming),
            postcode=values[self._postcode],
            household="" if self._household is None else values[self._household],
            addressee=() if self._household is None else tuple(values[place] for place in self._same),
            registered=self._registered is not None and self._registered(values),
            inserts=sum(bit for bit, holds in self._inserts if holds(values)),
        )

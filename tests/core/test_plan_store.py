"""A plan in a vault: it comes back as it was, or is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.plans import Asked, any_pieces, any_rules, ids, planned, rules
from tewatashi.core.plan import PlanRules, without
from tewatashi.core.plan_lists import envelope_rows, piece_rows
from tewatashi.core.plan_store import pack, unpack
from tewatashi.core.refused import Refused


@given(any_pieces, any_rules, st.data())
@settings(max_examples=50)
def test_a_stored_plan_is_the_same_plan_and_withdraws_the_same(
    pieces: list[Asked], of: PlanRules, data: st.DataObject
) -> None:
    plan = planned(pieces, of)
    again = unpack(b"".join(pack(plan, "a" * 64)), of, "a" * 64)
    gone = data.draw(st.sets(st.sampled_from(ids(len(pieces)))))
    for one, other in ((plan, again), (without(plan, gone), without(again, gone))):
        assert list(envelope_rows(one)) == list(envelope_rows(other))
        assert list(piece_rows(one)) == list(piece_rows(other))
    assert again.pieces.row.tolist() == plan.pieces.row.tolist()


def test_a_plan_of_another_form_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        unpack(b"".join(pack(planned([Asked()]), "a" * 64)), rules(), "b" * 64)
    assert refused.value.code == "plan-stored"


@given(st.binary(max_size=100), st.integers(0, 300))
def test_any_bytes_are_a_plan_or_refused(data: bytes, place: int) -> None:
    good = b"".join(pack(planned([Asked(), Asked(2)]), "a"))
    for stored in (data, good + data, good[:place], good[:place] + data + good[place + len(data) :]):
        with suppress(Refused):
            unpack(stored, rules(), "a")

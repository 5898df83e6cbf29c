"""The enclosing plan: every piece in one envelope, every envelope in one box, in an order that machines and the post can use."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.plans import INSERTS, Asked, any_pieces, any_rules, ids, planned, rules
from tewatashi.core.plan import NO_POSTCODE, Plan, PlanRules, in_order, without
from tewatashi.core.plan_counts import PlanCounts, counts_of
from tewatashi.core.plan_gathering import Gathering
from tewatashi.core.plan_lists import boxes_of, csv_of, envelope_rows, piece_rows
from tewatashi.core.refused import Refused


def _pieces(plan: Plan) -> list[str]:
    return [piece.decode() for piece in plan.pieces.ids.tolist()]


def _kept(plan: Plan, of: PlanRules) -> None:
    """What holds of any plan, however it came about."""
    envelopes, pieces = plan.envelopes, plan.pieces
    assert Counter(pieces.envelope.tolist()) == dict(enumerate(envelopes.pieces.tolist()))
    assert envelopes.first.tolist() == [int(np.argmax(pieces.envelope == number)) for number in range(len(envelopes))]
    if of.most_sheets:
        assert (envelopes.sheets <= of.most_sheets).all()
    keys = list(
        zip(~envelopes.registered, ~envelopes.local, envelopes.klass, _postcodes(plan), envelopes.printed, strict=True)
    )
    assert keys == sorted(keys)
    boxes = list(boxes_of(plan))
    assert [box.number for box in boxes] == list(range(1, plan.boxes + 1))
    assert all(0 < box.envelopes <= of.box for box in boxes)
    assert sum(box.envelopes for box in boxes) == len(envelopes)
    assert sum(box.pieces for box in boxes) == len(pieces)
    assert sum(lot.pieces for lot in plan.lots) == len(pieces)
    for box in boxes:
        assert set(envelopes.lot[box.first - 1 : box.last].tolist()) == {box.lot}


def _postcodes(plan: Plan) -> list[int]:
    found: list[int] = plan.pieces.postcode[plan.envelopes.first].tolist()
    return found


@given(any_pieces, any_rules)
@settings(max_examples=50)
def test_every_piece_is_in_one_envelope_and_one_box_within_the_limits(pieces: list[Asked], of: PlanRules) -> None:
    plan = planned(pieces, of)
    assert sorted(_pieces(plan)) == sorted(ids(len(pieces)))
    assert plan.pieces.row.tolist() == [ids(len(pieces)).index(piece) for piece in _pieces(plan)]
    assert plan.envelopes.printed.tolist() == list(range(1, len(plan.envelopes) + 1))
    _kept(plan, of)


@given(any_pieces, any_rules)
@settings(max_examples=50)
def test_an_envelope_holds_one_household_and_no_more_envelopes_than_it_needs(
    pieces: list[Asked], of: PlanRules
) -> None:
    plan = planned(pieces, of)
    wanted = [pieces[row] for row in plan.pieces.row.tolist()]
    inside: dict[int, list[Asked]] = {}
    for envelope, piece in zip(plan.pieces.envelope.tolist(), wanted, strict=True):
        inside.setdefault(envelope, []).append(piece)
    for held in inside.values():
        assert len({each.household for each in held}) == 1
        assert held[0].household or len(held) == 1
        assert not of.apart or len({each.registered for each in held}) == 1
    if not of.most_sheets and not of.apart:
        assert len(inside) == len({each.household for each in pieces} - {""}) + sum(
            not each.household for each in pieces
        )


@given(any_pieces, any_rules, st.data())
@settings(max_examples=50)
def test_a_withdrawal_leaves_no_hole_and_moves_nobody_to_another_envelope(
    pieces: list[Asked], of: PlanRules, data: st.DataObject
) -> None:
    plan = planned(pieces, of)
    gone = data.draw(st.sets(st.sampled_from(ids(len(pieces)))))
    left = without(plan, gone)
    assert sorted(_pieces(left)) == sorted(set(ids(len(pieces))) - gone)
    _kept(left, of)
    together = dict(zip(_pieces(plan), plan.envelopes.printed[plan.pieces.envelope].tolist(), strict=True))
    now = dict(zip(_pieces(left), left.envelopes.printed[left.pieces.envelope].tolist(), strict=True))
    assert now == {piece: printed for piece, printed in together.items() if piece not in gone}
    assert without(plan, ["3" * 20]).pieces.ids.tolist() == plan.pieces.ids.tolist()


@given(any_pieces, any_rules, st.data())
@settings(max_examples=50)
def test_withdrawals_in_two_steps_are_the_same_as_in_one(
    pieces: list[Asked], of: PlanRules, data: st.DataObject
) -> None:
    plan = planned(pieces, of)
    first, second = (data.draw(st.sets(st.sampled_from(ids(len(pieces))))) for _ in range(2))
    steps, once = without(without(plan, first), second), without(plan, first | second)
    assert list(envelope_rows(steps)) == list(envelope_rows(once))
    assert list(piece_rows(steps)) == list(piece_rows(once))


@given(any_pieces, any_rules)
@settings(max_examples=50)
def test_the_sequence_of_printed_sheets_runs_round_without_a_gap(pieces: list[Asked], of: PlanRules) -> None:
    plan = planned(pieces, of)
    assert plan.sequence.tolist() == [number % of.wraps for number in range(len(plan.envelopes))]
    before, after = plan.beside()
    for piece, (ahead, behind) in enumerate(zip(before.tolist(), after.tolist(), strict=True)):
        whole = plan.envelopes.sheets[plan.pieces.envelope[piece]]
        assert ahead + plan.pieces.sheets[piece] + behind == whole
        assert (ahead == 0) == (plan.envelopes.first[plan.pieces.envelope[piece]] == piece)


@given(any_pieces, any_rules)
@settings(max_examples=30)
def test_counts_come_back_from_what_a_site_keeps(pieces: list[Asked], of: PlanRules) -> None:
    counts = counts_of(planned(pieces, of))
    assert PlanCounts.from_dict(counts.as_dict()) == counts
    assert counts.pieces == len(pieces) == sum(box.pieces for box in counts.boxes)


@given(st.lists(st.integers(0, 50), unique=True, min_size=1), st.integers(1, 7))
def test_records_come_in_the_plans_order_however_few_are_held(row: list[int], together: int) -> None:
    rows = np.argsort(np.argsort(row))
    records = [f"record {number}" for number in range(len(row))]
    assert list(in_order(lambda: iter(records), rows, together)) == [records[number] for number in rows]


def test_a_household_with_more_sheets_than_the_limit_is_split_between_pieces() -> None:
    plan = planned([Asked(2, household="1")] * 5, rules(most_sheets=8))
    held = zip(plan.envelopes.sheets.tolist(), plan.envelopes.pieces.tolist(), strict=True)
    assert sorted(held) == [(2, 1), (8, 4)]


def test_a_piece_with_more_sheets_than_the_limit_is_refused_by_its_id() -> None:
    with pytest.raises(Refused) as refused:
        planned([Asked(1), Asked(9)], rules(most_sheets=8))
    assert refused.value.code == "plan-sheets"
    assert ids(2)[1] in str(refused.value)


@pytest.mark.accident("tamba-2025")
def test_a_household_with_two_addressees_is_refused_without_saying_who_they_are() -> None:
    gathering = Gathering(rules(), households=True)
    for piece, name in zip(ids(3), ("見本 太郎", "見本 太郎", "見本 花子"), strict=True):
        gathering.add(piece, sheets=1, postcode="1600021", household="77", addressee=("1600021", name))
    with pytest.raises(Refused) as refused:
        gathering.plan()
    assert refused.value.code == "plan-addressee"
    assert ids(3)[2] in str(refused.value)
    assert "見本" not in str(refused.value).replace("見本データ", "")


def test_the_same_piece_twice_is_refused() -> None:
    gathering = Gathering(rules(), households=False)
    for _ in range(2):
        gathering.add(ids(1)[0], sheets=1, postcode="1600021")
    with pytest.raises(Refused, match="二度"):
        gathering.plan()


@pytest.mark.parametrize("postcode", ["160002", "16000210", "１６０００２１", "160002a"])
def test_a_postcode_that_is_none_is_refused_without_being_shown(postcode: str) -> None:
    with pytest.raises(Refused) as refused:
        planned([Asked(postcode=postcode)])
    assert refused.value.code == "plan-postcode"
    assert postcode not in str(refused.value)


def test_an_envelope_without_postcode_comes_last_and_is_never_of_the_own_district() -> None:
    plan = planned(
        [Asked(postcode=""), Asked(postcode="9000001"), Asked(postcode="160-0021")], rules(local=("16", "1"))
    )
    assert _postcodes(plan) == [1600021, 9000001, NO_POSTCODE]
    assert plan.envelopes.local.tolist() == [True, False, False]


def test_weight_makes_the_class_with_sheets_inserts_and_envelope() -> None:
    plan = planned([Asked(5), Asked(6), Asked(5, inserts=1), Asked(9, inserts=2), Asked(9, inserts=3)], rules(local=()))
    found = {
        int(row): plan.rules.rates.classes[klass].code
        for row, klass in zip(plan.pieces.row, plan.envelopes.klass, strict=True)
    }
    assert found == {0: "teikei-25", 1: "teikei-50", 2: "teikei-50", 3: "kikaku-100", 4: "kikaku-100"}
    assert sorted(plan.envelopes.milligrams.tolist()) == [25_000, 29_000, 29_000, 53_000, 57_000]


def test_an_envelope_too_heavy_for_any_class_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        planned([Asked(1), Asked(9)], rules(sheet=200_000))
    assert refused.value.code == "plan-weight"
    assert ids(2)[1] in str(refused.value)


def test_a_household_with_one_registered_piece_goes_registered_unless_they_go_apart() -> None:
    pieces = [Asked(household="1"), Asked(household="1", registered=True), Asked(household="2")]
    assert planned(pieces).envelopes.registered.tolist() == [True, False]
    apart = planned(pieces, rules(apart=True))
    assert apart.envelopes.registered.tolist() == [True, False, False]
    assert apart.lots[0].yen == 110 + 350


def test_a_lot_that_shrinks_below_its_discount_loses_it() -> None:
    plan = planned([Asked()] * 100 + [Asked(postcode="9000001")] * 20)
    assert [(lot.envelopes, lot.discount and lot.discount.code) for lot in plan.lots] == [(100, "kunai"), (20, None)]
    assert plan.lots[0].yen is None
    left = without(plan, ids(1))
    assert [(lot.envelopes, lot.discount, lot.yen) for lot in left.lots] == [(99, None, 99 * 110), (20, None, 2200)]


def test_what_no_other_discount_took_counts_for_the_barcode() -> None:
    pieces = [Asked()] * 99 + [Asked(postcode="9000001")] * 901
    codes = [lot.discount and lot.discount.code for lot in planned(pieces, rules(barcode=True)).lots]
    assert codes == ["barcode", "barcode"]
    assert [lot.discount for lot in planned(pieces, rules()).lots] == [None, None]
    more = planned([Asked(), *pieces], rules(barcode=True))
    assert [lot.discount and lot.discount.code for lot in more.lots] == ["kunai", None]
    lots = planned(pieces, rules(barcode=True)).lots
    assert lots[1].yen == 901 * 110 * 970 // 1000


def test_a_withdrawal_that_makes_an_envelope_lighter_moves_it_to_its_new_class() -> None:
    plan = planned([Asked(5, household="1"), Asked(5, household="1"), Asked(1, household="2")])
    assert [plan.rules.rates.classes[klass].code for klass in plan.envelopes.klass] == ["teikei-25", "teikei-50"]
    left = without(plan, [_pieces(plan)[1]])
    assert [plan.rules.rates.classes[klass].code for klass in left.envelopes.klass] == ["teikei-25", "teikei-25"]
    assert counts_of(left).moved == 0
    assert left.envelopes.printed.tolist() == [1, 2]


def test_when_everything_is_withdrawn_nothing_is_left() -> None:
    left = without(planned([Asked()] * 3), ids(3))
    assert (len(left.pieces), len(left.envelopes), left.boxes, left.lots) == (0, 0, 0, ())
    assert list(envelope_rows(left)) == list(piece_rows(left)) == []
    assert counts_of(left).yen == 0


def test_materials_say_what_is_needed_and_what_is_spare() -> None:
    counts = counts_of(planned([Asked(2, inserts=1)] * 600, rules()))
    assert [(each.code, each.needed, each.spare, each.total) for each in counts.materials] == [
        ("sheet", 1200, 12, 1212), ("envelope", 600, 6, 606), (INSERTS[0].code, 600, 6, 606), (INSERTS[1].code, 0, 0, 0),
    ]  # fmt: skip


def test_a_hundred_thousand_pieces_are_planned_without_households() -> None:
    gathering = Gathering(rules(), households=False)
    for number, piece in enumerate(ids(100_000)):
        gathering.add(piece, sheets=1, postcode=f"{1600000 + number % 977}")
    plan = gathering.plan()
    assert plan.boxes == 250
    assert sum(len(chunk) for chunk in csv_of(("a",), piece_rows(plan))) > 100_000

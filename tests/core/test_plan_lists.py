"""A plan's lists: what any machine gets agrees with the plan, reads back, and tells nothing of a resident."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.plans import Asked, any_pieces, any_rules, ids, planned, rules
from tewatashi.core.plan import Plan, PlanRules, without
from tewatashi.core.plan_lists import (
    BOXES,
    ENVELOPES,
    MATERIALS,
    PIECES,
    box_rows,
    csv_of,
    envelope_rows,
    material_rows,
    piece_rows,
)
from tewatashi.core.plan_profile import read_profile
from tewatashi.core.plan_reading import read_lists
from tewatashi.core.refused import Refused

_PROFILE = """
schema = "tewatashi.plan-profile/v1"
name = "見本の封入機"
rows = "pieces"
columns = [["piece", "ID"], ["sequence", "連番"]]
delimiter = "\\t"
header = true
newline = "\\r\\n"
encoding = "cp932"
"""


def _both(plan: Plan) -> tuple[bytes, bytes]:
    return b"".join(csv_of(ENVELOPES, envelope_rows(plan))), b"".join(csv_of(PIECES, piece_rows(plan)))


@given(any_pieces, any_rules, st.data())
@settings(max_examples=50)
def test_any_plans_lists_read_back(pieces: list[Asked], of: PlanRules, data: st.DataObject) -> None:
    plan = without(planned(pieces, of), data.draw(st.sets(st.sampled_from(ids(len(pieces))))))
    lists = read_lists(*_both(plan))
    assert [piece for held in lists.pieces for piece in held] == [one.decode() for one in plan.pieces.ids.tolist()]
    assert [each.sheets for each in lists.envelopes] == plan.envelopes.sheets.tolist()
    assert [each.printed for each in lists.envelopes] == plan.envelopes.printed.tolist()
    codes = [insert.code for insert in of.inserts]
    for listed, mask in zip(lists.envelopes, plan.envelopes.inserts.tolist(), strict=True):
        assert sum(1 << codes.index(code) for code in listed.inserts) == mask


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_are_lists_or_refused(envelopes: bytes, pieces: bytes) -> None:
    good = _both(planned([Asked()]))
    for one, other in ((envelopes, pieces), (good[0] + envelopes, good[1]), (good[0], good[1] + pieces)):
        with suppress(Refused):
            read_lists(one, other)


@given(st.integers(0), st.integers(0, 255))
@settings(max_examples=300)
def test_any_changed_byte_of_what_binds_a_piece_to_an_envelope_is_refused(place: int, byte: int) -> None:
    envelopes, pieces = _both(planned([Asked(2, household="1"), Asked(1, household="1"), Asked(3)]))
    plan = read_lists(envelopes, pieces)
    at = place % len(pieces)
    changed = pieces[:at] + bytes([byte]) + pieces[at + 1 :]
    with suppress(Refused):
        assert [len(held) for held in read_lists(envelopes, changed).pieces] == [len(held) for held in plan.pieces]


def test_a_piece_missing_from_its_list_is_refused() -> None:
    envelopes, pieces = _both(planned([Asked(), Asked()]))
    with pytest.raises(Refused, match="封筒の中身"):
        read_lists(envelopes, b"".join(pieces.splitlines(keepends=True)[:-1]))


def test_the_lists_of_boxes_and_materials_add_up() -> None:
    plan = planned([Asked(household=str(number // 2)) for number in range(30)], rules(box=4))
    rows = list(csv.DictReader(io.StringIO(b"".join(csv_of(BOXES, box_rows(plan))).decode())))
    assert [row["envelopes"] for row in rows] == ["4", "4", "4", "3"]
    assert sum(int(row["pieces"]) for row in rows) == 30
    assert [(row["first_envelope"], row["last_envelope"], row["of"]) for row in rows][-1] == ("13", "15", "4")
    materials = list(csv.DictReader(io.StringIO(b"".join(csv_of(MATERIALS, material_rows(plan))).decode())))
    assert [row["total"] for row in materials[:2]] == ["35", "20"]


def test_no_list_holds_a_postcode_but_bundles_begin_with_another_district() -> None:
    plan = planned(
        [Asked(postcode=code) for code in ("1600021", "1600022", "1620801", "1690073")], rules(local=("16",))
    )
    envelopes, pieces = _both(plan)
    assert not any(code.encode() in envelopes + pieces for code in ("1600021", "1620801", "160", "162"))
    assert [row["bundle"] for row in csv.DictReader(io.StringIO(envelopes.decode()))] == ["1", "1", "2", "3"]


def test_a_profile_writes_the_columns_of_its_machine() -> None:
    plan = planned([Asked(), Asked()])
    written = b"".join(read_profile(_PROFILE.encode()).write(plan)).decode("cp932")
    assert written == f"ID\t連番\r\n{ids(2)[0]}\t0\r\n{ids(2)[1]}\t1\r\n"
    envelopes = _PROFILE.replace('"pieces"', '"envelopes"').replace('["piece", "ID"]', '["box", "BOX"]')
    assert b"".join(read_profile(envelopes.replace("true", "false").encode()).write(plan)) == b"1\t0\r\n1\t1\r\n"


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        ("pieces", "boxes"), ('["piece", "ID"]', '["name", "ID"]'), ("cp932", "utf-16"), ('"\\t"', '"x"'), ("ID", "葛󠄂"),
        ('"ID"', '"I\\tD"'), ("header = true", "header = 1"), ("v1", "v2"), ("rows", "row"),
    ],
)  # fmt: skip
def test_a_profile_that_is_not_understood_is_refused(found: str, instead: str) -> None:
    with pytest.raises(Refused) as refused:
        read_profile(_PROFILE.replace(found, instead).encode())
    assert refused.value.code == "plan-profile"


@given(st.binary(max_size=100))
def test_any_bytes_are_a_profile_or_refused(data: bytes) -> None:
    for text in (data, _PROFILE.encode() + data):
        with suppress(Refused):
            read_profile(text)

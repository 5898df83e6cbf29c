"""Forms with a [plan]: read as strictly as the rest, planned from their records, composed in the plan's order with its marks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from tests.core.plans import ids
from tests.press.residents import fonts, printed
from tewatashi.core.plan import Plan, without
from tewatashi.core.refused import Refused
from tewatashi.press.form import Form
from tewatashi.press.formfile import parse_form
from tewatashi.press.inserter import BY_PLAN, Feed, bars
from tewatashi.press.planning import in_plan_order, places_of, plan_of
from tewatashi.press.program import Piece, compile_form
from tewatashi.press.proof import compile_proof
from tewatashi.press.shipped import load_shipped_form

SPEC = (Path(__file__).parents[2] / "docs/spec/plan.md").read_text("utf-8")
EXAMPLE = SPEC.partition("```toml\n")[2].partition("```")[0]


def form_of(**changes: str) -> Form:
    text = EXAMPLE
    for found, instead in changes.items():
        assert found in text
        text = text.replace(found, instead)
    return parse_form(text.encode())


def records(*rows: tuple[str, str, str, str, str]) -> list[Piece]:
    return [(piece, list(row)) for piece, row in zip(ids(len(rows)), rows, strict=True)]


PEOPLE = records(
    ("9000001", "遠方　一", "", "", ""),
    ("1600021", "見本　太郎", "11", "", "2"),
    ("160-0022", "新宿　花子", "22", "資格確認書", ""),
    ("1600021", "見本　太郎", "11", "", ""),
)


def planned(form: Form, pieces: list[Piece] = PEOPLE) -> Plan:
    return plan_of(form, pieces)


def numbers(plan: Plan) -> list[list[int]]:
    """For each envelope the numbers of the records in it."""
    return [plan.pieces.row[plan.pieces.envelope == envelope].tolist() for envelope in range(len(plan.envelopes))]


def test_the_specs_example_groups_sorts_and_weighs() -> None:
    plan = planned(parse_form(EXAMPLE.encode()))
    assert numbers(plan) == [[2], [1, 3], [0]]
    assert plan.envelopes.sheets.tolist() == [1, 3, 1]
    assert plan.envelopes.registered.tolist() == [True, False, False]
    assert plan.envelopes.local.tolist() == [True, True, False]
    assert plan.envelopes.milligrams.tolist() == [9_000, 29_000, 21_000]
    assert [lot.klass.code for lot in plan.lots] == ["teikei-25", "teikei-50", "teikei-25"]


def test_without_a_household_each_piece_has_its_own_envelope() -> None:
    assert numbers(planned(form_of(**{'household = "世帯番号"\n': ""}))) == [[2], [1], [3], [0]]


def test_what_the_window_shows_must_be_alike_where_the_form_does_not_say() -> None:
    text = EXAMPLE.replace('same = ["郵便番号", "氏名"]\n', "").replace('{氏名}　様"', '{氏名}　様", window = true')
    envelope = "[envelope]\ninner = [231, 117]\npanel = [210, 99]\nwindow = [0, 0, 231, 117]\nclear = 0\n[styles]"
    enclosing = parse_form(
        text.replace("[styles]", envelope, 1).replace("at = [5, 100]", "at = [5, 200]").encode()
    ).enclosing
    assert enclosing
    assert enclosing.same == ("氏名",)


def test_a_table_of_rates_of_ones_own_is_part_of_the_form() -> None:
    own = (Path(__file__).parents[2] / "src/tewatashi/press/postage/2024-10.toml").read_bytes()
    read = parse_form(EXAMPLE.replace('"2024-10"', '"ryokin.toml"').encode(), lambda _: own)
    other = parse_form(EXAMPLE.replace('"2024-10"', '"ryokin.toml"').encode(), lambda _: own + b"# 2\n")
    assert read.enclosing
    assert read.enclosing.rules.rates.name == "2024-10"
    assert read.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("found", "instead", "says"),
    [
        ('rates = "2024-10"', 'rates = "2019-10"', "料金の表"), ('shape = "定形"', 'shape = "はがき"', "選べない"),
        ('postcode = "郵便番号"', 'postcode = "電話"', "items"), ('household = "世帯番号"', 'household = "世帯"', "items"),
        ('same = ["郵便番号", "氏名"]', 'same = ["住所"]', "items"), ('"160", "161"', '"160-", "161"', "local"),
        ("box = 400", "box = 0", "範囲外"), ("wraps = 8", "wraps = 1", "範囲外"), ("least = 20", "most = 20", "知らないキー"),
        ("grams = 12.0", "grams = 0", "範囲外"), ("GUIDE-2026A", "GUIDE 2026A", "記号"), ('household = "together"', 'household = "both"', "選べない"),
        ('when = "証 = 資格確認書"', 'when = "種別"', "items"), ("sheet_grams = 4.0\n", "", "必要"), ("[plan]", "[plans]", ""),
        ('code = "GUIDE-2026A"', 'code = "GUIDE-2026A"\nweight = 3', "知らないキー"),
    ],
)  # fmt: skip
def test_a_plan_that_is_not_understood_is_refused_with_its_place(found: str, instead: str, says: str) -> None:
    assert found in EXAMPLE
    with pytest.raises(Refused) as refused:
        parse_form(EXAMPLE.replace(found, instead).encode())
    assert says in str(refused.value)


def test_marks_of_the_envelope_need_a_plan() -> None:
    begin, end = EXAMPLE.index("[plan]"), EXAMPLE.index("[styles]")
    with pytest.raises(Refused, match="封入計画がありません"):
        parse_form((EXAMPLE[:begin] + EXAMPLE[end:]).encode())


def test_a_form_without_plan_has_none() -> None:
    form = load_shipped_form("tokusoku")
    assert (form.enclosing, form.planned) == (None, ())
    with pytest.raises(Refused) as refused:
        plan_of(form, [])
    assert refused.value.code == "plan-missing"


def test_pieces_come_in_the_plans_order_with_their_envelopes_number() -> None:
    form = parse_form(EXAMPLE.encode())
    plan = planned(form)
    for together in (1, 3, 50):
        given = list(in_plan_order(form, plan, lambda: iter(PEOPLE), together=together))
        assert [piece for piece, _ in given] == [PEOPLE[row][0] for row in (2, 1, 3, 0)]
        assert [tuple(values[5:]) for _, values in given] == [
            ("0", "0", "0"),
            ("1", "0", "1"),
            ("1", "2", "0"),
            ("2", "0", "0"),
        ]


def test_a_remake_has_the_marks_of_the_piece_it_replaces() -> None:
    form = parse_form(EXAMPLE.encode())
    assert places_of(form, planned(form), frozenset({PEOPLE[3][0]})) == {PEOPLE[3][0]: ("1", "2", "0")}
    plain = form_of(**{', "envelope-last", "seq1", "seq2", "seq4"': ""})
    assert places_of(plain, planned(plain), frozenset({PEOPLE[3][0]})) == {PEOPLE[3][0]: ()}


def bars_of(data: bytes) -> list[list[bool]]:
    """For each page, whether there is a bar at each of the six places."""
    document = pypdfium2.PdfDocument(data)
    pages: list[Image.Image] = [page.render(scale=600 / 72, grayscale=True).to_pil() for page in document]
    document.close()

    def dot(mm: float) -> int:
        return round(mm * 600 / 25.4)

    return [[page.getpixel((dot(9), dot(100 + 5 * place + 0.3))) == 0 for place in range(6)] for page in pages]


def test_the_marks_on_paper_follow_the_envelopes() -> None:
    form = parse_form(EXAMPLE.encode())
    pieces = list(in_plan_order(form, planned(form), lambda: iter(PEOPLE)))
    data = b"".join(data for _, data in printed(pieces, by=compile_form(form, fonts())))
    on, no = True, False
    assert bars_of(data) == [
        [on, on, no, no, no, no],  # envelope 0: one sheet
        [on, no, on, no, no, no],  # envelope 1: a piece of two sheets and one of one
        [on, no, on, no, no, no],
        [on, on, on, no, no, on],
        [on, on, no, on, no, on],  # envelope 2
    ]


def test_a_piece_is_not_composed_without_its_place_and_a_proof_needs_none() -> None:
    form = parse_form(EXAMPLE.encode())
    with pytest.raises(Refused, match="項目の数"):
        printed(PEOPLE, by=compile_form(form, fonts()))
    program = compile_proof(form, fonts())
    sample: Any = program.paint("98765432100000000016", PEOPLE[0][1], 0, program.ink())
    assert len(sample) == 1


def test_wrapping_numbers_and_ends_of_envelopes_as_bars() -> None:
    for number in range(16):
        found = dict(zip(BY_PLAN, bars(BY_PLAN, Feed(1, 2, sequence=number, before=0, after=1)), strict=True))
        assert number == sum(bit * found[f"seq{bit}"] for bit in (1, 2, 4, 8))
        assert (found["envelope-first"], found["envelope-last"]) == (True, False)
    assert bars(("envelope-first", "envelope-last"), Feed(2, 2, before=3)) == [False, True]


def test_a_withdrawal_keeps_the_printed_marks() -> None:
    form = parse_form(EXAMPLE.encode())
    left = without(planned(form), [PEOPLE[2][0], PEOPLE[1][0]])
    assert numbers(left) == [[3], [0]]
    assert left.sequence.tolist() == [1, 2]
    assert left.envelopes.sheets.tolist() == [1, 1]

"""An inserter's bars are read back on every page: one too many, one too few, or another envelope's stops the release."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.press.residents import fonts, printed
from tests.press.test_plan import EXAMPLE, PEOPLE
from tewatashi.core.plan import Plan
from tewatashi.press.form import InserterMarks
from tewatashi.press.formfile import parse_form
from tewatashi.press.planning import in_plan_order, plan_of
from tewatashi.press.program import Piece, compile_form
from tewatashi.proofs.proofread import Report, Standard, proofread

FORM = parse_form(EXAMPLE.encode())


def given(plan: Plan | None = None) -> list[Piece]:
    return list(in_plan_order(FORM, plan or plan_of(FORM, PEOPLE), lambda: iter(PEOPLE)))


def proof(composed: list[Piece], records: list[Piece], form: str = EXAMPLE) -> Report:
    data = [data for _, data in printed(composed, by=compile_form(parse_form(form.encode()), fonts()))]
    return proofread(data, records, Standard.of(lambda _: EXAMPLE.encode()))


def codes(report: Report) -> set[tuple[str, str]]:
    return {(finding.piece, finding.code) for finding in report.findings.kept}


def test_bars_as_the_plan_has_them_are_right() -> None:
    assert codes(proof(given(), given())) & {(piece, "omr") for piece, _ in PEOPLE} == set()


@pytest.mark.accident("katano-2016")
@pytest.mark.parametrize(("place", "value"), [(-1, "0"), (-2, "0"), (-3, "0")])
def test_bars_of_another_envelope_are_found(place: int, value: str) -> None:
    """The second piece of an envelope says that it stands alone, or ends it, or belongs to another one."""
    composed = given()
    number = 1 if place == -1 else 2
    piece, values = composed[number]
    wrong = [*values]
    wrong[place] = value
    composed[number] = piece, wrong
    found = {name for name, code in codes(proof(composed, given())) if code == "omr"}
    assert found == ({piece} if place != -2 else set())  # the form has no bar for the first sheet of an envelope


def test_a_bar_that_is_missing_or_stands_elsewhere_is_found() -> None:
    for other in (
        EXAMPLE.replace('"envelope-last", "seq1"', '"last", "seq1"'),
        EXAMPLE.replace("pitch = 5", "pitch = 5.2"),
    ):
        assert any(code == "omr" for _, code in codes(proof(given(), given(), other)))


def test_without_its_place_in_the_plan_no_bar_is_believed() -> None:
    report = proof(given(), [(piece, values[:5]) for piece, values in given()])
    assert {code for _, code in codes(report)} >= {"omr"}


def test_marks_of_a_sheet_alone_need_no_plan() -> None:
    text = EXAMPLE.replace('"envelope-last", "seq1", "seq2", "seq4"', '"first", "last", "sheet1", "left1"')
    form = parse_form(text.encode())
    assert not form.planned
    assert all(isinstance(code, InserterMarks) for code in form.sheets[0].front.codes)
    data = [data for _, data in printed(PEOPLE, by=compile_form(replace(form, enclosing=None), fonts()))]
    report = proofread(data, PEOPLE, Standard.of(lambda _: text.encode()))
    assert {code for _, code in codes(report)} & {"omr"} == set()
    other = text.replace('"left1"', '"sheet2"')
    assert {code for _, code in codes(proofread(data, PEOPLE, Standard.of(lambda _: other.encode())))} >= {"omr"}

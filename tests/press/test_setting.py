from __future__ import annotations

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.press.residents import fonts
from tewatashi.core.refused import Refused
from tewatashi.press.fonts import CIDS
from tewatashi.press.form import Area, Style, Text
from tewatashi.press.lettering import lettering
from tewatashi.press.paint import Ink
from tewatashi.press.setting import Chain, NoGlyph, break_lines, raw

KATSU = "\u845b\U000e0102"  # 葛 with a variation selector


def chain(*keys: str) -> Chain:
    known = fonts()
    return Chain([(known.index(key), known.faces[known.index(key)]) for key in keys or ("mj", "mincho")])


def paint(
    text: str, *, fit: str = "refuse", width: float = 40, height: float = 6, least: float = 5, size: float = 10
) -> bytes:
    element = Text(
        where="texts[1]", area=Area(10, 10, width, height), paragraphs=((text,),), style=Style(("mj", "mincho"), size),
        fit=fit, least=least,  # type: ignore[arg-type]
    )  # fmt: skip
    return lettering(element, chain(), {}, 297)((), Ink(6))


def test_a_text_that_fits_keeps_its_size() -> None:
    assert b"/F4 10 Tf" in paint("森　一　様")


def test_a_text_too_wide_is_refused_unseen() -> None:
    with pytest.raises(Refused, match="収まりません") as refusal:
        paint("国" * 30)
    assert "国" not in str(refusal.value)


def test_shrink_sets_a_text_smaller_down_to_its_least_size() -> None:
    assert b"/F4 5.5 Tf" in paint("国" * 20, fit="shrink")
    with pytest.raises(Refused, match="5ポイント以上"):
        paint("国" * 23, fit="shrink")


def test_wrap_fills_the_height_before_it_shrinks_further() -> None:
    assert paint("国" * 20, fit="wrap", height=9).count(b"Tj") == 2
    with pytest.raises(Refused):
        paint("国" * 120, fit="wrap", height=9)


@pytest.mark.parametrize("missing", ["\u845b\U000e01ef", "\ue000", "a\u0301", "\u200d", "\U000e0102", "😀"])
def test_a_character_without_glyph_is_named_by_its_code_points(missing: str) -> None:
    with pytest.raises(NoGlyph) as fault:
        chain().set(f"森{missing}一")
    assert all(ord(each) >= 0x80 for text in fault.value.missing for each in text)
    assert "U+" in str(fault.value)


def test_an_ivs_has_another_glyph_than_its_base() -> None:
    assert chain("mj").set(KATSU).runs != chain("mj").set(KATSU[0]).runs


def test_what_the_first_face_lacks_goes_to_the_next() -> None:
    runs = chain("gothic", "mj").set("森\U00020bb7").runs
    assert [run.font // 2 for run in runs] in ([0, 2], [0])
    assert len(chain("gothic", "mj").set("森" + KATSU).runs) == 2


@given(st.text(st.sampled_from([chr(cid) for cid in CIDS]), max_size=40))
def test_a_literal_reads_back_as_the_same_glyph_numbers(cids: str) -> None:
    assert bytes(pikepdf.Object.parse(b"(" + raw(cids) + b")")) == cids.encode("utf-16-be", "surrogatepass")


def test_a_line_never_begins_with_what_may_not_begin_it() -> None:
    lines = break_lines("国民健康保険料、督促状。（見本）様" * 4, chain(), 7)
    assert "".join(lines) == "国民健康保険料、督促状。（見本）様" * 4
    assert not any(line[0] in "、。）様" or line[-1] == "（" for line in lines)


def test_a_word_of_letters_is_never_broken() -> None:
    width = chain().em("MARIA FERNANDA")
    assert break_lines("MARIA FERNANDA DE LA CRUZ", chain(), width) == ["MARIA FERNANDA", "DE LA CRUZ"]


@given(st.text("国民、。（）様AB12 -" + KATSU, max_size=60), st.integers(3, 20))
def test_breaking_loses_nothing_but_blanks(text: str, width: int) -> None:
    text = text.replace("\U000e0102", "")
    assert "".join(break_lines(text, chain(), width)).replace(" ", "") == text.replace(" ", "")

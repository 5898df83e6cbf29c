"""The fast way of painting against the plain one: for any records, the same bytes and the same glyphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.press.residents import LONG, RARE, SHORT, dated, fonts, pieces, program, towns, values
from tewatashi.core.refused import Refused
from tewatashi.demo.extract_maker import records
from tewatashi.press import column_lettering
from tewatashi.press.fonts import CIDS
from tewatashi.press.form import Area, Style, Text, Value
from tewatashi.press.lettering import lettering
from tewatashi.press.paint import Batch, Columnar, Ink
from tewatashi.press.program import Piece, Program, compile_form
from tewatashi.press.setting import Chain, NoGlyph
from tewatashi.press.shipped import load_shipped_form, load_shipped_samples, shipped_forms


@pytest.fixture(autouse=True, scope="module")
def _few_strings_as_a_column_too() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(column_lettering, "FEW", 0)
        yield


IVS = ["\u845b\U000e0102", "\u9089\U000e0110", "\u8fbb\U000e0100"]


@cache
def endings() -> list[str]:
    """Characters whose glyph numbers or CIDs have bytes that a careless search would trip over."""
    face = fonts().faces[fonts().index("mj")]
    codes = np.flatnonzero(face.cids)
    numbers = np.searchsorted(CIDS, face.cids[codes])
    odd = np.isin(face.cids[codes] & 0xFF, (0xFF, 0x00, 0x0A)) | np.isin(numbers & 0xFF, (0xFF, 0x0D, 0x28, 0x29, 0x5C))
    return list(map(chr, codes[odd].tolist()[::7]))


def texts() -> st.SearchStrategy[str]:
    characters = st.sampled_from(
        [*"国民一森　、。（）「」々様ー12３Ａ-,. AZé￥円", "\U00020bb7", *IVS]
    ) | st.sampled_from(endings())
    anything = st.text(st.characters(exclude_categories=()), max_size=3)
    return st.lists(characters, max_size=30).map("".join) | st.lists(characters | anything, max_size=6).map("".join)


def said(paint: Columnar, string: str, ink: Ink) -> bytes | None:
    try:
        return paint([string], ink)
    except (Refused, NoGlyph):
        return None


@given(
    strings=st.lists(texts(), min_size=1, max_size=12),
    fit=st.sampled_from(["refuse", "shrink", "wrap"]),
    style=st.builds(
        Style,
        st.sampled_from([("mj", "mincho"), ("gothic",), ("gothic", "mj")]),
        st.sampled_from([7, 9.5, 10.5, 14]),
        st.sampled_from([1.1, 1.3]),
        st.sampled_from(["left", "center", "right", "spread"]),
        st.sampled_from(["top", "middle", "bottom"]),
        st.booleans(),
    ),
    width=st.sampled_from([1, 12, 35.3, 60, 78]),
    height=st.sampled_from([1, 4, 9.2, 25, 60]),
    pitch=st.sampled_from([0, 0, 0, 5.8]),
)
@settings(max_examples=500, deadline=None)
@example(["国" * 20] * 9, "wrap", Style(("mj",), 9), 12, 60, 0)
def test_a_column_is_painted_as_each_of_its_strings_alone(
    strings: list[str], fit: str, style: Style, width: float, height: float, pitch: float
) -> None:
    known = fonts()
    chain = Chain([(known.index(key), known.faces[known.index(key)]) for key in style.fonts])
    element = Text(
        where="texts[1]", area=Area(10, 10, width, height), paragraphs=((Value("氏名"),),), style=style,
        fit=fit, least=5, pitch=pitch,  # type: ignore[arg-type]
    )  # fmt: skip
    paint = lettering(element, chain, {"氏名": 0}, 297)
    assert isinstance(paint, Columnar)
    alone, together = Ink(6), Ink(6)
    good = [string for string in strings if said(paint, string, Ink(6)) is not None]
    if good:
        assert paint.many(Batch([[string] for string in good]), together) == [
            said(paint, string, alone) for string in good
        ]
    assert (alone.used == together.used).all()
    if len(good) < len(strings):
        with pytest.raises((Refused, NoGlyph)):
            paint.many(Batch([[string] for string in strings]), together)


def assert_same(rows: Sequence[Piece], copy: int = 0, by: Program | None = None) -> None:
    made = by or program()
    plain, fast = made.ink(), made.ink()
    alone = [made.paint(piece, record, copy, plain) for piece, record in rows]
    assert made.paint_many(rows, copy, fast) == alone
    assert (plain.used == fast.used).all()
    assert plain.uncoded == fast.uncoded


def test_a_realistic_extract_is_painted_as_each_of_its_pieces_alone() -> None:
    assert_same(pieces(map(dated, records(1500, 11, date(2026, 11, 1)))))
    assert_same(pieces([SHORT, LONG, RARE] * 5), copy=3)


RECORDS = st.fixed_dictionaries(
    {
        "住所": st.sampled_from(["東京都千代田区霞が関", "千代田区霞が関", "東京都新宿区大久保"]).flatmap(
            lambda town: st.from_regex(r"([0-9]丁目|[0-9]{1,3}-[0-9]|十[一二]番)?[ァ-ヶ]{0,30}", fullmatch=True).map(
                town.__add__
            )
        ),
        "方書": st.lists(st.sampled_from([*"第一二ビルＡB3F号室方　", *IVS]), max_size=24).map("".join),
        "世帯主氏名": st.lists(
            st.sampled_from([*"森一　々ア", "\U00020bb7", *IVS, "MARIA ", "DE "]), min_size=1, max_size=12
        ).map("".join),
        "被保険者数": st.sampled_from(["", "1", "12"]),
        "世帯主区分": st.sampled_from(["", "擬制世帯主"]),
    }
)


@given(st.lists(RECORDS, min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_any_residents_are_painted_together_as_alone(residents: list[dict[str, str]]) -> None:
    rows = [(f"{row:020d}", values(SHORT | resident)) for row, resident in enumerate(residents)]
    try:
        for piece, record in rows:
            program().paint(piece, record, 0, program().ink())
    except Refused:
        with pytest.raises(Refused):
            program().paint_many(rows, 0, program().ink())
    else:
        assert_same(rows)


@pytest.mark.parametrize("name", shipped_forms())
def test_every_form_is_painted_together_as_alone(name: str) -> None:
    form = load_shipped_form(name)
    samples = load_shipped_samples(name, form)
    both = list(enumerate(zip(samples.usual, samples.worst, strict=True)))
    mixed = [tuple(worst if (place + shift) % 3 else usual for place, (usual, worst) in both) for shift in range(3)]
    made = compile_form(form, fonts(), towns())
    records = [samples.usual, samples.worst, *mixed]
    rows = [
        (f"{row:020d}", record) for row, record in enumerate(records * 3) if not made.faults(f"{row:020d}", record, 0)
    ]
    assert len(rows) >= 6
    assert_same(rows, by=made)

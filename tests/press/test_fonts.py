from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import uharfbuzz as hb

from tests.press.residents import FONTS, fonts
from tewatashi.core.refused import Refused
from tewatashi.press import fonts as fontnames
from tewatashi.press.fonts import CIDS, IS_CID, Glyph, load_fonts, pins
from tewatashi.press.fonttables import advances, mapped, sequences


def test_every_pin_is_loaded_under_its_name() -> None:
    assert [face.key for face in fonts().faces] == [pin.key for pin in pins()]


def test_a_font_with_other_bytes_than_its_pin_is_refused() -> None:
    fonts()
    with pytest.raises(Refused) as refusal:
        load_fonts(FONTS, [replace(pins()[0], sha256="0" * 64)])
    assert refusal.value.code == "font-digest"


def test_a_missing_font_is_refused_with_the_command_that_gets_it(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"tools/fonts\.py") as refusal:
        load_fonts(tmp_path)
    assert refusal.value.code == "font-missing"


@pytest.mark.parametrize("key", ["gothic", "mincho", "mj"])
def test_every_cid_stands_for_one_text_and_leads_back_to_it(key: str) -> None:
    face = fonts().faces[fonts().index(key)]
    for code in np.flatnonzero(face.cids)[::97].tolist():
        assert face.find(chr(code)) == Glyph(0, face.plain[code])
        assert face.text(Glyph(0, face.plain[code])) == chr(code)
    assert face.find("行") != face.find("\u2f8f")  # the radical, which many fonts draw with the same glyph


def test_what_has_no_visible_place_is_no_glyph() -> None:
    for face in fonts().faces:
        for text in ("\u200d", "\u202e", "\u0301", "\ue000", "\n"):
            assert face.find(text) is None
        assert all(unicodedata.category(chr(code)) != "Co" for code in np.flatnonzero(face.cids).tolist())


def test_no_byte_of_a_cid_ends_a_string_or_starts_an_escape() -> None:
    assert not set(CIDS.tobytes()) & set(b"()\\\r")
    assert len(set(CIDS.tolist())) == len(CIDS) > max(face.hb_face.glyph_count for face in fonts().faces)


def test_every_sequence_has_a_cid_of_its_own() -> None:
    face = fonts().faces[fonts().index("mj")]
    for selector in sorted(face.hb_face.variation_selectors):
        for code in list(face.hb_face.variation_unicodes(selector))[::29]:
            text = chr(code) + chr(selector)
            glyph = face.find(text)
            assert glyph is not None
            assert face.text(glyph) == text


def test_the_fonts_name_themselves_by_one_fingerprint() -> None:
    assert len(fonts().fingerprint) == 64


@pytest.mark.parametrize("key", ["gothic", "mincho", "mj"])
def test_the_tables_say_what_harfbuzz_says_one_by_one(key: str) -> None:
    face = fonts().faces[fonts().index(key)].hb_face
    font, codes = hb.Font(face), sorted(face.unicodes)
    found = mapped(face)
    assert found.codes.tolist() == codes
    assert found.numbers.tolist() == list(map(font.get_nominal_glyph, codes))
    assert list(zip(*(column.tolist() for column in sequences(face, found)), strict=True)) == [
        (code, selector, font.get_variation_glyph(code, selector))
        for selector in sorted(face.variation_selectors)
        for code in sorted(face.variation_unicodes(selector))
    ]
    assert advances(face).tolist() == list(map(font.get_glyph_h_advance, range(face.glyph_count)))


def test_no_ideograph_is_passed_over_as_unplaceable() -> None:
    for first, last in fontnames._IDEOGRAPHS:
        assert {unicodedata.category(chr(code)) for code in range(first, last + 1)} <= {"Lo", "Cn"}


@pytest.mark.parametrize("key", ["gothic", "mincho", "mj"])
def test_every_text_has_a_cid_that_a_file_can_show(key: str) -> None:
    face = fonts().faces[fonts().index(key)]
    glyphs = [face.find(text) for text in face.texts]
    assert len(set(glyphs)) == len(glyphs) > 10_000
    assert all(glyph and IS_CID[glyph.cid] for glyph in glyphs)

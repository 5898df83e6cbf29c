"""What stands in an extract is a character of a name or an address, or the extract is refused with the code of what isn't."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.characters import Characters, Charset, controls_in, first_control, gaiji_character
from tewatashi.core.fields import Fault

CP932 = Characters("cp932")
UTF8 = Characters("utf-8")


def fault_of(characters: Characters, data: bytes) -> Fault:
    with pytest.raises(Fault) as raised:
        characters.read(data)
    return raised.value


@pytest.mark.parametrize("text", ["髙﨑々", "ｱﾝ ﾄﾞｩ", "①㈱～－", "A-1", ""])
def test_what_cp932_has_is_read_as_it_is(text: str) -> None:
    assert CP932.read(text.encode("cp932")) == text


def test_utf_8_keeps_rare_characters_and_their_variants() -> None:
    assert UTF8.read("𠮷葛\U000e0102".encode()) == "𠮷葛\U000e0102"


def test_gaiji_become_what_the_wards_table_says() -> None:
    characters = Characters("cp932", {"\ue000": "𠮷", "\ue001": "葛\U000e0102"})
    assert characters.read(b"\xf0\x40\x96\xec\xf0\x41") == "𠮷野葛\U000e0102"


def test_gaiji_without_an_entry_are_named_by_both_their_codes() -> None:
    fault = fault_of(Characters("cp932", {"\ue000": "𠮷"}), b"\xf0\x41")
    assert (fault.code, fault.found) == ("extract-character", "F041（U+E001）")
    assert "[gaiji]" in fault.do


@pytest.mark.parametrize(
    "data", [b"\x80", b"\xa0", b"\xfd", b"\xff", "〓".encode("cp932"), b"\x81\xac\x81\xac"], ids=bytes.hex
)
def test_codes_that_mean_nothing_and_the_geta_mark_are_refused(data: bytes) -> None:
    assert fault_of(CP932, data).code == "extract-character"


@pytest.mark.parametrize(
    "sign", "\u200b\u200e\u202e\u2028\u2066\ufeff\ufffd\uffff\x85\xa0\xad\uf8ff\U000e0041\U000f0000"
)
def test_signs_that_nobody_sees_are_refused(sign: str) -> None:
    fault = fault_of(UTF8, f"渡辺{sign}美咲".encode())
    assert (fault.code, fault.found) == ("extract-character", f"U+{ord(sign):04X}")


@pytest.mark.parametrize(("characters", "data"), [(CP932, b"\x93n\x81"), (CP932, b"\x85\x85"), (UTF8, b"\xe6\xb8")])
def test_a_cut_character_is_refused_by_its_bytes_and_nothing_around_it(characters: Characters, data: bytes) -> None:
    fault = fault_of(characters, data)
    assert fault.code == "extract-undecodable"
    assert len(str(fault.found)) < 9


@given(st.sampled_from(["cp932", "utf-8"]), st.binary(max_size=60))
def test_any_bytes_are_a_text_without_private_characters_or_a_fault(charset: Charset, data: bytes) -> None:
    with contextlib.suppress(Fault):
        assert not any("\ue000" <= character <= "\uf8ff" for character in Characters(charset).read(data))


@given(st.sampled_from(["cp932", "utf-8"]), st.text(max_size=30))
def test_no_second_byte_of_a_character_is_a_control_or_a_delimiter(charset: Charset, text: str) -> None:
    wide = "".join(character for character in text if ord(character) > 127)
    data = wide.encode(charset, "ignore")
    assert not controls_in(data)
    assert not any(sign in data for sign in b"\t\n\r\"',;")


def test_controls_are_counted_and_named() -> None:
    assert not controls_in("渡辺\t".encode("cp932"), but=b"\t")
    assert controls_in(b"a\x7f\tb\n") == 3
    assert first_control(b"a\x00\n") == "U+0000"


@pytest.mark.parametrize(
    ("code", "character"),
    [
        ("F040", "\ue000"),
        ("F07E", "\ue03e"),
        ("F9FC", "\ue757"),
        ("U+E000", "\ue000"),
        ("U+F8EF", "\uf8ef"),
        ("U+F0000", "\U000f0000"),
        ("U+10DE92", "\U0010de92"),
    ],
)
def test_a_gaiji_code_names_one_private_character(code: str, character: str) -> None:
    assert gaiji_character(code) == character


@pytest.mark.parametrize(
    "code",
    [
        "F07F",
        "F9FD",
        "F03F",
        "EFFC",
        "FA40",
        "U+F8F0",
        "U+FFFFE",
        "U+10FFFF",
        "U+110000",
        "U+E00",
        "U+4E00",
        "f040",
        "𠮷",
        "",
    ],
)
def test_what_is_no_gaiji_code_names_none(code: str) -> None:
    assert gaiji_character(code) is None

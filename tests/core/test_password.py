import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.password import ALPHABET, GROUPS, check_password, new_password
from tewatashi.core.refused import Refused

PASSWORD = new_password(random.Random(1).randbytes)
AT = [at for at, char in enumerate(PASSWORD) if char != "-"]


def group_of(at: int) -> str:
    return f"{PASSWORD[:at].count('-') + 1}組目"


def refused_group(typed: str) -> str | None:
    with pytest.raises(Refused) as caught:
        check_password(typed)
    assert caught.value.code == "password-group"
    assert not any(group in str(caught.value) for group in PASSWORD.split("-"))
    return caught.value.found


def test_a_password_is_seven_groups_of_characters_that_no_one_confuses() -> None:
    assert re.fullmatch(rf"([{ALPHABET}]{{5}}-){{6}}[{ALPHABET}]{{5}}", PASSWORD)
    assert not set(ALPHABET) & set("01OIL")


def test_the_random_characters_carry_128_bits() -> None:
    assert len(ALPHABET) ** (GROUPS * 4) > 2**128
    bytes_given = iter([bytes([255] * 28), bytes(range(28)), bytes(28)])
    assert new_password(lambda count: next(bytes_given)[:count]).startswith("2345")  # bytes above 247 are drawn again


def test_every_character_is_equally_likely() -> None:
    made = [new_password(lambda count, byte=byte: bytes([byte] * count))[0] for byte in range(248)]
    assert {made.count(char) for char in ALPHABET} == {8}


@pytest.mark.parametrize("gap", ["", " ", "-", " - ", "ー", "－", "‐", "\n", "　"])
def test_case_width_and_separators_do_not_matter(gap: str) -> None:
    typed = PASSWORD.replace("-", gap)
    wide = "".join(chr(ord(char) + 0xFEE0) if char.isascii() and char.isalnum() else char for char in typed)
    for one in (typed, typed.lower(), wide, f" {typed}\n"):
        assert check_password(one) == PASSWORD


@given(st.sampled_from(AT), st.sampled_from(ALPHABET), st.booleans())
def test_any_mistyped_character_names_its_group(at: int, other: str, together: bool) -> None:
    if other != PASSWORD[at]:
        typed = PASSWORD[:at] + other + PASSWORD[at + 1 :]
        assert refused_group(typed.replace("-", "") if together else typed) == group_of(at)


@given(st.integers(0, 6), st.integers(0, 4), st.integers(0, 4))
def test_any_two_swapped_characters_of_a_group_name_it(group: int, one: int, two: int) -> None:
    groups = [list(text) for text in PASSWORD.split("-")]
    chars = groups[group]
    if chars[one] != chars[two]:
        chars[one], chars[two] = chars[two], chars[one]
        assert refused_group("-".join(map("".join, groups))) == f"{group + 1}組目"


@given(st.integers(0, 5))
def test_groups_in_each_others_place_are_named(first: int) -> None:
    groups = PASSWORD.split("-")
    groups[first], groups[first + 1] = groups[first + 1], groups[first]
    assert refused_group("-".join(groups)) == f"{first + 1}組目"


@pytest.mark.parametrize("char", "01OIL*あ")
def test_a_character_that_no_password_has_names_its_group(char: str) -> None:
    assert refused_group(PASSWORD[:13] + char + PASSWORD[14:]) == "3組目"


@pytest.mark.parametrize("at", [0, 7, 20])
def test_a_missing_or_doubled_character_names_its_group(at: int) -> None:
    assert refused_group(PASSWORD[:at] + PASSWORD[at + 1 :]) == group_of(at)
    assert refused_group(PASSWORD[:at] + PASSWORD[at] + PASSWORD[at:]) == group_of(at)


@pytest.mark.parametrize("typed", ["", "-", PASSWORD[:-6], PASSWORD + "-" + PASSWORD[-5:]])
def test_too_few_or_too_many_groups_are_refused(typed: str) -> None:
    with pytest.raises(Refused, match="組の数"):
        check_password(typed)


@given(st.text(max_size=60))
def test_any_text_is_refused_or_a_password(text: str) -> None:
    with pytest.raises(Refused):
        check_password(text)

"""Letters as rows of digits: whatever is typed gives the letters that were printed, or a refusal that names what to do."""

import contextlib
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.cast_of_acts import whole_job
from tewatashi.carriers import paper
from tewatashi.core.letter import Letter, write_letter
from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey

WARD = SigningKey.generate("ward.example", random.Random(1).randbytes)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def letters(count: int) -> tuple[bytes, ...]:
    """The first letters of a whole job."""
    return tuple(
        write_letter(Letter(act.kind, "ward.example", "factory.example", seq, "2026-11-24T09:00:00+09:00", act.by, "R8-0001", dict(act.body)), WARD)
        for seq, act in enumerate(whole_job()[:count], 1)
    )  # fmt: skip


NOTES = letters(16)
PARTS = paper.write_parts(NOTES)


def back(typed: Sequence[str]) -> tuple[bytes, ...]:
    return paper.join_parts(paper.read_parts("\n".join(typed)))


def code(typed: Sequence[str]) -> str:
    with pytest.raises(Refused) as refused:
        back(typed)
    return refused.value.code


def test_letters_come_back_as_they_were_in_any_order_and_twice() -> None:
    assert len(PARTS) > 2
    assert back(PARTS) == back(PARTS[::-1]) == back(PARTS + PARTS) == NOTES


def test_the_same_letters_are_the_same_digits_and_nothing_but_digits() -> None:
    assert paper.write_parts(NOTES) == PARTS
    assert all(part.isascii() and part.isdecimal() and len(part) <= 1600 for part in PARTS)


def test_full_width_digits_and_a_swallowed_enter_do_no_harm() -> None:
    assert back([part.translate(FULL_WIDTH) for part in PARTS]) == NOTES
    assert paper.join_parts(paper.read_parts("".join(PARTS))) == NOTES
    assert paper.join_parts(paper.read_parts(" \r\n".join(f"{part[:50]} {part[50:]}" for part in PARTS))) == NOTES


def test_what_is_missing_is_named() -> None:
    with pytest.raises(Refused, match=f"{len(PARTS)}枚のうち2枚目がまだです") as refused:
        back([*PARTS[:1], *PARTS[2:]])
    assert refused.value.code == "paper-missing"
    assert paper.missing(paper.read_parts(PARTS[0])) == tuple(range(2, len(PARTS) + 1))
    assert code([]) == "paper-empty"


def test_a_code_of_another_set_is_refused() -> None:
    others = paper.write_parts(letters(7))
    assert code([PARTS[0], *others[1:]]) == "paper-mixed"
    assert code([*PARTS, others[0]]) == "paper-mixed"


def test_every_changed_digit_is_refused() -> None:
    for part in (PARTS[1], PARTS[-1]):
        for at, digit in enumerate(part):
            for other in {str((int(digit) + step) % 10) for step in (1, 3, 9)}:
                changed = part[:at] + other + part[at + 1 :]
                assert code([changed]) in {"paper-code", "paper-typed"}, (at, other)


def test_swapped_digits_and_a_cut_code_are_refused() -> None:
    part = PARTS[0]
    for at in range(len(part) - 1):
        if part[at] != part[at + 1]:
            assert code([part[:at] + part[at + 1] + part[at] + part[at + 2 :]]) in {"paper-code", "paper-typed"}
    for end in range(1, len(part)):
        assert code([part[:end]]) in {"paper-code", "paper-typed"}


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(Refused, match="2行目"):
        back([PARTS[0], "4901234567894"])
    with pytest.raises(Refused, match="3行目"):
        back([PARTS[0], "", PARTS[1][:-1]])


def test_what_is_too_much_for_paper_goes_as_a_file() -> None:
    noise = random.Random(3)
    many = tuple(
        write_letter(
            Letter("withdrawal-requested", "ward.example", "factory.example", seq, "2026-11-24T09:00:00+09:00", "sato", "R8-0001",
                   {"version": seq, "digests": [noise.randbytes(32).hex() for _ in range(200)]}), WARD)
        for seq in range(1, 6)
    )  # fmt: skip
    with pytest.raises(Refused, match="ファイルに出し") as refused:
        paper.write_parts(many)
    assert refused.value.code == "paper-too-much"
    assert paper.split_notes(paper.join_notes(many)) == many


def test_a_file_is_the_notes_one_after_the_other() -> None:
    assert paper.join_notes(NOTES) == b"".join(NOTES)
    assert paper.split_notes(b"".join(NOTES)) == NOTES
    for broken in (b"", b"x", b"".join(NOTES)[:-1], b"".join(NOTES) + b"x", b"\n" + NOTES[0][:-3]):
        with pytest.raises(Refused):
            paper.split_notes(broken)
    for odd in ([b"no note"], [NOTES[0], NOTES[1][:-20], NOTES[2]], [b"".join(NOTES[:2])], []):
        with pytest.raises(Refused):
            paper.join_notes(odd)


def test_a_load_that_unfolds_without_end_is_refused() -> None:
    import zlib

    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = press.compress(b"\0" * (14 << 20)) + press.flush()
    m = -(-len(bomb) // paper.PART_BYTES)
    name = paper._name(bomb)
    each = paper.PART_BYTES
    parts = [str(paper.Part(name, n + 1, m, paper._digits(bomb[n * each : (n + 1) * each]))) for n in range(m)]
    assert m <= paper.MOST_PARTS
    assert code(parts) == "paper-spoiled"


# ---------------------------------------------------------------- any bytes


@given(st.text(max_size=200) | st.from_regex(r"7201[0-9]{0,80}", fullmatch=True))
def test_any_text_gives_codes_or_a_refusal(typed: str) -> None:
    with contextlib.suppress(Refused):
        paper.join_parts(paper.read_parts(typed))


@given(st.binary(max_size=400) | st.binary(max_size=60).map(lambda tail: NOTES[0] + tail))
def test_any_bytes_are_a_file_or_a_refusal(data: bytes) -> None:
    with contextlib.suppress(Refused):
        assert b"".join(paper.split_notes(data)) == data


@given(st.binary(min_size=1, max_size=700))
def test_any_load_gives_notes_or_a_refusal(data: bytes) -> None:
    part = paper.Part(paper._name(data), 1, 1, paper._digits(data[: paper.PART_BYTES]))
    with contextlib.suppress(Refused):
        paper.join_parts([part])
    assert paper._bytes(part.load) == data[: paper.PART_BYTES]


@settings(max_examples=50)
@given(st.lists(st.integers(0, len(PARTS) - 1), max_size=12))
def test_any_choice_of_codes_gives_all_letters_or_names_what_is_missing(chosen: list[int]) -> None:
    typed = [PARTS[n] for n in chosen]
    if set(chosen) == set(range(len(PARTS))):
        assert back(typed) == NOTES
    else:
        assert code(typed) in {"paper-missing", "paper-empty"}

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, VerifyKey, canonical, open_note, parse_canonical, sign_note

KEY = SigningKey.generate("ward.example", random.Random(1).randbytes)
OTHER = SigningKey.generate("ward.example", random.Random(2).randbytes)
NOTE = sign_note("tewatashi.letter/v1\n一通\n", KEY)

# The example of the signed-note specification (c2sp.org/signed-note): key and note as published there.
SPEC_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SPEC_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_the_specifications_own_example_opens() -> None:
    assert open_note(SPEC_NOTE.encode(), [VerifyKey.parse(SPEC_KEY)]).signers == ("PeterNeumann",)


def test_a_key_reads_back_from_its_text() -> None:
    assert VerifyKey.parse(str(KEY.verify_key)) == KEY.verify_key


@given(plain)
def test_a_value_has_one_spelling(value: object) -> None:
    assert parse_canonical(canonical(value)) == value


@pytest.mark.parametrize(
    "data", [b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"1.0", b"[1, 2]", b'"\\u3042"', b"NaN", b"\xff", b""]
)
def test_any_other_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="書き方"):
        parse_canonical(data)


@pytest.mark.parametrize("at", range(len(NOTE)))
def test_any_changed_byte_of_a_note_is_refused(at: int) -> None:
    for by in range(1, 256):
        changed = bytearray(NOTE)
        changed[at] = (changed[at] + by) % 256
        with pytest.raises(Refused):
            open_note(bytes(changed), [KEY.verify_key])


@given(st.binary(max_size=300))
def test_any_bytes_are_a_note_or_refused(data: bytes) -> None:
    with contextlib.suppress(Refused):
        open_note(data, [KEY.verify_key])


def test_a_note_by_another_key_of_the_same_name_is_refused() -> None:
    with pytest.raises(Refused, match="登録された拠点の署名"):
        open_note(NOTE, [OTHER.verify_key])


def test_a_key_never_shows_its_seed() -> None:
    assert KEY.seed.hex() not in repr(KEY)
    assert "seed" not in repr(KEY)

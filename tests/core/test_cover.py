import contextlib
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cast_of_parcels import COVER, IDENTITY, OTHER_SITE, PASSWORD, WARD
from tewatashi.core.age import encrypt
from tewatashi.core.cover import MAGIC, SEALED_HEAD, Cover, read_cover, refuse_unless_sealed, write_cover
from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, canonical, sign_note

NOTE = write_cover(COVER, WARD)
RAND = random.Random(5).randbytes


def test_a_cover_reads_back() -> None:
    assert read_cover(NOTE, [WARD.verify_key]) == COVER


@pytest.mark.parametrize("at", range(len(NOTE)))
def test_any_changed_byte_of_a_cover_is_refused(at: int) -> None:
    for by in (1, 32, 128):
        with pytest.raises(Refused):
            read_cover(NOTE[:at] + bytes([NOTE[at] ^ by]) + NOTE[at + 1 :], [WARD.verify_key])


@given(st.binary(max_size=300))
def test_any_bytes_are_a_cover_or_refused(data: bytes) -> None:
    with contextlib.suppress(Refused):
        read_cover(data, [WARD.verify_key])


plain = st.none() | st.booleans() | st.integers(-5, 2**54) | st.text(max_size=20, alphabet="ab0-9田") | st.just([["x"]])


@given(st.sampled_from(list(Cover.__dataclass_fields__)), plain)
def test_any_value_the_ward_could_sign_is_a_cover_or_refused(field: str, value: object) -> None:
    fields = dict(COVER.__dict__) | {"items": list(COVER.items)} | {field: value}
    note = sign_note(f"{MAGIC}{canonical(fields).decode()}\n", WARD)
    with contextlib.suppress(Refused):
        assert write_cover(read_cover(note, [WARD.verify_key]), WARD) == note


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("parcel", "AB" * 16), ("contract", ""), ("job", "一行\n二行"), ("base_date", "2026/11/20"), ("pieces", 0),
        ("pieces", True), ("items", ()), ("items", ("氏名", "氏名")), ("items", ["氏名"]), ("items", ("",)),
        ("sha256", "ab" * 31), ("size", 0), ("sealed_at", "2026-11-24T09:00:00"), ("sealed_by", "佐藤"),
        ("erase_by", "20261205"),
    ],
)  # fmt: skip
def test_a_cover_with_a_wrong_value_cannot_exist(field: str, value: object) -> None:
    with pytest.raises(Refused, match=field):
        replace(COVER, **{field: value})


def test_a_cover_signed_by_another_site_is_refused() -> None:
    fields = dict(COVER.__dict__) | {"items": list(COVER.items)}
    forged = sign_note(f"{MAGIC}{canonical(fields).decode()}\n", OTHER_SITE)
    with pytest.raises(Refused, match="差出人") as caught:
        read_cover(forged, [WARD.verify_key, OTHER_SITE.verify_key])
    assert caught.value.code == "cover-signer"
    with pytest.raises(ValueError, match="sender"):
        write_cover(COVER, OTHER_SITE)


def test_another_kind_of_note_by_the_ward_is_no_cover() -> None:
    fields = dict(COVER.__dict__) | {"items": list(COVER.items)}
    with pytest.raises(Refused, match="送付票"):
        read_cover(sign_note(f"tewatashi.letter/v1\n{canonical(fields).decode()}\n", WARD), [WARD.verify_key])


def test_a_cover_that_the_act_could_not_carry_is_refused_on_both_sides() -> None:
    long = replace(COVER, items=tuple(f"{n:03d}" + "長" * 40 for n in range(200)))
    with pytest.raises(Refused, match="長すぎ"):
        write_cover(long, WARD)
    fields = dict(long.__dict__) | {"items": list(long.items)}
    with pytest.raises(Refused, match="送付票"):
        read_cover(sign_note(f"{MAGIC}{canonical(fields).decode()}\n", WARD), [WARD.verify_key])
    assert len(write_cover(replace(COVER, items=long.items[:150]), WARD).decode()) <= 8000


def test_a_cover_of_an_unknown_ward_is_refused() -> None:
    stranger = SigningKey.generate(WARD.name, RAND)
    with pytest.raises(Refused, match="登録された拠点"):
        read_cover(write_cover(COVER, stranger), [WARD.verify_key])


# ---------------------------------------------------------------------------------- only sealed parcels come in


SEALED = b"".join(encrypt([b"x" * 2000], PASSWORD, RAND))
TO_A_KEY = b"".join(encrypt([b"x" * 2000], IDENTITY.recipient, RAND))


def is_refused(head: bytes) -> bool:
    try:
        refuse_unless_sealed(head)
    except Refused as refused:
        return (refused.code, refused.requirement) == ("not-sealed", "FAC-LG-2")
    return False


def test_a_parcel_sealed_with_a_password_is_let_in() -> None:
    assert not is_refused(SEALED)
    assert not is_refused(SEALED[:SEALED_HEAD])


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"PK\x03\x04",
        b"20001234567890123,\x93n\x95\xd3\r\n",
        TO_A_KEY,
        SEALED[:100],
        b"-----BEGIN AGE ENCRYPTED FILE-----\n",
    ],
)
def test_anything_else_is_not_let_in(head: bytes) -> None:
    assert is_refused(head)


def test_a_parcel_that_another_key_opens_too_is_not_let_in() -> None:
    stanza = TO_A_KEY[TO_A_KEY.index(b"->") : TO_A_KEY.index(b"---")]
    assert is_refused(SEALED.replace(b"---", stanza + b"---", 1))


@given(st.binary(max_size=200))
def test_any_first_bytes_are_let_in_or_refused(head: bytes) -> None:
    assert is_refused(head)
    assert is_refused(b"age-encryption.org/v1\n" + head)

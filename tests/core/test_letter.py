import contextlib
import hashlib
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cast_of_acts import whole_job
from tewatashi.core.letter import MAGIC, Letter, accept_seq, read_letter, write_letter
from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, sign_note

WARD = SigningKey.generate("ward.example", random.Random(1).randbytes)
FACTORY = SigningKey.generate("factory.example", random.Random(2).randbytes)
KNOWN = [WARD.verify_key, FACTORY.verify_key]
OPENED = Letter(
    "job-opened",
    "ward.example",
    "factory.example",
    1,
    "2026-11-24T09:00:00+09:00",
    "sato",
    "R8-0001",
    dict(whole_job()[0].body),
)
NOTE = write_letter(OPENED, WARD)


def code(data: bytes, recipient: str = "factory.example") -> str:
    with pytest.raises(Refused) as refused:
        read_letter(data, KNOWN, recipient)
    return refused.value.code


def test_every_act_of_a_job_travels_as_a_letter() -> None:
    for seq, act in enumerate(whole_job(), 1):
        letter = replace(OPENED, kind=act.kind, body=dict(act.body), seq=seq, by=act.by)
        assert read_letter(write_letter(letter, WARD), KNOWN, "factory.example") == letter


def test_a_letter_in_anothers_name_is_refused() -> None:
    forged = sign_note(NOTE.decode().split("\n\n")[0] + "\n", FACTORY)
    assert code(forged) == "letter-signer"


def test_a_letter_to_another_site_is_refused() -> None:
    assert code(NOTE, "gateway.example") == "letter-recipient"


def test_a_signed_note_that_is_no_letter_is_refused() -> None:
    assert code(sign_note("ward.example\n1\nAAAA\n", WARD)) == "letter"
    assert code(sign_note(MAGIC + "[]\n", WARD)) == "letter"


def test_unknown_kinds_and_fields_are_refused() -> None:
    with pytest.raises(Refused, match="知らない種類"):
        replace(OPENED, kind="everything-erased")
    with pytest.raises(Refused, match="知らない項目"):
        replace(OPENED, body={**OPENED.body, "name": "x"})


def test_a_letter_again_is_taken_once() -> None:
    assert accept_seq(0, None, OPENED, NOTE) == "new"
    assert accept_seq(1, hashlib.sha256(NOTE).hexdigest(), OPENED, NOTE) == "already"


def test_a_gap_and_a_fork_are_named() -> None:
    with pytest.raises(Refused, match="前の手紙"):
        accept_seq(1, None, replace(OPENED, seq=3), NOTE)
    with pytest.raises(Refused, match="内容の違う"):
        accept_seq(1, "00" * 32, OPENED, NOTE)


@given(st.binary(max_size=200))
def test_any_signed_text_is_a_letter_or_refused(data: bytes) -> None:
    text = MAGIC + data.decode("utf-8", "replace").replace("\r", "") + "\n"
    with contextlib.suppress(Refused, ValueError):
        read_letter(sign_note(text, WARD), KNOWN, "factory.example")

"""What a site says it has taken in: believed from that site alone, about our own letters alone."""

import contextlib
import hashlib
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey, canonical, sign_note
from tewatashi.core.taken import MAGIC, Taken, is_taken, read_taken, refuse_other_bytes, write_taken

WARD = SigningKey.generate("ward.example", random.Random(1).randbytes)
FACTORY = SigningKey.generate("factory.example", random.Random(2).randbytes)
KNOWN = [WARD.verify_key, FACTORY.verify_key]
LETTER = b"the seventh letter"
TAKEN = Taken("factory.example", "ward.example", 7, hashlib.sha256(LETTER).hexdigest())
NOTE = write_taken(TAKEN, FACTORY)


def code(data: bytes, recipient: str = "ward.example") -> str:
    with pytest.raises(Refused) as refused:
        read_taken(data, KNOWN, recipient)
    return refused.value.code


def test_what_was_written_is_what_is_read() -> None:
    assert is_taken(NOTE)
    assert read_taken(NOTE, KNOWN, "ward.example") == TAKEN
    assert write_taken(TAKEN, FACTORY) == NOTE


def test_nobody_says_it_for_another() -> None:
    forged = sign_note(NOTE.decode().split("\n\n")[0] + "\n", WARD)
    assert code(forged) == "taken-signer"
    with pytest.raises(ValueError, match="signed by who"):
        write_taken(TAKEN, WARD)


def test_what_is_about_anothers_letters_is_refused() -> None:
    assert code(write_taken(replace(TAKEN, recipient="gateway.example"), FACTORY)) == "taken-recipient"


def test_every_changed_byte_is_refused() -> None:
    for at in range(len(NOTE)):
        changed = NOTE[:at] + bytes([NOTE[at] ^ 1]) + NOTE[at + 1 :]
        assert code(changed)


def test_other_bytes_than_we_wrote_are_a_fork() -> None:
    refuse_other_bytes(TAKEN, LETTER)
    for written in (b"another seventh letter", None):
        with pytest.raises(Refused) as refused:
            refuse_other_bytes(TAKEN, written)
        assert refused.value.code == "taken-fork"


@pytest.mark.parametrize(
    "change",
    [{"up_to": 0}, {"up_to": True}, {"up_to": "7"}, {"sha256": "ab"}, {"recipient": "factory.example"}, {"x": 1}],
)
def test_an_odd_field_is_refused(change: dict[str, object]) -> None:
    fields = {"sender": "factory.example", "recipient": "ward.example", "up_to": 7, "sha256": TAKEN.sha256} | change
    assert code(sign_note(f"{MAGIC}{canonical(fields).decode()}\n", FACTORY)) == "taken"


@given(st.binary(max_size=300))
def test_any_bytes_give_it_or_a_refusal(data: bytes) -> None:
    with contextlib.suppress(Refused):
        read_taken(data, KNOWN, "ward.example")
    with contextlib.suppress(Refused):
        read_taken(
            sign_note(f"{MAGIC}{data.decode('latin-1').translate(dict.fromkeys(range(32)))}\n", FACTORY)
            if b"\x7f" not in data
            else data,
            KNOWN,
            "ward.example",
        )

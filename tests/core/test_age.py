"""Sealing and opening age files: attacks by name, and agreement with the other programs that speak age."""

import os
import pty
import random
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.age import CHUNK, Identity, Passphrase, Recipient, decrypt, encrypt
from tewatashi.core.refused import Refused

RAND = random.Random(1).randbytes
IDENTITY = Identity.generate(RAND)
PASSWORD = Passphrase("打ち合わせどおり 7", work_factor=2)
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5]
SEALED_CHUNK = CHUNK + 16

needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="the `age` command is not installed")


def sealed(plain: bytes, to: Passphrase | Recipient = IDENTITY.recipient) -> bytes:
    return b"".join(encrypt([plain], to, RAND))


def opened(data: bytes, by: Passphrase | Identity = IDENTITY) -> bytes:
    return b"".join(decrypt([data], by))


def refused(data: bytes, by: Passphrase | Identity = IDENTITY) -> str:
    """The code of the refusal, after making sure that nothing false was given out before it."""
    given_out: list[bytes] = []
    with pytest.raises(Refused) as caught:
        given_out.extend(decrypt([data], by))
    assert PLAIN.startswith(b"".join(given_out))
    return caught.value.code


PLAIN = random.Random(2).randbytes(3 * CHUNK + 5)
FILE = sealed(PLAIN)
START = FILE.index(b"\n---") + len("\n--- ") + 43 + 1 + 16  # of the first chunk


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", [1009, CHUNK, SEALED_CHUNK, 1 << 20])
def test_what_is_sealed_opens_whatever_the_pieces(size: int, step: int) -> None:
    plain = PLAIN[:size]
    data = b"".join(encrypt((plain[i : i + step] for i in range(0, size, step)), PASSWORD, RAND))
    assert b"".join(decrypt((data[i : i + step] for i in range(0, len(data), step)), PASSWORD)) == plain
    assert opened(sealed(plain)) == plain


@given(st.lists(st.binary(max_size=40), max_size=20), st.integers(1, 50))
def test_small_pieces_make_the_same_file(pieces: list[bytes], step: int) -> None:
    data = b"".join(encrypt(pieces, IDENTITY.recipient, random.Random(3).randbytes))
    assert data == b"".join(encrypt([b"".join(pieces)], IDENTITY.recipient, random.Random(3).randbytes))
    assert b"".join(decrypt((data[i : i + step] for i in range(0, len(data), step)), IDENTITY)) == b"".join(pieces)


def test_no_chunk_is_given_out_larger_than_64_kib() -> None:
    assert [len(chunk) for chunk in decrypt([FILE], IDENTITY)] == [CHUNK] * 3 + [5]


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_opened(data: bytes) -> None:
    for start in (b"", b"age-encryption.org/v1\n", FILE[:START]):
        with pytest.raises(Refused):
            opened(start + data)


# ------------------------------------------------------------------------------------------------------- attacks


@pytest.mark.parametrize("at", range(START))
def test_any_flipped_bit_of_the_header_is_refused(at: int) -> None:
    for bit in range(8):
        assert refused(FILE[:at] + bytes([FILE[at] ^ 1 << bit]) + FILE[at + 1 :]).startswith("age-")


@pytest.mark.parametrize("at", [*range(START, len(FILE), 9973), len(FILE) - 1])
def test_a_flipped_bit_of_the_payload_is_refused(at: int) -> None:
    assert refused(FILE[:at] + bytes([FILE[at] ^ 1]) + FILE[at + 1 :]) == "age-payload"


@pytest.mark.parametrize("chunks", range(4))
def test_a_file_cut_at_a_chunk_border_is_refused(chunks: int) -> None:
    assert refused(FILE[: START + chunks * SEALED_CHUNK]) == "age-cut"


@pytest.mark.parametrize("at", [0, 5, 30, START - 17, START - 1])
def test_a_file_cut_in_the_header_is_refused(at: int) -> None:
    assert refused(FILE[:at]) == "age-header"


def test_a_file_cut_within_a_chunk_is_refused() -> None:
    assert refused(FILE[:-1]) == refused(FILE[: START + 100]) == "age-payload"


def test_bytes_after_the_end_are_refused() -> None:
    whole_chunks = sealed(PLAIN[: 2 * CHUNK])
    assert refused(whole_chunks + b"x") == "age-appended"
    assert refused(FILE + b"x") == "age-payload"
    assert refused(whole_chunks + whole_chunks[-SEALED_CHUNK:]) == "age-appended"


def test_swapped_chunks_are_refused() -> None:
    first, second = FILE[START : START + SEALED_CHUNK], FILE[START + SEALED_CHUNK : START + 2 * SEALED_CHUNK]
    assert refused(FILE[:START] + second + first + FILE[START + 2 * SEALED_CHUNK :]) == "age-payload"


def test_a_chunk_left_out_or_sent_twice_is_refused() -> None:
    border = START + SEALED_CHUNK
    assert refused(FILE[:START] + FILE[border:]) == "age-payload"
    assert refused(FILE[:border] + FILE[START:]) == "age-payload"


def test_a_chunk_of_another_file_is_refused() -> None:
    other = sealed(PLAIN)
    assert refused(FILE[: START + SEALED_CHUNK] + other[START + SEALED_CHUNK :]) == "age-payload"


def test_a_stanza_added_to_a_header_is_refused() -> None:
    other = sealed(b"", Identity.generate(RAND).recipient)
    stanza = other[other.index(b"->") : other.index(b"---")]
    assert refused(FILE.replace(b"---", stanza + b"---", 1)) == "age-mac"
    by_password = sealed(PLAIN, PASSWORD)
    assert refused(by_password.replace(b"---", stanza + b"---", 1), PASSWORD) == "age-header"


def test_a_wrong_password_is_told_from_a_damaged_file() -> None:
    data = sealed(PLAIN, PASSWORD)
    assert refused(data, Passphrase("別のパスワード")) == "age-password"
    assert refused(data[:-1] + bytes([data[-1] ^ 1]), PASSWORD) == "age-payload"


def test_a_file_for_another_way_of_opening_is_refused() -> None:
    assert refused(FILE, PASSWORD) == "age-no-password"
    assert refused(sealed(PLAIN, PASSWORD)) == "age-no-match"
    assert refused(FILE, Identity.generate(RAND)) == "age-no-match"


def test_a_work_factor_that_would_exhaust_the_machine_is_refused_untried() -> None:
    data = sealed(PLAIN, PASSWORD)
    line = data[data.index(b"->") : data.index(b"\n", data.index(b"->"))]
    assert refused(data.replace(line, line[:-1] + b"21", 1), PASSWORD) == "age-work-factor"
    with pytest.raises(ValueError, match="work factor"):
        Passphrase("", work_factor=21)


def test_a_header_without_end_is_refused_before_it_fills_the_memory() -> None:
    endless = iter([b"age-encryption.org/v1\n", *[b"-> x\n\n" * 1000] * 11])
    with pytest.raises(Refused, match="長すぎ"):
        next(decrypt((next(endless) for _ in range(12)), IDENTITY))


# ---------------------------------------------------------------------------------------------------------- keys


def test_keys_read_back_from_their_text() -> None:
    assert Identity.parse(str(IDENTITY)) == IDENTITY
    assert Recipient.parse(str(IDENTITY.recipient)) == IDENTITY.recipient


def test_keys_are_spelled_as_other_programs_spell_them() -> None:
    theirs = pyrage.x25519.Identity.from_str(str(IDENTITY))
    assert str(theirs.to_public()) == str(IDENTITY.recipient)
    assert str(theirs) == str(IDENTITY)


@given(st.data())
def test_a_mistyped_key_is_refused(data: st.DataObject) -> None:
    for key, parse in ((str(IDENTITY), Identity.parse), (str(IDENTITY.recipient), Recipient.parse)):
        at = data.draw(st.integers(0, len(key) - 1))
        other = data.draw(st.characters().filter(lambda char, was=key[at]: char != was))
        with pytest.raises(Refused, match="鍵") as caught:
            parse(key[:at] + other + key[at + 1 :])
        assert key[20:40] not in str(caught.value)


@given(st.text(max_size=90))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    for parse in (Identity.parse, Recipient.parse):
        with pytest.raises(Refused):
            parse(text)


def test_a_key_of_low_order_seals_nothing() -> None:
    with pytest.raises(Refused, match="鍵"):
        sealed(PLAIN, Recipient(bytes(32)))


def test_secrets_are_not_shown() -> None:
    assert "打ち" not in repr(PASSWORD)
    assert str(IDENTITY)[20:40] not in repr(IDENTITY)
    assert "secret" not in repr(IDENTITY)


# ------------------------------------------------------------------------------------------- other programs of age


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_opens_ours_and_we_open_pyrages(size: int) -> None:
    plain = PLAIN[:size]
    theirs = pyrage.x25519.Identity.from_str(str(IDENTITY))
    assert pyrage.decrypt(sealed(plain), [theirs]) == plain
    assert opened(pyrage.encrypt(plain, [theirs.to_public()])) == plain


def test_pyrage_agrees_about_passwords() -> None:
    plain = PLAIN[: CHUNK + 1]
    assert pyrage.passphrase.decrypt(sealed(plain, PASSWORD), PASSWORD.text) == plain
    assert opened(pyrage.passphrase.encrypt(plain, PASSWORD.text), PASSWORD) == plain


@needs_age
@pytest.mark.parametrize("size", SIZES)
def test_the_age_command_opens_ours_and_we_open_its(size: int, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(f"{IDENTITY}\n")
    plain = PLAIN[:size]
    ours = subprocess.run(["age", "-d", "-i", key], input=sealed(plain), capture_output=True, check=True)
    its = subprocess.run(["age", "-r", str(IDENTITY.recipient)], input=plain, capture_output=True, check=True)
    assert ours.stdout == plain
    assert opened(its.stdout) == plain


def age_at_a_terminal(arguments: list[str | Path], typed: list[str]) -> None:
    """Run `age` at a terminal of its own and type a line at each prompt; it takes a password in no other way."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp("age", ["age", *map(str, arguments)])
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
            if typed and b": " in shown:
                os.write(terminal, typed.pop(0).encode() + b"\n")
                shown = b""
    except OSError:  # the terminal closes when age ends
        pass
    finally:
        os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, shown.decode()


@needs_age
def test_the_age_command_agrees_about_passwords(tmp_path: Path) -> None:
    plain, file, back = tmp_path / "plain", tmp_path / "file.age", tmp_path / "back"
    password = Passphrase("K7QMA-2345X", work_factor=2)
    plain.write_bytes(PLAIN)
    age_at_a_terminal(["-p", "-o", file, plain], [password.text] * 2)
    assert opened(file.read_bytes(), password) == PLAIN
    file.write_bytes(sealed(PLAIN, password))
    age_at_a_terminal(["-d", "-o", back, file], [password.text])
    assert back.read_bytes() == PLAIN

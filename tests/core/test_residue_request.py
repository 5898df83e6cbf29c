"""What the ward asks a scan for: one file, signed by the ward, of which no byte can be changed; and the key that answers it."""

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.pieceid import new_piece_ids
from tewatashi.core.refused import Refused
from tewatashi.core.residue import IdSet
from tewatashi.core.residue_key import ScanKey, read_scan_key, scan_key_name, write_scan_key
from tewatashi.core.residue_request import MAGIC, Request, read_request, write_request
from tewatashi.core.signing import SigningKey, canonical, sign_note

pytestmark = pytest.mark.requirement("CL-11-12")

WARD = SigningKey.generate("ward.example", random.Random(1).randbytes)
LINES = "".join(f"{piece}\n" for piece in new_piece_ids(random.Random(2).randbytes, 5)).encode()
REQUEST = Request(
    nonce="ab" * 16, ward="ward.example", job="R8-0001", ids=5, ids_sha256=IdSet.read(LINES).sha256,
    places=("factory/保管庫",), issued_at="2026-11-24T09:00:00+09:00",
)  # fmt: skip
FILE = write_request(REQUEST, WARD) + LINES
SCAN = ScanKey(SigningKey.generate("scan-1", random.Random(3).randbytes), WARD.verify_key)


def test_a_request_comes_back_with_its_ids() -> None:
    assert read_request(FILE, WARD.verify_key) == (REQUEST, IdSet.read(LINES))


@given(st.data())
def test_any_changed_byte_of_a_request_is_refused(data: st.DataObject) -> None:
    whole = bytearray(FILE)
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Refused):
        read_request(bytes(whole), WARD.verify_key)


@given(st.binary(max_size=100))
def test_any_bytes_are_a_request_or_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read_request(data, WARD.verify_key)


@given(
    st.dictionaries(
        st.sampled_from(["nonce", "ward", "job", "ids", "places", "issued_at", "more"]),
        st.text(st.characters(codec="utf-8", exclude_characters="\x7f")) | st.lists(st.integers()),
    )
)
def test_any_signed_object_is_a_request_or_refused(changes: dict[str, object]) -> None:
    fields = {**REQUEST.__dict__, "places": list(REQUEST.places), **changes}
    with contextlib.suppress(Refused):
        head = sign_note(f"{MAGIC}{canonical(fields).decode()}\n", WARD)
        assert read_request(head + b"\n" + LINES, WARD.verify_key)[0].ids_sha256 == REQUEST.ids_sha256


@pytest.mark.accident("iseto-2024")
def test_a_request_with_fewer_ids_than_the_ward_signed_is_refused_with_both_digests() -> None:
    with pytest.raises(Refused) as refused:
        read_request(FILE[:-21], WARD.verify_key)
    assert refused.value.code == "request-ids"
    assert refused.value.expected == REQUEST.ids_sha256[:16]


def test_a_request_of_another_ward_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_request(FILE, SigningKey.generate("ward.example", random.Random(4).randbytes).verify_key)
    assert refused.value.code == "signer"


def test_a_scan_key_comes_back_and_does_not_show_itself() -> None:
    assert read_scan_key(write_scan_key(SCAN)) == SCAN
    assert "seed" not in repr(SCAN)


@given(st.data())
def test_any_changed_byte_of_a_scan_key_gives_another_key_or_a_refusal(data: st.DataObject) -> None:
    whole = bytearray(write_scan_key(SCAN))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(Refused):
        assert read_scan_key(bytes(whole)) != SCAN


@given(st.binary(max_size=60))
def test_any_bytes_are_a_scan_key_or_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read_scan_key(data)


@pytest.mark.parametrize("name", ["", "Scan", "調査", "a b", "-a", "a+b", "a" * 61])
def test_a_name_that_no_note_could_bear_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="名前"):
        scan_key_name(name)

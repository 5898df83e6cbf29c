import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.pieceid import SheetMark, check_piece_id, is_proof_piece, new_piece_ids, proof_piece_id
from tewatashi.core.refused import Refused

IDS = new_piece_ids(random.Random(7).randbytes, 50)


def test_ids_are_twenty_digits_and_none_comes_twice() -> None:
    assert len(set(IDS)) == 50
    assert all(len(check_piece_id(one)) == 20 for one in IDS)


@given(st.sampled_from(IDS), st.integers(0, 19), st.integers(1, 9))
def test_any_changed_digit_is_refused(piece: str, at: int, by: int) -> None:
    changed = piece[:at] + str((int(piece[at]) + by) % 10) + piece[at + 1 :]
    with pytest.raises(Refused, match="通し番号"):
        check_piece_id(changed)


@given(st.text(max_size=30))
def test_any_text_is_a_mark_or_refused(text: str) -> None:
    with contextlib.suppress(Refused):
        assert str(SheetMark.parse(text)) == text


def test_a_mark_reads_back() -> None:
    mark = SheetMark(IDS[0], copy=1, sheet=1, of=1, side=2)
    assert SheetMark.parse(str(mark)) == mark
    with pytest.raises(Refused):
        SheetMark.parse(IDS[0] + "0213")


def test_a_proofs_id_checks_and_is_known() -> None:
    proof = check_piece_id(proof_piece_id(7))
    assert is_proof_piece(proof)
    assert is_proof_piece(str(SheetMark(proof, copy=0, sheet=1, of=1, side=2)))
    assert not any(map(is_proof_piece, IDS))


def test_no_resident_ever_gets_a_proofs_id() -> None:
    """What chance would make one is drawn again."""
    drawn = [9876543210_000000000, 9876543210_999999999, 9876543211_000000000]
    left = iter(drawn)
    [piece] = new_piece_ids(lambda size: next(left).to_bytes(size, "big"), 1)
    assert piece[:19] == "9876543211000000000"

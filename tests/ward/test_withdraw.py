"""Withdrawing pieces after the hand-over (iwaki-2025): by notice number at the ward, by piece id everywhere else."""

from __future__ import annotations

import pytest

from tests.core.cast_of_acts import proofread
from tests.ward.office import Office
from tewatashi.core.pieceid import piece_digest

pytestmark = pytest.mark.accident("iwaki-2025")


def test_full_width_numbers_become_piece_ids_and_leave_the_ward_as_nothing_else(office: Office, contract: str) -> None:
    job = office.sent_job(contract)
    ids = office.piece_ids(job)
    office.sato.act(f"/jobs/{job}/withdraw", {"numbers": "０００００００００２\n\n 0000000003 \n"})
    letter = office.end.await_letter("withdrawal-requested", job)
    assert letter.body == {"version": 1, "digests": sorted(map(piece_digest, ids[1:]))}
    assert not any(b"0000000002" in note for note in office.end.raw)
    assert not office.holds("0000000002")


def test_versions_go_on_and_only_what_is_new_is_asked_for(office: Office, contract: str) -> None:
    job = office.sent_job(contract)
    ids = office.piece_ids(job)
    office.sato.act(f"/jobs/{job}/withdraw", {"numbers": "0000000001"})
    assert "第1版）の受領を待っています" in office.sato.page(f"/jobs/{job}")
    office.end.tell("withdrawal-acknowledged", "takahashi", job, version=1)
    office.sato.act(f"/jobs/{job}/withdraw", {"numbers": "0000000001\n0000000002"})
    assert office.end.await_letter("withdrawal-requested", job, count=2).body == {
        "version": 2,
        "digests": [piece_digest(ids[1])],
    }
    assert office.sato.state(job)["withdrawals"] == {"version": 2, "acknowledged": 1, "pieces": 2, "too_late": 0}


def test_an_unknown_number_is_refused_by_its_line_and_not_shown(office: Office, contract: str) -> None:
    job = office.sent_job(contract)
    acts = office.acts()
    answer = office.sato.post(f"/jobs/{job}/withdraw", {"numbers": "0000000001\n8765432109"})
    assert answer.status_code == 422
    assert "1件（2行目）" in answer.text
    assert "8765432109" not in answer.text
    assert office.acts() == acts


def test_numbers_may_come_in_a_file(office: Office, contract: str) -> None:
    job = office.sent_job(contract)
    office.sato.act(f"/jobs/{job}/withdraw", {"numbers": ""}, files={"file": ("n.txt", b"\xef\xbb\xbf0000000003\r\n")})
    assert office.sato.state(job)["withdrawals"]["pieces"] == 1


def test_after_the_enclosing_it_is_too_late(office: Office, contract: str) -> None:
    job = office.delivered_job(contract)
    acts = office.acts()
    answer = office.sato.post(f"/jobs/{job}/withdraw", {"numbers": "0000000001"})
    assert (answer.status_code, "封入封緘" in answer.text) == (422, True)
    assert office.acts() == acts


def test_a_request_that_crossed_with_the_enclosing_is_shown_as_too_late(office: Office, contract: str) -> None:
    job, tell = office.sent_job(contract), office.end.tell
    parcel, sha, room = office.sato.state(job)["parcel"], "cd" * 32, "factory/印字室"
    tell("parcel-opened", "takahashi", job, parcel=parcel, pieces=3, place="factory/保管庫")
    office.tell_composed(job, contract)
    tell("pages-proofread", "system", job, **proofread(pieces=3, pages=6, sha256=sha).body)
    tell("pieces-printed", "takahashi", job, pieces=3, copy=0, sha256=sha, printer="ipp", place=room, spool=room)
    office.sato.act(f"/jobs/{job}/withdraw", {"numbers": "0000000001"})
    tell(
        "pieces-enclosed", "takahashi", job, composed=3, printed=3, enclosed=3, withdrawn=0, spoiled=0, remade=0,
        pulled=0, boxes=[], withdrawal_version=0, reads_sha256=sha, place=room,
    )  # fmt: skip
    assert office.sato.state(job)["withdrawals"]["too_late"] == 1
    assert "封入に間に合わなかった引抜き: 1件" in office.sato.page(f"/jobs/{job}")

"""One piece followed at the ward, from the extract's record and back."""

from __future__ import annotations

import pytest

from tests.ward.office import Office

pytestmark = pytest.mark.requirement("WARD-OP-4")


def test_a_piece_is_followed_from_the_record_and_back(office: Office, contract: str) -> None:
    job = office.delivered_job(contract)
    ids, path = office.piece_ids(job), f"/jobs/{job}/piece"
    for by, value in (("notice", "0000000002"), ("record", "2"), ("piece", ids[1])):
        answer = office.sato.post(path, {"by": by, "value": value})
        assert (answer.status_code, ids[1] in answer.text) == (200, True)
        assert "抽出データの2件目" in answer.text
        assert "0000000002" not in answer.text
        steps = ("送付データの作成・暗号化", "送付データの開封", "組版", "印字", "封入封緘・突合", "納品")
        places = [answer.text.index(f">{step}<") for step in steps]
        assert places == sorted(places)
    assert office.sato.refused(path, {"by": "notice", "value": "8765432109"}) == "piece-unknown"

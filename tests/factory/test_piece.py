"""One piece followed at the factory: spoiled, remade, and where each copy was printed."""

from __future__ import annotations

import pytest

from tests.factory.works import Works, sheet

pytestmark = pytest.mark.requirement("WARD-OP-4")


def test_a_spoiled_piece_is_followed_through_its_remake(works: Works) -> None:
    job = works.printed_job()
    piece, path = works.sealed[job][1], f"/jobs/{job}/piece"
    works.takahashi.reads(job, [{"n": 1, "event": "spoil", "front": sheet(piece)["front"]}])
    works.takahashi.act(f"/jobs/{job}/remake")
    works.takahashi.reads(job, [{"n": 2, "event": "read", **sheet(piece, 1)}])
    answer = works.suzuki.post(path, {"by": "piece", "value": sheet(piece, 1)["back"]})
    assert answer.status_code == 200
    for words in (f"{job}-0-0001 の2通目（3〜4ページ）", f"{job}-1-0001 の1通目", "破損", "封入機の読取り"):
        assert words in answer.text
    other = "31415926535897932389"
    assert works.suzuki.refused(path, {"by": "piece", "value": other}) == "piece-unknown"

"""What the proof finds stops the release: nothing is recorded as composed, and no print file stays in the vault."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from tests.factory.works import Works, people_of


@pytest.mark.accident("tamba-2025")
@pytest.mark.requirement("WORK-2")
def test_data_of_another_base_date_than_the_jobs_are_not_released(works: Works) -> None:
    job = works.sent_job(base_date=date(2026, 10, 20))
    works.open(job)
    answer = works.takahashi.post(f"/jobs/{job}/compose")
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "proof-differs" in said
    assert all(f"通し番号{piece} ファイル1" in said for piece in works.sealed[job])
    assert people_of(3)[0]["世帯主氏名"] not in said
    assert works.takahashi.state(job)["counts"]["composed"] in (0, None)
    assert works.rows("SELECT count(*) FROM factory_printfile WHERE job = ?", job) == [(0,)]
    assert not [file for file in works.files(job) if "print" in file]


@pytest.mark.requirement("WORK-2")
@pytest.mark.requirement("WORK-4")
def test_the_ledger_and_the_page_tell_what_was_read_and_of_which_bytes(works: Works) -> None:
    job = works.sent_job()
    works.open(job)
    works.takahashi.act(f"/jobs/{job}/compose")
    files = works.rows("SELECT sha256 FROM factory_printfile WHERE job = ?", job)
    digest = hashlib.sha256("".join(f"{sha256}\n" for (sha256,) in files).encode()).hexdigest()
    assert works.acts(job)[-2:] == ["pieces-composed", "pages-proofread"]
    read = {"copy": 0, "pieces": 3, "pages": 6, "files": 1}
    assert works.takahashi.state(job)["proofread"] == {digest: read}
    shown = works.takahashi.page(f"/jobs/{job}")
    assert "すべてのページを、組版とは別のプログラムで読み返した結果" in shown
    assert f"<code>{digest[:16]}…</code>" in shown
    assert people_of(3)[0]["世帯主氏名"] not in shown

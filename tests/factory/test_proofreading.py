"""What the proof finds stops the release: nothing is recorded as composed, and no print file stays in the vault."""

from __future__ import annotations

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

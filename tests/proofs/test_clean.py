"""What the press makes of the shipped forms passes the proof, every page of it: no false alarm."""

from __future__ import annotations

import pytest

from tests.proofs.prints import FORMS, Job


@pytest.mark.parametrize("form", sorted(path.name for path in FORMS.iterdir() if path.is_dir()))
def test_a_clean_run_has_no_finding(form: str) -> None:
    job = Job(form, 60)
    report = job.proof()
    assert list(map(str, report.findings.kept)) == []
    assert (report.fine, report.pieces, report.files) == (True, 60, 1)
    assert report.drawn >= 4


def test_a_job_of_several_files_is_read_through() -> None:
    job = Job(count=7)
    report = job.proof(job.composed(job.pieces, pieces_per_file=3))
    assert report.fine
    assert (report.files, report.pieces, report.pages) == (3, 7, 14)


def test_a_remake_is_proofread_as_one() -> None:
    job = Job(count=2)
    files = job.composed(job.pieces, copy=3)
    assert job.proof(files, copy=3).fine
    assert not job.proof(files).fine

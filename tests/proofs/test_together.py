"""Proofreading by several processes gives the report that one process gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.proofs.prints import FORMS, Job, edited
from tewatashi.proofs.proofread import Report
from tewatashi.proofs.sampling import Sample
from tewatashi.proofs.workers import Given, Kit, portions_of, proofread_files, proofread_given

KIT = Kit(FORMS / "tokusoku", sample=1)


@pytest.fixture(scope="module")
def job() -> Job:
    return Job(count=9)


def written(job: Job, folder: Path) -> list[Path]:
    files = [folder / f"{number}.pdf" for number in range(3)]
    for path, data in zip(files, job.composed(job.pieces, pieces_per_file=3), strict=True):
        path.write_bytes(data)
    return files


def test_two_processes_report_what_one_does(job: Job, tmp_path: Path) -> None:
    files = written(job, tmp_path)
    one, two = (proofread_files(files, lambda: iter(job.pieces), KIT, jobs) for jobs in (1, 2))
    assert one.fine
    assert one == two
    assert (two.files, two.pieces, two.pages) == (3, 9, 18)


def test_what_is_wrong_is_told_as_by_one_process(job: Job, tmp_path: Path) -> None:
    files = written(job, tmp_path)
    files[1].write_bytes(edited(files[1].read_bytes(), 2, lambda content: content[: content.rindex(b"q ")] + b"EMC\n"))
    one, two = (proofread_files(files, lambda: iter(job.pieces), KIT, jobs) for jobs in (1, 2))
    assert not two.fine
    assert two.findings.kept[0].piece == job.pieces[4][0]
    assert one == two


def given(job: Job, data: list[bytes], jobs: int, *, base_date: str | None = None) -> Report:
    """Files that lie nowhere, as a site has them in its vault."""
    standard = replace(KIT.standard(), base_date=base_date)
    files = [Given(each, 3) for each in data]
    return proofread_given(lambda: iter(files), lambda: iter(job.pieces), standard, KIT, jobs)


def test_files_that_lie_nowhere_are_read_like_the_others(job: Job, tmp_path: Path) -> None:
    data = [path.read_bytes() for path in written(job, tmp_path)]
    one, two = given(job, data, 1), given(job, data, 2)
    assert one.fine
    assert one == two
    assert (two.files, two.pieces, two.pages) == (3, 9, 18)


def test_what_is_wrong_with_them_is_told_as_by_one_process(job: Job, tmp_path: Path) -> None:
    data = [path.read_bytes() for path in written(job, tmp_path)]
    one, two = (given(job, data[:2], jobs, base_date="2020-01-01") for jobs in (1, 2))
    assert {"base-date", "page-missing"} <= two.findings.counts.keys()
    assert one == two


@pytest.mark.parametrize(
    ("firsts", "portions"),
    [
        (["0", "3", "6"], [("a", 3), ("b", 3), ("c", 3)]),
        ([None, "3", None], [("a", 3), ("bc", 6)]),
        (["7", "none", "6"], [("ab", 6), ("c", 3)]),
        (["0", "6", "3"], [("ab", 3), ("c", 6)]),
    ],
)
def test_pieces_go_with_the_file_that_begins_with_them(
    firsts: list[str | None], portions: list[tuple[str, int]]
) -> None:
    pieces = [(str(number), ["見本"]) for number in range(9)]
    found = list(portions_of([Path(name) for name in "abc"], firsts, pieces, Sample(0)))
    assert [("".join(map(str, each.files)), len(each.pieces)) for each in found] == portions
    assert [piece for each in found for piece in each.pieces] == pieces


def test_the_same_pieces_are_drawn_however_the_files_are_shared_out(job: Job) -> None:
    files, firsts = [Path(name) for name in "abc"], [job.pieces[at][0] for at in (0, 3, 6)]
    chosen = [each.chosen for each in portions_of(files, firsts, job.pieces, Sample(2))]
    again = Sample(2)
    assert chosen == [again.of(job.pieces[at : at + 3]) for at in (0, 3, 6)]
    assert any(chosen)

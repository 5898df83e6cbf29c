"""Faults of ten kinds, planted in a run of 2,000 pieces, are all found; so is nothing in ten clean runs."""

from __future__ import annotations

import random

import pytest

from tests.proofs.faults import KINDS, planted
from tests.proofs.prints import Job
from tewatashi.proofs.container import read_container


@pytest.fixture(scope="module")
def job() -> Job:
    return Job(count=2000)


@pytest.mark.parametrize("kinds", [list(KINDS), [kind for kind in KINDS if kind != "a page lost"]])
def test_all_planted_faults_are_found(job: Job, kinds: list[str]) -> None:
    pieces = random.Random(3).sample(range(0, 1990, 10), 2 * len(kinds))
    faults = list(zip([*kinds, *kinds], pieces, strict=True))
    file = planted(job.files[0], faults, 3)
    assert (read_container(file) is None) == ("a page lost" in kinds)
    report = job.proof([file], sample=0)
    found = {finding.piece for finding in report.findings.kept}
    missed = [kind for kind, piece in faults if not found & {job.pieces[piece + by][0] for by in range(4)}]
    assert missed == []
    assert len(found) <= 2 * len(faults)  # and nothing far from a fault


def test_ten_clean_runs_give_no_alarm() -> None:
    for run in range(10):
        job = Job(count=200)
        assert job.proof(job.composed(job.pieces[run:]), job.pieces[run:], sample=0).fine

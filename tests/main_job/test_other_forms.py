"""The whole job with forms of several sheets a piece: as many as each household needs, all of them in its envelope."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tewatashi.demo.outcome import outcome_of
from tewatashi.demo.papers import files_of, sheets_of
from tewatashi.demo.stage import main_job, paper_of, running_sites

HOUSEHOLDS = 60


@pytest.mark.requirement("WORK-2")
@pytest.mark.requirement("WORK-4")
@pytest.mark.accident("katano-2016")
@pytest.mark.parametrize("form", ["shikaku", "saikoku"])
def test_a_job_with_pieces_of_several_sheets_ends_with_every_count_agreed(form: str, tmp_path: Path) -> None:
    with running_sites(tmp_path) as sites:
        job = main_job(sites, HOUSEHOLDS, 7, say=lambda _: None, form=form)
        job.run()
        outcome = outcome_of(job, sites)
    sheets = Counter(front[:20] for file in files_of(paper_of(tmp_path), job.number, 0) for front, _ in sheets_of(file))
    assert outcome.ok, outcome
    assert (outcome.live_copies, outcome.ledgers_agree, outcome.counts["delivered"]) == (0, True, HOUSEHOLDS - 1)
    assert len(sheets) == HOUSEHOLDS
    assert len(set(sheets.values())) > 1

"""The whole job with all three sites on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from tests.postgres import Postgres
from tewatashi.demo.outcome import outcome_of
from tewatashi.demo.stage import main_job, running_sites
from tewatashi.sitekit.roles import ROLES


def test_the_job_ends_with_every_count_agreed_on_postgresql(postgres: Postgres, tmp_path: Path) -> None:
    databases = {role: postgres.new_database() for role in ROLES}
    with running_sites(tmp_path, databases=databases) as sites:
        job = main_job(sites, 40, 56, say=lambda _: None)
        job.run()
        outcome = outcome_of(job, sites)
    assert outcome.ok, outcome
    assert (outcome.live_copies, outcome.ledgers_agree, outcome.counts["delivered"]) == (0, True, 39)
    assert not list(tmp_path.rglob("*.sqlite3"))

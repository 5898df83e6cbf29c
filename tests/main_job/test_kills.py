"""Each of the three sites is killed with -9 in the middle of every step of the job, and the job ends with the same counts."""

from __future__ import annotations

import random
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tewatashi.demo.outcome import outcome_of
from tewatashi.demo.person import TurnedAway
from tewatashi.demo.stage import main_job, running_sites
from tewatashi.sitekit.roles import ROLES, Role

HOUSEHOLDS = 40
SEED = 56  # of its sheets one is torn
MOST_WRITES = 12  # that a site makes in a step before it is killed
LOOK_AGAIN = 0.004  # seconds


@pytest.mark.parametrize("role", ROLES)
def test_a_site_killed_at_every_step_costs_no_piece(role: Role, tmp_path: Path) -> None:
    chance = random.Random(role)
    with running_sites(tmp_path) as sites, ThreadPoolExecutor(1) as people:
        job = main_job(sites, HOUSEHOLDS, SEED, say=lambda _: None)
        for _, step in job.steps():
            walked = people.submit(step)
            await_writes(sites.sites[role].config.data_dir, chance.randint(1, MOST_WRITES), walked)
            # Not in a thread of its own: the site dies with the thread that has started it.
            sites.kill(role)
            sites.start(role)
            with suppress(httpx.TransportError, TurnedAway):
                walked.result()
            step()  # as people do who do not know what came of it
        outcome = outcome_of(job, sites)
    assert outcome.ok, outcome
    assert outcome.live_copies == 0
    assert outcome.counts == {
        "extract": 40, "composed": 40, "printed": 40, "enclosed": 39, "withdrawn": 1, "spoiled": 1, "delivered": 39,
    }  # fmt: skip


def await_writes(data: Path, writes: int, walked: Future[None]) -> None:
    """Come back when so many changes were seen in the site's folder, or when the step is over."""
    before = footprint(data)
    while writes and not wait([walked], LOOK_AGAIN).done:
        seen = footprint(data)
        writes -= seen != before
        before = seen


def footprint(data: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of every file that the site keeps."""
    found = []
    for path in data.rglob("*"):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        found.append((str(path), status.st_size, status.st_mtime_ns))
    return sorted(found)

"""The stock `age` command opens the parcel with the password of the notice, and finds every resident in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import orjson
import pytest

from tests.core.test_age import age_at_a_terminal
from tewatashi.demo.extract_maker import records
from tewatashi.demo.stage import main_job, running_sites

HOUSEHOLDS = 12
SEED = 21


@pytest.mark.requirement("WARD-SYS-2")
@pytest.mark.skipif(shutil.which("age") is None, reason="the `age` command is not installed")
def test_age_opens_the_parcel_with_the_password_of_the_notice(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    with running_sites(tmp_path) as sites:
        job = main_job(sites, HOUSEHOLDS, SEED, say=lambda _: None)
        for step in (job.agree, job.open_job, job.seal):
            step()
        (parcel,) = (sites.sites["ward"].config.data_dir / "parcels").glob("*.age")
        age_at_a_terminal(["-d", "-o", opened, parcel], [job.password])
    manifest, *pieces, end = map(orjson.loads, opened.read_bytes().splitlines())
    name = manifest["items"].index("世帯主氏名")
    expected = [record["世帯主氏名"] for record in records(HOUSEHOLDS, SEED, job.base_date)]
    assert [piece["v"][name] for piece in pieces] == expected
    assert end["end"] == HOUSEHOLDS

"""What the gateway still owes: the erasure of the ciphertext that lies here, and by when."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson

from tests.gateway.station import ROOT, Station
from tewatashi.sitekit.clock import TEST_CLOCK


def _due(station: Station, *options: str, **env: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "tewatashi.cli.main", "due", str(station.config.file), *options]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | env)
    return done.returncode, done.stdout


def test_ciphertext_is_overdue_the_day_after_the_contracts_hold(station: Station, tmp_path: Path) -> None:
    station.end.close()
    parcel = station.sealed()
    station.upload(parcel)
    job = parcel.cover.job
    station.until(lambda: "parcel-held" in station.acts(job))
    code, text = _due(station)
    assert (code, job in text) == (0, False)
    found = orjson.loads(_due(station, "--json", "--all")[1])
    (mine,) = [one for one in found["due"] if one["about"] == job]
    assert (mine["urgency"], mine["who"]) == ("waiting", "gateway")
    clock = tmp_path / "days"
    for days, overdue in ((3, False), (4, True)):  # gateway_hold_days of the contract is 3
        clock.write_text(str(days))
        code, text = _due(station, **{TEST_CLOCK: str(clock)})
        assert (code, f"【至急】{job}: 中継の送付データの消去の期限を1日過ぎています" in text) == (
            (9, True) if overdue else (0, False)
        )
    station.end.open()
    station.until(lambda: parcel.cover.parcel in station.end.parcels)

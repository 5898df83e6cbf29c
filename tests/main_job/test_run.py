"""The command that a newcomer types: one JSON object, an honest exit status, and no process left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import until

FIELDS = {"ok", "counts", "live_copies", "ledgers_agree", "seconds", "artifacts"}


def command(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "tewatashi.demo", "--households", "30", "--seed", "5", "--folder", str(folder), *more]


def sites_of(folder: Path) -> list[int]:
    """Processes that serve a site below the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(folder) in words and b"tewatashi.sitekit.serve" in words:
                found.append(int(entry.name))
    return found


@pytest.mark.requirement("WORK-1")
def test_run_once_tells_the_outcome_as_one_json_object_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = subprocess.run(command(tmp_path, "--once", "--json"), stdout=subprocess.PIPE, check=False)
    outcome = json.loads(done.stdout)
    assert done.returncode == 0
    assert outcome.keys() >= FIELDS
    assert (outcome["ok"], outcome["live_copies"], outcome["ledgers_agree"]) == (True, 0, True)
    counts = outcome["counts"]
    assert counts["extract"] == counts["composed"] == counts["printed"] == 30
    assert counts["enclosed"] == counts["delivered"] == 30 - counts["withdrawn"] == 29
    assert all(Path(path).read_bytes().startswith(b"%PDF-") for path in outcome["artifacts"])
    assert sites_of(tmp_path) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_ending_it_in_any_way_ends_the_sites(how: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(command(tmp_path), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "案件の登録".encode() in line:
                break
        assert len(sites_of(tmp_path)) >= 3
        process.send_signal(how)
        process.stderr.read()
    os.sync()
    until(
        lambda: not any(Path(f"/proc/{pid}").exists() for pid in sites_of(tmp_path))
    )  # the kernel tells them a moment later


def test_a_count_that_differs_ends_with_1(tmp_path: Path) -> None:
    """Fewer pieces come out of the printer than went in: the job stops, and says so."""
    from tewatashi.demo import __main__ as demo
    from tewatashi.demo import papers

    with pytest.MonkeyPatch.context() as patch:
        whole = papers.sheets_of
        patch.setattr(papers, "sheets_of", lambda file: list(whole(file))[:-1])
        assert demo.main(["--once", "--quiet", "--households", "12", "--folder", str(tmp_path)]) == 1

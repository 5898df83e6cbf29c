"""The main job over the disc, with no network between ward and factory: it ends, and what travels is read by stock tools."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.test_age import age_at_a_terminal
from tewatashi.demo.stage import main_job, running_sites
from tewatashi.demo.walk_by_disc import DiscJob

HOUSEHOLDS = 12


@pytest.mark.requirement("WORK-5")
@pytest.mark.requirement("WARD-CD-3")
@pytest.mark.requirement("FAC-CD-3")
@pytest.mark.requirement("FAC-CD-4")
def test_run_once_by_disc_ends_with_every_count_and_nothing_left(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "tewatashi.demo", "--once", "--json", "--channel", "disc", "--households", "20",
        "--folder", str(tmp_path / "run"),
    ]  # fmt: skip
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    outcome = json.loads(done.stdout)
    assert (done.returncode, outcome["ok"]) == (0, True), outcome
    assert (outcome["live_copies"], outcome["ledgers_agree"]) == (0, True)
    counts = outcome["counts"]
    assert counts["extract"] == counts["printed"] == 20
    assert counts["enclosed"] == counts["delivered"] == 20 - counts["withdrawn"]
    ended = {thing["what"]: thing["how"] for thing in outcome["things"]}
    assert (ended["媒体"], ended["パスワード通知書"]) == ("cut", "shredded")
    assert not (tmp_path / "run" / "gateway").exists()


@pytest.fixture(scope="module")
def burnt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiscJob]:
    """A job whose medium is burnt."""
    folder = tmp_path_factory.mktemp("disc")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TEWATASHI_TEST_CLOCK", raising=False)
        with running_sites(folder, channel="disc") as sites:
            job = main_job(sites, HOUSEHOLDS, 21, say=lambda _: None)
            assert isinstance(job, DiscJob)
            for _, step in job.steps():
                step()
                if job.image != Path():
                    break
            yield job


@pytest.mark.requirement("WARD-CD-5")
@pytest.mark.skipif(shutil.which("isoinfo") is None, reason="isoinfo is not installed")
def test_a_plain_computer_reads_the_medium(burnt: DiscJob) -> None:
    listed = subprocess.run(["isoinfo", "-J", "-f", "-i", burnt.image], capture_output=True, check=True).stdout.decode()
    kinds = sorted(name.partition(";")[0].rpartition(".")[2] for name in listed.split())
    assert kinds == ["age", "cover", "letters", "txt"]


@pytest.mark.requirement("WARD-SYS-2")
@pytest.mark.skipif(
    shutil.which("age") is None or shutil.which("xorriso") is None, reason="age or xorriso is not installed"
)
def test_age_opens_what_is_on_the_medium_with_the_password_of_the_notice(burnt: DiscJob, tmp_path: Path) -> None:
    files = tmp_path / "files"
    copy = ["xorriso", "-osirrox", "on", "-indev", burnt.image, "-extract", "/", files]
    subprocess.run(copy, check=True, capture_output=True)
    (parcel,) = files.glob("*.age")
    assert (files / "はじめにお読みください.txt").read_bytes()
    age_at_a_terminal(["-d", "-o", tmp_path / "opened", parcel], [burnt.password])
    lines = (tmp_path / "opened").read_bytes().splitlines()
    assert json.loads(lines[-1])["end"] == HOUSEHOLDS

"""A parcel that comes to the factory on a disc goes on as one that came over the line."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.carriers.discs import MADE, OWNER
from tests.factory.works import Works
from tests.waiting import until
from tewatashi.carriers.disc import README, Label, write_disc
from tewatashi.core.cover import claimed_cover
from tewatashi.documents.medium_text import read_me_first

ROOT = Path(__file__).parents[2]


def disc(folder: Path, job: str, note: bytes, file: bytes) -> Path:
    """The image of the job's first medium."""
    cover, medium = claimed_cover(note), f"{job}-M01"
    text = read_me_first(medium, MADE, OWNER, note, cover)
    _, chunks = write_disc(Label(medium, MADE, text), note, cover, [file])
    (folder / f"{medium}.iso").write_bytes(b"".join(chunks))
    return folder / f"{medium}.iso"


def mounted(folder: Path, job: str, note: bytes, file: bytes) -> Path:
    """The same, as an operating system shows it."""
    cover = claimed_cover(note)
    folder.mkdir()
    (folder / f"{cover.parcel}.age").write_bytes(file)
    (folder / f"{cover.parcel}.cover").write_bytes(note)
    (folder / README).write_bytes(read_me_first(f"{job}-M01", MADE, OWNER, note, cover))
    return folder


def take(works: Works, *arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.factory.take_disc", str(works.site.file), *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT)
    answer: dict[str, Any] = orjson.loads(done.stdout.splitlines()[-1])
    return answer


def parcels(works: Works) -> set[str]:
    folder = works.data / "parcels"
    return {file.name for file in folder.iterdir()} if folder.exists() else set()


@pytest.mark.requirement("WARD-CD-5")
@pytest.mark.parametrize("shown", ["image", "folder", "files"])
def test_a_parcel_from_a_disc_is_received_opened_and_composed(works: Works, tmp_path: Path, shown: str) -> None:
    job, note, file = works.told_job()
    image = disc(tmp_path, job, note, file)
    sha256 = hashlib.sha256(image.read_bytes()).hexdigest()
    source = image if shown == "image" else mounted(tmp_path / "mounted", job, note, file)
    if shown == "files":
        source = source / f"{claimed_cover(note).parcel}.age"
    taken = take(works, source, f"{job}-M01", sha256)
    assert taken == {"parcel": claimed_cover(note).parcel, "image": sha256 if shown == "image" else None}
    assert "parcel-received" in works.takahashi.state(job)["done"]
    works.hand_notice(job)
    works.open(job)
    works.takahashi.act(f"/jobs/{job}/compose")
    assert works.takahashi.state(job)["counts"]["composed"] == 3
    assert take(works, source, f"{job}-M01") == {"refused": "parcel-here"}
    assert works.acts(job).count("parcel-received") == 1


def test_what_is_refused_leaves_nothing_and_the_right_disc_is_taken_in_afterwards(works: Works, tmp_path: Path) -> None:
    job, note, file = works.told_job()
    image = disc(tmp_path, job, note, file)
    whole, before, acts = image.read_bytes(), parcels(works), works.acts(job)
    sha256, medium = hashlib.sha256(whole).hexdigest(), f"{job}-M01"
    at = whole.index(file)
    bad = {
        "disc-cut": whole[: at + 100],
        "parcel-digest": whole[: at + 900] + bytes([whole[at + 900] ^ 1]) + whole[at + 901 :],
        "not-sealed": whole[:at] + bytes(len(file)) + whole[at + len(file) :],
        "disc-changed": whole[:-1] + b"x",
        "disc-foreign": whole[:100] + b"x" + whole[101:],
        "signature": whole.replace(b'"sealed_by":"sato"', b'"sealed_by":"sata"'),
    }
    for code, data in bad.items():
        image.write_bytes(data)
        assert take(works, image, medium) == {"refused": code}
    image.write_bytes(whole)
    assert take(works, image, f"{job}-M02") == {"refused": "medium-other"}
    assert take(works, image, medium, "0" * 64) == {"refused": "disc-other"}
    assert (parcels(works), works.acts(job)) == (before, acts)
    assert works.rows("SELECT count(*) FROM sitekit_upload WHERE job = ?", job) == [(0,)]
    assert "parcel" in take(works, image, medium, sha256)


@pytest.mark.requirement("FAC-LG-2")
def test_a_parcel_that_the_ward_did_not_tell_of_is_not_taken_in(works: Works, tmp_path: Path) -> None:
    job, _, _ = works.told_job()
    other, note, file = works.told_job()
    image = disc(tmp_path, other, note, file)
    works.tell("parcel-voided", "sato", other, parcel=claimed_cover(note).parcel, reason="基準日の誤り")
    before = parcels(works)
    assert take(works, image, f"{other}-M01") == {"refused": "parcel-unknown"}
    assert parcels(works) == before
    assert works.acts(job)[-1] == "parcel-sealed"


def test_half_of_a_parcel_that_a_killed_intake_left_is_completed(works: Works, tmp_path: Path) -> None:
    job, note, file = works.told_job()
    image = disc(tmp_path, job, note, file)
    whole = image.read_bytes()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "tests.factory.take_disc", str(works.site.file), str(pipe), f"{job}-M01"]
    before = parcels(works)
    killed = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    with pipe.open("wb", buffering=0) as drive:
        drive.write(whole[: whole.index(file) + len(file) // 2])
        until(lambda: any((works.data / "parcels" / name).stat().st_size for name in parcels(works) - before))
        killed.kill()
        killed.wait()
        assert killed.stdout is not None
        killed.stdout.close()
    assert take(works, image, f"{job}-M01")["parcel"] == claimed_cover(note).parcel
    works.hand_notice(job)
    works.open(job)

"""The image of a disc, made from a sealed parcel at the ward: ciphertext only, recorded or not there."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.carriers.discs import LETTERS, OWNER
from tests.core.test_age import age_at_a_terminal
from tests.ward.disc import unswept
from tests.ward.office import Office, extract, name
from tewatashi.carriers.disc import checked
from tewatashi.carriers.disc_reader import open_disc
from tewatashi.core.cover import read_cover

ROOT = Path(__file__).parents[2]


def make(office: Office, *arguments: str, check: bool = True) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.ward.make_medium", str(office.site.file), *arguments]
    done = subprocess.run(command, check=check, stdout=subprocess.PIPE, cwd=ROOT)
    answer: dict[str, Any] = orjson.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
    return answer


@pytest.fixture(autouse=True)
def _unswept(office: Office) -> Iterator[None]:
    """What is made here is written down nowhere, and the ward's own sweep would take it away."""
    with unswept(office):
        yield


@pytest.mark.requirement("WARD-CD-5")
def test_an_image_has_the_jobs_parcel_its_number_and_no_resident(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    medium = f"{job}-M01"
    made = make(office, job, medium)
    file = office.data / "media" / f"{medium}.iso"
    assert (made["medium"], made["kind"], made["length"]) == (medium, "CD-R", file.stat().st_size)
    assert made["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert file.stat().st_mode & 0o777 == 0o600
    state = office.sato.state(job)
    with open_disc(file) as disc:
        cover = read_cover(disc.note, [office.end.ward])
        parcel = b"".join(checked(cover, disc.chunks()))
    assert (disc.number, cover.job, cover.parcel, disc.letters) == (medium, job, state["parcel"], LETTERS)
    assert parcel == (office.data / "parcels" / f"{state['parcel']}.age").read_bytes()
    assert OWNER.name.encode() in file.read_bytes()
    assert not office.holds(*(name(n) for n in range(1, 4)))


@pytest.mark.skipif(not all(map(shutil.which, ("xorriso", "isoinfo", "age"))), reason="needs xorriso, isoinfo and age")
@pytest.mark.requirement("WARD-SYS-2")
def test_what_is_burnt_opens_with_stock_tools_and_the_notices_password(
    office: Office, contract: str, tmp_path: Path
) -> None:
    job = office.job(contract)
    answer = office.seal(job, extract())
    password = re.search(r'id="password"[^>]*>([^<]+)<', answer.text)
    assert password is not None
    make(office, job, f"{job}-M01")
    drive, taken, opened = tmp_path / "drive", tmp_path / "taken.age", tmp_path / "opened"
    image = office.data / "media" / f"{job}-M01.iso"
    for words in (["burn", image, "--drive", f"stdio:{drive}"], ["verify", drive, "--vkey", office.end.ward]):
        command = [sys.executable, "-m", "tewatashi.cli.main", "medium", *map(str, words)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    taken.write_bytes(
        subprocess.run(["isoinfo", "-x", "/PARCEL.AGE;1", "-i", drive], check=True, stdout=subprocess.PIPE).stdout
    )
    age_at_a_terminal(["-d", "-o", opened, taken], [password[1]])
    assert all(name(n) in opened.read_text("utf-8") for n in range(1, 4))
    opened.unlink()


@pytest.mark.requirement("WARD-CD-5")
def test_a_number_is_used_once_and_has_its_form(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    medium = f"{job}-M02"
    first = make(office, job, medium)
    before = (office.data / "media" / f"{medium}.iso").read_bytes()
    assert make(office, job, medium) == {"refused": "medium-exists", "there": first["there"]}
    for bad in ("", "../x", f"{job}", f"{job}-M1/.."):
        assert make(office, job, bad) == {"refused": "medium-number", "there": first["there"]}
    assert (office.data / "media" / f"{medium}.iso").read_bytes() == before


def test_a_job_without_a_parcel_gets_no_medium(office: Office, contract: str) -> None:
    job = office.job(contract)
    made = make(office, job, f"{job}-M01")
    assert made["refused"] == "parcel-none"
    assert f"{job}-M01" not in made["there"]


def test_what_is_not_recorded_is_not_there(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    made = make(office, job, f"{job}-M01", "refuse")
    assert made["refused"] == "too-early"
    assert f"{job}-M01" not in made["there"]


def test_a_parcel_that_was_changed_on_the_disk_is_not_put_on_a_disc(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    file = office.data / "parcels" / f"{office.sato.state(job)['parcel']}.age"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    made = make(office, job, f"{job}-M01")
    assert made["refused"] == "parcel-digest"
    assert f"{job}-M01" not in made["there"]

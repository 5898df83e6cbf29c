"""Whatever step the job is at, no resident stands in plain on a disk of the three sites, nor in their temporary folder."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest

from tewatashi.demo.extract_maker import records
from tewatashi.demo.stage import main_job, running_sites

HOUSEHOLDS = 60
SEED = 11
CHARSETS = ("utf-8", "cp932", "utf-16-le", "utf-16-be")


def needles(today: date) -> dict[bytes, str]:
    """Names and addresses of all residents as they could stand on a disk, with the item that each is."""
    found: dict[bytes, str] = {}
    for record in records(HOUSEHOLDS, SEED, today):
        for item in ("世帯主氏名", "世帯主カナ", "住所"):
            for charset in CHARSETS:
                found[record[item].encode(charset, "ignore")] = item
    return found


def seen_on(folders: list[Path], sought: dict[bytes, str]) -> set[str]:
    found: set[str] = set()
    for file in (one for folder in folders for one in folder.rglob("*")):
        try:
            data = file.read_bytes() if file.is_file() and not file.is_symlink() else b""
        except FileNotFoundError:
            continue
        found |= {f"{item} in {file.name}" for needle, item in sought.items() if needle in data}
    return found


@pytest.mark.requirement("WARD-SYS-2")
@pytest.mark.requirement("CL-9")
def test_no_resident_is_on_a_disk_at_any_step(tmp_path: Path) -> None:
    today = date.today()  # noqa: DTZ011 -- the day that the job takes
    sought, seen, over = needles(today), set[str](), threading.Event()
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with running_sites(tmp_path / "stage", env={"TMPDIR": str(temporary)}) as sites:
        folders = [temporary, *(tmp_path / "stage" / role for role in sites.sites)]

        def watch() -> None:
            while not over.is_set():
                seen.update(seen_on(folders, sought))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            job = main_job(sites, HOUSEHOLDS, SEED, say=lambda _: None)
            for name, step in job.steps():
                step()
                assert seen_on(folders, sought) == set(), name
        finally:
            over.set()
            watcher.join()
        assert (
            job.extract.read_bytes().count(b"\r\n") == HOUSEHOLDS + 1
        )  # what is looked for is really there to be found
        assert seen_on([tmp_path / "stage"], sought) != set()
    assert seen == set()

"""What the ward's auditor does at the contractor: one command over its disks, and a report that the ledger can name."""

import gzip
import hashlib
import json
import os
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tewatashi.cli.residue import app
from tewatashi.core.pieceid import new_piece_ids
from tewatashi.core.residue import Report, read_report

RUN = CliRunner()
PIECES = new_piece_ids(random.Random(3).randbytes, 20)
RECORD = f'{{"piece":"{PIECES[4]}","v":["見本"]}}\n'.encode()


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A contractor's folder with honest files, a hidden folder and a link out of it."""
    folder = tmp_path / "disk"
    (folder / ".cache" / "x").mkdir(parents=True)
    (folder / "job.age").write_bytes(b"age-encryption.org/v1\n" + random.Random(4).randbytes(50_000))
    (folder / "log.txt").write_text("printed 20\n")
    (tmp_path / "elsewhere").write_bytes(RECORD)
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "ids").write_text("\n".join(PIECES))
    return folder


def run(disk: Path, *more: str) -> tuple[int, Report]:
    result = RUN.invoke(app, ["scan", "--ids", str(disk.parent / "ids"), "--json", str(disk), *more])
    return result.exit_code, read_report(result.stdout.encode())


def test_a_disk_without_residue_is_clean(disk: Path) -> None:
    code, report = run(disk)
    assert (code, report.clean, report.files, report.ids) == (0, True, 2, 20)
    assert report.scanned_bytes == 50_022 + 11


@pytest.mark.accident("wakayama-2024")
def test_a_copy_kept_for_checking_in_a_hidden_folder_is_found(disk: Path) -> None:
    (disk / ".cache" / "x" / "確認用.gz").write_bytes(gzip.compress(RECORD.decode().encode("utf-16")))
    code, report = run(disk)
    assert (code, report.found) == (5, 1)
    assert report.findings[0].path.endswith("/.cache/x/確認用.gz")
    assert (report.findings[0].piece, report.findings[0].inside) == (PIECES[4], "gzip")


@pytest.mark.accident("iseto-2024")
def test_a_deleted_file_in_the_image_of_a_disk_is_found(disk: Path) -> None:
    image = disk.parent / "sdb.img"
    noise = random.Random(5).randbytes(3 << 20)
    image.write_bytes(noise[: (1 << 20) - 20] + RECORD + noise[1 << 20 :])
    code, report = run(disk, str(image))
    assert (code, report.findings[0].offset) == (5, (1 << 20) - 20 + RECORD.index(PIECES[4].encode()))


def test_a_copy_behind_a_thousand_folders_is_found(disk: Path) -> None:
    deep = disk
    for _ in range(1200):
        deep = deep / "a"
        deep.mkdir()
    (deep / "x").write_bytes(RECORD)
    try:
        _, report = run(disk)
    finally:
        (deep / "x").unlink()
        while deep != disk:  # pytest itself can't remove folders as deep as these
            deep.rmdir()
            deep = deep.parent
    assert report.found == 1


def test_a_files_name_can_be_residue(disk: Path) -> None:
    (disk / f"{PIECES[7]}.pdf").write_bytes(b"")
    _, report = run(disk)
    assert [(one.inside, one.piece) for one in report.findings] == [("name", PIECES[7])]


def test_what_can_not_be_read_is_reported(disk: Path) -> None:
    os.mkfifo(disk / "pipe")
    (disk / "a.7z").write_bytes(b"7z\xbc\xaf\x27\x1c\0\4")
    code, report = run(disk, str(disk / "none"))
    assert (code, report.unread) == (9, 3)
    assert not report.clean


def test_the_report_is_written_once_and_its_digest_is_shown(disk: Path) -> None:
    target = disk.parent / "report.json"
    arguments = ["scan", "--ids", str(disk.parent / "ids"), "--report", str(target), str(disk)]
    result = RUN.invoke(app, arguments)
    assert hashlib.sha256(target.read_bytes()).hexdigest() in result.stdout
    assert read_report(target.read_bytes()).clean
    assert RUN.invoke(app, arguments).exit_code == 4


def test_a_list_that_holds_no_ids_is_refused(disk: Path) -> None:
    (disk.parent / "ids").write_text("田中太郎\n")
    result = RUN.invoke(app, ["scan", "--ids", str(disk.parent / "ids"), "--json", str(disk)])
    assert result.exit_code == 4
    assert json.loads(result.stdout)["code"] == "ids"

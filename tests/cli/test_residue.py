"""What the ward's auditor does at the contractor: one command over its disks, and a report that the ledger can name."""

import gzip
import hashlib
import json
import os
import platform
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tewatashi.cli.residue import app, roots_of
from tewatashi.core.pieceid import new_piece_ids
from tewatashi.core.residue import Report, read_report
from tewatashi.core.residue_key import ScanKey, write_scan_key
from tewatashi.core.residue_request import Request, write_request
from tewatashi.core.signing import SigningKey
from tewatashi.sitekit.rights import write_private_file

RUN = CliRunner()
PIECES = new_piece_ids(random.Random(3).randbytes, 20)
WARD = SigningKey.generate("ward.example", random.Random(6).randbytes)
SCAN = ScanKey(SigningKey.generate("scan-1", random.Random(7).randbytes), WARD.verify_key)
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
    lines = "".join(f"{piece}\n" for piece in PIECES).encode()
    request = Request(
        "ab" * 16, "ward.example", "R8-0001", 20, hashlib.sha256(lines).hexdigest(), ("factory/保管庫",), "2026-11-24T10:00:00+09:00"
    )  # fmt: skip
    (tmp_path / "request").write_bytes(write_request(request, WARD) + lines)
    write_private_file(tmp_path / "scan-1.key", write_scan_key(SCAN))
    return folder


def arguments(disk: Path, *more: str) -> list[str]:
    folder = disk.parent
    return ["scan", "--request", str(folder / "request"), "--key", str(folder / "scan-1.key"), f"保管庫={disk}", *more]


def run(disk: Path, *more: str) -> tuple[int, Report]:
    """What the command answers, and the report that it wrote."""
    target = disk.parent / "report"
    code = RUN.invoke(app, arguments(disk, "--report", str(target), *more)).exit_code
    return code, read_report(target.read_bytes(), [SCAN.key.verify_key])


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


@pytest.mark.requirement("CL-11-12")
def test_the_report_answers_the_request_and_says_what_was_scanned_on_which_computer(disk: Path) -> None:
    image = disk.parent / "sdb.img"
    image.write_bytes(b"\0" * 4096)
    code, report = run(disk, str(image))
    assert (code, report.nonce, report.job, report.scanner) == (0, "ab" * 16, "R8-0001", "scan-1")
    assert [(one.path, one.files, one.size, one.places) for one in report.scanned] == [
        (str(disk), 2, 50_033, ("factory/保管庫",)),
        (str(image), 1, 4096, ()),
    ]
    assert (report.computer, report.program.split()[0]) == (platform.node(), "tewatashi")
    assert report.started <= report.ended


@pytest.mark.accident("iseto-2024")
@pytest.mark.parametrize(
    ("named", "code"),
    [("{disk}", "residue-places"), ("倉庫={disk}", "residue-place"), ("=保管庫={disk}", "residue-places")],
)
def test_a_place_left_out_is_refused_before_anything_is_scanned(disk: Path, named: str, code: str) -> None:
    args = [one if "保管庫=" not in one else named.format(disk=disk) for one in arguments(disk, "--json")]
    result = RUN.invoke(app, [*args, "--report", str(disk.parent / "report")])
    assert (result.exit_code, json.loads(result.stdout)["code"]) == (4, code)
    assert not (disk.parent / "report").exists()


def test_a_path_is_read_once_for_all_the_places_that_it_is(disk: Path) -> None:
    request = Request("ab" * 16, "ward.example", "R8-0001", 20, "00" * 32, ("factory/保管庫", "factory/受信箱"), "2026-11-24T10:00:00+09:00")  # fmt: skip
    named = [f"factory/保管庫={disk}", f"受信箱={disk}", f"={disk}/a=b"]
    assert roots_of(named, request) == {disk: ("factory/保管庫", "factory/受信箱"), disk / "a=b": ()}


def test_a_name_that_no_note_could_hold_is_reported_as_its_code(disk: Path) -> None:
    name = b"\x7f\x01\xff" + PIECES[2].encode()
    (Path(os.fsdecode(os.fsencode(disk) + b"/" + name))).write_bytes(b"")
    _, report = run(disk)
    assert report.findings[0].path.endswith("/\\x7f\x01\\xff" + PIECES[2])


def test_the_report_is_written_once_and_its_digest_is_shown(disk: Path) -> None:
    target = disk.parent / "report.json"
    result = RUN.invoke(app, arguments(disk, "--report", str(target)))
    data = target.read_bytes()
    assert hashlib.sha256(data).hexdigest() in result.stdout
    assert "factory/保管庫" in result.stdout
    assert RUN.invoke(app, arguments(disk, "--report", str(target))).exit_code == 4
    assert target.read_bytes() == data


def test_a_program_reads_the_report_as_json(disk: Path) -> None:
    result = RUN.invoke(app, arguments(disk, "--json"))
    assert (json.loads(result.stdout)["job"], result.exit_code) == ("R8-0001", 0)


def test_a_request_that_was_changed_is_refused_and_leaves_no_report(disk: Path) -> None:
    request = disk.parent / "request"
    request.write_bytes(request.read_bytes()[:-21])
    result = RUN.invoke(app, arguments(disk, "--json", "--report", str(disk.parent / "report")))
    assert (result.exit_code, json.loads(result.stdout)["code"]) == (4, "request-ids")
    assert not (disk.parent / "report").exists()


def test_a_key_that_others_can_read_signs_nothing(disk: Path) -> None:
    (disk.parent / "scan-1.key").chmod(0o644)
    result = RUN.invoke(app, arguments(disk, "--json"))
    assert (result.exit_code, json.loads(result.stdout)["code"]) == (4, "rights-loose")

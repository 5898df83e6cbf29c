"""Burning a disc on xorriso's own pseudo drive, reading it back, and verifying one, as an operator types it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.carriers.discs import NOTE, NUMBER, image
from tests.core.cast_of_parcels import COVER, OTHER_SITE, PARCEL, WARD
from tewatashi.cli.drive import Drive
from tewatashi.cli.main import app
from tewatashi.cli.medium import burn
from tewatashi.core.refused import Refused

RUN = CliRunner()
IMAGE = image()
burns = pytest.mark.skipif(shutil.which("xorriso") is None, reason="the `xorriso` command is not installed")


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    file = tmp_path / f"{NUMBER}.iso"
    file.write_bytes(IMAGE)
    return file


def run(*arguments: object) -> tuple[int, dict[str, Any]]:
    result = RUN.invoke(app, ["medium", *map(str, arguments), "--json"])
    return result.exit_code, json.loads(result.stdout)


def refused(*arguments: object) -> tuple[int, str]:
    code, answer = run(*arguments)
    assert answer["ok"] is False
    return code, answer["refused"]["code"]


# ------------------------------------------------------------------------------------------------------------ burning


@burns
@pytest.mark.requirement("WARD-CD-5")
def test_a_blank_disc_is_burnt_and_read_back(disc: Path, tmp_path: Path) -> None:
    code, report = run("burn", disc, "--drive", f"stdio:{tmp_path / 'drive'}", "--serial", "5108BA123456")
    assert (code, report["ok"], report["medium"], report["serial"]) == (0, True, NUMBER, "5108BA123456")
    assert report["blank"]["kind"] == "stdio file, overwriteable"
    assert report["sha256"] == hashlib.sha256(IMAGE).hexdigest()
    assert (report["schema"], report["length"]) == ("tewatashi.medium-burn/v1", len(IMAGE))
    assert report["started"] <= report["ended"]
    assert (tmp_path / "drive").read_bytes()[: len(IMAGE)] == IMAGE
    code, report = run("verify", tmp_path / "drive", "--vkey", WARD.verify_key)
    assert (code, report["signed_by"], report["sha256"]) == (0, WARD.name, hashlib.sha256(IMAGE).hexdigest())


@burns
def test_what_was_burnt_shows_its_files_to_a_stock_reader(disc: Path, tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    assert run("burn", disc, "--drive", f"stdio:{drive}")[0] == 0
    command = ["xorriso", "-no_rc", "-indev", str(drive), "-find", "/", "-name", "*.age", "-exec", "lsdl"]
    assert f"{len(PARCEL)} " in subprocess.run(command, check=True, capture_output=True, text=True).stdout


@burns
@pytest.mark.parametrize("already", [b"somebody's file", IMAGE])
def test_a_disc_that_is_not_blank_is_left_as_it_is(disc: Path, tmp_path: Path, already: bytes) -> None:
    (tmp_path / "drive").write_bytes(already)
    assert refused("burn", disc, "--drive", f"stdio:{tmp_path / 'drive'}") == (4, "drive-not-blank")
    assert (tmp_path / "drive").read_bytes() == already


@burns
@pytest.mark.parametrize(
    "address", ["stdio:/none/drive", "/dev/none", "stdio:/dev/sda", "/etc/passwd", "sr0", "/dev/../etc/x", "-x"]
)
def test_what_is_no_drive_is_never_written(disc: Path, address: str) -> None:
    assert refused("burn", disc, "--drive", address) == (3, "drive")


@burns
@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data[:-1] + b"x", lambda data: b"x" * len(data), lambda data: data + b"x"])  # fmt: skip
def test_an_image_that_is_not_ours_is_not_burnt(disc: Path, tmp_path: Path, change: Any) -> None:
    disc.write_bytes(change(IMAGE))
    code, _ = refused("burn", disc, "--drive", f"stdio:{tmp_path / 'drive'}")
    assert code in {4, 5}
    assert not (tmp_path / "drive").exists()


@burns
def test_a_drive_that_wrote_something_else_is_found_out(disc: Path, tmp_path: Path) -> None:
    class Worn(Drive):
        """Writes one bit wrong."""

        def burn(self, image: Path) -> None:
            super().burn(image)
            data = bytearray(self.device.read_bytes())
            data[30 * 2048] ^= 1
            self.device.write_bytes(data)

    with pytest.raises(Refused) as refusal:
        burn(disc, Worn(f"stdio:{tmp_path / 'drive'}"), None)
    assert refusal.value.code == "medium-other"


@burns
def test_a_drive_that_fails_says_so(disc: Path, tmp_path: Path) -> None:
    class Full(Drive):
        """Its disc can't be written after all."""

        def burn(self, image: Path) -> None:
            super().burn(image.with_name("none.iso"))

    with pytest.raises(Refused) as refusal:
        burn(disc, Full(f"stdio:{tmp_path / 'drive'}"), None)
    assert refusal.value.code == "drive-failed"
    assert "none.iso" in str(refusal.value.found)


def test_without_the_program_nothing_is_tried(disc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused("burn", disc, "--drive", f"stdio:{tmp_path / 'drive'}") == (3, "drive-program")


def test_a_folder_or_nothing_is_no_image(tmp_path: Path, folder: Path) -> None:
    assert refused("burn", tmp_path / "none", "--drive", f"stdio:{tmp_path / 'drive'}") == (3, "medium-missing")
    assert refused("burn", folder, "--drive", f"stdio:{tmp_path / 'drive'}") == (4, "medium-image")
    assert refused("burn", folder, "--drive", f"stdio:{tmp_path / 'drive'}", "--serial", "a\nb") == (4, "serial")


# ---------------------------------------------------------------------------------------------------------- verifying


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The same disc, mounted."""
    from tests.carriers.discs import label

    mounted = tmp_path / "mounted"
    mounted.mkdir()
    (mounted / "はじめにお読みください.txt").write_bytes(label().readme)
    (mounted / f"{COVER.parcel}.cover").write_bytes(NOTE)
    (mounted / f"{COVER.parcel}.age").write_bytes(PARCEL)
    return mounted


def test_an_image_and_a_mounted_folder_are_verified(disc: Path, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cover").write_bytes(NOTE)
    for source in (disc, folder):
        code, report = run("verify", source, "--cover", tmp_path / "cover", "--vkey", WARD.verify_key)
        assert (code, report["ok"], report["medium"], report["job"]) == (0, True, NUMBER, COVER.job)
        assert (report["parcel"], report["parcel_sha256"]) == (COVER.parcel, COVER.sha256)


def test_who_gives_no_key_is_told_that_nobody_asked_who_signed(disc: Path) -> None:
    assert run("verify", disc)[1]["signed_by"] is None
    shown = RUN.invoke(app, ["medium", "verify", str(disc)]).stdout
    assert "署名は確かめていません" in shown
    assert "送付票のとおりです" in shown


def test_another_cover_or_key_is_refused(disc: Path, tmp_path: Path) -> None:
    (tmp_path / "cover").write_bytes(NOTE + b" ")
    assert refused("verify", disc, "--cover", tmp_path / "cover") == (5, "medium-cover")
    assert refused("verify", disc, "--cover", tmp_path / "none") == (5, "cover")
    assert refused("verify", disc, "--vkey", OTHER_SITE.verify_key) == (5, "signer")
    assert refused("verify", disc, "--vkey", "x") == (5, "key")


@pytest.mark.parametrize(("at", "code"), [
    (100, "disc-foreign"), (27 * 2048 + 600, "signature"), (len(IMAGE) - 151 * 2048 + 5, "parcel-digest"), (len(IMAGE) - 1, "disc-changed"),
])  # fmt: skip
def test_a_tampered_disc_fails_the_verification(disc: Path, at: int, code: str) -> None:
    where = IMAGE.index(NOTE) + 60 if code == "signature" else at
    disc.write_bytes(IMAGE[:where] + bytes([IMAGE[where] ^ 1]) + IMAGE[where + 1 :])
    assert refused("verify", disc, "--vkey", WARD.verify_key) == (5, code)


def test_what_is_appended_to_an_image_is_refused(disc: Path) -> None:
    disc.write_bytes(IMAGE + b"x")
    assert refused("verify", disc) == (5, "medium-other")
    disc.write_bytes(IMAGE + bytes(5000))  # as a drive fills up its last block
    assert run("verify", disc)[0] == 0

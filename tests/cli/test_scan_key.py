"""A scan key from its making to its end: made with the ward's card, registered once under its name, withdrawn for good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import rows_of
from tewatashi.core.residue_key import read_scan_key
from tewatashi.sitekit.cards import own_card, write_card
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.roles import Role
from tewatashi.sitekit.setup import NewSite, make_site

pytestmark = pytest.mark.requirement("CL-11-12")


def command(*words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "tewatashi.cli.main", *words]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def site(folder: Path, role: Role = "ward") -> SiteConfig:
    made = make_site(folder / role, NewSite(role, f"{role}.example", "127.0.0.1", 8443))
    (folder / f"{role}.card").write_bytes(write_card(own_card(made)))
    return made


def test_a_key_is_registered_once_listed_and_withdrawn(tmp_path: Path) -> None:
    ward = site(tmp_path)
    config, file = ("--config", str(ward.file)), tmp_path / "scan-1.key"
    assert command("site", "migrate", *config).returncode == 0
    made = command("scan-key", "new", str(file), "--name", "scan-1", "--ward", str(tmp_path / "ward.card"))
    key = read_scan_key(file.read_bytes())
    assert made.stdout.strip() == str(key.key.verify_key)
    assert (str(key.ward), file.stat().st_mode & 0o777) == (own_card(ward).vkey, 0o600)
    assert command("scan-key", "add", made.stdout, *config).returncode == 0
    assert str(key.key.verify_key) in command("scan-key", "list", *config).stdout
    assert command("scan-key", "withdraw", "scan-1", *config).returncode == 0
    assert "取消し" in command("scan-key", "list", *config).stdout
    again = [command("scan-key", *words, *config) for words in (("add", made.stdout), ("withdraw", "scan-1"))]
    assert [one.returncode for one in again] == [4, 4]
    kinds = [kind for (kind,) in rows_of(ward, 'SELECT kind FROM sitekit_ledgerentry ORDER BY "index"')]
    assert kinds == ["scan-key-added", "scan-key-withdrawn"]


def test_a_key_is_made_for_a_ward_alone_and_never_over_another(tmp_path: Path) -> None:
    site(tmp_path)
    factory = site(tmp_path, "factory")
    (tmp_path / "old.key").write_text("old")
    for file, card in (("new.key", "factory.card"), ("old.key", "ward.card")):
        made = command("scan-key", "new", str(tmp_path / file), "--name", "scan-1", "--ward", str(tmp_path / card))
        assert (made.returncode, made.stdout) == (4, "")
    assert not (tmp_path / "new.key").exists()
    assert command("scan-key", "list", "--config", str(factory.file)).returncode == 4

"""A real site's ledger, written out by the command and verified without the site."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tewatashi.cli.ledger import app
from tewatashi.sitekit.setup import NewSite, make_site

RUN = CliRunner()
FILL = """
import django
django.setup()
from django.core.management import call_command
from django.db import transaction
call_command("migrate", verbosity=0)
from tewatashi.sitekit import ledger
with transaction.atomic():
    for number in range(5):
        ledger.append_one("login", {"number": number}, by="sato")
"""
COMMAND = [sys.executable, "-c", "from tewatashi.cli.ledger import app; app()"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The site.toml of a gateway whose ledger holds five entries."""
    previous = os.umask(0o077)
    try:
        config = make_site(tmp_path / "site", NewSite("gateway", "gateway.example", "127.0.0.1", 8443))
    finally:
        os.umask(previous)
    environment = {"TEWATASHI_CONFIG": str(config.file), "DJANGO_SETTINGS_MODULE": "tewatashi.gateway.settings"}
    subprocess.run([sys.executable, "-c", FILL], check=True, env=os.environ | environment, umask=0o077)
    return config.file


def export(config: Path, name: str) -> Path:
    out = config.parent / name
    subprocess.run([*COMMAND, "export", "--config", str(config), "--out", str(out)], check=True)
    return out


def test_a_sites_export_verifies_until_its_database_is_edited(site: Path) -> None:
    honest = RUN.invoke(app, ["verify", str(export(site, "honest"))])
    assert (honest.exit_code, "5行" in honest.stdout) == (0, True)
    with sqlite3.connect(next((site.parent / "data").glob("*.sqlite3"))) as database:
        triggers = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE '%ledgerentry'"
        )
        for (name,) in triggers.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(
            "UPDATE sitekit_ledgerentry SET data = CAST(replace(data, 'sato', 'ito') AS BLOB) WHERE \"index\" = 2"
        )
    database.close()
    edited = RUN.invoke(app, ["verify", str(export(site, "edited"))])
    assert edited.exit_code == 5
    assert "[rewritten]" in edited.stdout


def test_an_export_never_writes_over_a_file(site: Path) -> None:
    out = export(site, "ledger")
    before = out.read_bytes()
    again = subprocess.run(
        [*COMMAND, "export", "--config", str(site), "--out", str(out)], capture_output=True, check=False
    )
    assert again.returncode == 4
    assert out.read_bytes() == before

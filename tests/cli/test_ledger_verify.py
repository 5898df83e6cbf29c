"""What an auditor types, with no site running."""

import json
from pathlib import Path

from typer.testing import CliRunner

from tests.core.ledgers import KEYS, Ledger, factory, ward
from tewatashi.cli.ledger import app

RUN = CliRunner()


def write(folder: Path, ledger: Ledger) -> str:
    path = folder / f"{ledger.site}.ledger"
    path.write_bytes(b"".join(ledger.lines()))
    return str(path)


def test_two_honest_exports_verify(tmp_path: Path) -> None:
    result = RUN.invoke(app, ["verify", write(tmp_path, ward()), "--against", write(tmp_path, factory())])
    assert result.exit_code == 0
    assert "検証できました。" in result.stdout
    assert str(KEYS["factory"].verify_key) in result.stdout


def test_a_rewritten_ledger_is_named_with_exit_code_5(tmp_path: Path) -> None:
    changed = write(tmp_path, ward().changed(6, by="ito"))
    result = RUN.invoke(app, ["verify", changed, "--against", write(tmp_path, factory()), "--json"])
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["ok"]) == (5, False)
    assert [finding["code"] for finding in answer["findings"]] == ["rewritten"]


def test_a_file_that_is_no_export_is_refused_with_exit_code_5(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\0" * 100)
    result = RUN.invoke(app, ["verify", str(tmp_path / "x"), "--json"])
    assert result.exit_code == 5
    assert json.loads(result.stdout)["refused"]["code"] == "export-line"
    assert RUN.invoke(app, ["verify", str(tmp_path / "none")]).exit_code == 5


def test_a_key_from_a_card_that_differs_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, ward())
    assert RUN.invoke(app, ["verify", path, "--vkey", str(KEYS["ward"].verify_key)]).exit_code == 0
    assert RUN.invoke(app, ["verify", path, "--vkey", "ward.example"]).exit_code == 5

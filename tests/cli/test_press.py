from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.press.residents import FONTS, SHORT, fonts, pieces, values
from tewatashi.cli.main import app
from tewatashi.core.pieceid import proof_piece_id
from tewatashi.press import shipped
from tewatashi.press.formfile import load_form

FORM = Path(shipped.__file__).with_name("forms") / "tokusoku"
TOWN = ",,1000013,,,,東京都,千代田区,霞が関,,,,,,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fonts()
    (tmp_path / "towns.csv").write_text(TOWN, "utf-8")
    rows = [json.dumps({"piece": piece, "v": row}, ensure_ascii=False) for piece, row in pieces([SHORT] * 3)]
    (tmp_path / "records.jsonl").write_text("\n".join(rows), "utf-8")
    return tmp_path


def compose(folder: Path, *more: str) -> tuple[int, str, str]:
    options = ["--form", FORM, "--records", folder / "records.jsonl", "--out", folder / "out", "--fonts", FONTS]
    options += ["--towns", folder / "towns.csv", "--jobs", "1", "--pieces", "2", *more]
    done = CliRunner().invoke(app, ["press", "compose", *map(str, options)])
    return done.exit_code, done.stdout, done.stderr


def test_records_become_print_files_and_a_line_about_each(folder: Path) -> None:
    code, said, _ = compose(folder, "--json")
    assert code == 0
    files = [json.loads(line) for line in said.splitlines()]
    assert [(file["file"], file["pieces"], file["pages"]) for file in files] == [
        ("000001.pdf", 2, 4),
        ("000002.pdf", 1, 2),
    ]
    assert [(folder / "out" / file["file"]).stat().st_size for file in files] == [file["size"] for file in files]


def test_a_second_run_leaves_what_is_there_as_it_is(folder: Path) -> None:
    compose(folder)
    before = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    (folder / "out/000002.pdf").unlink()
    assert compose(folder)[0] == 0
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == before


def test_a_file_of_other_content_is_never_overwritten(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out/000001.pdf").write_bytes(b"approved")
    code, _, said = compose(folder)
    assert code == 4
    assert "000001.pdf" in said
    assert (folder / "out/000001.pdf").read_bytes() == b"approved"


def test_a_record_that_cannot_be_printed_is_refused_unseen(folder: Path) -> None:
    bad = {"piece": "0" * 20, "v": values(SHORT | {"世帯主氏名": "森\ue000"})}
    (folder / "records.jsonl").write_text(json.dumps(bad), "utf-8")
    code, said, _ = compose(folder, "--json")
    assert code == 4
    assert json.loads(said)["code"] == "glyph-missing"
    assert "森" not in said
    assert not any((folder / "out").iterdir())


@pytest.mark.accident("kitakyushu-2019")
def test_a_proof_is_made_of_a_proofs_pieces_alone(folder: Path) -> None:
    code, said, _ = compose(folder, "--proof", "--json")
    assert code == 4
    assert json.loads(said)["code"] == "proof-mode"
    rows = [{"@piece": "", **dict(zip(load_form(FORM).items, values(SHORT), strict=True))}]
    (folder / "records.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    code, said, _ = compose(folder, "--proof", "--json")
    assert code == 0
    assert json.loads(said)["first"] == proof_piece_id(1)

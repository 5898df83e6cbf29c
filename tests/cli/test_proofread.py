"""`tewatashi press proofread`: exit code 0 where all pages agree, 5 where one does not, 4 where nothing can be read."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from tests.proofs.prints import FORMS, Job, edited
from tewatashi.cli.main import app


def _folder(tmp_path: Path) -> tuple[Job, list[str]]:
    job = Job(count=3)
    (tmp_path / "1.pdf").write_bytes(job.files[0])
    lines = [json.dumps({"piece": piece, "v": list(values)}, ensure_ascii=False) + "\n" for piece, values in job.pieces]
    (tmp_path / "dummy.jsonl").write_text("".join(lines), encoding="utf-8")
    return job, ["press", "proofread", "--form", str(FORMS / "tokusoku"), "--records", str(tmp_path / "dummy.jsonl")]


def test_files_that_agree_end_with_0(tmp_path: Path) -> None:
    _, command = _folder(tmp_path)
    result = CliRunner().invoke(app, [*command, str(tmp_path / "1.pdf"), "--json"])
    said = json.loads(result.stdout)
    assert (result.exit_code, said["ok"], said["pieces"], said["pages"]) == (0, True, 3, 6)


def test_a_file_that_disagrees_ends_with_5_and_names_piece_and_page(tmp_path: Path) -> None:
    job, command = _folder(tmp_path)
    wrong = edited(job.files[0], 2, lambda content: content[: content.rindex(b"q ")] + b"EMC\n")
    (tmp_path / "2.pdf").write_bytes(wrong)
    result = CliRunner().invoke(app, [*command, str(tmp_path / "2.pdf")])
    assert result.exit_code == 5
    assert f"通し番号{job.pieces[1][0]} ファイル1 3ページ" in result.stdout


def test_what_is_no_print_file_ends_with_4(tmp_path: Path) -> None:
    _, command = _folder(tmp_path)
    (tmp_path / "3.pdf").write_bytes(b"%PDF-1.7\n")
    assert CliRunner().invoke(app, [*command, str(tmp_path / "3.pdf")]).exit_code == 4

"""`tewatashi press plan`, and composing and proofreading in the plan's order, on plain files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.core.plans import ids
from tests.press.residents import FONTS, fonts
from tests.press.test_plan import EXAMPLE, PEOPLE
from tewatashi.cli.main import app
from tewatashi.core.plan_reading import read_lists

_PROFILE = """schema = "tewatashi.plan-profile/v1"
name = "見本"
rows = "envelopes"
columns = [["sequence", "SEQ"], ["box", "BOX"]]
delimiter = ","
header = false
newline = "\\n"
encoding = "ascii"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "form").mkdir()
    (tmp_path / "form/form.toml").write_text(EXAMPLE, "utf-8")
    lines = [json.dumps({"piece": piece, "v": values}, ensure_ascii=False) for piece, values in PEOPLE]
    (tmp_path / "records.jsonl").write_text("\n".join(lines), "utf-8")
    return tmp_path


def run(folder: Path, verb: str, *more: object) -> tuple[int, str, str]:
    options = ["--form", folder / "form", "--records", folder / "records.jsonl", *more]
    done = CliRunner().invoke(app, ["press", verb, *map(str, options)])
    return done.exit_code, done.stdout, done.stderr


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))


def test_the_lists_are_written_and_agree(folder: Path) -> None:
    (folder / "gw.toml").write_text(_PROFILE, "utf-8")
    code, said, _ = run(folder, "plan", "--out", folder / "plan", "--profile", folder / "gw.toml")
    assert code == 0
    assert "封筒3通" in said
    assert "局に確認" not in said
    lists = read_lists((folder / "plan/envelopes.csv").read_bytes(), (folder / "plan/pieces.csv").read_bytes())
    assert lists.pieces == ((ids(3)[2],), (ids(2)[1], ids(4)[3]), (ids(1)[0],))
    assert [row["envelopes"] for row in rows(folder / "plan/boxes.csv")] == ["1", "1", "1"]
    assert [(row["code"], row["total"]) for row in rows(folder / "plan/materials.csv")] == [
        ("sheet", "25"), ("envelope", "23"), ("GUIDE-2026A", "22"),
    ]  # fmt: skip
    assert (folder / "plan/machine.txt").read_text() == "0,1\n1,2\n2,3\n"


def test_withdrawn_pieces_are_in_no_envelope(folder: Path) -> None:
    (folder / "out.txt").write_text(f"{ids(2)[1]}\n{ids(3)[2]}\n")
    code, said, _ = run(folder, "plan", "--out", folder / "plan", "--withdraw", folder / "out.txt", "--json")
    assert code == 0
    counts = json.loads(said)
    assert (counts["envelopes"], counts["pieces"], counts["sheets"]) == (2, 2, 2)
    assert [row["piece"] for row in rows(folder / "plan/pieces.csv")] == [ids(4)[3], ids(1)[0]]


@pytest.mark.parametrize("text", ["12345", "引抜き", ids(9)[8]])
def test_a_list_of_withdrawals_that_does_not_fit_is_refused_and_nothing_is_written(folder: Path, text: str) -> None:
    (folder / "out.txt").write_text(text, "utf-8")
    code, _, said = run(folder, "plan", "--out", folder / "plan", "--withdraw", folder / "out.txt")
    assert code == 4
    assert said
    assert not (folder / "plan").exists()


def test_a_form_without_plan_is_told_so(folder: Path) -> None:
    (folder / "form/form.toml").write_text(EXAMPLE.replace("[plan", "[[words").partition("[[words")[0] + _REST, "utf-8")
    code, _, said = run(folder, "plan", "--out", folder / "plan")
    assert code == 4
    assert "[plan]" in said


_REST = """
[styles]
"普通" = { fonts = ["gothic"], size = 10 }
[[sheet]]
[sheet.front]
texts = [{ at = [20, 20], width = 60, style = "普通", text = "{氏名}　様" }]
"""


def test_print_files_are_composed_and_proofread_in_the_plans_order(folder: Path) -> None:
    fonts()
    code, said, wrong = run(folder, "compose", "--out", folder / "print", "--fonts", FONTS, "--jobs", "1", "--json")
    assert (code, wrong) == (0, "")
    made = json.loads(said)
    assert (made["first"], made["last"], made["pages"]) == (ids(3)[2], ids(1)[0], 5)
    code, said, _ = run(folder, "proofread", folder / "print/000001.pdf", "--sample", "1")
    assert "通 " not in said
    assert code == 0, said

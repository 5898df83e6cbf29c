from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE, Popen

import orjson
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.press.residents import FONTS, LONG, RARE, SHORT, TOKUSOKU, fonts, pieces, printed
from tests.waiting import until
from tewatashi.core.pieceid import check_piece_id
from tewatashi.core.refused import Refused
from tewatashi.demo.towns import ken_all_lines
from tewatashi.press import shipped
from tewatashi.press.compose import Piece
from tewatashi.press.records import Shard, pieces_of, read_lines, shards
from tewatashi.press.workers import Kit, Made, compose_shards

MANY = pieces([SHORT, LONG, RARE, SHORT, SHORT])


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    fonts()
    towns = tmp_path_factory.mktemp("towns") / "ken_all.csv"
    towns.write_text("".join(line for line in ken_all_lines() if "千代田区" in line), "utf-8")
    return Kit(Path(shipped.__file__).with_name("forms") / "tokusoku", FONTS, towns)


def lines(records: list[Piece]) -> list[bytes]:
    return [orjson.dumps({"piece": piece, "v": values}) + b"\n" for piece, values in records]


def composed(records: list[Piece], kit: Kit, jobs: int) -> list[Made]:
    return list(compose_shards(shards(lines(records), 2), kit, jobs))


def refusal_of(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value


def test_any_number_of_processes_gives_the_same_bytes(kit: Kit) -> None:
    alone = composed(MANY, kit, 1)
    assert composed(MANY, kit, 2) == composed(MANY, kit, 3) == alone
    assert alone == printed(MANY, pieces_per_file=2)
    with pikepdf.Pdf.open(io.BytesIO(alone[2][1])) as pdf:
        assert len(pdf.pages) == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_refusal_names_what_is_wrong_in_all_files_from_the_first_bad_one(kit: Kit, jobs: int) -> None:
    bad = pieces([SHORT, SHORT, SHORT | {"世帯主氏名": "\ue000"}, SHORT, SHORT, SHORT | {"方書": "\ue001"}, SHORT])
    refusal = refusal_of(lambda: composed(bad, kit, jobs))
    assert refusal.code == "glyph-missing"
    assert refusal.found == "U+E000、U+E001"
    assert "2通" in refusal.wrong


@pytest.mark.parametrize(
    "line", [b"nonsense", b"[]", b'{"piece":"1"}', b'{"piece":1,"v":[]}', b'{"piece":"1","v":[1]}']
)
def test_what_is_no_record_is_refused_by_its_line(line: bytes) -> None:
    good = lines(MANY)
    refusal = refusal_of(lambda: [*map(list, map(pieces_of, shards([*good, line + b"\n"], 2)))])
    assert (refusal.code, refusal.found) == ("records-line", "6行目")


def test_rows_and_objects_give_the_lines_of_a_parcel(tmp_path: Path) -> None:
    items = ("氏名", "額")
    (tmp_path / "x.csv").write_text(
        '額,氏名,@piece\n1,"森, 一",12345678901234567893\n2,林,12345678901234567893\n', "utf-8-sig"
    )
    records = [{"氏名": "森, 一", "額": "1"}, {"氏名": "林", "額": "2"}]
    objects = [json.dumps(record | {"@piece": "12345678901234567893"}) for record in records]
    (tmp_path / "x.jsonl").write_text("\n".join(objects), "utf-8")
    rows, from_objects = (list(read_lines(tmp_path / name, items)) for name in ("x.csv", "x.jsonl"))
    assert (
        rows
        == from_objects
        == lines([("12345678901234567893", ["森, 一", "1"]), ("12345678901234567893", ["林", "2"])])
    )
    (tmp_path / "y.jsonl").write_bytes(b"".join(rows))
    assert list(read_lines(tmp_path / "y.jsonl", items)) == rows


def test_a_record_without_piece_id_gets_one_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("氏名\n森\n林\n", "utf-8")
    [(first, _), (second, _)] = pieces_of(Shard(1, 0, b"".join(read_lines(tmp_path / "x.csv", ("氏名",)))))
    assert check_piece_id(first) != check_piece_id(second)


@pytest.mark.parametrize("text", ["氏名\n森\n", "氏名,額\n森\n", '氏名,額\n"森,1\n'])
def test_rows_that_do_not_fit_the_form_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.csv").write_text(text, "utf-8")
    assert refusal_of(lambda: list(read_lines(tmp_path / "x.csv", ("氏名", "額")))).code.startswith("records-")


@given(
    data=st.binary(max_size=60) | st.from_regex(rb'(\{"(piece|v|a)":("1"|\[|\]|1)*[,}\n"])*'),
    suffix=st.sampled_from(["csv", "jsonl"]),
)
def test_any_bytes_give_pieces_or_a_refusal(data: bytes, suffix: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / f"any.{suffix}"
    path.write_bytes(data)
    with suppress(Refused):
        for shard in shards(read_lines(path, ("a",)), 2):
            assert all(isinstance(piece, str) and isinstance(values, list) for piece, values in pieces_of(shard))


def test_the_form_used_here_is_the_one_that_ships(kit: Kit) -> None:
    assert kit.program().form == TOKUSOKU


def test_a_form_that_changes_meanwhile_is_refused_by_its_fingerprint(kit: Kit) -> None:
    for jobs in (1, 2):
        assert refusal_of(lambda: composed(MANY, replace(kit, fingerprint="ab" * 32), jobs)).code == "form-changing"  # noqa: B023
    assert composed(MANY[:1], replace(kit, fingerprint=TOKUSOKU.fingerprint), 1)


def test_no_process_outlives_the_one_that_it_composes_for(kit: Kit, tmp_path: Path) -> None:
    """A program that composes is killed with -9 after its first file; its processes are gone though nobody told them."""
    (tmp_path / "records.jsonl").write_bytes(b"".join(lines(MANY * 20)))
    program = Popen([sys.executable, "-c", COMPOSING, kit.form, kit.fonts, str(kit.towns), tmp_path], stdout=PIPE)
    assert program.stdout is not None
    made = [int(pid) for pid in program.stdout.readline().split()]
    program.kill()
    program.wait()
    program.stdout.close()
    assert len(made) == 2
    until(lambda: not any(map(is_running, made)))


COMPOSING = """
import multiprocessing, os, sys
from functools import partial
from pathlib import Path
from tewatashi.press.records import read_lines, shards
from tewatashi.press.workers import Kit, compose_shards
from tewatashi.sitekit.process import die_with_parent

if __name__ == "__main__":
    form, fonts, towns, folder = map(Path, sys.argv[1:])
    lines = read_lines(folder / "records.jsonl", ())
    born = partial(die_with_parent, os.getpid())
    files = compose_shards(shards(lines, 1), Kit(form, fonts, towns), 2, born=born)
    next(files)
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    for _ in files:
        pass
"""


def is_running(pid: int) -> bool:
    """Whether the process lives: one that ended is a zombie until its new parent takes notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False

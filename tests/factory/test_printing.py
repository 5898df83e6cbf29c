"""Composing and printing: under the job's form, from the vault to the printer, never twice."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pypdfium2
import pytest

from tests.factory.works import FORM, PIECES_PER_FILE, Works, people_of
from tests.press.residents import FONTS
from tests.press.test_workers import is_running
from tests.waiting import until
from tewatashi.demo.towns import ken_all_lines
from tewatashi.press.codes.towns import Towns
from tewatashi.press.compose import compose
from tewatashi.press.fonts import load_fonts
from tewatashi.press.program import compile_form
from tewatashi.press.shipped import load_shipped_form


@pytest.fixture
def opened(works: Works) -> str:
    job = works.sent_job()
    works.open(job)
    return job


@pytest.mark.requirement("WORK-1")
def test_every_piece_is_composed_and_the_files_lie_encrypted_in_the_vault(works: Works, opened: str) -> None:
    works.takahashi.act(f"/jobs/{opened}/compose")
    state = works.takahashi.state(opened)
    assert state["counts"]["composed"] == 3
    assert works.files(opened) == [f"{opened}.print.key", f"{opened}.records.key", "print-0-1.age", "records.age"]
    assert (works.data / "vault" / opened / "print-0-1.age").read_bytes().startswith(b"age-encryption.org/v1")


@pytest.mark.requirement("CL-9")
def test_the_printer_gets_just_the_composed_bytes_and_a_folder_leaves_no_spool(works: Works, opened: str) -> None:
    works.takahashi.act(f"/jobs/{opened}/compose")
    works.takahashi.act(f"/jobs/{opened}/print")
    (digest,) = works.rows("SELECT sha256 FROM factory_printfile WHERE job = ?", opened)[0]
    sheet = works.paper / f"{opened}-0-0001.pdf"
    assert hashlib.sha256(sheet.read_bytes()).hexdigest() == digest
    state = works.takahashi.state(opened)
    assert state["counts"]["printed"] == 3
    assert "スプール" not in [one["what"] for one in state["things"]]
    assert works.holds(people_of(3)[0]["世帯主氏名"]) == []


def test_the_sheets_say_what_the_records_say(works: Works, opened: str) -> None:
    works.takahashi.act(f"/jobs/{opened}/compose")
    works.takahashi.act(f"/jobs/{opened}/print")
    document = pypdfium2.PdfDocument(works.paper / f"{opened}-0-0001.pdf")
    try:
        assert len(document) == 3 * load_shipped_form(FORM).pages
        text = document[0].get_textpage().get_text_range()
        assert people_of(3)[0]["通知書番号"] in text.replace(" ", "").replace("-", "")
    finally:
        document.close()


def test_a_folder_that_stands_for_paper_is_said_to_be_for_trials_only(works: Works, opened: str) -> None:
    works.takahashi.act(f"/jobs/{opened}/compose")
    for page in ("/", f"/jobs/{opened}/print"):
        assert "試し刷り用のフォルダーに印字します" in works.takahashi.page(page)
    log = works.folder.parent / "factory.log"
    until(lambda: "in plain: for trials only" in log.read_text())


def test_originals_are_printed_once(works: Works, opened: str) -> None:
    works.takahashi.act(f"/jobs/{opened}/compose")
    works.takahashi.act(f"/jobs/{opened}/print")
    assert works.takahashi.refused(f"/jobs/{opened}/print") == "done-already"
    assert [file.name for file in works.paper.glob(f"{opened}-*")] == [f"{opened}-0-0001.pdf"]


@pytest.mark.requirement("FAC-OP-1")
def test_no_step_comes_before_the_one_that_the_workflow_puts_first(works: Works) -> None:
    job = works.sent_job()
    acts = works.acts(job)
    assert works.takahashi.refused(f"/jobs/{job}/compose") == "out-of-order"
    assert works.takahashi.refused(f"/jobs/{job}/print") == "out-of-order"
    assert works.takahashi.refused(f"/jobs/{job}/enclose") == "too-early"
    assert works.takahashi.refused(f"/jobs/{job}/deliver", {"to": "sato", "content": "督促状"}) == "out-of-order"
    assert (works.acts(job), works.files(job)) == (acts, [])


@pytest.mark.requirement("FAC-OP-2")
def test_who_left_the_roster_neither_composes_nor_prints(works: Works, opened: str) -> None:
    watanabe = works.people["watanabe"]
    assert watanabe.refused(f"/jobs/{opened}/compose") == "not-on-roster"
    works.takahashi.act(f"/jobs/{opened}/compose")
    assert watanabe.refused(f"/jobs/{opened}/print") == "not-on-roster"
    assert list(works.paper.glob(f"{opened}-*")) == []


@pytest.mark.requirement("CL-7")
def test_records_with_other_items_than_the_jobs_form_are_not_composed(works: Works) -> None:
    job = works.sent_job(items=("通知書番号", "世帯主氏名"))
    works.open(job)
    acts = works.acts(job)
    assert works.takahashi.refused(f"/jobs/{job}/compose") == "form-items"
    assert works.acts(job) == acts
    assert "print-0-1.age" not in works.files(job)


def test_a_site_killed_while_it_composes_and_prints_ends_the_same_with_one_sheet_of_each(works: Works) -> None:
    """210 pieces in three files, by two processes: the first file stays as it is, and no process outlives the site."""
    job = works.sent_job(210)
    works.open(job)
    folder, paper = works.data / "vault" / job, works.paper / f"{job}-0-0001.pdf"
    first, children = folder / "print-0-1.age", set[int]()

    def first_is_whole() -> bool:
        children.update(descendants(works.server.pid))
        return (folder / "print-0-1.made.age").exists()

    works.kill_when(first_is_whole, f"/jobs/{job}/compose")
    assert len(children) > 2
    until(lambda: not any(map(is_running, children)))
    sealed = first.read_bytes()
    if "pieces-composed" not in works.takahashi.state(job)["done"]:
        works.takahashi.act(f"/jobs/{job}/compose")
    assert first.read_bytes() == sealed
    assert sorted(file.name for file in folder.glob("print*")) == [f"print-0-{n}.age" for n in (1, 2, 3)]
    made = works.rows("SELECT sha256 FROM factory_printfile WHERE job = ? ORDER BY number", job)
    assert [digest for (digest,) in made] == uncut(works.sealed[job])

    works.kill_when(paper.exists, f"/jobs/{job}/print")
    if "pieces-printed" not in works.takahashi.state(job)["done"]:
        works.takahashi.act(f"/jobs/{job}/print")
    assert works.acts(job).count("pieces-printed") == 1
    sheets = sorted(works.paper.glob(f"{job}*"))
    assert [hashlib.sha256(sheet.read_bytes()).hexdigest() for sheet in sheets] == [digest for (digest,) in made]
    works.read_all(job)
    works.takahashi.act(f"/jobs/{job}/enclose")


def uncut(ids: list[str]) -> list[str]:
    """The digests of the files of these pieces, composed by one process without a stop."""
    form = load_shipped_form(FORM)
    program = compile_form(form, load_fonts(FONTS), Towns.from_ken_all(ken_all_lines()))
    records = people_of(len(ids))
    pieces = ((piece, [each[item] for item in form.items]) for piece, each in zip(ids, records, strict=True))
    return [file.sha256 for file in compose(pieces, program, lambda _: len, pieces_per_file=PIECES_PER_FILE)]


def descendants(pid: int) -> list[int]:
    """Processes that this one started, and those that they did."""
    children = [int(each) for task in Path(f"/proc/{pid}/task").glob("*/children") for each in task.read_text().split()]
    return [*children, *(each for child in children for each in descendants(child))]

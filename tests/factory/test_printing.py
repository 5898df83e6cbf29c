"""Composing and printing: under the job's form, from the vault to the printer, never twice."""

from __future__ import annotations

import hashlib

import pypdfium2
import pytest

from tests.factory.works import FORM, Works, people_of
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
def test_the_printer_gets_just_the_composed_bytes_and_the_spool_is_gone_at_once(works: Works, opened: str) -> None:
    works.takahashi.act(f"/jobs/{opened}/compose")
    works.takahashi.act(f"/jobs/{opened}/print")
    (digest,) = works.rows("SELECT sha256 FROM factory_printfile WHERE job = ?", opened)[0]
    sheet = works.paper / f"{opened}-0-0001.pdf"
    assert hashlib.sha256(sheet.read_bytes()).hexdigest() == digest
    state = works.takahashi.state(opened)
    assert state["counts"]["printed"] == 3
    spool = next(one for one in state["things"] if one["what"] == "スプール")
    assert (spool["alive"], spool["how"]) == (False, "deleted")
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
    job = works.sent_job(300)
    works.open(job)
    folder, paper = works.data / "vault" / job, works.paper / f"{job}-0-0001.pdf"
    works.kill_when((works.data / "keys" / f"{job}.print.key").exists, f"/jobs/{job}/compose")
    if "pieces-composed" not in works.takahashi.state(job)["done"]:
        works.takahashi.act(f"/jobs/{job}/compose")
    assert [file.name for file in folder.glob("print*")] == ["print-0-1.age"]
    works.kill_when(paper.exists, f"/jobs/{job}/print")
    if "pieces-printed" not in works.takahashi.state(job)["done"]:
        works.takahashi.act(f"/jobs/{job}/print")
    assert works.acts(job).count("pieces-printed") == 1
    (digest,) = works.rows("SELECT sha256 FROM factory_printfile WHERE job = ?", job)[0]
    assert hashlib.sha256(paper.read_bytes()).hexdigest() == digest
    assert [file.name for file in works.paper.glob(f"{job}*")] == [paper.name]
    works.read_all(job)
    works.takahashi.act(f"/jobs/{job}/enclose")

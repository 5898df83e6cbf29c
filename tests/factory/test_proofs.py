"""The factory submits the proof of a form, and composes only as the ward approved it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import files
from itertools import count
from pathlib import Path

import pytest

from tests.counterparty import contract_letters
from tests.factory.works import CONTRACT, FORM, Works, approve, submitted
from tewatashi.carriers import lgwan
from tewatashi.press.shipped import load_shipped_form

_NUMBERS = count(50)


@pytest.fixture
def page(works: Works) -> str:
    """The page of the form's proof, under a contract of its own."""
    contract = f"R8-{next(_NUMBERS)}"
    for letter in contract_letters(works.ward, "factory.test", contract=contract):
        lgwan.post_letter(works.line, letter)
    return f"/contracts/{contract}/proofs/tokusoku"


def test_a_supervisor_submits_the_proof_with_what_it_was_made_with(works: Works, page: str) -> None:
    contract = page.rsplit("/", 2)[0]
    assert "見本を提出する" in works.suzuki.page(contract)
    assert load_shipped_form("tokusoku").fingerprint in works.takahashi.page(page)
    assert works.takahashi.post(page).status_code == 403
    works.suzuki.act(page)
    [said] = submitted(works, page.split("/")[2])
    assert (said["version"], said["pages"]) == (1, 4)
    assert said["fingerprint"]["form"] == load_shipped_form("tokusoku").fingerprint
    assert works.suzuki.refused(page) == "proof-waiting"
    assert "区の回答待ち" in works.takahashi.page(contract)
    assert len(submitted(works, page.split("/")[2])) == 1


def test_a_proof_that_was_sent_back_is_submitted_anew(works: Works, page: str) -> None:
    works.suzuki.act(page)
    answer = {"contract": page.split("/")[2], "form": "tokusoku", "version": 1, "reason": "期別の位置が違います。"}
    works.tell("proof-refused", "tanaka", None, **answer)
    assert "期別の位置が違います。" in works.suzuki.page(page)
    works.suzuki.act(page)
    assert [said["version"] for said in submitted(works, page.split("/")[2])] == [1, 2]


def test_what_is_approved_is_not_submitted_again(works: Works, page: str) -> None:
    works.suzuki.act(page)
    approve(works, page.split("/")[2])
    assert "✓ 承認された見本と同じです" in works.suzuki.page(page)
    assert works.suzuki.refused(page) == "proof-same"


def test_a_form_of_no_contract_has_no_proof(works: Works, page: str) -> None:
    assert works.suzuki.refused(page.replace("tokusoku", "saikoku")) == "form-not-in-contract"


def test_the_proof_is_shown_as_a_pdf(works: Works) -> None:
    answer = works.takahashi.get("/forms/tokusoku/proof.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")


@pytest.fixture
def changed_form(works: Works) -> Iterator[Path]:
    """The form with one word less, where the factory looks for its forms first."""
    folder = works.data / "forms" / FORM
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copytree(Path(str(files("tewatashi.press"))) / "forms" / FORM, folder)
    file = folder / "form.toml"
    file.write_text(file.read_text("utf-8").replace("{世帯主氏名}　様", "{世帯主氏名}"), "utf-8")
    yield folder
    shutil.rmtree(folder)


@pytest.mark.requirement("WORK-2")
@pytest.mark.accident("sunmesse-2021")
@pytest.mark.accident("inzai-2024")
def test_a_run_with_a_form_that_was_not_approved_is_refused_with_both_values(works: Works, changed_form: Path) -> None:
    """And nothing is composed; with the form that was approved the same job goes on."""
    job = works.sent_job()
    works.open(job)
    answer = works.takahashi.post(f"/jobs/{job}/compose")
    approved = load_shipped_form(FORM).fingerprint
    assert (answer.status_code, "proof-other" in answer.text) == (422, True)
    assert f"様式 {approved}" in answer.text
    assert "フォント " not in answer.text
    assert "pieces-composed" not in works.acts(job)
    assert "■ 違う" in works.suzuki.page(f"/contracts/{CONTRACT}/proofs/{FORM}")
    changed_form.rename(changed_form.with_name("tokusoku-new"))
    works.takahashi.act(f"/jobs/{job}/compose")
    changed_form.with_name("tokusoku-new").rename(changed_form)

"""A contractor's proof on the ward's pages: made here anew, beside the one approved before, approved or sent back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.proof_acts import DEVICE, submission
from tests.ward.office import Office
from tewatashi.press.formfile import load_form
from tewatashi.press.samples import load_samples

FORM = "mihon"


@pytest.fixture
def own(office: Office) -> Iterator[Path]:
    """A form of the ward's own."""
    folder = office.data / "forms" / FORM
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copytree(Path(str(files("tewatashi.press"))) / "forms" / "kogaku", folder)
    change(folder, 'name = "kogaku"', f'name = "{FORM}"')
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def page(office: Office, own: Path) -> str:
    """The page of the form's proof, under a contract of its own."""
    return f"/contracts/{office.contract(forms=FORM)}/proofs/{FORM}"


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "form.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def submit(office: Office, own: Path, page: str, version: int = 1, **changes: object) -> None:
    form = load_form(own)
    body = submission(form, load_samples(own, form), page.split("/")[2], version)
    office.end.tell("proof-submitted", "suzuki", None, **{**body, **changes})


def answers(office: Office, kind: str, page: str) -> list[dict[str, object]]:
    contract = page.split("/")[2]
    return [dict(one.body) for one in office.end.letters(kind, None) if one.body["contract"] == contract]


def test_a_first_proof_is_seen_and_approved_with_its_fingerprint(office: Office, own: Path, page: str) -> None:
    assert "まだ提出されていません" in office.sato.page(page)
    submit(office, own, page)
    assert "見本第1版を確認し、承認する" in office.tanaka.page(page.rsplit("/", 2)[0])
    shown = office.tanaka.page(page)
    assert all(
        words in shown for words in ("はじめての見本です", "1バイトも違いません", DEVICE, load_form(own).fingerprint)
    )
    pictures = re.findall(r'src="([^"]+png)"', shown)
    assert len(pictures) == 4  # front and back of the usual and of the worst
    for path in pictures:
        assert office.sato.get(path).content.startswith(b"\x89PNG")
    assert office.sato.post(f"{page}/approve", {"version": "1"}).status_code == 403
    office.tanaka.act(f"{page}/approve", {"version": "1"})
    office.end.until(lambda: bool(answers(office, "proof-approved", page)))
    [told] = answers(office, "proof-approved", page)
    assert (told["version"], len(str(told["fingerprint"]))) == (1, 64)
    assert office.tanaka.refused(f"{page}/approve", {"version": "1"}) == "version"


@pytest.mark.accident("inzai-2024")
def test_a_lost_honorific_is_boxed_beside_the_proof_approved_before(office: Office, own: Path, page: str) -> None:
    submit(office, own, page)
    office.tanaka.act(f"{page}/approve", {"version": "1"})
    change(own, "様", "　")
    submit(office, own, page, 2)
    shown = office.tanaka.page(page)
    assert "頁に違いがあります" in shown
    places = re.findall(r"左から(\d+)mm・上から(\d+)mm", shown)
    assert places
    assert shown.count("承認済みの見本の") == 4
    [old, new] = [office.sato.get(f"{page}/{which}-1.png") for which in ("old", "new")]
    assert old.status_code == new.status_code == 200
    assert old.content != new.content
    office.tanaka.act(f"{page}/send-back", {"version": "2", "reason": "敬称がありません。"})
    assert "敬称がありません。" in office.sato.page(page.rsplit("/", 2)[0])
    assert "承認済みの見本の" in office.sato.page(page)


@pytest.mark.accident("sunmesse-2021")
def test_a_proof_that_was_made_with_anything_else_is_not_approved(office: Office, own: Path, page: str) -> None:
    submit(office, own, page, fingerprint={"form": "1" * 64, "fonts": "2" * 64, "program": "3" * 64, "device": DEVICE})
    shown = office.tanaka.page(page)
    assert "このままでは承認できません" in shown
    assert all(n * 64 in shown for n in "123")
    answer = office.tanaka.post(f"{page}/approve", {"version": "1"})
    assert (answer.status_code, "proof-differs-here" in answer.text) == (422, True)
    assert "様式・フォント・プログラム" in answer.text
    assert not answers(office, "proof-approved", page)


def test_a_proof_of_other_bytes_is_not_approved(office: Office, own: Path, page: str) -> None:
    """Equal form, fonts and program do not say it all: the samples may differ."""
    submit(office, own, page, sha256="f" * 64)
    assert office.tanaka.refused(f"{page}/approve", {"version": "1"}) == "proof-differs-here"
    assert not answers(office, "proof-approved", page)


def test_a_proof_of_a_form_that_the_ward_has_not_is_sent_back_only(office: Office, own: Path) -> None:
    page = f"/contracts/{office.contract(forms='nai')}/proofs/nai"
    submit(office, own, page, form="nai")
    assert "区では、この見本を作れません" in office.tanaka.page(page)
    assert office.tanaka.refused(f"{page}/approve", {"version": "1"}) == "proof-differs-here"
    assert office.tanaka.post(f"{page}/send-back", {"version": "1", "reason": ""}).status_code == 422
    office.tanaka.act(f"{page}/send-back", {"version": "1", "reason": "区にない様式です。"})
    office.end.until(lambda: bool(answers(office, "proof-refused", page)))
    assert [one["reason"] for one in answers(office, "proof-refused", page)] == ["区にない様式です。"]

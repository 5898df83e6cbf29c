"""The ward looks at its forms before there is data, and seals an extract for each of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import pypdfium2
import pytest

from tests.press.own_fonts import FILES, LOST, PRIVATE, bdf, digest, table
from tests.ward.office import Office
from tewatashi.demo.extract_maker import write_extract
from tewatashi.press.shipped import load_shipped_form, shipped_forms
from tewatashi.ward.layouts import shipped_layout

FORMS = Path(str(files("tewatashi.press"))) / "forms"
BASE = date(2026, 11, 20)


@pytest.fixture(scope="module")
def every_form(office: Office) -> str:
    """A contract for all forms that ship."""
    return office.agreed_contract(forms="\n".join(shipped_forms()))


@pytest.fixture
def own(office: Office) -> Iterator[Path]:
    """A form of the ward's own."""
    folder = office.data / "forms" / "watashi"
    folder.parent.mkdir(mode=0o700, exist_ok=True)  # it stays, and a site does not start on a looser one
    shutil.copytree(FORMS / "kogaku", folder)
    text = (folder / "form.toml").read_text("utf-8")
    text = text.replace('name = "kogaku"', 'name = "watashi"').replace("高額療養費支給決定通知書", "区の様式")
    (folder / "form.toml").write_text(text, "utf-8")
    yield folder
    shutil.rmtree(folder)


def pages(office: Office, path: str) -> list[str]:
    answer = office.sato.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.content)
    found = [each.get_textpage().get_text_range() for each in document]
    document.close()
    return found


@pytest.mark.requirement("WORK-3")
def test_every_form_is_shown_with_its_items_and_its_fingerprint(office: Office) -> None:
    page = office.sato.page("/forms")
    for name in shipped_forms():
        form = load_shipped_form(name)
        assert form.title in page
        assert form.fingerprint in page
        assert "・".join(form.items) in page
    assert "帳票の様式と見本" in office.kansa.page("/")


@pytest.mark.parametrize("name", shipped_forms())
def test_a_form_is_seen_with_usual_and_with_the_worst_data(office: Office, name: str) -> None:
    usual, worst = (pages(office, f"/forms/{name}/{sample}.pdf") for sample in ("usual", "worst"))
    assert len(usual) <= len(worst) == load_shipped_form(name).pages
    for text in (*usual, *worst):
        assert text.replace("\r\n", "").count("見本") >= 3
    assert "ALEXANDRA" in worst[0]


def test_the_wards_own_form_is_seen_as_it_is_now(office: Office, own: Path) -> None:
    assert "区の様式" in office.sato.page("/forms")
    assert "国民健康保険　区の様式" in pages(office, "/forms/watashi/usual.pdf")[0]
    text = (own / "form.toml").read_text("utf-8")
    (own / "form.toml").write_text(text.replace("国民健康保険　区の様式", "国民健康保険　直した様式"), "utf-8")
    assert "直した様式" in pages(office, "/forms/watashi/usual.pdf")[0]


def test_a_mistake_in_the_wards_own_form_is_shown_with_its_line(office: Office, own: Path) -> None:
    text = (own / "form.toml").read_text("utf-8")
    (own / "form.toml").write_text(text.replace("width = 78", "widht = 78", 1), "utf-8")
    line = text[: text.index("width = 78")].count("\n") + 1
    assert f"（{line}行" in office.sato.page("/forms")
    assert office.sato.get("/forms/watashi/usual.pdf").status_code == 422


def test_the_wards_own_characters_are_printed_and_shown_with_who_approved_them(office: Office, own: Path) -> None:
    for name, data in FILES.items():
        (own / name).write_bytes(data)
    text = (own / "form.toml").read_text("utf-8")
    (own / "form.toml").write_text(text.replace("[styles]", f"{table(FILES)}[styles]", 1), "utf-8")
    sample = (own / "sample.toml").read_text("utf-8")
    (own / "sample.toml").write_text(sample.replace("見本　太郎", f"見本　{PRIVATE}{LOST}"), "utf-8")
    page = office.sato.page("/forms")
    for shown in ("tsuika.ttf", digest(FILES["gaiji.bdf"]), "U+2EBF0", "U+9AD8（高）", "区民課長", "2026-10-01"):
        assert shown in page
    assert f"見本　{PRIVATE}高" in pages(office, "/forms/watashi/usual.pdf")[0]
    (own / "gaiji.bdf").write_bytes(bdf(code=0xE055))
    assert "外字ファイルの中身が指定と違います" in office.sato.page("/forms")


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e"])
def test_a_form_that_is_not_there_is_refused(office: Office, name: str) -> None:
    assert office.sato.get(f"/forms/{name}/usual.pdf").status_code in (404, 422)


@pytest.mark.requirement("WORK-2")
@pytest.mark.parametrize("name", shipped_forms())
def test_the_ward_seals_an_extract_of_every_form(office: Office, every_form: str, name: str) -> None:
    job = office.job(every_form, 20, form=name, base_date=BASE.isoformat())
    parts: list[bytes] = []
    write_extract(shipped_layout(f"{name}-csv"), 20, 4, BASE, parts.append)
    answer = office.seal(job, b"".join(parts), f"{name}-csv")
    assert answer.status_code == 200, answer.text
    state = office.sato.state(job)
    assert state["counts"]["extract"] == 20
    assert load_shipped_form(name).title in office.sato.page(f"/jobs/{job}")

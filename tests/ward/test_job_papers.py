"""A job's papers at the ward: the contractor's, and all of them bound with the job's record."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from tests.databases import rows_of
from tests.ward import disc
from tests.ward.disc import taking
from tests.ward.office import Office


@contextmanager
def pages_of(pdf: bytes) -> Iterator[list[str]]:
    document = PdfDocument(pdf)
    try:
        yield ["".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def text_of(office: Office, path: str) -> str:
    answer = office.kansa.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    with pages_of(answer.content) as pages:
        return "".join(pages)


@pytest.mark.requirement("FAC-CD-3")
def test_each_medium_and_notice_has_a_return_note_of_its_own(office: Office) -> None:
    job = disc.delivered_job(office, disc.disc_contract(office))
    page = office.kansa.page(f"/jobs/{job}")
    for name in ("receipt", "delivery-note", f"return-{job}-M01", f"return-{job}-P01"):
        assert f"/jobs/{job}/papers/{name}.pdf" in page
    before = text_of(office, f"/jobs/{job}/papers/return-{job}-M01.pdf")
    assert "返却した者" in before
    assert "takahashi" not in before
    office.sato.act(f"/jobs/{job}/take-back", taking(office, job, "媒体"))
    after = text_of(office, f"/jobs/{job}/papers/return-{job}-M01.pdf")
    assert all(part in after for part in (f"{job}-M01", "1枚", "takahashi", "sato", f"{job}-K04"))


@pytest.mark.requirement("WARD-OP-4")
def test_a_paper_waits_for_its_record(office: Office, contract: str) -> None:
    job = office.sent_job(contract)
    assert "受-" in text_of(office, f"/jobs/{job}/papers/receipt.pdf")
    for name in ("delivery-note", "erasure-report", f"return-{job}-M01", "binder", "x"):
        assert office.kansa.get(f"/jobs/{job}/papers/{name}.pdf").status_code == 422


@pytest.mark.requirement("CL-14")
@pytest.mark.requirement("WARD-OP-4")
def test_the_binder_has_the_jobs_record_and_every_paper_on_the_page_that_it_names(
    office: Office, contract: str
) -> None:
    job = office.claimed_job(contract)
    answer = office.kansa.get(f"/jobs/{job}/binder.pdf")
    with pages_of(answer.content) as pages:
        cover = "".join(pages[:2])
        for part in ("案件綴り", "送付データの受領", "開封データ", "組版", "残存の確認は、まだ行われていません"):
            assert part in cover
        with pikepdf.open(io.BytesIO(answer.content)) as document:
            with document.open_metadata() as metadata:
                assert metadata.pdfa_status == "2B"
            with document.open_outline() as outline:
                named = [(item.title.split("　")[0], item.destination) for item in outline.root]
        titles = [title for title, _ in named]
        assert titles == [
            "データ授受確認書（提供）", "データ授受確認書（提供）", "データ授受確認書（納品）", "受領証", "納品書", "データ消去報告書",
        ]  # fmt: skip
        for title, page in zip(titles, pages[-len(titles) :], strict=True):
            assert title in page
        first = len(pages) - len(titles) + 1
        assert f"{job}-K02{first + 2}" in cover


def test_an_entry_has_one_number_that_counts_from_one_on_the_page_and_on_the_papers(
    office: Office, contract: str
) -> None:
    job = office.sent_job(contract)
    rows = rows_of(office.site, 'SELECT "index", kind FROM sitekit_ledgerentry WHERE job = ? ORDER BY "index"', job)
    numbers = [index + 1 for index, _ in rows]
    history = office.kansa.page(f"/jobs/{job}").partition('id="history"')[2]
    assert [int(found) for found in re.findall(r'<tr><td class="number">(\d+)</td>', history)] == numbers
    received = next(index + 1 for index, kind in rows if kind == "parcel-received")
    binder = text_of(office, f"/jobs/{job}/binder.pdf")
    assert f"{job}-提供-{received}" in binder
    assert f"{received}令和" in binder.partition("授受の履歴")[2]  # number and era of the line

"""A job's papers at the factory: 受領証 and 納品書 before the eyes of whoever delivers, and the whole job bound."""

from __future__ import annotations

import pytest
from pypdfium2 import PdfDocument

from tests.factory.works import Works


def text_of(pdf: bytes) -> str:
    document = PdfDocument(pdf)
    try:
        return "".join("".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


@pytest.mark.requirement("WARD-OP-4")
def test_receipt_and_delivery_note_say_what_came_and_what_goes(works: Works) -> None:
    job = works.sent_job()
    receipt = text_of(works.suzuki.get(f"/jobs/{job}/papers/receipt.pdf").content)
    assert all(part in receipt for part in ("送付データ受領証", job, "3件", works.suzuki.state(job)["parcel"]))
    assert works.suzuki.get(f"/jobs/{job}/papers/delivery-note.pdf").status_code == 422
    delivered = works.confirmed_job()
    page = works.suzuki.page(f"/jobs/{delivered}")
    assert f"/jobs/{delivered}/papers/delivery-note.pdf" in page
    note = text_of(works.suzuki.get(f"/jobs/{delivered}/papers/delivery-note.pdf").content)
    assert all(part in note for part in ("納品書", f"確-{delivered}", "3通", "検収"))


@pytest.mark.requirement("CL-14")
def test_the_binder_holds_the_jobs_record_and_the_contractors_papers(works: Works) -> None:
    job = works.confirmed_job()
    text = text_of(works.suzuki.get(f"/jobs/{job}/binder.pdf").content)
    for part in ("案件綴り", "送付データの開封", "封入封緘", "送付データ受領証", "納品書", f"綴-{job}"):
        assert part in text

"""Counting what is delivered, and the custody receipt."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest

from tests.ward.office import Office

pytestmark = pytest.mark.requirement("WARD-OP-4")


def test_what_was_counted_and_agrees_is_recorded_with_time_hands_content_and_quantity(
    office: Office, contract: str
) -> None:
    job = office.delivered_job(contract)
    assert "所持: 鈴木" in office.sato.page(f"/jobs/{job}")
    office.sato.act(f"/jobs/{job}/confirm-delivery", {"quantity": "３", "withdrawn": "0"})
    state = office.sato.state(job)
    assert (state["counts"]["delivered"], state["disputed"]) == (3, False)
    body = office.end.await_letter("delivery-confirmed", job).body
    assert {name: body[name] for name in ("receipt", "quantity", "withdrawn", "agrees")} == {
        "receipt": "確-1", "quantity": 3, "withdrawn": 0, "agrees": True,
    }  # fmt: skip


def test_a_difference_is_a_dispute_that_is_recorded_and_shown_until_a_count_agrees(
    office: Office, contract: str
) -> None:
    job = office.delivered_job(contract)
    office.sato.act(f"/jobs/{job}/confirm-delivery", {"quantity": "2", "withdrawn": "0"})
    state = office.sato.state(job)
    assert (state["disputed"], state["state"], state["counts"]["delivered"]) == (True, "数量の不一致", None)
    assert office.end.await_letter("delivery-confirmed", job).body["agrees"] is False
    assert "納品の数量が合いません" in office.sato.page("/")
    page = office.kansa.page(f"/jobs/{job}")
    assert "■ -1" in page
    assert "不一致" in page
    office.sato.act(f"/jobs/{job}/confirm-delivery", {"quantity": "3", "withdrawn": "0"})
    assert office.sato.state(job)["disputed"] is False
    kinds = [kind for kind, about in office.acts() if about == job]
    assert kinds.count("delivery-confirmed") == 2


def test_nothing_can_be_confirmed_before_it_was_delivered(office: Office, contract: str) -> None:
    job = office.sent_job(contract)
    acts = office.acts()
    assert office.sato.post(f"/jobs/{job}/confirm-delivery", {"quantity": "3", "withdrawn": "0"}).status_code == 422
    assert office.acts() == acts


@pytest.mark.parametrize("of", ["", "?of=data", "?of=notice"])
def test_the_custody_receipt_of_each_hand_over_says_who_what_and_how_many(
    office: Office, contract: str, of: str
) -> None:
    job = office.delivered_job(contract)
    early = office.kansa.get(f"/jobs/{job}/receipt.pdf")
    assert (early.status_code, "WARD-OP-4" in early.text) == (422, True)
    office.sato.act(f"/jobs/{job}/confirm-delivery", {"quantity": "3", "withdrawn": "0"})
    answer = office.kansa.get(f"/jobs/{job}/receipt.pdf{of}")
    assert answer.headers["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    for words in ("データ授受確認書", job, "佐藤", "見本印刷", {"": "3通", "?of=data": "3件", "?of=notice": "1通"}[of]):
        assert words in text


def text_of(pdf: bytes) -> str:
    document = pdfium.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)

"""The papers of a disc's way as the ward prints them: 確認書, 媒体ラベル, 媒体管理台帳, 保管場所出納簿."""

from __future__ import annotations

from datetime import date

import pytest

from tests.standing import once
from tests.ward import disc
from tests.ward.disc import MEDIA, SERIAL, day, thing
from tests.ward.office import Office
from tests.ward.test_delivery import text_of
from tewatashi.documents.wareki import era_day

pytestmark = once("office")


@pytest.fixture(scope="module")
def contract(office: Office) -> str:
    return disc.disc_contract(office)


@pytest.fixture(scope="module")
def back(office: Office, contract: str) -> str:
    """A job whose medium and notice came back; the contractor agrees with some of the ward's records, disputes one."""
    job = disc.delivered_job(office, contract)
    disc.take_both_back(office, job)
    disc.agree(office, job, 1)
    office.end.tell("countersigned", "suzuki", job, confirmation=f"{job}-K02", agrees=False, note="封が破れていた")
    return job


def paper(office: Office, path: str) -> str:
    answer = office.kansa.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf"), answer.text[-2000:]
    return text_of(answer.content)


@pytest.mark.requirement("WARD-CD-3", "WARD-CD-4")
def test_the_receipt_of_a_medium_says_when_who_what_how_many_and_in_which_case(office: Office, back: str) -> None:
    text = paper(office, f"/jobs/{back}/confirmations/{back}-K01.pdf")
    for words in (
        "データ授受確認書", "提供", f"{back}-K01", "令和8年", "佐藤", "高橋", "1枚", f"{back}-M01", SERIAL, "鍵付きケースC-7", "鈴木",
        "相違ありません",
    ):  # fmt: skip
        assert words in text, words
    made = office.end.await_letter("medium-made", back).body
    assert str(made["sha256"]) in text


@pytest.mark.requirement("WARD-CD-3")
def test_the_receipt_of_the_data_names_the_cabinet_from_which_the_medium_went(office: Office, back: str) -> None:
    text = paper(office, f"/jobs/{back}/receipt.pdf?of=data")
    assert "キャビネット1" in text
    assert "送信箱" not in text


@pytest.mark.requirement("WARD-CD-3", "FAC-CD-4")
def test_the_receipt_of_a_notice_shows_what_the_contractor_disputes(office: Office, back: str) -> None:
    text = paper(office, f"/jobs/{back}/confirmations/{back}-K02.pdf")
    for words in ("提供", "手渡し", f"パスワード通知書（番号{back}-P01）", "1通", "相違があります", "封が破れていた"):
        assert words in text, words


@pytest.mark.requirement("WARD-OP-4", "WARD-CD-3", "FAC-CD-3")
@pytest.mark.parametrize(
    ("number", "words"),
    [(3, ("納品", "3通", "確-1")), (4, ("返却", "1枚", "高橋", "キャビネット1")), (5, ("返却", "1通", "鈴木", "P01"))],
)
def test_delivery_and_returns_have_receipts_of_their_own(
    office: Office, back: str, number: int, words: tuple[str, ...]
) -> None:
    text = paper(office, f"/jobs/{back}/confirmations/{back}-K{number:02d}.pdf")
    for word in (*words, f"{back}-K{number:02d}", "佐藤"):
        assert word in text, word
    assert "乙の確認" not in text


def test_a_receipt_names_the_day_of_the_act_and_not_that_of_its_writing(office: Office, back: str) -> None:
    text = paper(office, f"/jobs/{back}/confirmations/{back}-K01.pdf")
    handed = era_day(disc.today() + (disc.timedelta(days=-3)))
    assert f"日時{handed}場所" in text


def test_a_number_that_is_no_receipt_of_the_job_is_refused(office: Office, back: str) -> None:
    assert office.sato.get(f"/jobs/{back}/confirmations/{back}-K99.pdf").status_code == 422


def test_the_page_of_the_job_leads_to_every_receipt(office: Office, back: str) -> None:
    page = office.kansa.page(f"/jobs/{back}")
    for number in range(1, 6):
        assert page.count(f"/jobs/{back}/confirmations/{back}-K{number:02d}.pdf") == 2


@pytest.mark.requirement("WARD-CD-5")
def test_the_label_of_a_medium_says_what_it_is_and_whose(office: Office, back: str) -> None:
    text = paper(office, f"/jobs/{back}/media/{back}-M01/label.pdf")
    for words in ("媒体ラベル", f"{back}-M01", "個人情報在中", "3件", "CD-R", "見本区"):
        assert words in text, words


@pytest.mark.requirement("WARD-CD-5", "CL-8")
def test_the_register_tells_every_medium_from_its_making_to_its_end(office: Office, contract: str, back: str) -> None:
    broken = disc.made_job(office, contract)
    office.sato.act(f"/jobs/{broken}/destroy-medium", disc.destroying(office, broken))
    page = office.kansa.page(f"/media?contract={contract}")
    text = paper(office, f"/media.pdf?contract={contract}")
    for words in (f"{back}-M01", f"{back}-K01", f"{broken}-M01", "渡さずに破壊", SERIAL, "切断"):
        assert words in page, words
        assert words in text, words
    for ago in (-3, -1):
        assert day(ago) in page
        assert era_day(date.fromisoformat(day(ago))) in text
    assert office.kansa.get("/media.pdf?contract=R8-none").status_code == 422


@pytest.mark.requirement("CL-8", "WARD-CD-1")
def test_the_book_of_a_cabinet_tells_what_went_in_and_out_and_what_is_left(office: Office, back: str) -> None:
    page = office.kansa.page(f"/places?place={MEDIA}")
    assert f"媒体 {back}-M01" in page.partition("book")[0]
    ours = [row for row in page.partition('id="book"')[2].split("<tr>") if f"媒体 {back}-M01" in row]
    ways = ["入" if "<td>入</td>" in row else "出" for row in ours]
    assert ways == ["入", "出", "入"]
    assert ["媒体の作成・保管" in ours[0], "高橋" in ours[1], "返却" in ours[2]] == [True, True, True]
    text = paper(office, f"/places/book.pdf?place={MEDIA}")
    for words in ("保管場所出納簿", "キャビネット1", f"媒体{back}-M01", "媒体の受渡し", "鍵の管理者"):
        assert words in text, words
    assert thing(office, back, "媒体")["place"] == MEDIA
    assert office.kansa.get("/places/book.pdf?place=ward/x").status_code == 422

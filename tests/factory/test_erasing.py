"""Delivery, the erasure of every copy, and the report."""

from __future__ import annotations

from urllib.parse import quote

import pypdfium2
import pytest

from tests.factory.works import Works


def alive(works: Works, job: str) -> list[str]:
    things = works.takahashi.state(job)["things"]
    return [one["what"] for one in things if one["alive"] and one["site"] == "factory"]


def test_what_is_delivered_is_in_the_hand_of_who_delivers_until_the_ward_has_counted(works: Works) -> None:
    job = works.enclosed_job()
    page = works.suzuki.page(f"/jobs/{job}/deliver")
    assert 'name="to" value="sato"' in page
    works.suzuki.act(f"/jobs/{job}/deliver", {"to": "sato", "content": "督促状"})
    state = works.suzuki.state(job)
    assert state["receipt"] == f"確-{job}"
    notices = next(one for one in state["things"] if one["what"] == "通知書")
    assert notices["hand"] == "suzuki"


@pytest.mark.requirement("FAC-OP-7")
def test_nothing_is_erased_before_the_ward_has_confirmed_the_delivery(works: Works) -> None:
    job = works.enclosed_job()
    acts, files = works.acts(job), works.files(job)
    assert works.takahashi.refused(f"/jobs/{job}/erase", {"all": "1", "witness": "suzuki"}) == "too-early"
    assert (works.acts(job), works.files(job)) == (acts, files)


@pytest.mark.requirement("FAC-OP-7")
@pytest.mark.requirement("CL-11-12")
def test_every_copy_is_erased_and_then_reported(works: Works) -> None:
    job = works.confirmed_job()
    assert sorted(alive(works, job)) == ["パスワード通知書", "保管庫の鍵", "印刷ファイル", "送付データ", "開封データ"]
    assert (
        works.suzuki.refused(f"/jobs/{job}/claim", {"witness": "takahashi", "statement": "消去しました。"})
        == "copies-left"
    )
    works.takahashi.act(f"/jobs/{job}/erase", {"all": "1", "witness": "suzuki"})
    assert (alive(works, job), works.files(job)) == ([], [])
    key = next(one["id"] for one in works.suzuki.state(job)["things"] if one["what"] == "保管庫の鍵")
    way = works.people["kansa"].page(f"/where?job={job}&thing={quote(key)}")
    assert all(words in way for words in ("を開く鍵", "✓ 鍵の破棄", "複製の消去（印刷ファイル）"))
    works.suzuki.act(f"/jobs/{job}/claim", {"witness": "takahashi", "statement": "消去しました。"})
    assert "erasure-claimed" in works.suzuki.state(job)["done"]


@pytest.mark.requirement("FAC-OP-7")
def test_the_report_is_a_paper_that_names_every_copy_its_end_and_the_witness(works: Works) -> None:
    job = works.confirmed_job()
    assert works.suzuki.get(f"/jobs/{job}/erasure-report.pdf").status_code == 422
    works.takahashi.act(f"/jobs/{job}/erase", {"all": "1", "witness": "suzuki"})
    works.suzuki.act(f"/jobs/{job}/claim", {"witness": "takahashi", "statement": "消去しました。"})
    document = pypdfium2.PdfDocument(works.suzuki.get(f"/jobs/{job}/erasure-report.pdf").content)
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    assert all(
        words in text
        for words in (
            job,
            "開封データ",
            "印刷ファイル",
            "送付データ",
            "保管庫の鍵",
            "鍵の破棄",
            "裁断",
            "高橋",
        )
    )


@pytest.mark.requirement("CL-9")
@pytest.mark.requirement("CL-11-12")
def test_after_the_erasure_no_piece_id_and_no_ciphertext_is_on_the_factorys_disk(works: Works) -> None:
    job = works.confirmed_job()
    ids = works.sealed[job]
    parcel = works.takahashi.state(job)["parcel"]
    (upload,) = works.rows("SELECT id FROM sitekit_upload WHERE parcel = ?", parcel)[0]
    if works.site.database == "sqlite":  # PostgreSQL keeps its files outside the site's folder
        assert works.holds(*ids) != []
    works.takahashi.act(f"/jobs/{job}/erase", {"all": "1", "witness": "suzuki"})
    assert works.holds(*ids) == []
    assert not (works.data / "parcels" / f"{upload}.age").exists()


def test_data_goes_without_a_witness_and_paper_does_not(works: Works) -> None:
    job = works.confirmed_job()
    works.takahashi.act(f"/jobs/{job}/erase", {"all": "1", "witness": ""})
    assert alive(works, job) == ["パスワード通知書"]
    (notice,) = [one["id"] for one in works.takahashi.state(job)["things"] if one["what"] == "パスワード通知書"]
    said = {"thing": notice, "method": "shredded"}
    assert works.takahashi.refused(f"/jobs/{job}/erase", {**said, "witness": ""}) == "not-on-roster"
    assert works.takahashi.refused(f"/jobs/{job}/erase", {**said, "witness": "takahashi"}) == "witness-self"
    assert works.takahashi.refused(f"/jobs/{job}/erase", {**said, "witness": "watanabe"}) == "not-on-roster"
    assert alive(works, job) == ["パスワード通知書"]
    works.takahashi.act(f"/jobs/{job}/erase", {**said, "witness": "suzuki"})
    assert alive(works, job) == []


def test_one_copy_after_the_other_can_be_erased_and_the_others_stay_readable(works: Works) -> None:
    job = works.confirmed_job()
    by_name = {one["what"]: one["id"] for one in works.takahashi.state(job)["things"] if one["site"] == "factory"}
    works.takahashi.act(f"/jobs/{job}/erase", {"thing": by_name["印刷ファイル"]})
    assert works.files(job) == [f"{job}.records.key", "records.age"]
    works.takahashi.act(f"/jobs/{job}/erase", {"thing": by_name["開封データ"]})
    assert works.files(job) == []


@pytest.mark.requirement("FAC-OP-2")
def test_who_left_the_roster_erases_nothing(works: Works) -> None:
    job = works.confirmed_job()
    files = works.files(job)
    assert works.people["watanabe"].refused(f"/jobs/{job}/erase", {"all": "1", "witness": "suzuki"}) == "not-on-roster"
    assert works.files(job) == files


@pytest.mark.requirement("FAC-OP-7")
def test_a_claim_falls_when_the_ward_finds_something_and_has_to_be_made_anew(works: Works) -> None:
    job = works.confirmed_job()
    works.takahashi.act(f"/jobs/{job}/erase", {"all": "1", "witness": "suzuki"})
    said = {"witness": "takahashi", "statement": "消去しました。"}
    works.suzuki.act(f"/jobs/{job}/claim", said)
    works.tell("residue-found", "tanaka", job, report_sha256="ab" * 32, findings=1, not_scanned=0)
    assert "erasure-claimed" not in works.suzuki.state(job)["done"]
    assert "残存データが見つかりました" in works.suzuki.page("/")
    works.suzuki.act(f"/jobs/{job}/claim", said)


@pytest.mark.requirement("CL-6")
@pytest.mark.requirement("CL-8")
def test_a_thing_goes_only_to_a_place_of_the_contract_or_to_a_person_of_the_roster(works: Works) -> None:
    job = works.sent_job()
    parcel = next(
        one["id"]
        for one in works.takahashi.state(job)["things"]
        if one["site"] == "factory" and one["what"] == "送付データ"
    )
    acts = works.acts(job)
    move = f"/jobs/{job}/move"
    assert works.takahashi.refused(move, {"thing": parcel, "place": "factory/倉庫", "hand": ""}) == "place-not-listed"
    assert works.takahashi.refused(move, {"thing": parcel, "place": "", "hand": "watanabe"}) == "not-on-roster"
    assert works.takahashi.refused(move, {"thing": parcel, "place": "", "hand": ""}) == "place-or-hand"
    assert works.acts(job) == acts
    works.takahashi.act(move, {"thing": parcel, "place": "factory/保管庫", "hand": ""})
    assert "保管庫" in works.takahashi.page(f"/jobs/{job}")

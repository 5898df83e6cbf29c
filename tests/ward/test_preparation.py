"""Clauses, consents, certificates and what the contractor hands in, through the ward's pages; each change counts at once."""

from __future__ import annotations

import hashlib
import io
from datetime import date, timedelta

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from tests.core.cast_of_acts import EMERGENCY, PEOPLE
from tests.core.test_clauses import OWN
from tests.ward.office import HEADER, LAYOUT, Office, extract, notice, today
from tewatashi.documents.wareki import era_day
from tewatashi.sitekit.rights import write_private_file


def pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    return out.getvalue()


def text_of(data: bytes) -> str:
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in PdfDocument(data))


def refused_hand_over(office: Office, job: str, code: str, requirement: str, *, send: bool = True) -> None:
    """The notice does not reach 高橋, nor does the parcel leave, and nothing of it is written."""
    acts = office.acts()
    tries = [("password-notice", notice()), *([("send", {})] if send else [])]
    for path, form in tries:
        answer = office.sato.post(f"/jobs/{job}/{path}", form)
        assert (answer.status_code, code in answer.text, requirement in answer.text) == (422, True, True), answer.text
    assert office.acts() == acts
    assert not office.end.letters("parcel-sent", job)


@pytest.mark.requirement("FAC-OP-4")
@pytest.mark.requirement("FAC-OP-5")
@pytest.mark.requirement("CL-1-2")
def test_nothing_moves_before_contacts_training_and_pledges_are_accepted(office: Office) -> None:
    contract = office.contract()
    office.sato.act(f"/contracts/{contract}/workflow", {"steps": "受領\n開封\n組版\n印字\n封入封緘\n納品\n消去"})
    office.end.tell("workflow-acknowledged", "suzuki", None, contract=contract, version=1)
    office.end.tell("roster-submitted", "suzuki", None, contract=contract, version=1, people=PEOPLE)
    office.tanaka.act(f"/contracts/{contract}/accept-roster", {"version": "1"})
    job, page = office.sealed_job(contract), f"/contracts/{contract}"
    refused_hand_over(office, job, "emergency-not-accepted", "FAC-OP-4")
    office.end.tell("emergency-submitted", "suzuki", None, contract=contract, version=1, **EMERGENCY)
    refused_hand_over(office, job, "emergency-not-accepted", "FAC-OP-4")  # handed in, not accepted
    assert "03-0000-0000" in office.tanaka.page(f"{page}/accept/emergency")
    office.tanaka.act(f"{page}/accept/emergency", {"version": "1"})
    refused_hand_over(office, job, "untrained", "FAC-OP-5")
    # A training of the fiscal year before is none of this one.
    people = [one["id"] for one in PEOPLE]
    before = date(today().year if today().month >= 4 else today().year - 1, 3, 31).isoformat()
    for version, day in ((1, before), (2, today().isoformat())):
        office.end.tell(
            "training-reported", "suzuki", None, contract=contract, version=version, held_on=day, content="研修", people=people
        )  # fmt: skip
        refused_hand_over(office, job, "untrained", "FAC-OP-5")
        office.tanaka.act(f"{page}/accept/training", {"version": str(version)})
    refused_hand_over(office, job, "no-pledge", "CL-1-2")
    assert "誓約書がありません" in office.kansa.page(page)
    signed = [{"id": one, "on": today().isoformat()} for one in people]
    office.end.tell("pledges-submitted", "suzuki", None, contract=contract, version=1, people=signed)
    office.tanaka.act(f"{page}/accept/pledges", {"version": "1"})
    assert "誓約書がありません" not in office.kansa.page(page)
    office.sato.act(f"/jobs/{job}/password-notice", notice())
    office.sato.act(f"/jobs/{job}/send")


@pytest.mark.requirement("WARD-OP-3")
@pytest.mark.requirement("FAC-OP-2")
@pytest.mark.requirement("WORK-6")
@pytest.mark.requirement("WORK-7")
def test_each_change_has_its_effect_at_once(office: Office) -> None:
    contract = office.agreed_contract()
    job, page = office.sealed_job(contract), f"/contracts/{contract}"
    form = office.form_of(f"/contracts/new?from={contract}", office.tanaka)
    yesterday = (today() - timedelta(days=1)).isoformat()
    for field, code, requirement in (
        ("privacy_mark_expires", "privacy-mark-expired", "WORK-6"),
        ("lgwan_asp_expires", "lgwan-asp-expired", "WORK-6"),
        ("ends", "contract-term", "WORK-7"),
    ):
        office.tanaka.act("/contracts/new", form | {field: yesterday})
        refused_hand_over(office, job, code, requirement)
    office.tanaka.act("/contracts/new", form)
    office.end.tell("emergency-submitted", "suzuki", None, contract=contract, version=2, **EMERGENCY)
    refused_hand_over(office, job, "emergency-not-accepted", "FAC-OP-4")
    office.tanaka.act(f"{page}/accept/emergency", {"version": "2"})
    office.end.tell("roster-submitted", "suzuki", None, contract=contract, version=2, people=PEOPLE[:1])
    refused_hand_over(office, job, "roster-not-accepted", "FAC-OP-2")
    office.tanaka.act(f"{page}/accept-roster", {"version": "2"})
    refused_hand_over(office, job, "not-on-roster", "FAC-OP-2", send=False)  # 高橋 has left; 鈴木 may go on
    office.sato.act(f"{page}/workflow", {"steps": "受領\n開封\n組版\n校正\n印字\n封入封緘\n納品\n消去"})
    refused_hand_over(office, job, "workflow-not-acknowledged", "WARD-OP-3")
    office.end.tell("workflow-acknowledged", "suzuki", None, contract=contract, version=2)
    office.sato.act(f"/jobs/{job}/password-notice", notice(to="suzuki"))


@pytest.mark.requirement("FAC-OP-4")
def test_the_manager_accepts_the_version_that_was_read(office: Office) -> None:
    contract = office.agreed_contract()
    page = f"/contracts/{contract}/accept/emergency"
    office.end.tell("emergency-submitted", "suzuki", None, contract=contract, version=2, **EMERGENCY)
    acts = office.acts()
    for version in ("1", "3", "", "x"):
        assert office.tanaka.refused(page, {"version": version}) == "version"
    assert office.tanaka.refused(f"/contracts/{contract}/accept/lunch", {"version": "1"}) == "unknown-submission"
    assert office.sato.post(page, {"version": "2"}).status_code == 403
    assert office.acts() == acts


@pytest.mark.requirement("WARD-OP-1")
def test_the_shipped_clauses_are_attached_with_what_they_bind_to(office: Office, contract: str) -> None:
    office.tanaka.act(
        f"/contracts/{contract}/attach-clauses", {"set": "shinjuku", "binds": "新宿区個人情報保護条例\n見本規程"}
    )
    for page in (office.kansa.page(f"/contracts/{contract}"),):
        assert all(words in page for words in ("新宿区 特記事項", "21項", "見本規程", "持出しの禁止", "CL-6"))
    told = office.end.await_letter("clauses-attached", None)
    assert len(told.body["clauses"]) == 21  # type: ignore[arg-type]


@pytest.mark.requirement("WARD-OP-1")
@pytest.mark.requirement("CL-3-5")
def test_another_municipality_brings_its_own_clauses_and_forbidden_items(office: Office) -> None:
    contract = office.contract()
    write_private_file(office.data / "clauses" / "mihon.toml", OWN.encode())
    write_private_file(
        office.data / "layouts" / "byomei.toml",
        LAYOUT.replace("見本の小型システム", "病名つき").replace("世帯主氏名", "病名").encode(),
    )
    job, page = office.job(contract), f"/contracts/{contract}"
    office.tanaka.act(f"{page}/attach-clauses", {"set": "mihon", "binds": "見本市個人情報保護条例"})
    assert "見本市 特記事項" in office.kansa.page(page)
    acts, data = office.acts(), extract(header=HEADER.replace("世帯主氏名", "病名"))
    answer = office.seal(job, data, "病名つき")
    assert (answer.status_code, "forbidden-category" in answer.text, "CL-3-5" in answer.text) == (422, True, True)
    assert (office.acts(), office.sato.state(job)["parcel"]) == (acts, None)
    consent = {"form": "tokusoku", "category": "病歴に関する事項", "reason": "給付の根拠として通知に記すため"}
    assert office.sato.post(f"{page}/consent-category", consent).status_code == 403
    office.tanaka.act(f"{page}/consent-category", consent)
    assert office.seal(job, data, "病名つき").status_code == 200


@pytest.mark.requirement("WARD-OP-1")
def test_a_clauses_file_that_cannot_be_read_is_refused_with_its_key(office: Office, contract: str) -> None:
    file = office.data / "clauses" / "wrong.toml"
    write_private_file(file, OWN.replace("rules", "rule").encode())
    try:
        answer = office.tanaka.get(f"/contracts/{contract}/attach-clauses")
        assert (answer.status_code, "clause[1].rule" in answer.text) == (422, True)
    finally:
        file.unlink()


@pytest.mark.requirement("CL-6")
def test_a_further_place_is_used_only_after_the_wards_consent(office: Office) -> None:
    contract = office.agreed_contract()
    job, place = office.sent_job(contract), "factory/金庫3"
    thing = next(one["id"] for one in office.sato.state(job)["things"] if one["site"] == "factory" and one["alive"])
    office.end.tell("thing-moved", "takahashi", job, thing=thing, place=place, hand=None)
    assert office.acts()[-1] == ("letter-refused", job)
    office.tanaka.act(f"/contracts/{contract}/consent-place", {"site": "factory", "place": "金庫3", "reason": "改修"})
    assert "承諾による追加" in office.kansa.page(f"/contracts/{contract}")
    office.end.tell("thing-moved", "takahashi", job, thing=thing, place=place, hand=None)
    assert office.acts()[-1] == ("thing-moved", job)
    again = {"site": "factory", "place": "金庫3", "reason": "改修"}
    assert office.tanaka.refused(f"/contracts/{contract}/consent-place", again) == "done-already"


@pytest.mark.requirement("WORK-6")
def test_a_copy_of_a_certificate_is_kept_and_only_a_pdf_is(office: Office) -> None:
    contract = office.contract()
    path, link = f"/contracts/{contract}/attach-certificate", f"/contracts/{contract}/certificates/privacy-mark.pdf"
    acts = office.acts()
    for wrong in (b"", b"GIF89a", b"%PDF-1.7\nnothing", pdf()[:40]):
        answer = office.sato.post(path, {"which": "privacy-mark"}, files={"copy": ("x.pdf", wrong)})
        assert (answer.status_code, "WORK-6" in answer.text) == (422, True)
    assert office.kansa.get(link).status_code == 404
    assert office.sato.post(path, {"which": "other"}, files={"copy": ("x.pdf", pdf())}).status_code == 422
    assert office.acts() == acts
    data = pdf()
    office.sato.act(path, {"which": "privacy-mark"}, files={"copy": ("x.pdf", data)})
    assert office.kansa.get(link).content == data
    assert office.acts()[-1] == ("certificate-attached", None)
    assert office.end.await_letter("certificate-attached", None).body["sha256"] == hashlib.sha256(data).hexdigest()
    sheet = text_of(office.kansa.get(f"/contracts/{contract}/papers/outsourcing-sheet.pdf").content)
    assert all(
        part in sheet
        for part in ("プライバシーマーク", "第1号", hashlib.sha256(data).hexdigest(), "写しは添付されていません")
    )
    # Renewed, the certificate has no copy until its own is attached.
    form = office.form_of(f"/contracts/new?from={contract}", office.tanaka)
    office.tanaka.act("/contracts/new", form | {"privacy_mark_number": "第2号"})
    assert office.kansa.get(link).status_code == 404


@pytest.mark.requirement("WORK-7")
@pytest.mark.requirement("WARD-OP-3")
@pytest.mark.requirement("FAC-OP-2")
def test_the_papers_of_a_contract_are_printed_from_the_ledger(office: Office) -> None:
    contract = office.agreed_contract()
    papers = f"/contracts/{contract}/papers"
    for name, words in (
        ("outsourcing-sheet", ("業務委託の届出", "委託に伴い事業者に処理させる情報項目", "受託事業者に行わせる情報保護対策", "見本印刷")),
        ("connection-sheet", ("外部結合の届出", "結合の相手方", "結合の形態")),
        ("roster", ("取扱責任者・取扱者名簿", "鈴木", "高橋", era_day(today()))),
        ("workflow", ("業務フロー図", "封入封緘", "納品の確認", "乙の確認")),
        ("emergency", ("緊急連絡体制図", "03-0000-0000", "直ちに区の責任者に連絡する")),
    ):  # fmt: skip
        answer = office.kansa.get(f"{papers}/{name}.pdf")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert all(part in text_of(answer.content) for part in words), text_of(answer.content)
    assert office.kansa.get(f"{papers}/lunch.pdf").status_code == 422
    disc = office.contract(channel="disc", lgwan_asp_number="", lgwan_asp_expires="")
    sheet = text_of(office.kansa.get(f"/contracts/{disc}/papers/outsourcing-sheet.pdf").content)
    assert "LGWAN" not in sheet
    assert sheet.count("年4月1日（") == 2  # of the council's field, and of the contract
    for name in ("connection-sheet", "roster", "workflow", "emergency"):
        assert office.kansa.get(f"/contracts/{disc}/papers/{name}.pdf").status_code == 422

"""The pages of a contract."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.cast_of_acts import PEOPLE
from tests.ward.office import Office, notice, today
from tewatashi.core.acts import CONNECTION_SHEET, OUTSOURCING_SHEET
from tewatashi.core.contract import PLACES


def yesterday() -> str:
    return (today() - timedelta(days=1)).isoformat()


def _tries_to_hand_over(office: Office, contract: str, code: str, requirement: str) -> None:
    """Neither the notice nor the parcel can be handed over, and nothing of the attempt is recorded."""
    job = office.sealed_job(contract)
    acts = office.acts()
    for path, form in (("password-notice", notice()), ("send", {})):
        answer = office.sato.post(f"/jobs/{job}/{path}", form)
        assert answer.status_code == 422
        assert requirement in answer.text
        assert code in answer.text
    assert office.acts() == acts
    assert not office.end.letters("parcel-sent", job)


@pytest.mark.requirement("WORK-6")
def test_nothing_is_handed_over_after_the_privacy_mark_ran_out(office: Office) -> None:
    contract = office.agreed_contract(privacy_mark_expires=yesterday())
    _tries_to_hand_over(office, contract, "プライバシーマークの有効期限が切れています", "WORK-6")


@pytest.mark.requirement("WORK-6")
def test_nothing_is_handed_over_by_lgwan_after_its_certification_ran_out(office: Office) -> None:
    contract = office.agreed_contract(lgwan_asp_expires=yesterday())
    _tries_to_hand_over(office, contract, "の有効期限が切れています", "WORK-6")


@pytest.mark.requirement("WORK-6")
def test_a_renewed_certificate_opens_the_way_again(office: Office) -> None:
    contract = office.agreed_contract(privacy_mark_expires=yesterday())
    job = office.sealed_job(contract)
    form = office.form_of(f"/contracts/new?from={contract}", office.tanaka)
    office.tanaka.act("/contracts/new", form | {"privacy_mark_expires": (today() + timedelta(days=700)).isoformat()})
    office.sato.act(f"/jobs/{job}/password-notice", notice())
    assert "password-notice-handed" in office.sato.state(job)["done"]


@pytest.mark.requirement("WORK-6")
def test_the_page_shows_how_long_a_certificate_still_lasts(office: Office) -> None:
    contract = office.contract(
        privacy_mark_expires=(today() + timedelta(days=30)).isoformat(), lgwan_asp_expires=yesterday()
    )
    page = office.kansa.page(f"/contracts/{contract}")
    assert "あと30日" in page
    assert "期限切れ" in page
    home = office.kansa.page("/")
    assert "プライバシーマークの更新と登録" in home


@pytest.mark.requirement("WORK-7")
def test_nothing_is_handed_over_outside_the_term(office: Office) -> None:
    contract = office.agreed_contract(ends=yesterday())
    _tries_to_hand_over(office, contract, "契約期間の外です", "WORK-7")


@pytest.mark.requirement("WORK-7")
def test_the_two_sheets_begin_with_the_papers_words_and_are_shown(office: Office) -> None:
    contract = office.contract()
    page = office.kansa.page(f"/contracts/{contract}")
    for words in (
        "小型システムを導入しており、庁内での大量印刷が困難となったため",
        "区イントラネットパソコンと",
        "業務委託",
        "外部結合",
    ):
        assert words in page


@pytest.mark.requirement("WORK-7")
def test_the_registers_show_both_sheets_of_every_contract_by_fiscal_year(office: Office) -> None:
    lgwan = office.contract()
    old = office.contract(begins="R7.4.1", ends="R8.3.31", channel="disc")
    page = office.kansa.page(f"/registers?year={today().year if today().month >= 4 else today().year - 1}")
    for title, fields in (("業務委託", OUTSOURCING_SHEET), ("外部結合", CONNECTION_SHEET)):
        sheet = page[page.index(f"{title}　契約 {lgwan}　") :]
        places = [sheet.index(f'<th scope="row">{field}</th>') for field in fields]
        assert places == sorted(places)
    assert f"外部結合　契約 {lgwan}　" in page
    assert f"契約 {old}　" not in page
    before = office.kansa.page("/registers?year=2025")
    assert f"業務委託　契約 {old}　" in before
    assert "外部結合　契約" not in before


@pytest.mark.requirement("WORK-5")
def test_lgwan_cannot_be_the_channel_without_its_certification(office: Office) -> None:
    acts = office.acts()
    with pytest.raises(AssertionError, match="WORK-5"):
        office.contract(lgwan_asp_number="")
    assert office.acts() == acts


@pytest.mark.requirement("WORK-5")
def test_the_channel_is_the_contracts_and_changes_only_how_the_parcel_goes(office: Office) -> None:
    contract = office.agreed_contract()
    job = office.sealed_job(contract)
    medium = {"serial": "", "place": "ward/キャビネット1"}
    acts = office.acts()
    answer = office.sato.post(f"/jobs/{job}/make-medium", medium)
    assert (answer.status_code, "WORK-5" in answer.text) == (422, True)
    assert office.acts() == acts
    form = office.form_of(f"/contracts/new?from={contract}", office.tanaka)
    changed = {"channel": "disc", "lgwan_asp_number": "", "lgwan_asp_expires": "", "places": "\n".join(PLACES)}
    office.tanaka.act("/contracts/new", form | changed)
    acts = office.acts()
    answer = office.sato.post(f"/jobs/{job}/send")
    assert (answer.status_code, "WORK-5" in answer.text) == (422, True)
    assert office.acts() == acts
    page = office.kansa.page(f"/contracts/{contract}")
    assert ("（承認済み）" in page, "委託先が確認済みです" in page, page.count("✓ できます")) == (True, True, 2)


@pytest.mark.requirement("WARD-OP-3")
def test_nothing_is_handed_over_before_the_workflow_is_acknowledged(office: Office) -> None:
    contract = office.agreed_contract()
    office.sato.act(f"/contracts/{contract}/workflow", {"steps": "受領\n開封\n組版\n校正\n印字\n封入封緘\n納品\n消去"})
    assert "委託先はまだこの版を確認していません" in office.sato.page(f"/contracts/{contract}")
    _tries_to_hand_over(office, contract, "業務フローの最新版を委託先が確認していません", "WARD-OP-3")


@pytest.mark.requirement("CL-10")
def test_a_roster_with_somebody_of_another_company_is_refused_when_it_comes(office: Office) -> None:
    contract = office.contract()
    ito = {"id": "ito", "name": "伊藤", "duty": "handler", "employer": "別の印刷"}
    office.end.tell("roster-submitted", "suzuki", None, contract=contract, version=1, people=[*PEOPLE, ito])
    acts = office.acts()
    assert ("letter-refused", None) in acts
    assert office.tanaka.post(f"/contracts/{contract}/accept-roster", {"version": "1"}).status_code == 422
    assert office.acts() == acts
    assert "伊藤" not in office.tanaka.page(f"/contracts/{contract}")


@pytest.mark.requirement("CL-10")
def test_another_contractor_begins_without_the_people_of_the_one_before(office: Office) -> None:
    contract = office.agreed_contract()
    form = office.form_of(f"/contracts/new?from={contract}", office.tanaka)
    office.tanaka.act("/contracts/new", form | {"contractor": "別の印刷"})
    page = office.tanaka.page(f"/contracts/{contract}")
    assert ("（承認済み）" in page, "委託先はまだこの版を確認していません" in page) == (False, True)
    office.end.tell("workflow-acknowledged", "ito", None, contract=contract, version=1)
    _tries_to_hand_over(office, contract, "取扱者名簿の最新版を区が承認していません", "FAC-OP-2")
    ito = {"id": "ito", "name": "伊藤", "duty": "supervisor", "employer": "別の印刷"}
    office.end.tell("roster-submitted", "ito", None, contract=contract, version=1, people=[ito])
    office.tanaka.act(f"/contracts/{contract}/accept-roster", {"version": "1"})
    office.prepare(contract, ("ito",))
    job = office.sealed_job(contract)
    assert office.sato.post(f"/jobs/{job}/password-notice", notice()).status_code == 422  # 高橋 is not theirs
    office.sato.act(f"/jobs/{job}/password-notice", notice(to="ito"))


@pytest.mark.requirement("CL-10")
def test_the_roster_of_the_contractor_before_is_not_accepted_for_the_new_one(office: Office) -> None:
    contract = office.agreed_contract()
    office.end.tell("roster-submitted", "suzuki", None, contract=contract, version=2, people=PEOPLE[:1])
    form = office.form_of(f"/contracts/new?from={contract}", office.tanaka)
    office.tanaka.act("/contracts/new", form | {"contractor": "別の印刷"})
    for version in ("0", "1", "2"):
        answer = office.tanaka.post(f"/contracts/{contract}/accept-roster", {"version": version})
        assert answer.status_code == 422
    office.end.tell("roster-submitted", "suzuki", None, contract=contract, version=1, people=PEOPLE)
    assert office.acts()[-1] == ("letter-refused", None)


@pytest.mark.requirement("CL-10")
def test_a_contract_registered_anew_for_the_same_contractor_keeps_its_people(office: Office) -> None:
    contract = office.agreed_contract()
    form = office.form_of(f"/contracts/new?from={contract}", office.tanaka)
    office.tanaka.act("/contracts/new", form | {"title": "帳票作成等業務（変更）", "erase_within_days": "6"})
    assert "第1版（承認済み）" in office.tanaka.page(f"/contracts/{contract}")


@pytest.mark.requirement("FAC-OP-2")
def test_the_manager_accepts_the_version_that_was_on_the_screen(office: Office) -> None:
    contract = office.contract()
    office.end.tell("roster-submitted", "suzuki", None, contract=contract, version=1, people=PEOPLE)
    office.end.tell("roster-submitted", "suzuki", None, contract=contract, version=2, people=PEOPLE[:1])
    acts = office.acts()
    answer = office.tanaka.post(f"/contracts/{contract}/accept-roster", {"version": "1"})
    assert answer.status_code == 422
    assert office.acts() == acts
    office.tanaka.act(f"/contracts/{contract}/accept-roster", {"version": "2"})
    assert "第2版（承認済み）" in office.tanaka.page(f"/contracts/{contract}")


def test_a_form_with_mistakes_says_which_in_japanese(office: Office) -> None:
    acts = office.acts()
    answer = office.tanaka.post(
        "/contracts/new", {"contract": "R8/1", "begins": "2026-02-30", "erase_within_days": "五日"}
    )
    assert answer.status_code == 422
    for words in (
        "契約番号に「/」は使えません",
        "契約の始期が日付ではありません",
        "契約の終期を入力してください",
        "を数字で入力してください",
    ):
        assert words in answer.text
    assert office.acts() == acts

"""What the ward refuses on the way of a disc, in Japanese and with the requirement; nothing is written then."""

from __future__ import annotations

import pytest

from tests.ward import disc
from tests.ward.disc import MEDIA, NOTICES, day, thing
from tests.ward.office import Office, Person, notice, until


@pytest.fixture(scope="module")
def contract(office: Office) -> str:
    return disc.disc_contract(office)


def refused(office: Office, path: str, form: dict[str, str], requirement: str, by: Person | None = None) -> str:
    """Send the form. Returned: the page of the refusal, after nothing was written, told or made."""
    acts, files = office.acts(), office.files("media")
    answer = (by or office.sato).post(path, form)
    assert (answer.status_code, requirement in answer.text) == (422, True), answer.text[-3000:]
    assert (office.acts(), office.files("media")) == (acts, files)
    return answer.text


@pytest.mark.requirement("WARD-CD-1")
def test_both_in_one_cabinet(office: Office, contract: str) -> None:
    job = disc.kept_job(office, contract)
    page = refused(office, f"/jobs/{job}/make-medium", {"serial": "", "place": NOTICES}, "WARD-CD-1")
    assert "同じ場所には置けません" in page
    job = disc.made_job(office, contract)
    moved = {"thing": thing(office, job, "パスワード通知書")["id"], "place": MEDIA, "hand": ""}
    refused(office, f"/jobs/{job}/move", moved, "WARD-CD-1")


@pytest.mark.requirement("WARD-CD-1")
def test_a_place_without_a_lock(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    refused(office, f"/jobs/{job}/keep-notice", {"place": "ward/送信箱"}, "WARD-CD-1")
    refused(office, f"/jobs/{job}/make-medium", {"serial": "", "place": "ward/送信箱"}, "WARD-CD-1")


@pytest.mark.requirement("WARD-CD-2")
def test_both_on_one_day(office: Office, contract: str) -> None:
    job = disc.on_the_way(office, contract)
    page = refused(office, f"/jobs/{job}/password-notice", notice(to="suzuki", on=day(-3)), "WARD-CD-2")
    assert "同じ日に受け渡すことはできません" in page


@pytest.mark.requirement("WARD-CD-2")
def test_one_person_with_both(office: Office, contract: str) -> None:
    job = disc.on_the_way(office, contract)
    page = refused(office, f"/jobs/{job}/password-notice", notice(to="takahashi", on=day(-2)), "WARD-CD-2")
    assert "同じ人が持つことはできません" in page
    job = disc.made_job(office, contract)
    for what, hand in (("媒体", "sato"),):
        office.sato.act(f"/jobs/{job}/move", {"thing": thing(office, job, what)["id"], "place": "", "hand": hand})
    taken = {"thing": thing(office, job, "パスワード通知書")["id"], "place": "", "hand": "sato"}
    refused(office, f"/jobs/{job}/move", taken, "WARD-CD-2")


@pytest.mark.requirement("WARD-CD-2")
def test_a_notice_by_mail(office: Office, contract: str) -> None:
    job = disc.on_the_way(office, contract)
    mailed = notice(route="registered-mail", tracking="123-45-67890-1", to="suzuki", on=day(-2))
    refused(office, f"/jobs/{job}/password-notice", mailed, "WARD-CD-2")


@pytest.mark.requirement("FAC-OP-2")
@pytest.mark.parametrize("somebody", ["watanabe", "ito"])
def test_taker_key_holder_or_bringer_who_is_not_on_the_roster(office: Office, contract: str, somebody: str) -> None:
    job = disc.made_job(office, contract)
    refused(office, f"/jobs/{job}/hand-medium", disc.handing(to=somebody), "FAC-OP-2")
    refused(office, f"/jobs/{job}/hand-medium", disc.handing(key_holder=somebody), "FAC-OP-2")
    job = disc.delivered_job(office, contract)
    refused(office, f"/jobs/{job}/take-back", disc.taking(office, job, "媒体", brought_by=somebody), "FAC-OP-2")


@pytest.mark.requirement("WARD-CD-4")
def test_the_key_with_the_case(office: Office, contract: str) -> None:
    job = disc.made_job(office, contract)
    refused(office, f"/jobs/{job}/hand-medium", disc.handing(key_holder="takahashi"), "WARD-CD-4")


@pytest.mark.accident("amagasaki-2022")
@pytest.mark.requirement("WARD-CD-5")
def test_a_medium_that_has_no_number_as_it_was_never_made(office: Office, contract: str) -> None:
    job = disc.kept_job(office, contract)
    refused(office, f"/jobs/{job}/hand-medium", disc.handing(), "WARD-CD-5")
    assert office.sato.get(f"/jobs/{job}/media/{job}-M01").status_code == 422


@pytest.mark.requirement("WARD-CD-1")
def test_a_medium_whose_notice_lies_nowhere(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    office.sato.act(f"/jobs/{job}/make-medium", {"serial": "", "place": MEDIA})
    page = refused(office, f"/jobs/{job}/hand-medium", disc.handing(), "FAC-OP-1")
    assert "パスワード通知書の作成・保管" in page
    refused(office, f"/jobs/{job}/password-notice", notice(to="suzuki"), "WARD-CD-1")


@pytest.mark.requirement("CL-9")
def test_a_second_medium_or_notice_while_there_is_one(office: Office, contract: str) -> None:
    job = disc.made_job(office, contract)
    refused(office, f"/jobs/{job}/make-medium", {"serial": "", "place": MEDIA}, "CL-9")
    refused(office, f"/jobs/{job}/keep-notice", {"place": NOTICES}, "CL-9")


@pytest.mark.requirement("WARD-CD-3")
def test_another_number_than_went_out(office: Office, contract: str) -> None:
    job = disc.delivered_job(office, contract)
    page = refused(office, f"/jobs/{job}/take-back", disc.taking(office, job, "媒体", quantity="2"), "WARD-CD-3")
    assert "数量が違います" in page


@pytest.mark.requirement("FAC-CD-3")
def test_a_return_before_the_delivery(office: Office, contract: str) -> None:
    job = disc.arrived_job(office, contract)
    page = refused(office, f"/jobs/{job}/take-back", disc.taking(office, job, "媒体"), "FAC-CD-3")
    assert "納品の確認の前に返却はできません" in page


@pytest.mark.requirement("WARD-CD-2")
def test_both_back_on_one_day_into_one_cabinet_or_by_one_person(office: Office, contract: str) -> None:
    job = disc.delivered_job(office, contract)
    office.sato.act(f"/jobs/{job}/take-back", disc.taking(office, job, "媒体"))
    notice_ = "パスワード通知書"
    refused(office, f"/jobs/{job}/take-back", disc.taking(office, job, notice_, on=day(-1)), "WARD-CD-2")
    refused(office, f"/jobs/{job}/take-back", disc.taking(office, job, notice_, place=MEDIA), "WARD-CD-1")
    page = refused(
        office, f"/jobs/{job}/take-back", disc.taking(office, job, notice_, brought_by="takahashi"), "FAC-CD-3"
    )
    assert "もう一方を返却できません" in page


@pytest.mark.requirement("CL-11-12")
def test_an_end_without_a_witness_or_by_another_serial(office: Office, contract: str) -> None:
    job = disc.delivered_job(office, contract)
    disc.take_both_back(office, job)
    page = f"/jobs/{job}/destroy-medium"
    refused(office, page, disc.destroying(office, job, witness="sato"), "CL-11-12")
    refused(office, page, disc.destroying(office, job, serial="5108BA123457"), "CL-11-12")
    refused(office, page, disc.destroying(office, job, witness="takahashi"), "CL-8")
    scrap = {"thing": thing(office, job, "パスワード通知書")["id"]}
    refused(office, f"/jobs/{job}/shred-notice", scrap | {"witness": "sato"}, "CL-11-12")
    refused(office, f"/jobs/{job}/shred-notice", scrap | {"witness": "kansa"}, "CL-8")


@pytest.mark.requirement("FAC-CD-3", "FAC-CD-4")
def test_a_close_with_anything_not_back_not_ended_or_not_confirmed(office: Office, contract: str) -> None:
    """The job is cancelled, so that nothing but medium and notice keeps it open."""
    job = disc.arrived_job(office, contract)
    office.tanaka.act(f"/jobs/{job}/cancel", {"reason": "見本"})
    office.end.tell("cancel-accepted", "suzuki", job, scope="job", parcel=office.sato.state(job)["parcel"])
    copy = f"送付データ:{office.sato.state(job)['parcel'][:8]}@ward"
    until(lambda: all(not one["alive"] for one in office.sato.state(job)["things"] if one["id"] == copy))
    page = f"/jobs/{job}/close"
    assert "まだ残っている物があります" in refused(office, page, {}, "CL-11-12", office.tanaka)
    disc.take_both_back(office, job)
    refused(office, page, {}, "CL-11-12", office.tanaka)
    office.sato.act(f"/jobs/{job}/destroy-medium", disc.destroying(office, job))
    scrap = {"thing": thing(office, job, "パスワード通知書")["id"], "witness": "tanaka"}
    office.sato.act(f"/jobs/{job}/shred-notice", scrap)
    assert "委託先の確認が済んでいない確認書" in refused(office, page, {}, "FAC-CD-4", office.tanaka)
    disc.agree(office, job, 1, 2, 3, 4)
    office.tanaka.act(page)
    assert office.sato.state(job)["closed"]


@pytest.mark.requirement("WORK-5")
def test_a_medium_where_all_goes_by_the_line(office: Office) -> None:
    job = office.sealed_job(office.agreed_contract(places="ward/送信箱\nward/キャビネット1\nfactory/受信箱"))
    refused(office, f"/jobs/{job}/make-medium", {"serial": "", "place": MEDIA}, "WORK-5")


@pytest.mark.parametrize(
    "changes", [{"expected_on": day(-4)}, {"expected_at": "25:00"}, {"on": "きのう"}, {"case": ""}]
)
def test_a_hand_over_of_which_something_is_not_said(office: Office, contract: str, changes: dict[str, str]) -> None:
    job = disc.made_job(office, contract)
    refused(office, f"/jobs/{job}/hand-medium", disc.handing(**changes), "入力" if "case" in changes else "")

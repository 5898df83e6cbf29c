"""The way of a disc before the ward's screens: made, kept apart, handed over, taken back and destroyed."""

from __future__ import annotations

import hashlib
import re

import pytest

from tests.standing import once
from tests.ward import disc
from tests.ward.disc import MEDIA, NOTICES, SERIAL, day, thing
from tests.ward.office import Office, notice, until
from tests.ward.test_media import make

pytestmark = once("office")


@pytest.fixture(scope="module")
def contract(office: Office) -> str:
    return disc.disc_contract(office)


def steps(office: Office, job: str) -> list[str]:
    """The names of the steps, as the page's bar shows them."""
    return re.findall(r'class="step-name">([^<]+)<', office.sato.page(f"/jobs/{job}"))


@pytest.mark.requirement("WORK-5")
def test_the_job_page_goes_the_discs_way_and_never_speaks_of_the_line(office: Office, contract: str) -> None:
    job = disc.kept_job(office, contract)
    page = office.sato.page(f"/jobs/{job}")
    assert "LGWAN" not in page.replace("手渡し（LGWAN", "").partition("<main")[2]
    assert {"媒体の作成・保管", "媒体の受渡し", "到着", "パスワード通知書の受渡し", "返却", "媒体の破壊"} <= set(
        steps(office, job)
    )


@pytest.mark.requirement("WARD-CD-1")
def test_medium_and_notice_have_numbers_of_the_system_and_cabinets_of_their_own(office: Office, contract: str) -> None:
    job = disc.made_job(office, contract)
    assert (thing(office, job, "パスワード通知書")["place"], thing(office, job, "媒体")["place"]) == (NOTICES, MEDIA)
    assert office.end.await_letter("notice-made", job).body["notice"] == f"{job}-P01"
    made = office.end.await_letter("medium-made", job).body
    assert (made["medium"], made["serial"]) == (f"{job}-M01", SERIAL)


@pytest.mark.requirement("WARD-CD-5")
def test_the_image_can_be_fetched_to_be_burnt_and_is_gone_when_the_disc_is_handed_over(
    office: Office, contract: str
) -> None:
    job = disc.made_job(office, contract)
    page = f"/jobs/{job}/media/{job}-M01"
    assert f"tewatashi medium burn {job}-M01.iso" in office.sato.page(page)
    image = office.sato.get(f"{page}/image.iso")
    made = office.end.await_letter("medium-made", job).body
    assert (len(image.content), hashlib.sha256(image.content).hexdigest()) == (made["size"], made["sha256"])
    assert image.headers["Content-Disposition"] == f'attachment; filename="{job}-M01.iso"'
    assert office.kansa.get(f"{page}/image.iso").status_code == 403
    office.sato.act(f"/jobs/{job}/hand-medium", disc.handing())
    until(lambda: f"{job}-M01.iso" not in office.files("media"))
    assert office.sato.get(f"{page}/image.iso").status_code == 422
    assert "burn" not in office.sato.page(page)


@pytest.mark.requirement("WARD-CD-5")
def test_an_image_that_was_burnt_and_read_back_is_erased_at_a_word(office: Office, contract: str) -> None:
    job = disc.made_job(office, contract)
    assert f"{job}-M01.iso" in office.files("media")
    page = f"/jobs/{job}/media/{job}-M01"
    assert office.tanaka.post(page).status_code == 403
    office.sato.act(page)
    assert f"{job}-M01.iso" not in office.files("media")
    assert thing(office, job, "媒体")["alive"]


@pytest.mark.requirement("WARD-SYS-2")
def test_what_a_killed_making_left_the_sweep_removes_and_nothing_that_is_still_to_be_burnt(
    office: Office, contract: str
) -> None:
    kept, job = disc.made_job(office, contract), office.sealed_job(contract)
    with disc.unswept(office):
        make(office, job, f"{job}-M01", "die", check=False)
        assert f"{job}-M01.iso" in office.files("media")
    there = make(office, job, "", "sweep")["there"]
    assert f"{job}-M01" not in there
    assert f"{kept}-M01" in there


@pytest.mark.requirement("CL-8")
def test_a_badly_burnt_medium_is_destroyed_with_its_number_and_another_is_made(office: Office, contract: str) -> None:
    job = disc.made_job(office, contract)
    office.sato.act(f"/jobs/{job}/destroy-medium", disc.destroying(office, job))
    until(lambda: f"{job}-M01.iso" not in office.files("media"))
    assert "媒体の作成・保管" in office.sato.state(job)["state"]
    office.sato.act(f"/jobs/{job}/make-medium", {"serial": "", "place": MEDIA})
    assert thing(office, job, "媒体")["id"].endswith(f"@{job}-M02")
    office.sato.act(f"/jobs/{job}/hand-medium", disc.handing())


@pytest.mark.requirement("WARD-CD-2", "WARD-CD-4", "FAC-CD-3", "CL-11-12")
def test_the_whole_way_ends_with_both_back_and_destroyed(office: Office, contract: str) -> None:
    job = disc.delivered_job(office, contract)
    disc.take_both_back(office, job)
    office.sato.act(f"/jobs/{job}/destroy-medium", disc.destroying(office, job))
    scrap = {"thing": thing(office, job, "パスワード通知書")["id"], "witness": "tanaka"}
    office.sato.act(f"/jobs/{job}/shred-notice", scrap)
    ended = {one["what"]: one["how"] for one in office.sato.state(job)["things"]}
    assert (ended["媒体"], ended["パスワード通知書"]) == ("cut", "shredded")
    body = office.end.await_letter("medium-destroyed", job).body
    assert (body["serial"], body["witness"]) == (SERIAL, "tanaka")


@pytest.mark.accident("kaminokawa-2015", "kannami-2024")
@pytest.mark.requirement("WARD-CD-4")
def test_a_medium_that_does_not_arrive_in_time_raises_one_alarm(office: Office, contract: str) -> None:
    job = disc.made_job(office, contract)
    office.sato.act(f"/jobs/{job}/hand-medium", disc.handing(expected_on=day(-3)))
    until(lambda: _alarms(office, job) == ["medium-not-arrived"])
    assert f"媒体 {job}-M01 の到着が、予定" in office.tanaka.page("/")
    office.end.tell(
        "medium-arrived", "takahashi", job, parcel=office.sato.state(job)["parcel"], medium=f"{job}-M01", case="C-7", intact=True,
        place="factory/金庫1", on=day(-3),
    )  # fmt: skip
    assert "の到着が、予定" not in office.sato.page(f"/jobs/{job}")
    assert _alarms(office, job) == ["medium-not-arrived"]


def _alarms(office: Office, job: str) -> list[str]:
    return [one["kind"] for one in office.sato.state(job)["alarms"] if one["about"].startswith(f"{job} ")]


@pytest.mark.accident("kannami-2024")
@pytest.mark.requirement("CL-8")
def test_what_is_lost_is_recorded_told_and_made_anew(office: Office, contract: str) -> None:
    job = disc.made_job(office, contract)
    lost = {"thing": thing(office, job, "媒体")["id"], "on": day(0), "statement": "郵便室で\r\n見当たらない"}
    office.sato.act(f"/jobs/{job}/lose", lost)
    assert office.end.await_letter("thing-lost", job).body["statement"] == "郵便室で 見当たらない"
    assert [one["how"] for one in office.sato.state(job)["things"] if one["what"] == "媒体"] == ["lost"]
    assert _alarms(office, job) == ["thing-lost"]
    assert "郵便室" not in str(office.sato.state(job)["alarms"])
    office.sato.act(f"/jobs/{job}/make-medium", {"serial": "", "place": MEDIA})
    assert "媒体の紛失が報告されました" in office.tanaka.page("/")


@pytest.mark.accident("kannami-2024", "amagasaki-2022")
@pytest.mark.requirement("WARD-CD-4")
def test_a_medium_that_arrives_broken_raises_an_alarm_and_is_sealed_anew(office: Office, contract: str) -> None:
    job = disc.on_the_way(office, contract)
    parcel = office.sato.state(job)["parcel"]
    arrived = {
        "parcel": parcel,
        "medium": f"{job}-M01",
        "case": "C-7",
        "intact": False,
        "place": "factory/金庫1",
        "on": day(-3),
    }
    office.end.tell("medium-arrived", "takahashi", job, **arrived)
    assert _alarms(office, job) == ["medium-not-intact"]
    assert f"媒体 {job}-M01 が異状のある状態で到着しました" in office.sato.page("/")
    state = office.sato.state(job)
    received = {
        "parcel": parcel,
        "sha256": state["sha256"],
        "size": state["size"],
        "pieces": 3,
        "place": "factory/受信箱",
    }
    office.end.tell("parcel-received", "takahashi", job, **received)
    assert office.acts()[-1] == ("letter-refused", job)
    office.sato.act(f"/jobs/{job}/void", {"reason": "封印の異状"})
    office.end.tell("cancel-accepted", "suzuki", job, scope="parcel", parcel=parcel)
    assert office.sato.state(job)["parcel"] is None


@pytest.mark.requirement("CL-8")
def test_who_took_something_out_of_a_cabinet_has_it_until_it_is_put_back(office: Office, contract: str) -> None:
    job = disc.made_job(office, contract)
    medium = thing(office, job, "媒体")["id"]
    office.sato.act(f"/jobs/{job}/move", {"thing": medium, "place": "", "hand": "sato"})
    assert (thing(office, job, "媒体")["hand"], "所持: 佐藤" in office.kansa.page(f"/jobs/{job}")) == ("sato", True)
    office.sato.act(f"/jobs/{job}/move", {"thing": medium, "place": MEDIA, "hand": ""})
    assert thing(office, job, "媒体")["place"] == MEDIA


@pytest.mark.requirement("FAC-CD-3", "FAC-CD-4")
def test_home_tells_what_is_to_come_back_and_what_the_contractor_has_not_answered_or_disputes(
    office: Office, contract: str
) -> None:
    job = disc.delivered_job(office, contract)
    told = [one["text"] for one in office.sato.state(job)["agenda"]]
    back = {f"媒体 {job}-M01 の返却を待っています", f"パスワード通知書 {job}-P01 の返却を待っています"}
    assert {text for text in told if "返却" in text} == back
    assert any(text.startswith("確認書 K01・K02・K03 の、委託先の確認を待っています") for text in told)
    disc.agree(office, job, 1, 3)
    office.end.tell("countersigned", "suzuki", job, confirmation=f"{job}-K02", agrees=False, note="封が破れていた")
    late = [one["text"] for one in office.sato.state(job)["agenda"] if one["urgency"] == "late"]
    assert f"確認書 {job}-K02 に、相違があると回答されています" in late
    page = office.kansa.page(f"/jobs/{job}")
    assert "封が破れていた" in page
    assert "相違" in page


def test_a_line_job_may_keep_its_notice_in_a_cabinet_first(office: Office) -> None:
    line = office.agreed_contract(places="ward/送信箱\nward/納品窓口\nward/キャビネット2\ngateway/中継\nfactory/受信箱")
    job = office.sealed_job(line)
    office.sato.act(f"/jobs/{job}/keep-notice", {"place": NOTICES})
    assert thing(office, job, "パスワード通知書")["place"] == NOTICES
    office.sato.act(f"/jobs/{job}/password-notice", notice())
    assert thing(office, job, "パスワード通知書")["hand"] == "takahashi"

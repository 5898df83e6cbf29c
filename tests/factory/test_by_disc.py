"""The factory's side of the disc way through its pages: arrival, intake, the ward's records, what is lost."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.cast_of_acts import PEOPLE, STEPS
from tests.counterparty import contract_letters
from tests.factory.test_disc_intake import disc
from tests.factory.works import PASSWORD, Works, prepare, today
from tests.standing import once
from tewatashi.carriers import lgwan
from tewatashi.core.contract import MEDIA_CABINET, MEDIA_SAFE, NOTICE_CABINET, NOTICE_SAFE

BY_DISC = "R8-2"
ARRIVE = {"case": "C-7", "intact": "yes", "place": MEDIA_SAFE}

pytestmark = once("works")


def contract(works: Works) -> None:
    """A contract by disc, agreed as the other one is."""
    if (BY_DISC,) in works.rows("SELECT DISTINCT contract FROM sitekit_ledgerentry WHERE contract = ?", BY_DISC):
        return
    for letter in contract_letters(
        works.ward, "factory.test", contract=BY_DISC, channel="disc", lgwan_asp=None, connection=None
    ):
        lgwan.post_letter(works.line, letter)
    works.tell("workflow-published", "tanaka", None, contract=BY_DISC, version=1, steps=STEPS)
    works.suzuki.act(f"/contracts/{BY_DISC}/acknowledge", {"version": "1"})
    works.suzuki.act(f"/contracts/{BY_DISC}/roster", {f"duty_{one['id']}": one["duty"] for one in PEOPLE})
    works.tell("roster-accepted", "tanaka", None, contract=BY_DISC, version=1)
    prepare(works, BY_DISC)


def left_job(works: Works, folder: Path) -> tuple[str, Path]:
    """A job whose medium is on its way in 高橋's hand, and the medium's image."""
    contract(works)
    job, note, file = works.told_job(contract=BY_DISC)
    parcel = works.suzuki.state(job)["parcel"]
    image = disc(folder, job, note, file)
    sha256 = hashlib.sha256(image.read_bytes()).hexdigest()
    made = {"parcel": parcel, "medium": f"{job}-M01"}
    works.tell("notice-made", "sato", job, parcel=parcel, notice=f"{job}-P01", place=NOTICE_CABINET)
    works.tell(
        "medium-made", "sato", job, sha256=sha256, size=image.stat().st_size, serial="", place=MEDIA_CABINET, **made
    )
    works.tell(
        "medium-handed", "sato", job, to="takahashi", case="C-7", key_holder="suzuki", on=(today() - timedelta(days=1)).isoformat(),
        expected=f"{today().isoformat()}T15:00:00+09:00", **made,
    )  # fmt: skip
    return job, image


def take_in(works: Works, job: str, image: bytes) -> int:
    data = {"csrfmiddlewaretoken": works.takahashi.token()}
    headers = {"Referer": str(works.takahashi.line.base_url)}
    answer = works.takahashi.line.post(
        f"/jobs/{job}/take-in", data=data, files={"image": ("m.iso", image)}, headers=headers
    )
    return answer.status_code


@pytest.mark.requirement("WARD-CD-4")
@pytest.mark.requirement("FAC-CD-1", "FAC-OP-2")
def test_a_medium_arrives_in_its_case_and_goes_into_a_safe(works: Works, tmp_path: Path) -> None:
    job, _ = left_job(works, tmp_path)
    assert "到着を記録する" in works.takahashi.page("/")
    assert "中継" not in works.takahashi.page(f"/jobs/{job}")
    before = works.acts(job)
    assert works.takahashi.refused(f"/jobs/{job}/arrive", {**ARRIVE, "case": "C-8"}) == "other-case"
    assert works.takahashi.post(f"/jobs/{job}/arrive", {**ARRIVE, "place": "factory/印字室"}).status_code == 422
    assert works.people["watanabe"].refused(f"/jobs/{job}/arrive", ARRIVE) == "not-on-roster"
    assert works.acts(job) == before
    works.takahashi.act(f"/jobs/{job}/arrive", ARRIVE)
    medium = next(one for one in works.takahashi.state(job)["things"] if one["what"] == "媒体")
    assert (medium["site"], medium["place"], medium["hand"]) == ("factory", MEDIA_SAFE, None)
    works.takahashi.act(f"/jobs/{job}/move", {"thing": medium["id"], "place": "", "hand": "takahashi"})
    works.takahashi.act(f"/jobs/{job}/move", {"thing": medium["id"], "place": MEDIA_SAFE, "hand": ""})
    assert works.acts(job)[-2:] == ["thing-moved", "thing-moved"]


@pytest.mark.requirement("WARD-CD-5")
@pytest.mark.requirement("FAC-OP-1")
def test_the_parcel_comes_in_from_the_disc_after_its_arrival_and_is_opened_from_the_notice(
    works: Works, tmp_path: Path
) -> None:
    job, image = left_job(works, tmp_path)
    whole, before = image.read_bytes(), works.acts(job)
    assert take_in(works, job, whole) == 422
    assert works.acts(job) == before
    works.takahashi.act(f"/jobs/{job}/arrive", ARRIVE)
    assert take_in(works, job, whole[:-4096]) == 422
    assert take_in(works, job, whole) == 302
    assert works.acts(job)[-1] == "parcel-received"
    assert take_in(works, job, whole) == 422
    works.tell(
        "password-notice-handed", "sato", job, parcel=works.suzuki.state(job)["parcel"], route="hand", to="suzuki", tracking="",
        on=today().isoformat(),
    )  # fmt: skip
    works.takahashi.act(f"/jobs/{job}/open", {"password": PASSWORD})
    works.takahashi.act(f"/jobs/{job}/compose")


@pytest.mark.requirement("WARD-CD-1")
@pytest.mark.requirement("WARD-CD-2")
def test_medium_and_notice_come_together_at_the_factory_neither_in_a_safe_nor_in_a_hand(
    works: Works, tmp_path: Path
) -> None:
    job, _ = left_job(works, tmp_path)
    works.takahashi.act(f"/jobs/{job}/arrive", ARRIVE)
    works.tell(
        "password-notice-handed", "sato", job, parcel=works.suzuki.state(job)["parcel"], route="hand", to="suzuki", tracking="",
        on=today().isoformat(),
    )  # fmt: skip
    things = {one["what"]: one["id"] for one in works.takahashi.state(job)["things"]}
    before = works.acts(job)
    together = {"thing": things["パスワード通知書"], "place": MEDIA_SAFE, "hand": ""}
    assert works.suzuki.refused(f"/jobs/{job}/move", together) == "same-place"
    taken = {"thing": things["媒体"], "place": "", "hand": "suzuki"}
    assert works.suzuki.refused(f"/jobs/{job}/move", taken) == "same-hand"
    assert works.acts(job) == before
    works.suzuki.act(f"/jobs/{job}/move", {**together, "place": NOTICE_SAFE})


@pytest.mark.requirement("FAC-CD-4")
def test_the_wards_record_is_confirmed_or_disputed_and_never_overwritten(works: Works, tmp_path: Path) -> None:
    job, _ = left_job(works, tmp_path)
    number = f"{job}-K01"
    assert "確認書1件を確かめる" in works.suzuki.page(f"/jobs/{job}")
    unsaid = {"confirmation": number, "agrees": "no", "note": ""}
    before = works.acts(job)
    assert works.suzuki.refused(f"/jobs/{job}/countersign", unsaid) == "note-missing"
    assert works.acts(job) == before
    works.suzuki.act(f"/jobs/{job}/countersign", {**unsaid, "note": "鍵の管理者が違う"})
    assert "相違があります" in works.suzuki.page(f"/jobs/{job}")
    works.suzuki.act(f"/jobs/{job}/countersign", {"confirmation": number, "agrees": "yes", "note": ""})
    assert works.acts(job)[-2:] == ["countersigned", "countersigned"]
    assert works.suzuki.post(f"/jobs/{job}/countersign", unsaid).status_code == 422


@pytest.mark.accident("kannami-2024")
def test_a_lost_medium_is_told_at_once_and_the_loss_stays(works: Works, tmp_path: Path) -> None:
    job, _ = left_job(works, tmp_path)
    things = {one["what"]: one["id"] for one in works.takahashi.state(job)["things"]}
    works.takahashi.act(f"/jobs/{job}/lose", {"thing": things["媒体"], "statement": "ケースごと見当たらない。"})
    medium = next(one for one in works.takahashi.state(job)["things"] if one["what"] == "媒体")
    assert (medium["alive"], medium["how"]) == (False, "lost")
    assert "紛失" in works.takahashi.page(f"/jobs/{job}")
    gone = {**ARRIVE, "case": "C-7"}
    assert works.takahashi.refused(f"/jobs/{job}/arrive", gone) == "no-such-medium"
    assert alarms(works, job) == ["thing-lost"]
    assert "媒体の紛失が報告されました" in works.suzuki.page("/")


@pytest.mark.accident("kannami-2024", "amagasaki-2022")
@pytest.mark.requirement("WARD-CD-4")
def test_nothing_is_taken_in_from_a_medium_that_came_broken(works: Works, tmp_path: Path) -> None:
    job, image = left_job(works, tmp_path)
    works.takahashi.act(f"/jobs/{job}/arrive", {**ARRIVE, "intact": "no"})
    assert alarms(works, job) == ["medium-not-intact"]
    before, files = works.acts(job), works.files(job)
    assert take_in(works, job, image.read_bytes()) == 422
    assert (works.acts(job), works.files(job)) == (before, files)
    assert f"媒体 {job}-M01 に異状があります" in works.takahashi.page("/")
    assert "媒体から取り込む" not in works.takahashi.page(f"/jobs/{job}")


def alarms(works: Works, job: str) -> list[str]:
    return [one["kind"] for one in works.suzuki.state(job)["alarms"] if one["about"].startswith(f"{job} ")]


@pytest.mark.requirement("FAC-CD-3")
def test_what_goes_back_is_not_erased_here(works: Works, tmp_path: Path) -> None:
    job, _ = left_job(works, tmp_path)
    works.takahashi.act(f"/jobs/{job}/arrive", ARRIVE)
    assert "媒体" not in works.takahashi.page(f"/jobs/{job}/erase").partition("<main")[2].partition("<form")[2]
    things = {one["what"]: one["id"] for one in works.takahashi.state(job)["things"]}
    before = works.acts(job)
    gone = {"thing": things["媒体"], "method": "shredded", "witness": "suzuki"}
    assert works.takahashi.refused(f"/jobs/{job}/erase", gone) == "no-such-thing"
    assert works.acts(job) == before

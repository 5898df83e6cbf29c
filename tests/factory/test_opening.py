"""Taking a parcel in, and opening it with the password from the paper."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.factory.works import PASSWORD, Works, people_of
from tests.waiting import until
from tewatashi.core.password import new_password


def wrong_password() -> str:
    return new_password(lambda n: bytes(range(1, n + 1)))


def test_a_parcel_that_has_wholly_come_is_received_by_the_system(works: Works) -> None:
    job = works.sent_job()
    state = works.takahashi.state(job)
    assert "parcel-received" in state["done"]
    thing = next(one for one in state["things"] if one["id"].startswith("送付データ:") and one["site"] == "factory")
    assert (thing["place"], thing["quantity"]) == ("factory/受信箱", 3)


@pytest.mark.requirement("FAC-OP-2")
def test_a_handler_opens_it_with_what_he_types_from_the_paper(works: Works) -> None:
    job = works.sent_job()
    works.takahashi.act(f"/jobs/{job}/open", {"password": PASSWORD.lower().replace("-", "　")})
    state = works.takahashi.state(job)
    assert "parcel-opened" in state["done"]
    assert works.files(job) == [f"{job}.records.key", "records.age"]
    ids = [piece for (piece,) in works.rows("SELECT piece FROM factory_piece WHERE job = ? ORDER BY n", job)]
    assert ids == works.sealed[job]


@pytest.mark.requirement("FAC-SYS-4")
def test_nothing_opened_lies_in_the_clear_anywhere_in_the_site(works: Works) -> None:
    job = works.sent_job()
    works.open(job)
    record = people_of(3)[1]
    assert works.holds(record["世帯主氏名"], record["住所"]) == []
    assert (works.data / "vault" / job).stat().st_mode & 0o777 == 0o700
    assert {f.stat().st_mode & 0o777 for f in (works.data / "vault" / job).iterdir()} == {0o600}


@pytest.mark.requirement("FAC-OP-2")
@pytest.mark.parametrize("stranger", ["watanabe", "ito"])
def test_who_is_not_on_the_accepted_roster_can_not_open_it(works: Works, stranger: str) -> None:
    job = works.sent_job()
    acts = works.acts(job)
    assert works.people[stranger].refused(f"/jobs/{job}/open", {"password": PASSWORD}) == "not-on-roster"
    assert (works.acts(job), works.files(job)) == (acts, [])


def test_an_auditor_looks_and_touches_nothing(works: Works) -> None:
    job = works.sent_job()
    kansa = works.people["kansa"]
    assert "基準日" in kansa.page(f"/jobs/{job}")
    assert kansa.get(f"/jobs/{job}/reads").status_code == 200
    for act in ("open", "compose", "print", "reads", "enclose", "erase", "claim"):
        assert kansa.post(f"/jobs/{job}/{act}").status_code == 403


@pytest.mark.requirement("FAC-OP-1")
def test_it_is_not_opened_before_the_password_notice_was_handed_over(works: Works) -> None:
    job = works.sent_job(notice=False)
    assert works.takahashi.refused(f"/jobs/{job}/open", {"password": PASSWORD}) == "too-early"
    assert works.files(job) == []
    works.hand_notice(job)
    works.open(job)


def test_a_mistyped_group_is_named_before_anything_is_tried(works: Works) -> None:
    job = works.sent_job()
    answer = works.takahashi.post(f"/jobs/{job}/open", {"password": "X" + PASSWORD[1:]})
    assert (answer.status_code, "1組目" in answer.text, PASSWORD[1:] in answer.text) == (422, True, False)
    assert works.files(job) == []


def test_a_wrong_password_leaves_nothing_and_the_right_one_opens_afterwards(works: Works) -> None:
    job = works.sent_job()
    acts = works.acts(job)
    assert works.takahashi.refused(f"/jobs/{job}/open", {"password": wrong_password()}) == "age-password"
    assert (works.acts(job), works.files(job)) == (acts, [])
    assert works.rows("SELECT count(*) FROM factory_piece WHERE job = ?", job) == [(0,)]
    works.open(job)


def test_it_is_opened_once(works: Works) -> None:
    job = works.sent_job()
    works.open(job)
    before = works.files(job)
    assert works.takahashi.refused(f"/jobs/{job}/open", {"password": PASSWORD}) == "done-already"
    assert works.files(job) == before


@pytest.mark.requirement("FAC-SYS-4")
def test_looser_rights_of_the_vault_stop_the_work(works: Works) -> None:
    job = works.sent_job()
    works.open(job)
    folder = works.data / "vault" / job
    folder.chmod(0o750)
    try:
        acts = works.acts(job)
        assert works.takahashi.refused(f"/jobs/{job}/compose") == "rights-loose"
        assert works.acts(job) == acts
    finally:
        folder.chmod(0o700)
    (folder / "records.age").chmod(0o640)
    try:
        assert works.takahashi.refused(f"/jobs/{job}/compose") == "rights-loose"
    finally:
        (folder / "records.age").chmod(0o600)


@pytest.mark.requirement("FAC-SYS-4")
def test_a_site_whose_vault_others_can_enter_does_not_start(works: Works) -> None:
    job = works.sent_job()
    works.open(job)
    folder = works.data / "vault" / job
    folder.chmod(0o711)
    try:
        command = [sys.executable, "-m", "tewatashi.sitekit.serve", str(works.folder / "site.toml")]
        ended = subprocess.run(command, capture_output=True, timeout=60, check=False)
        assert (ended.returncode, "アクセス権が緩すぎます" in ended.stderr.decode()) == (4, True)
    finally:
        folder.chmod(0o700)


def test_what_a_killed_opening_left_is_gone_when_it_is_opened_again(works: Works) -> None:
    job = works.sent_job()
    folder = works.data / "vault" / job
    folder.mkdir(mode=0o700, parents=True)
    for name in ("records.age.part", "records.age"):
        (folder / name).write_bytes(b"half")
        (folder / name).chmod(0o600)
    works.open(job)
    assert works.files(job) == [f"{job}.records.key", "records.age"]


def test_a_site_killed_while_it_opens_opens_again_and_ends_the_same(works: Works) -> None:
    job = works.sent_job(2000)
    folder = works.data / "vault" / job
    works.kill_when(lambda: any(folder.glob("records*")), f"/jobs/{job}/open", {"password": PASSWORD})
    if "parcel-opened" not in works.takahashi.state(job)["done"]:
        works.open(job)
    assert works.acts(job).count("parcel-opened") == 1
    assert works.files(job) == [f"{job}.records.key", "records.age"]
    ids = [piece for (piece,) in works.rows("SELECT piece FROM factory_piece WHERE job = ? ORDER BY n", job)]
    assert ids == works.sealed[job]


@pytest.mark.requirement("FAC-SYS-4")
def test_what_a_killed_opening_left_goes_though_nobody_opens_it_again(works: Works) -> None:
    job = works.sent_job(2000)
    folder = works.data / "vault" / job
    works.kill_when(lambda: any(folder.glob("records*")), f"/jobs/{job}/open", {"password": PASSWORD})
    if "parcel-opened" not in works.takahashi.state(job)["done"]:
        until(lambda: works.files(job) == [])
    kept = works.sent_job()
    works.open(kept)
    works.tell("withdrawal-requested", "sato", kept, version=1, digests=["ab" * 32])  # a letter wakes the sweep
    assert works.files(kept) == [f"{kept}.records.key", "records.age"]

"""The ward asks to cancel a parcel or the job; the factory answers by itself, and everything can still come to its end."""

from __future__ import annotations

from collections.abc import Callable

from tests.factory.works import Works
from tests.waiting import until


def ask(works: Works, job: str, scope: str) -> None:
    parcel = works.takahashi.state(job)["parcel"]
    works.tell("cancel-requested", "tanaka", job, scope=scope, parcel=parcel, reason="基準日の誤り")


def answered(works: Works, job: str, kind: str) -> Callable[[], bool]:
    return lambda: kind in works.acts(job)


def alive(works: Works, job: str) -> list[str]:
    things = works.takahashi.state(job)["things"]
    return sorted(one["what"] for one in things if one["alive"] and one["site"] == "factory")


def test_a_parcel_that_was_not_opened_is_voided_and_erased_here(works: Works) -> None:
    job = works.sent_job()
    ask(works, job, "parcel")
    until(lambda: "copy-erased" in works.acts(job))
    assert works.acts(job)[-2:] == ["cancel-accepted", "copy-erased"]
    assert alive(works, job) == ["パスワード通知書"]
    assert works.takahashi.refused(f"/jobs/{job}/open", {"password": "x"}) == "out-of-order"


def test_a_parcel_that_was_opened_is_not_voided(works: Works) -> None:
    job = works.sent_job()
    works.open(job)
    ask(works, job, "parcel")
    until(answered(works, job, "cancel-refused"))
    works.takahashi.act(f"/jobs/{job}/compose")


def test_a_cancelled_job_goes_no_further_and_everything_of_it_is_destroyed_and_reported(works: Works) -> None:
    job = works.printed_job()
    ask(works, job, "job")
    until(answered(works, job, "cancel-accepted"))
    assert works.takahashi.refused(f"/jobs/{job}/remake") == "job-cancelled"
    assert "案件は中止されました" in works.takahashi.page(f"/jobs/{job}")
    claim = {"witness": "takahashi", "statement": "消去しました。"}
    assert works.suzuki.refused(f"/jobs/{job}/claim", claim) == "copies-left"
    assert "通知書" in alive(works, job)
    works.takahashi.act(f"/jobs/{job}/erase", {"all": "1", "witness": "suzuki"})
    assert (alive(works, job), works.files(job)) == ([], [])
    works.suzuki.act(f"/jobs/{job}/claim", claim)
    assert works.acts(job)[-1] == "erasure-claimed"


def test_the_answer_waits_for_whoever_is_at_work_on_the_job(works: Works) -> None:
    """A print run that was killed half-way has sheets in the tray: they are recorded before the job is cancelled."""
    job = works.sent_job()
    works.open(job)
    works.takahashi.act(f"/jobs/{job}/compose")
    path = f"/jobs/{job}/print"
    works.kill_when(lambda: any(works.paper.rglob(f"*{job}*")), path)
    ask(works, job, "job")
    if "pieces-printed" not in works.acts(job):
        assert "cancel-accepted" not in works.acts(job)
        works.takahashi.act(path)
    until(answered(works, job, "cancel-accepted"))
    assert works.acts(job).index("pieces-printed") < works.acts(job).index("cancel-accepted")

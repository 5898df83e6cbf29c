"""The ward asks to cancel, and goes by the factory's answer."""

from __future__ import annotations

from tests.waiting import until
from tests.ward.office import Office, extract


def asked(office: Office, job: str, scope: str) -> dict[str, object]:
    return {"scope": scope, "parcel": office.sato.state(job)["parcel"]}


def test_a_sent_parcel_is_void_when_the_factory_says_so_and_can_be_sealed_anew(office: Office, contract: str) -> None:
    job = office.sent_job(contract)
    said = asked(office, job, "parcel")
    office.sato.act(f"/jobs/{job}/void", {"reason": "基準日の誤り"})
    assert office.sato.state(job)["parcel"] == said["parcel"]
    answer = office.sato.post(f"/jobs/{job}/withdraw", {"numbers": "0000000001"})
    assert (answer.status_code, "being-cancelled" in answer.text) == (422, True)
    assert "取消しの依頼への回答を待っています" in office.sato.page("/")
    office.end.tell("cancel-accepted", "system", job, **said)
    assert office.sato.state(job)["parcel"] is None
    assert office.seal(job, extract()).status_code == 200
    assert office.sato.state(job)["parcel"] not in (None, said["parcel"])


def test_a_refused_cancelling_leaves_the_job_as_it_was(office: Office, contract: str) -> None:
    job = office.sent_job(contract)
    said = asked(office, job, "parcel")
    office.sato.act(f"/jobs/{job}/void", {"reason": "基準日の誤り"})
    office.end.tell("cancel-refused", "system", job, reason="開封した", **said)
    assert office.sato.state(job)["parcel"] == said["parcel"]
    assert "取消しの依頼への回答" not in office.sato.page(f"/jobs/{job}")


def test_a_job_that_was_never_opened_is_closed_when_nothing_of_it_is_left(office: Office, contract: str) -> None:
    job = office.sealed_job(contract)
    said = asked(office, job, "job")
    office.tanaka.act(f"/jobs/{job}/cancel", {"reason": "事業の中止"})
    assert office.tanaka.post(f"/jobs/{job}/close").status_code == 422
    office.end.tell("cancel-accepted", "system", job, **said)
    until(lambda: not any(one["alive"] for one in office.tanaka.state(job)["things"]))
    office.tanaka.act(f"/jobs/{job}/close")
    assert "job-closed" in office.tanaka.state(job)["done"]

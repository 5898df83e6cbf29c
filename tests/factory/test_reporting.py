"""A report with personal data leaves the factory sealed, its password on another occasion (FAC-CD-2)."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from datetime import timedelta

import httpx
import pytest

from tests.at_a_screen import Person
from tests.factory.works import PASSWORD, Works, today
from tests.read_pdf import pdf_of, read_pdf
from tests.standing import once
from tests.waiting import until
from tewatashi.core.age import Passphrase, decrypt

pytestmark = [pytest.mark.requirement("FAC-CD-2"), once("works")]
RESIDENT = "宛先不明 山田 花子 見本区見本町一丁目"


def yesterday() -> str:
    return (today() - timedelta(days=1)).isoformat()


def tomorrow() -> str:
    return (today() + timedelta(days=1)).isoformat()


def opened_job(works: Works) -> str:
    job = works.sent_job()
    works.takahashi.act(f"/jobs/{job}/open", {"password": PASSWORD})
    return job


def seal(person: Person, job: str, data: bytes = RESIDENT.encode(), content: str = "宛先不明一覧") -> httpx.Response:
    files = {"report": ("returned.csv", data, "text/csv")}
    return person.post(f"/jobs/{job}/seal-report", {"content": content}, files=files)


def report_of(works: Works, job: str) -> str:
    found = re.search(r"/reports/([0-9a-f]{8})\.age", works.suzuki.page(f"/jobs/{job}"))
    assert found is not None
    return found[1]


def sealed_job(works: Works) -> tuple[str, str]:
    job = opened_job(works)
    assert seal(works.suzuki, job).status_code == 200
    return job, report_of(works, job)


def files(works: Works) -> list[str]:
    folder = works.data / "reports"
    return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def test_a_report_is_sealed_as_it_streams_in_and_its_password_is_shown_once(works: Works) -> None:
    job = opened_job(works)
    answer = seal(works.suzuki, job)
    password = re.search(r'<code id="password">([^<]+)</code>', answer.text)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert password is not None
    report = report_of(works, job)
    age = works.suzuki.get(f"/jobs/{job}/reports/{report}.age")
    assert b"".join(decrypt([age.content], Passphrase(password[1]))).decode() == RESIDENT
    pdf = pdf_of(answer)
    assert not works.holds(RESIDENT, password[1], pdf.decode()[400:460])
    text, codes = read_pdf(b64decode(pdf))
    assert all(part in text for part in (*password[1].split("-"), "裁断の期限", "裁断確認", f"{job}-報告通知-{report}"))
    assert [code.split()[:2] for code in codes] == [["TEWATASHI", f"{job}-報告通知-{report}"]]
    things = {one["what"]: one for one in works.suzuki.state(job)["things"] if "報告" in one["what"]}
    assert (things["報告データ"]["place"], things["報告の通知書"]["hand"]) == ("factory/保管庫", "suzuki")
    assert works.acts(job)[-1] == "report-sealed"


def test_a_refused_report_leaves_nothing(works: Works) -> None:
    before = files(works)
    job = works.sent_job()
    acts = works.acts(job)
    assert seal(works.suzuki, job).status_code == 422
    works.takahashi.act(f"/jobs/{job}/open", {"password": PASSWORD})
    assert seal(works.suzuki, job, b"").status_code == 422
    assert seal(works.suzuki, job, content=" ").status_code == 422
    assert seal(works.people["watanabe"], job).status_code == 422
    assert works.acts(job) == [*acts, "parcel-opened"]
    assert files(works) == before


def test_medium_and_notice_go_on_different_days_by_different_people(works: Works) -> None:
    job, report = sealed_job(works)
    medium = {"report": report, "to": "sato", "on": yesterday()}
    notice = {"report": report, "to": "tanaka", "on": today().isoformat()}
    before = works.acts(job)
    assert works.suzuki.refused(f"/jobs/{job}/hand-report", medium) == "same-hand"
    assert works.takahashi.refused(f"/jobs/{job}/hand-report", {**medium, "on": tomorrow()}) == "not-yet"
    assert works.people["watanabe"].refused(f"/jobs/{job}/hand-report", medium) == "not-on-roster"
    assert works.acts(job) == before
    works.takahashi.act(f"/jobs/{job}/hand-report", medium)
    before = works.acts(job)
    assert works.suzuki.refused(f"/jobs/{job}/hand-report-notice", {**notice, "on": medium["on"]}) == "same-day"
    assert works.suzuki.refused(f"/jobs/{job}/hand-report-notice", {**notice, "to": "sato"}) == "same-hand"
    assert works.takahashi.refused(f"/jobs/{job}/hand-report-notice", notice) == "same-hand"
    assert (
        works.takahashi.refused(f"/jobs/{job}/hand-report", {**medium, "on": today().isoformat()})
        == "report-handed-already"
    )
    assert works.acts(job) == before
    works.suzuki.act(f"/jobs/{job}/hand-report-notice", notice)
    assert works.acts(job)[-2:] == ["report-handed", "report-notice-handed"]
    assert "高橋 → " in works.suzuki.page(f"/jobs/{job}")
    assert works.suzuki.get(f"/jobs/{job}/hand-report-notice").status_code == 422  # none is left


def test_the_factorys_copy_goes_when_the_ward_has_it_and_before_the_claim(works: Works) -> None:
    job, report = sealed_job(works)
    works.takahashi.act(f"/jobs/{job}/hand-report", {"report": report, "to": "sato", "on": today().isoformat()})
    file = {"thing": f"報告データ:{report}@factory", "method": "deleted", "witness": ""}
    before, kept = works.acts(job), files(works)
    assert works.suzuki.refused(f"/jobs/{job}/erase", file) == "too-early"
    assert (works.acts(job), files(works)) == (before, kept)
    name = next(one for one in kept if one.startswith(report))
    size = (works.data / "reports" / name).stat().st_size
    sha256 = hashlib.sha256((works.data / "reports" / name).read_bytes()).hexdigest()
    works.tell(
        "report-received", "sato", job, report=name.removesuffix(".age"), sha256=sha256, size=size, place="ward/納品窓口"
    )  # fmt: skip
    works.suzuki.act(f"/jobs/{job}/erase", file)
    assert name not in files(works)
    assert works.suzuki.get(f"/jobs/{job}/reports/{report}.age").status_code == 422


def test_what_a_killed_sealing_left_is_swept(works: Works) -> None:
    _, report = sealed_job(works)
    left = works.data / "reports" / f"{'0' * 32}.age"
    left.write_bytes(b"age-encryption.org/v1")
    left.chmod(0o600)
    works.told_job()  # a letter wakes whatever waits for its turn
    until(lambda: left.name not in files(works))
    assert any(name.startswith(report) for name in files(works))

"""A report with personal data comes to the ward sealed, and is opened with the password from its notice (FAC-CD-2)."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from tests.standing import once
from tests.waiting import until
from tests.ward.office import Office, today
from tests.ward.test_delivery import text_of
from tewatashi.core.age import Passphrase, encrypt
from tewatashi.core.password import new_password
from tewatashi.documents.wareki import era_day

pytestmark = [pytest.mark.requirement("FAC-CD-2"), once("office")]
RESIDENT = "宛先不明 架空野花子 見本区見本町一丁目\r\n" * 5000  # of several of age's chunks


@dataclass
class Sealed:
    """A report as the factory's counterpart sealed it."""

    report: str
    data: bytes
    password: str

    @property
    def short(self) -> str:
        return self.report[:8]

    @property
    def told(self) -> dict[str, Any]:
        return {"report": self.report, "sha256": hashlib.sha256(self.data).hexdigest(), "size": len(self.data)}


def sealed(plain: str = RESIDENT) -> Sealed:
    password = new_password(secrets.token_bytes)
    data = b"".join(encrypt([plain.encode()], Passphrase(password, 10), secrets.token_bytes))
    return Sealed(secrets.token_hex(16), data, password)


def reported_job(office: Office, contract: str) -> tuple[str, Sealed]:
    """A job whose factory has handed a report's medium to 佐藤 yesterday, and its notice to 田中 today."""
    job, one = office.sent_job(contract), sealed()
    tell = office.end.tell
    parcel = office.sato.state(job)["parcel"]
    tell("parcel-opened", "takahashi", job, parcel=parcel, pieces=3, place="factory/保管庫")
    tell("report-sealed", "suzuki", job, content="宛先不明一覧", place="factory/保管庫", **one.told)
    yesterday = (today() - timedelta(days=1)).isoformat()
    tell("report-handed", "takahashi", job, report=one.report, medium=f"{job}-H01", to="sato", on=yesterday)
    tell("report-notice-handed", "suzuki", job, report=one.report, to="tanaka", on=today().isoformat())
    return job, one


def receive(office: Office, job: str, report: str, data: bytes) -> httpx.Response:
    files = {"file": ("report.age", data, "application/octet-stream")}
    return office.sato.post(f"/jobs/{job}/receive-report", {"report": report[:8]}, files=files)


def entries(office: Office, job: str) -> list[str]:
    return [kind for kind, about in office.acts() if about == job]


def test_a_report_is_taken_in_and_opened_at_the_clerks_computer(office: Office, contract: str) -> None:
    job, one = reported_job(office, contract)
    assert "報告データを受け取る" in office.sato.page(f"/jobs/{job}")
    assert receive(office, job, one.report, one.data).status_code == 302
    assert office.end.await_letter("report-received", job).body["sha256"] == one.told["sha256"]
    opened = office.sato.post(f"/jobs/{job}/open-report", {"named": one.report[:8], "typed": one.password.lower()})
    assert opened.content.decode() == RESIDENT
    assert opened.headers["Content-Disposition"] == f'attachment; filename="{job}-{one.report[:8]}.csv"'
    assert opened.headers["Cache-Control"] == "no-store"
    assert entries(office, job)[-1] == "report-opened"
    assert not office.holds("架空野花子", one.password)
    assert office.kansa.post(f"/jobs/{job}/open-report", {"named": one.report[:8]}).status_code == 403


def test_other_bytes_are_refused_and_leave_nothing(office: Office, contract: str) -> None:
    job, one = reported_job(office, contract)
    before, files = entries(office, job), office.files("reports")
    changed = bytearray(one.data)
    changed[-1] ^= 1
    for data in (bytes(changed), one.data[:-1], one.data + b"\n", b""):
        assert receive(office, job, one.report, data).status_code == 422
    assert receive(office, job, "f" * 32, one.data).status_code == 422
    assert (entries(office, job), office.files("reports")) == (before, files)
    assert receive(office, job, one.report, one.data).status_code == 302
    assert receive(office, job, one.report, one.data).status_code == 422
    assert f"{one.report}.age" in office.files("reports")


def test_a_wrong_password_opens_nothing_and_is_not_written_down(office: Office, contract: str) -> None:
    job, one = reported_job(office, contract)
    early = {"named": one.report[:8], "typed": one.password}
    assert office.sato.refused(f"/jobs/{job}/open-report", early) == "report-gone"
    assert receive(office, job, one.report, one.data).status_code == 302
    before = entries(office, job)
    other = new_password(secrets.token_bytes)
    assert office.sato.refused(f"/jobs/{job}/open-report", {**early, "typed": other}) == "age-password"
    assert office.sato.refused(f"/jobs/{job}/open-report", {**early, "typed": other[:-1]}) == "password-group"
    assert entries(office, job) == before


def test_medium_notice_and_sealed_file_end_at_the_ward_before_a_witness(office: Office, contract: str) -> None:
    job, one = reported_job(office, contract)
    short = one.report[:8]
    file, medium, notice = f"報告データ:{short}@ward", f"報告の媒体:{short}@{job}-H01", f"報告の通知書:{short}@factory"
    before = entries(office, job)
    assert office.sato.refused(f"/jobs/{job}/end-report", {"thing": medium, "witness": "tanaka"}) == "no-such-thing"
    assert entries(office, job) == before
    assert receive(office, job, one.report, one.data).status_code == 302
    before = entries(office, job)
    assert office.sato.refused(f"/jobs/{job}/end-report", {"thing": file, "witness": "sato"}) == "witness-self"
    assert (entries(office, job), f"{one.report}.age" in office.files("reports")) == (before, True)
    for thing in (file, medium, notice):
        office.sato.act(f"/jobs/{job}/end-report", {"thing": thing, "witness": "tanaka"})
    assert f"{one.report}.age" not in office.files("reports")
    left = [thing for thing in office.sato.state(job)["things"] if "報告" in thing["what"] and thing["site"] == "ward"]
    assert not any(thing["alive"] for thing in left)


def test_a_lost_medium_of_a_report_is_told_and_another_may_come(office: Office, contract: str) -> None:
    job, one = reported_job(office, contract)
    medium = f"報告の媒体:{one.report[:8]}@{job}-H01"
    office.sato.act(f"/jobs/{job}/lose", {"thing": medium, "on": today().isoformat(), "statement": "見当たりません。"})
    assert office.end.await_letter("thing-lost", job).body["thing"] == medium


def test_what_a_killed_intake_left_is_swept(office: Office, contract: str) -> None:
    left = office.data / "reports" / f"{'0' * 32}.age"
    left.parent.mkdir(mode=0o700, exist_ok=True)
    left.write_bytes(b"age-encryption.org/v1")
    left.chmod(0o600)
    reported_job(office, contract)  # letters wake whatever waits for its turn
    until(lambda: left.name not in office.files("reports"))


@pytest.mark.requirement("WARD-CD-3", "FAC-CD-4")
def test_each_hand_over_of_a_report_has_its_receipt(office: Office, contract: str) -> None:
    job, one = reported_job(office, contract)
    page = office.kansa.page(f"/jobs/{job}")
    medium, notice = dict.fromkeys(re.findall(rf"/jobs/{job}/confirmations/({job}-報告-[0-9]+).pdf", unquote(page)))
    text = text_of(office.kansa.get(f"/jobs/{job}/confirmations/{medium}.pdf").content)
    for words in (
        "データ授受確認書（報告）",
        medium,
        f"{job}-H01",
        "1枚",
        "高橋",
        "佐藤",
        "宛先不明一覧",
        one.short,
        "まだ内容を確かめて",
    ):
        assert words in text, words
    assert one.told["sha256"] in text
    assert receive(office, job, one.report, one.data).status_code == 302
    text = text_of(office.kansa.get(f"/jobs/{job}/confirmations/{medium}.pdf").content)
    assert "区が内容を確かめた日時" in text
    text = text_of(office.kansa.get(f"/jobs/{job}/confirmations/{notice}.pdf").content)
    for words in ("報告", "1通", "鈴木", "田中", "パスワード通知書", era_day(today()), "相違ありません"):
        assert words in text, words
    assert one.password not in text


@pytest.mark.requirement("CL-8")
def test_the_register_of_media_has_those_that_the_contractor_brought(office: Office, contract: str) -> None:
    job, one = reported_job(office, contract)
    assert receive(office, job, one.report, one.data).status_code == 302
    medium = f"報告の媒体:{one.short}@{job}-H01"
    office.sato.act(f"/jobs/{job}/end-report", {"thing": medium, "witness": "tanaka"})
    page = office.kansa.page("/media")
    (row,) = [row for row in page.split("<tr>") if f"{job}-H01" in row]
    text = text_of(office.kansa.get("/media.pdf").content)
    for words in ("宛先不明一覧", "高橋", "佐藤", "立会 田中", "裁断", "委託先からの報告"):
        assert words in row, words
    assert f"{job}-H01" in text

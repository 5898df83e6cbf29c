"""What hasn't happened yet, on the ward's first page, as an alarm, and where everything is meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.ward import disc
from tests.ward.disc import MEDIA, NOTICES, day
from tests.ward.office import Office, extract, notice, today, until


def _late(office: Office, about: str) -> list[str]:
    """The urgent lines of the first page about this job or contract."""
    listed = re.findall(r'<li class="late">(.*?)</li>', office.tanaka.page("/"), re.DOTALL)
    return [text for line in listed if about in (text := re.sub(r"<[^>]+>", "", line))]


def _alarms(office: Office, job: str) -> list[str]:
    return sorted(one["kind"] for one in office.sato.state(job)["alarms"] if one["about"].startswith(f"{job} "))


def _agreed(office: Office, job: str, number: int) -> None:
    """The contractor confirms; a site looks for what is overdue when a letter comes, and else once a minute."""
    office.end.tell("countersigned", "suzuki", job, confirmation=f"{job}-K{number:02}", agrees=True, note="")


def _handed_job(office: Office, contract: str) -> str:
    """A job whose medium and notice are at the contractor, and were to be back yesterday."""
    job = office.job(contract, deliver_by=day(-2), erase_by=day(-1))
    assert office.seal(job, extract(3)).status_code == 200
    office.sato.act(f"/jobs/{job}/keep-notice", {"place": NOTICES})
    office.sato.act(f"/jobs/{job}/make-medium", {"serial": disc.SERIAL, "place": MEDIA})
    office.sato.act(f"/jobs/{job}/hand-medium", disc.handing())
    return job


@pytest.fixture(scope="module")
def by_disc(office: Office) -> str:
    return disc.disc_contract(office)


@pytest.mark.requirement("FAC-CD-3")
@pytest.mark.accident("amagasaki-2022")
def test_a_medium_that_did_not_come_back_is_overdue_and_raises_one_alarm(office: Office, by_disc: str) -> None:
    job = _handed_job(office, by_disc)
    _agreed(office, job, 1)
    until(lambda: _alarms(office, job) == ["not-delivered", "not-returned"])
    (line,) = [line for line in _late(office, job) if "返却" in line]
    assert (f"媒体 {job}-M01" in line, "1日過ぎています" in line) == (True, True)
    office.sato.act(f"/jobs/{job}/password-notice", notice(to="suzuki", on=day(-2)))
    _agreed(office, job, 2)
    until(lambda: _alarms(office, job) == ["not-delivered", "not-returned", "not-returned"])  # the notice, too


def test_what_is_in_time_is_no_line_of_its_own(office: Office, by_disc: str) -> None:
    job = office.job(by_disc)
    assert _late(office, job) == []
    assert _alarms(office, job) == []


@pytest.mark.requirement("WORK-6")
def test_a_certificate_warns_from_ninety_days_before_it_lapses(office: Office) -> None:
    near = office.contract(privacy_mark_expires=(today() + timedelta(days=90)).isoformat())
    far = office.contract(privacy_mark_expires=(today() + timedelta(days=91)).isoformat())
    page = office.tanaka.page("/")
    lines = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r'<li class="soon">(.*?)</li>', page, re.DOTALL)]
    warned = [one for one in lines if "プライバシーマーク" in one]
    assert ["あと90日" in one for one in warned if f"契約 {near} " in one] == [True]
    assert not [one for one in warned if f"契約 {far} " in one]


@pytest.mark.requirement("CL-8")
@pytest.mark.parametrize("role", ["sato", "kansa"])
def test_where_everything_is_and_was_is_told_to_the_ward_and_its_auditor(
    office: Office, by_disc: str, role: str
) -> None:
    person = office.people[role]
    job = disc.made_job(office, by_disc)
    place = person.page(f"/where?place={quote(MEDIA)}")
    assert f"{job}-M01" in place
    assert f"{job}-P01" not in place.partition("<tbody>")[2]
    office.sato.act(f"/jobs/{job}/hand-medium", disc.handing())
    assert f"{job}-M01" not in person.page(f"/where?place={quote(MEDIA)}").partition("<tbody>")[2]
    assert f"{job}-M01" in person.page(f"/where?person=takahashi&contract={by_disc}").partition("<tbody>")[2]
    yesterday = person.page(f"/where?job={job}&on={day(-1)}")
    assert "当てはまる物はありません" in yesterday

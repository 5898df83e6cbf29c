"""What is due: everything that has not happened yet and has a day by which it must, derived from the ledger alone.

A day counts in working days of the ward where the paper gives no date of its own (a receipt, a countersignature); the
calendar comes in, as holidays and the ward's closures are no rule of custody.

Rules
  FAC-LG-1, WARD-CD-4  a parcel that was sent is received, a medium that left arrives
  FAC-CD-4             each 確認書 is countersigned
  WARD-OP-4            what was delivered is counted
  FAC-CD-3, FAC-OP-7   medium and notice come back, every copy is erased and the report handed in
  WORK-6, FAC-OP-4, FAC-OP-5, CL-1-2  certificates, contacts, training and pledges are in force
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from tewatashi.core.acts import Role
from tewatashi.core.certificate import NAMES as CERTIFICATES
from tewatashi.core.certificate import Certificate
from tewatashi.core.contract import Standing
from tewatashi.core.custody import KEY, MEDIUM, NOTICE, Job, Thing, live_copies
from tewatashi.core.preparation import NAMES, fiscal_year

IsWorkingDay = Callable[[date], bool]
Urgency = Literal["overdue", "today", "soon", "later"]

_SOON: Final = 3  # days ahead from which something is worth a look
_CERTIFICATE_WARNINGS: Final = (90, 30, 0)  # days ahead


@dataclass(frozen=True)
class Obligation:
    """One thing that somebody still owes.

    code         stable, for programs;  who  the site that has to act;  due  the last day on which it is in time
    about        number of the job or contract;  requirement  the sentence that asks for it
    whom         whose it is, where it is one person's: a name of the contractor's staff, which goes no further than a page
    """

    code: str
    what: str
    who: Role
    due: date
    about: str
    requirement: str
    whom: str = ""

    def urgency(self, today: date) -> Urgency:
        """How it stands today."""
        left = (self.due - today).days
        return "overdue" if left < 0 else "today" if left == 0 else "soon" if left <= _SOON else "later"


def working_days_after(day: date, count: int, is_working_day: IsWorkingDay) -> date:
    """The day that is `count` working days after this one."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def of_job(job: Job, standing: Standing, is_working_day: IsWorkingDay) -> list[Obligation]:
    """What is owed in this job, the earliest first."""
    if job.closed:
        return []
    found = [*_on_the_way(job, is_working_day), *_papers(job, is_working_day), *_ending(job, standing, is_working_day)]
    if not job.cancelled:
        found += _delivery(job, is_working_day)
    return sorted(found, key=lambda one: one.due)


def of_contract(standing: Standing, today: date) -> list[Obligation]:
    """What is owed under this contract before data may be handed over, and what lapses within 90 days; the earliest first."""
    found = [*_certificates(standing, today), *_papers_of(standing, today), *_people(standing, today)]
    return sorted(found, key=lambda one: one.due)


# ------------------------------------------------------------------------------------------------------------ a job


def _on_the_way(job: Job, is_working_day: IsWorkingDay) -> Iterator[Obligation]:
    sent = job.done.get("parcel-sent")
    if sent and not job.did("parcel-received") and not job.cancelled:
        due = working_days_after(_day(sent), 1, is_working_day)
        yield Obligation("not-received", "送付データの受領", "factory", due, job.number, "FAC-LG-1")
    for thing, trip in job.trips.items():
        if trip.arrived is None and job.things[thing].alive:
            due = _day(trip.expected)
            yield Obligation(
                "not-arrived", f"媒体 {job.things[thing].number} の到着の確認", "factory", due, job.number, "WARD-CD-4"
            )


def _papers(job: Job, is_working_day: IsWorkingDay) -> Iterator[Obligation]:
    for one in job.confirmations.values():
        if not one.agreed:
            due = working_days_after(_day(one.at), 1, is_working_day)
            words = "相違の解消" if one.agreed is False else "確認"
            yield Obligation(
                "not-countersigned", f"確認書 {one.number} の{words}", "factory", due, job.number, "FAC-CD-4"
            )


def _delivery(job: Job, is_working_day: IsWorkingDay) -> Iterator[Obligation]:
    if not job.did("notices-delivered"):
        yield Obligation("not-delivered", "納品", "factory", job.deliver_by, job.number, "WARD-OP-4")
    elif not job.did("delivery-confirmed"):
        due = working_days_after(_day(job.done["notices-delivered"]), 1, is_working_day)
        yield Obligation("not-counted", "納品された数の確認", "ward", due, job.number, "WARD-OP-4")


def _ending(job: Job, standing: Standing, is_working_day: IsWorkingDay) -> Iterator[Obligation]:
    by = _end_of(job, standing)
    for thing in live_copies(job):
        if thing.what == KEY:  # is owed with what it opens
            continue
        yield from _ending_of(thing, job, by, standing, is_working_day)
    if job.ever_opened and not job.did("erasure-claimed"):
        yield Obligation("not-reported", "データ消去報告書の提出", "factory", by, job.number, "FAC-OP-7")
    if job.did("erasure-claimed") and not job.did("erasure-verified"):
        due = working_days_after(_day(job.done["erasure-claimed"]), 5, is_working_day)
        yield Obligation("not-verified", "消去の検証", "ward", due, job.number, "CL-11-12")


def _ending_of(
    thing: Thing, job: Job, by: date, standing: Standing, is_working_day: IsWorkingDay
) -> Iterator[Obligation]:
    name = f"{thing.what} {thing.number}".strip()
    if thing.site == "factory" and thing.what != "通知書":
        back = thing.what in (MEDIUM, NOTICE) and standing.contract.channel == "disc"
        words, code, rule = ("返却", "not-returned", "FAC-CD-3") if back else ("消去", "not-erased", "FAC-OP-7")
        yield Obligation(code, f"{name}の{words}", "factory", by, job.number, rule)
    elif thing.site == "gateway":
        due = _day(thing.born) + timedelta(days=standing.contract.gateway_hold_days)
        yield Obligation("not-erased", f"中継の{name}の消去", "gateway", due, job.number, "FAC-LG-1")
    elif thing.id in job.returned_on:
        due = working_days_after(job.returned_on[thing.id], 5, is_working_day)
        yield Obligation("not-destroyed", f"返却された{name}の廃棄", "ward", due, job.number, "CL-11-12")


def _end_of(job: Job, standing: Standing) -> date:
    """The day by which everything has ended: the job's own, or sooner, so many days after the delivery as the contract says."""
    confirmed = job.done.get("delivery-confirmed")
    if confirmed is None:
        return job.erase_by
    return min(job.erase_by, _day(confirmed) + timedelta(days=standing.contract.erase_within_days))


# ------------------------------------------------------------------------------------------------------- a contract


def _certificates(standing: Standing, today: date) -> Iterator[Obligation]:
    contract = standing.contract
    needed: list[tuple[str, Certificate | None]] = [(CERTIFICATES["privacy-mark"], contract.privacy_mark)]
    if contract.channel == "lgwan":
        needed.append((CERTIFICATES["lgwan-asp"], contract.lgwan_asp))
    for name, certificate in needed:
        due = certificate.expires if certificate else contract.begins
        if due > contract.ends:
            continue
        if (due - today).days <= max(_CERTIFICATE_WARNINGS):
            yield Obligation("certificate", f"{name}の更新と登録", "ward", due, contract.number, "WORK-6")


def _papers_of(standing: Standing, today: date) -> Iterator[Obligation]:
    contract, prepared = standing.contract, standing.preparation
    due = max(contract.begins, today)
    if standing.workflow == 0:
        yield Obligation("no-workflow", "業務フローの作成と共有", "ward", due, contract.number, "WARD-OP-3")
    elif standing.acknowledged != standing.workflow:
        yield Obligation(
            "workflow", f"業務フロー第{standing.workflow}版の確認", "factory", due, contract.number, "WARD-OP-3"
        )
    if standing.roster == 0:
        yield Obligation("no-roster", "取扱責任者・取扱者名簿の提出", "factory", due, contract.number, "FAC-OP-2")
    elif standing.accepted != standing.roster:
        yield Obligation("roster", f"名簿第{standing.roster}版の承認", "ward", due, contract.number, "FAC-OP-2")
    for what, name in NAMES.items():
        if prepared.version(what) == 0 and what == "emergency":
            yield Obligation(f"no-{what}", f"{name}の提出", "factory", due, contract.number, _RULES[what])
        elif prepared.accepted.get(what, 0) != prepared.version(what):
            words = f"{name}第{prepared.version(what)}版の承認"
            yield Obligation(what, words, "ward", due, contract.number, _RULES[what])


_RULES: Final = {"emergency": "FAC-OP-4", "training": "FAC-OP-5", "pledges": "CL-1-2"}


def _people(standing: Standing, today: date) -> Iterator[Obligation]:
    """Training is due on the first day of each fiscal year on which the contract runs, the pledge when the term begins."""
    contract, year = standing.contract, fiscal_year(today)
    if not contract.begins <= today <= contract.ends:
        return
    for person in standing.people:
        if (person.id, year) not in standing.preparation.trained:
            due = max(contract.begins, date(year, 4, 1))
            what = f"{year}年度のセキュリティ研修"
            yield Obligation("untrained", what, "factory", due, contract.number, "FAC-OP-5", person.name)
        if person.id not in standing.preparation.pledged:
            due = contract.begins
            yield Obligation("no-pledge", "秘密保持誓約書", "factory", due, contract.number, "CL-1-2", person.name)


def _day(at: datetime) -> date:
    return at.date()

"""取扱状況報告書: what a contractor has to say at any time about the personal data it handles, told from the ledger alone (CL-14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job, live_copies
from tewatashi.core.ledger import entry_number
from tewatashi.core.safeguards import fold
from tewatashi.documents.papers import fitting
from tewatashi.documents.wareki import era_day, era_moment
from tewatashi.sitekit import calendar, clock
from tewatashi.sitekit.jobpage import where
from tewatashi.sitekit.prepared import people_of
from tewatashi.sitekit.safeguards import Case
from tewatashi.sitekit.timeline import Teller
from tewatashi.sitekit.titles import form_title

_NOBODY: Final = [{"name": "―", "duty": "―", "training": "―", "pledge": "―"}]


def report(standing: Standing, case: Case, teller: Teller) -> dict[str, Any]:
    """What the paper says of jobs, of what is held, of people, and of what went wrong."""
    jobs = list(fold(case.lines, calendar.of_this_site()).jobs.values())
    owed = {each for one in case.assessed for each in one.owed if each.overdue}
    overdue = [
        f"{era_day(each.due)}: {each.about} {each.what}"
        for each in sorted(owed, key=lambda each: (each.due, each.about))
    ]
    return {
        "to": " ".join(standing.contract.outsourcing["保有課"].split())[:200] or "区",
        "people": _people(standing, case) or _NOBODY,
        "jobs": [_job(job) for job in jobs] or None,
        "held": [one for job in jobs for one in _held(job, teller)] or None,
        "trouble": fitting([*_trouble(case)], "安全管理の画面"),
        "overdue": fitting(overdue, "安全管理の画面"),
    }


def _people(standing: Standing, case: Case) -> list[dict[str, Any]]:
    return [
        {
            "name": one.person.name, "duty": one.duty, "training": "未" if "今年度の研修" in one.lacks else "済",
            "pledge": era_day(one.pledged) if one.pledged else "未",
        }
        for one in people_of(standing, case.scope.today)
    ]  # fmt: skip


def _job(job: Job) -> dict[str, Any]:
    return {
        "job": job.number, "content": form_title(job.form), "quantity": job.declared, "state": _state(job),
        "received": _day(job.done.get("parcel-received")), "delivered": _day(job.done.get("delivery-confirmed")),
        "erased": _day(job.done.get("erasure-verified")),
    }  # fmt: skip


def _state(job: Job) -> str:
    if job.closed:
        return "終了"
    if job.cancelled:
        return "中止"
    if job.disputed:
        return "数量の相違"
    return "納品済み" if job.did("delivery-confirmed") else "作業中" if job.did("parcel-received") else "受領前"


def _day(at: datetime | None) -> date | None:
    return at.astimezone(clock.JAPAN).date() if at else None


def _held(job: Job, teller: Teller) -> Iterator[dict[str, Any]]:
    for thing in live_copies(job):
        if thing.site == "factory":
            yield {
                "job": job.number, "thing": f"{thing.what} {thing.number}".strip(), "quantity": thing.quantity,
                "where": where(thing, teller), "since": thing.born,
            }  # fmt: skip


def _trouble(case: Case) -> Iterator[str]:
    """Everything by which a safeguard is broken, each once."""
    lines = dict(case.lines)
    for index in sorted({index for one in case.assessed for index in one.breach}):
        entry = lines[index]
        named = "・".join(one.safeguard.id for one in case.assessed if index in one.breach)
        at = era_moment(datetime.fromisoformat(entry.at))
        yield f"{at} {entry.job or case.scope.contract} {_NAMES.get(entry.kind, entry.kind)}（{named}、台帳 {entry_number(index)}）"


_NAMES: Final = {
    "thing-lost": "紛失", "login-notice-ended": "専用ページ利用通知書の紛失", "residue-found": "残存データの発見", "delivery-confirmed": "納品の数量の相違", "countersigned": "確認書の相違",
    "medium-arrived": "到着した媒体の異状", "letter-refused": "規則により断られた記録",
}  # fmt: skip

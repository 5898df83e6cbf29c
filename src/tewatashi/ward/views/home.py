"""The first page, 案件一覧: what needs doing now, the most urgent first, then every job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job
from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.models import Alarm
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.story import Due, Step
from tewatashi.ward import agenda, story
from tewatashi.ward.views.shown import EVERYBODY, way_to

_MOST: Final = 200


@dataclass(frozen=True)
class Line:
    """One thing to do, with the name of the job or the contract that it is about."""

    name: str
    due: Due
    url: str


@dataclass(frozen=True)
class Row:
    """One job in the table."""

    job: Job
    channel: str
    state: str
    steps: list[Step]
    deadline: date | None
    agenda: list[Due]

    @property
    def done(self) -> int:
        return sum(step.state == "done" for step in self.steps)

    @property
    def first(self) -> Due | None:
        return next((due for due in self.agenda if due.urgency in ("late", "soon")), None)


@page(roles=EVERYBODY)
def home(request: HttpRequest) -> HttpResponse:
    """The list."""
    today, roles = clock.now().date(), request.user.roles
    standings = {number: acting.known_standing(number) for number in acting.contract_numbers()}
    rows = [_row(number, standings) for number in acting.job_numbers()[:_MOST]]
    due = [
        Line(f"契約 {number}", one, way_to(one.url, roles))
        for number, standing in standings.items()
        for one in agenda.contract_agenda(standing, today)
    ]
    due += [Line(row.job.number, one, way_to(one.url, roles)) for row in rows for one in row.agenda]
    due.sort(key=lambda line: line.due.rank)
    context = {
        "due": [line for line in due if line.due.urgency != "waiting"],
        "waiting": [line for line in due if line.due.urgency == "waiting"],
        "late": sum(line.due.urgency == "late" for line in due),
        "rows": rows,
        "standings": standings,
        "alarms": Alarm.objects.order_by("-at")[:5],
    }
    return render(request, "ward/home.html", context)


def _row(number: str, standings: dict[str, Standing]) -> Row:
    job = acting.known_job(number)
    standing = standings[job.contract]
    return Row(
        job=job,
        channel=standing.contract.channel,
        state=story.state_words(job),
        steps=story.steps(job),
        deadline=None if job.closed else job.erase_by if job.did("delivery-confirmed") else job.deliver_by,
        agenda=agenda.agenda(job, standing, clock.now().date()),
    )

"""The first page: what needs doing now, the most urgent first, then every job and every contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.core.custody import Job
from tewatashi.factory import story
from tewatashi.factory.state import floor_of
from tewatashi.factory.views.shown import EVERYBODY
from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.models import Alarm
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.story import Due, Step

_MOST: Final = 200


@dataclass(frozen=True)
class Line:
    """One thing to do, with the name of the job or the contract that it is about."""

    name: str
    due: Due


@dataclass(frozen=True)
class Row:
    """One job in the table."""

    job: Job
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
    standings = {number: acting.known_standing(number) for number in acting.contract_numbers()}
    rows = [_row(acting.known_job(number)) for number in acting.job_numbers()[:_MOST]]
    due = [
        Line(f"契約 {number}", one) for number, standing in standings.items() for one in story.contract_agenda(standing)
    ]
    due += [Line(row.job.number, one) for row in rows for one in row.agenda]
    due.sort(key=lambda line: line.due.rank)
    context = {
        "due": [line for line in due if line.due.urgency != "waiting"],
        "waiting": [line for line in due if line.due.urgency == "waiting"],
        "late": sum(line.due.urgency == "late" for line in due),
        "rows": rows,
        "standings": standings,
        "alarms": Alarm.objects.order_by("-at")[:5],
    }
    return render(request, "factory/home.html", context)


def _row(job: Job) -> Row:
    delivered = job.did("notices-delivered")
    return Row(
        job=job,
        state=story.state_words(job),
        steps=story.steps(job),
        deadline=None if job.closed else job.erase_by if delivered else job.deliver_by,
        agenda=story.agenda(job, floor_of(job), clock.now().date()),
    )

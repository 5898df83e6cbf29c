"""The first page of ward and factory: what needs doing now, the most urgent first, every open job, and where the closed ones are.

Rules
  - a job that is not closed is on the first page, however old it is
  - what was lost or came broken is there until its job is closed
  - closed jobs are shown a fiscal year and a page at a time; what the first page costs does not grow with them
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest

from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job
from tewatashi.sitekit import acting, clock, incidents
from tewatashi.sitekit.models import Alarm, LedgerEntry
from tewatashi.sitekit.owed import Line, rank
from tewatashi.sitekit.story import Due, Step
from tewatashi.sitekit.titles import form_title

_A_PAGE: Final = 50
_NEWEST: Final = 5


@dataclass(frozen=True)
class Row:
    """One job in the table. deadline: the next one, if any."""

    job: Job
    channel: str
    state: str
    steps: Sequence[Step]
    deadline: date | None
    agenda: Sequence[Due]

    @property
    def title(self) -> str:
        return form_title(self.job.form)

    @property
    def done(self) -> int:
        return sum(step.state == "done" for step in self.steps)

    @property
    def first(self) -> Due | None:
        return next((due for due in self.agenda if due.urgency in ("late", "soon")), None)

    @property
    def closed_on(self) -> date:
        return self.job.done["job-closed"].astimezone(clock.JAPAN).date()


RowOf = Callable[[Job, Standing], Row]
WayTo = Callable[[str], str]


def worklist(row_of: RowOf, of_contract: Callable[[Standing], Iterable[Due]], way_to: WayTo = str) -> dict[str, Any]:
    """What the first page shows. way_to: the address that a due's page has for the person at the screen."""
    standings = {number: acting.known_standing(number) for number in acting.contract_numbers()}
    rows = [_row(job, standings, row_of) for job in acting.open_jobs()]
    due = [
        Line(number, f"契約 {number}", one, way_to(one.url))
        for number, standing in standings.items()
        for one in of_contract(standing)
    ]
    due += [
        Line(row.job.number, f"{row.job.number} {row.title}", one, way_to(one.url))
        for row in rows
        for one in row.agenda
    ]
    due.sort(key=lambda line: rank(line.due, settings.SITE.role))
    return {
        "due": [line for line in due if line.due.urgency != "waiting"],
        "waiting": [line for line in due if line.due.urgency == "waiting"],
        "late": sum(line.due.urgency == "late" for line in due),
        "rows": rows,
        "standings": standings,
        "alarms": _alarms(rows),
    }


def _alarms(rows: Sequence[Row]) -> list[Alarm]:
    """The newest alarms, and however old they are those of what was lost or came broken in a job that is open."""
    newest = list(Alarm.objects.order_by("-at")[:_NEWEST])
    shown, numbers = {alarm.pk for alarm in newest}, {row.job.number for row in rows}
    kept = Alarm.objects.filter(kind__in=incidents.KINDS).exclude(pk__in=shown).order_by("-at")
    return [*newest, *(alarm for alarm in kept if alarm.about.partition(" ")[0] in numbers)]


def closed_jobs(request: HttpRequest, row_of: RowOf) -> dict[str, Any]:
    """A page of closed jobs; `?year=` is the fiscal year in which they were closed, western, `?page=` from 1."""
    closed = LedgerEntry.objects.filter(kind="job-closed").order_by("index").values_list("at", flat=True)
    first, last = closed.first(), closed.last()
    years = list(range(_year_of(last), _year_of(first) - 1, -1)) if first and last else []
    year = next((one for one in years if str(one) == request.GET.get("year")), years[0] if years else 0)
    within = LedgerEntry.objects.filter(kind="job-closed", at__gte=f"{year}-04-01", at__lt=f"{year + 1}-04-01")
    numbers = Paginator(within.order_by("-index").values_list("job", flat=True), _A_PAGE).get_page(
        request.GET.get("page")
    )
    standings: dict[str, Standing] = {}
    rows = [_row(acting.known_job(number), standings, row_of) for number in numbers]
    return {"years": years, "year": year, "pages": numbers, "rows": rows}


def _row(job: Job, standings: dict[str, Standing], row_of: RowOf) -> Row:
    if job.contract not in standings:
        standings[job.contract] = acting.known_standing(job.contract)
    return row_of(job, standings[job.contract])


def _year_of(at: str) -> int:
    """The fiscal year, from April, of a time as the ledger writes it: in Japan's time."""
    day = datetime.fromisoformat(at).astimezone(clock.JAPAN)
    return day.year if day.month >= 4 else day.year - 1

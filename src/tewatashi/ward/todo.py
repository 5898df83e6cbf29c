"""What the ward's first page opens with: the agenda of every open job and contract with its days, the most urgent first."""

from __future__ import annotations

from typing import Any

from tewatashi.core import obligation
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job
from tewatashi.sitekit import calendar, clock
from tewatashi.sitekit.owed import Line, joined
from tewatashi.sitekit.story import Due
from tewatashi.sitekit.worklist import Row, WayTo, worklist
from tewatashi.ward import agenda, story


def of_job(job: Job, standing: Standing) -> list[Due]:
    """What is to be done about this job now."""
    now, owed = clock.now(), obligation.of_job(job, standing, calendar.of_this_site())
    return joined(agenda.agenda(job, standing, now), owed, "ward", now.date(), f"/jobs/{job.number}")


def of_contract(standing: Standing) -> list[Due]:
    """What is to be done about this contract; nothing once its term is over."""
    today = clock.now().date()
    if today > standing.contract.ends:
        return []
    owed, page = obligation.of_contract(standing, today), f"/contracts/{standing.contract.number}"
    return joined(agenda.contract_agenda(standing, today), owed, "ward", today, page)


def row_of(job: Job, standing: Standing) -> Row:
    """The job in the table of the first page."""
    return Row(
        job=job,
        channel=standing.contract.channel,
        state=story.state_words(job, standing),
        steps=story.steps(job, standing),
        deadline=None if job.closed else job.erase_by if job.did("delivery-confirmed") else job.deliver_by,
        agenda=of_job(job, standing),
    )


def first_page(way_to: WayTo = str) -> dict[str, Any]:
    """All that it shows."""
    return worklist(row_of, of_contract, way_to)


def lines() -> list[Line]:
    """What is to be done, and after it what is waited for."""
    found = first_page()
    return [*found["due"], *found["waiting"]]

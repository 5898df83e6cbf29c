"""What is overdue raises an alarm, once, at every site that knows of it: whoever owes it and whoever waits for it.

Of a contract only a certificate that lapsed does: the other papers keep the hand-over from happening, so nothing is out
of hand while they are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from tewatashi.core import obligation
from tewatashi.core.acts import Role
from tewatashi.core.obligation import Obligation
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting, alarms, calendar, clock

EVERY: Final = 60.0  # seconds; a day that ends is noticed within the minute
_WHO: Final[dict[Role, str]] = {"ward": "区", "gateway": "中継", "factory": "委託先"}


def watch(owed: Callable[[], Iterable[Obligation]], *, but: Collection[str] = ()) -> None:
    """Raise an alarm for each that is overdue and has none yet. but: codes of which another watch tells sooner."""
    today = clock.now().date()
    for one in owed():
        if one.urgency(today) == "overdue" and one.code not in but:
            alarms.raise_once(one.code, f"{one.about} {one.what}", _refusal(one))


def of_open_jobs_and_certificates() -> Iterator[Obligation]:
    """All that ward and factory know of."""
    works, today = calendar.of_this_site(), clock.now().date()
    for job in acting.open_jobs():
        yield from obligation.of_job(job, acting.known_standing(job.contract), works)
    for number in acting.contract_numbers():
        standing = acting.known_standing(number)
        if standing.contract.begins <= today <= standing.contract.ends:
            yield from (one for one in obligation.of_contract(standing, today) if one.code == "certificate")


def _refusal(one: Obligation) -> Refused:
    return Refused(
        one.code, f"期限を過ぎています: {_WHO[one.who]}の{one.what}。", found="記録なし", expected=f"{one.due}まで",
        do=f"{_WHO[one.who]}の責任者に、直ちに確かめてください。", requirement=one.requirement,
    )  # fmt: skip

"""What a job's ledger says, in the words that the pages of every site share: steps, counts, copies, what is to be done.

Which steps a site names, and what it has to do, is the site's own (ward/story.py, factory/story.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from tewatashi.core.acts import Role
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job, Thing

State = Literal["done", "now", "later"]
Urgency = Literal["late", "soon", "now", "waiting"]

URGENCY_WORDS: Final[dict[Urgency, str]] = {"late": "至急", "soon": "注意", "now": "今すること", "waiting": "相手待ち"}
HOW: Final = {
    "key-destroyed": "鍵の破棄", "overwritten": "上書き", "deleted": "削除", "shredded": "裁断", "returned": "返却",
    "delivered": "納品", "lost": "紛失", "boxed": "箱詰め", "cut": "切断", "crushed": "破砕", "melted": "溶解",
}  # fmt: skip
SAID: Final = {"hand": "手渡し", "registered-mail": "簡易書留", **HOW}  # values of an act's body, as people say them
_ORDER: Final = tuple(URGENCY_WORDS)


@dataclass(frozen=True)
class Step:
    """One step of the job's navigation."""

    name: str
    state: State
    at: datetime | None


@dataclass(frozen=True)
class Due:
    """One thing that somebody has to do: what, how urgent, and on which page.

    settles  codes of the obligations that it speaks of (core.obligation), where its page does not tell
    by       the day by which it has to be done, if any
    whose    the site that has to do it, where it is an obligation
    """

    urgency: Urgency
    text: str
    url: str
    settles: tuple[str, ...] = ()
    by: date | None = None
    whose: Role | None = None

    @property
    def word(self) -> str:
        return URGENCY_WORDS[self.urgency]

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return _ORDER.index(self.urgency)


@dataclass(frozen=True)
class Count:
    """A line of the table of counts; differs when it is not what the steps before it say."""

    name: str
    value: int | None
    expected: int | None = None

    @property
    def differs(self) -> bool:
        return self.value is not None and self.expected is not None and self.value != self.expected

    @property
    def difference(self) -> int:
        return (self.value or 0) - (self.expected or 0)


def steps_of(job: Job, named: Sequence[tuple[str, str]]) -> list[Step]:
    """The steps in their order; the first that is not done is the one at which the job stands. named: name, kind of act."""
    found, reached = [], False
    for name, kind in named:
        at = job.done.get(kind)
        state: State = "done" if at else "later" if reached else "now"
        reached = reached or at is None
        found.append(Step(name, state, at))
    return found


def state_words(job: Job, steps: Sequence[Step]) -> str:
    """The job's state in a few words."""
    if job.closed:
        return "終了"
    if job.cancelled:
        return "中止"
    if job.cancelling is not None:
        return "取消しの依頼中"
    if job.disputed:
        return "数量の不一致"
    at = next((step for step in steps if step.state == "now"), None)
    return f"{at.name}待ち" if at else "終了"


def holders(sites: Mapping[Role, str], job: Job, standing: Standing) -> dict[Role, str]:
    """The sites that can hold something of the job: the one between is none of them where it goes by disc."""
    between = standing.contract.channel != "disc" or any(thing.site == "gateway" for thing in job.things.values())
    return {role: name for role, name in sites.items() if role != "gateway" or between}


def things_by_site(job: Job, sites: Mapping[Role, str]) -> list[tuple[str, list[Thing]]]:
    """What is alive, site by site, in the order in which `sites` names them."""
    alive = [thing for thing in job.things.values() if thing.alive]
    return [(name, [thing for thing in alive if thing.site == site]) for site, name in sites.items()]


def thing_facts(thing: Thing) -> dict[str, Any]:
    """A thing for programs, as JSON takes it."""
    return {
        "id": thing.id, "what": thing.what, "site": thing.site, "place": thing.place, "hand": thing.hand,
        "quantity": thing.quantity, "alive": thing.alive, "how": thing.how, "born": thing.born.isoformat(),
        "ended": thing.ended.isoformat() if thing.ended else None,
    }  # fmt: skip

"""Whether each safeguard of a contract is kept in a fiscal year, and by which entries of the ledger that is shown.

Rules
  - breached  something that must not happen stands in the ledger (a loss, data left behind, an unsettled difference), or another
              site told of an act that the rules refused to believe
  - missing   something owed under it is overdue; or, where only the record shows it, nothing is there though the term has begun
  - kept      an entry that shows it stands. Where the software refuses any breach, the first act under it is enough
  - not-due   nothing of the kind has come up yet, or the contract's channel is another
What was done after its day is kept, and named as late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final, Literal, cast

from tewatashi.core import contract as contracts
from tewatashi.core import custody
from tewatashi.core.acts import KINDS, Act, Role, moment
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job
from tewatashi.core.ledger import Entry
from tewatashi.core.obligation import IsWorkingDay, Obligation, of_contract, of_job
from tewatashi.core.refused import Refused
from tewatashi.core.safeguard_list import Pick, Safeguard, SafeguardList

State = Literal["kept", "not-due", "missing", "breached"]
Line = tuple[int, Entry]  # index in the ledger, counted from 0, and what stands there

REFUSED_LETTER: Final = "letter-refused"
# Two sites act at once, and what one tells crosses what the other did: the refusal settles it, and nobody broke a rule.
_CROSSING: Final = frozenset({"too-late", "being-cancelled", "job-cancelled", "done-already", "version"})
_JAPAN: Final = timezone(timedelta(hours=9), "JST")


@dataclass(frozen=True)
class Scope:
    """Whose ledger is asked about which contract and fiscal year (western), as it stood at which moment."""

    site: Role
    contract: str
    year: int
    as_of: datetime

    @property
    def begins(self) -> datetime:
        return datetime(self.year, 4, 1, tzinfo=_JAPAN)

    @property
    def today(self) -> date:
        return self.as_of.astimezone(_JAPAN).date()


@dataclass(frozen=True)
class Owed:
    """Something owed under a safeguard. about: number of the job or contract"""

    about: str
    code: str
    what: str
    due: date
    overdue: bool


@dataclass(frozen=True)
class Late:
    """Something owed that was done after its day."""

    about: str
    code: str
    what: str
    due: date
    done: date


@dataclass(frozen=True)
class Assessed:
    """A safeguard and how it stands.

    evidence, breach  indexes of the entries that show it kept or tried, and broken;  clauses  numbers of the special clauses
    applies  False where the contract's channel leaves it out
    """

    safeguard: Safeguard
    state: State
    evidence: tuple[int, ...] = ()
    breach: tuple[int, ...] = ()
    owed: tuple[Owed, ...] = ()
    late: tuple[Late, ...] = ()
    clauses: tuple[str, ...] = ()
    applies: bool = True


@dataclass
class History:
    """The contract, its jobs, and what was done after its day, as the entries tell it."""

    standing: Standing | None = None
    jobs: dict[str, Job] = field(default_factory=dict)
    late: list[tuple[Obligation, date]] = field(default_factory=list)


def scope_of(site: Role, contract: str, year: int, now: datetime) -> Scope:
    """The scope as of now, or as of the year's last second once it is over."""
    end = datetime(year + 1, 4, 1, tzinfo=_JAPAN) - timedelta(seconds=1)
    return Scope(site, contract, year, min(now.astimezone(_JAPAN), end))


def needed(lines: Iterable[Line], scope: Scope, rules: SafeguardList) -> list[Line]:
    """The entries that the states follow from: of the contract, of its jobs that did something in the year, and of the site."""
    lines = [(index, entry) for index, entry in lines if _moment(entry.at) <= scope.as_of]
    ours, active = {contract_job(entry, scope.contract) for _, entry in lines} - {None}, set()
    for _, entry in lines:
        if entry.job in ours and _moment(entry.at) >= scope.begins:
            active.add(entry.job)
    own = rules.kinds() - KINDS.keys()
    return [
        (index, entry)
        for index, entry in lines
        if (entry.job in active and (entry.kind in KINDS or entry.kind == REFUSED_LETTER))
        or (entry.job is None and (entry.kind in own or contract_of(entry) == scope.contract))
    ]


def contract_job(entry: Entry, contract: str) -> str | None:
    """The job that this entry opens under the contract, or None."""
    return entry.job if entry.kind == "job-opened" and contract_of(entry) == contract else None


def contract_of(entry: Entry) -> str | None:
    """The contract that an entry names: of an act, or of a letter that the rules refused."""
    said = entry.body.get("act", entry.body)
    named = said.get("contract") if isinstance(said, dict) else None
    return named if isinstance(named, str) else None


def act_of(entry: Entry) -> tuple[Act, datetime]:
    """The act that an entry tells, and when it was done. Refused `act-unknown`, `act-body` or `entry` for anything else."""
    said = cast("dict[str, Any]", entry.body)
    at = said.get("at", entry.at)
    if (
        not isinstance(said.get("act"), dict)
        or said.get("site") not in ("ward", "gateway", "factory")
        or not moment(at)
    ):
        raise Refused("entry", "台帳の行の形が正しくありません。", do="台帳を調べてください。")
    return Act(entry.kind, said["site"], entry.by, said["act"]), _moment(at)


def fold(lines: Iterable[Line], is_working_day: IsWorkingDay) -> History:
    """What the entries tell. They are believed: whether the rules allowed each is asked by core.audit_check."""
    history = History()
    overdue: dict[str, tuple[date, list[Obligation]]] = {}  # what was, when the job's first act of that day was done
    for _, entry in lines:
        if entry.kind not in KINDS:
            continue
        act, at = act_of(entry)
        if KINDS[act.kind].of_contract:
            history.standing = contracts.evolve(history.standing, act)
            continue
        number, standing, day = entry.job or "", history.standing, at.astimezone(_JAPAN).date()
        assert standing is not None
        before = history.jobs.get(number)
        if before is not None and overdue.get(number, (None,))[0] != day:
            overdue[number] = day, [one for one in of_job(before, standing, is_working_day) if one.due < day]
        job = history.jobs[number] = custody.evolve(before, number, act, at)
        if number in overdue and (waiting := overdue[number][1]):
            left = {(one.code, one.what) for one in of_job(job, standing, is_working_day)}
            history.late += [(one, day) for one in waiting if (one.code, one.what) not in left]
            overdue[number] = day, [one for one in waiting if (one.code, one.what) in left]
    return history


def assess(
    rules: SafeguardList, lines: Sequence[Line], scope: Scope, is_working_day: IsWorkingDay
) -> tuple[Assessed, ...]:
    """Every safeguard as it stands. lines: what `needed` gives. Refused `contract-unknown` where they tell of no contract."""
    history = fold(lines, is_working_day)
    if history.standing is None:
        raise Refused(
            "contract-unknown", "登録されていない契約です。", found=scope.contract, do="契約の番号を確かめてください。"
        )
    case = _Case(lines, scope, history.standing, history, is_working_day)
    return tuple(case.assessed(one) for one in rules.safeguards)


class _Case:
    """One contract in one year, with its entries by kind."""

    def __init__(
        self, lines: Sequence[Line], scope: Scope, standing: Standing, history: History, is_working_day: IsWorkingDay
    ) -> None:
        self.scope, self.standing, self.history = scope, standing, history
        self.by_kind: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            self.by_kind[line[1].kind].append(line)
        last = min(scope.today, standing.contract.ends)  # nothing new falls due under a contract that is over
        self.owed = [(one, one.due < last) for one in of_contract(standing, last)]
        for job in history.jobs.values():
            self.owed += [(one, one.due < scope.today) for one in of_job(job, standing, is_working_day)]

    def assessed(self, one: Safeguard) -> Assessed:
        clauses = self.standing.clauses.clauses if self.standing.clauses else ()
        numbers = tuple(clause.number for clause in clauses if one.id in clause.rules)
        if one.channel not in (None, self.standing.contract.channel):
            return Assessed(one, "not-due", clauses=numbers, applies=False)
        refused = [line for line in self.by_kind[REFUSED_LETTER] if line[1].body.get("requirement") == one.id]
        crossed = [line for line in refused if str(line[1].body.get("code")) in _CROSSING]
        breach = [line for line in self._picked(one.breach) if not self._settled(line[1])]
        breach += [line for line in refused if line not in crossed]
        owed = tuple(self._owed(one))
        stands = bool(self._picked(one.stands))
        return Assessed(
            one, self._state(one, bool(breach), owed, stands=stands), _indexes([*self._picked(one.evidence), *crossed]),
            _indexes(breach), owed, tuple(self._late(one)), numbers,
        )  # fmt: skip

    def _state(self, one: Safeguard, breached: bool, owed: Sequence[Owed], *, stands: bool) -> State:
        if breached:
            return "breached"
        if any(each.overdue for each in owed):
            return "missing"
        if stands:
            return "kept"
        begun = self.standing.contract.begins <= self.scope.today
        return "missing" if begun and one.from_term else "not-due"

    def _picked(self, picks: Iterable[Pick]) -> list[Line]:
        return [
            line
            for pick in picks
            for line in self.by_kind[pick.kind]
            if pick.takes(line[1], self.scope.site, self.scope.year)
        ]

    def _settled(self, entry: Entry) -> bool:
        """Whether a difference was settled since: counted anew and agreed on, or left behind by a cancelled job."""
        job = self.history.jobs.get(entry.job or "")
        said = cast("dict[str, Any]", entry.body.get("act", {}))
        if job is None:
            return False
        if entry.kind == "delivery-confirmed":
            return not job.disputed
        if entry.kind == "countersigned":
            return job.confirmations[said["confirmation"]].agreed is not False
        return False

    def _owed(self, one: Safeguard) -> Iterator[Owed]:
        found = {
            Owed(each.about, each.code, each.what, each.due, overdue)
            for each, overdue in self.owed
            if one.owes(each.code, each.who)
        }
        yield from sorted(found, key=lambda each: (each.due, each.about, each.code, each.what))

    def _late(self, one: Safeguard) -> Iterator[Late]:
        for each, done in self.history.late:
            if one.owes(each.code, each.who):
                yield Late(each.about, each.code, each.what, each.due, done)


def _indexes(lines: Iterable[Line]) -> tuple[int, ...]:
    return tuple(sorted({index for index, _ in lines}))


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)

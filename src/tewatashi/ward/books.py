"""媒体管理台帳 and 保管場所出納簿: every medium of a year, and all that went into and out of a place, as the ledger tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from tewatashi.carriers.disc import fits_on
from tewatashi.core import custody
from tewatashi.core.acts import Act
from tewatashi.core.custody import MEDIUM, REPORT_MEDIUM, Job, Thing
from tewatashi.core.custody.where import login_notices, notice_stays
from tewatashi.core.place import is_lockable
from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.jobpage import where
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.login_notices import told_of
from tewatashi.sitekit.models import JobHolder, LedgerEntry
from tewatashi.sitekit.people import Names
from tewatashi.sitekit.story import HOW
from tewatashi.sitekit.timeline import Teller
from tewatashi.sitekit.titles import form_title
from tewatashi.ward.receipts import History, Recorded, recorded, reported
from tewatashi.ward.story import SITES


@dataclass(frozen=True)
class Medium:
    """A line of the 媒体管理台帳. handed, returned, ended: the days;  receipt: the 確認書 of the hand-over.

    pieces  None for what the contractor reported: nobody counts pieces in it
    """

    number: str
    kind: str
    serial: str
    job: str
    contract: str
    content: str
    pieces: int | None
    made: datetime
    made_by: str
    where: str
    handed: date | None
    handed_to: str
    receipt: str
    returned: date | None
    ended: date | None
    how: str
    witness: str
    remarks: str


@dataclass(frozen=True)
class Movement:
    """A line of the 保管場所出納簿. left: how many things are in the place after it."""

    at: datetime
    place: str
    thing: str
    job: str
    into: bool
    quantity: int
    reason: str
    by: str
    witness: str
    left: int = 0


_BEGINS = ("medium-made", "report-handed")  # the first that the ward's ledger tells of a medium


def years() -> list[int]:
    """The fiscal years in which media were made or came, the newest first."""
    made = LedgerEntry.objects.filter(kind__in=_BEGINS).order_by("index").values_list("at", flat=True)
    first, last = made.first(), made.last()
    return list(range(_year_of(last), _year_of(first) - 1, -1)) if first and last else []


def _year_of(at: str) -> int:
    day = datetime.fromisoformat(at).astimezone(clock.JAPAN)
    return day.year if day.month >= 4 else day.year - 1


def media_of(year: int, contract: str = "") -> list[Medium]:
    """Every medium that was made here or came in this fiscal year, of one contract or of all, in the order of that."""
    within = LedgerEntry.objects.filter(kind__in=_BEGINS, at__gte=f"{year}-04-01", at__lt=f"{year + 1}-04-01")
    found: list[Medium] = []
    for number in dict.fromkeys(within.order_by("index").values_list("job", flat=True)):
        job = acting.known_job(number)
        if contract in ("", job.contract):
            found += [one for one in _media_of(job, acting.history(number)) if _year_of(clock.stamp(one.made)) == year]
    return sorted(found, key=lambda one: one.made)


def _media_of(job: Job, history: History) -> Iterator[Medium]:
    teller = Teller(names_under(job.contract), SITES)
    papers = {one.index: one.number for one in recorded(job, history)}
    for _, act, at in history:
        if act.kind == "medium-made":
            thing = next(one for one in job.things.values() if (one.what, one.number) == (MEDIUM, act.text("medium")))
            yield _medium(job, thing, (act, at), _way(thing, history, papers, teller.names), teller)
    for one in reported(job, history):
        if one.act.kind == "report-handed":
            yield _of_report(job, one, _ended_before(job, one, history, teller.names), teller)


@dataclass(frozen=True)
class _Way:
    """Who got a medium, on which 確認書, and before whom it ended; nothing of what has not been."""

    handed_to: str = ""
    receipt: str = ""
    witness: str = ""


def _way(thing: Thing, history: History, papers: dict[int, str], names: Names) -> _Way:
    way = _Way()
    for index, act, _ in history:
        if act.kind == "medium-handed" and act.text("medium") == thing.number:
            way = replace(way, handed_to=names.with_id(act.text("to"), "factory"), receipt=papers[index])
        if act.kind == "medium-destroyed" and act.text("thing") == thing.id:
            way = replace(way, witness=names.with_id(act.text("witness"), "ward"))
    return way


def _medium(job: Job, thing: Thing, made: tuple[Act, datetime], way: _Way, teller: Teller) -> Medium:
    act, at = made
    return Medium(
        number=thing.number, kind=fits_on(act.number("size")), serial=thing.serial, job=job.number, contract=job.contract,
        content=f"{form_title(job.form)}（送付データ {thing.parcel}）", pieces=job.declared, made=at,
        made_by=teller.names.with_id(act.by, "ward"), where=where(thing, teller), handed=job.handed_on.get(thing.id),
        handed_to=way.handed_to, receipt=way.receipt, returned=job.returned_on.get(thing.id),
        ended=thing.ended.astimezone(clock.JAPAN).date() if thing.ended else None, how=HOW.get(thing.how or "", ""),
        witness=way.witness, remarks=_remarks(job, thing),
    )  # fmt: skip


def _of_report(job: Job, one: Recorded, witness: str, teller: Teller) -> Medium:
    report, thing, names = job.reports[one.act.text("report")], _reports_medium(job, one), teller.names
    return Medium(
        number=thing.number, kind=fits_on(report.size), serial="", job=job.number, contract=job.contract,
        content=f"{report.content[:400]}（報告データ {report.short}）", pieces=None, made=one.at,
        made_by=names.with_id(one.act.by, "factory"), where=where(thing, teller), handed=date.fromisoformat(one.act.text("on")),
        handed_to=names.with_id(one.act.text("to"), "ward"), receipt=one.number, returned=None,
        ended=thing.ended.astimezone(clock.JAPAN).date() if thing.ended else None, how=HOW.get(thing.how or "", ""),
        witness=witness, remarks="紛失" if thing.how == "lost" else "委託先からの報告",
    )  # fmt: skip


def _reports_medium(job: Job, one: Recorded) -> Thing:
    return next(t for t in job.things.values() if (t.what, t.number) == (REPORT_MEDIUM, one.act.text("medium")))


def _ended_before(job: Job, one: Recorded, history: History, names: Names) -> str:
    thing = _reports_medium(job, one).id
    ends = (act for _, act, _ in history if act.kind == "copy-erased" and act.text("thing") == thing)
    return next((names.with_id(act.text("witness"), "ward") for act in ends if act.body["witness"]), "")


def _remarks(job: Job, thing: Thing) -> str:
    if thing.how == "lost":
        return "紛失"
    if thing.ended and thing.id not in job.handed_on:
        return "渡さずに破壊"
    return "" if thing.of_parcel(job.parcel) else "取り消した送付データ"


# ------------------------------------------------------------------------------------------------------ of a place


def places() -> list[str]:
    """Every place with a lock that a contract lists, the ward's own first."""
    found = {place for number in acting.contract_numbers() for place in acting.known_standing(number).places}
    return sorted(filter(is_lockable, found), key=lambda place: (not place.startswith("ward/"), place))


@dataclass(frozen=True)
class Here:
    """A thing in a place, with the number of the job or of the contract that it is of, and nothing for the other."""

    thing: Thing
    job: str = ""
    contract: str = ""


def held(place: str) -> list[Here]:
    """What is in this place now."""
    jobs = acting.jobs_as_of(clock.now(), holder=place)
    found = [Here(one, job=job.number) for job in jobs for one in job.things.values() if one.place == place]
    for number in _contracts_with_notices():
        notices = login_notices(told_of(number), clock.now())
        found += [Here(one, contract=number) for one in notices if one.place == place]
    return found


def book_of(place: str) -> list[Movement]:
    """All that went into this place and out of it, in the order of the ledger, with what was left each time."""
    numbers = JobHolder.objects.filter(holder=place).order_by("id").values_list("job", flat=True)
    moved = [one for number in numbers for one in _movements(number)]
    moved += [one for number in _contracts_with_notices() for one in _notice_movements(number)]
    left, book = 0, []
    for one in sorted((one for one in moved if one.place == place), key=lambda movement: movement.at):
        left += 1 if one.into else -1
        book.append(replace(one, left=left))
    return book


def _contracts_with_notices() -> list[str]:
    made = LedgerEntry.objects.filter(kind="login-notice-made").order_by("index").values_list("contract", flat=True)
    return [number for number in dict.fromkeys(made) if number is not None]


def _movements(number: str) -> Iterator[Movement]:
    """Every thing of a job that changed its place, with the act that changed it."""
    before: dict[str, Thing] = {}
    job: Job | None = None
    names: Names | None = None
    for _, act, at in acting.history(number):
        job = custody.evolve(job, number, act, at)
        names = names or names_under(job.contract)
        for name, thing in job.things.items():
            old = before.get(name)
            yield from _moved(old.place if old else None, thing, (act, at), number, names)
        before = dict(job.things)


def _notice_movements(contract: str) -> Iterator[Movement]:
    """Likewise of the contract's login notices; the contract's number stands for the job's."""
    told, names = told_of(contract), names_under(contract)
    for thing in login_notices(told, clock.now()):
        left: str | None = None
        for stay in notice_stays(told, thing.id):
            yield from _moved(left, stay.thing, (stay.act, stay.since), f"契約 {contract}", names)
            left = stay.thing.place


def _moved(left: str | None, thing: Thing, did: tuple[Act, datetime], number: str, names: Names) -> Iterator[Movement]:
    if left == thing.place:
        return
    act, at = did
    said = Movement(
        at=at, place="", thing=f"{thing.what} {thing.number or thing.parcel}", job=number, into=False, quantity=thing.quantity,
        reason=_reason(act, thing, names), by=names.with_id(act.by, act.site), witness=_witness(act, names),
    )  # fmt: skip
    yield from (replace(said, place=one, into=into) for one, into in ((left, False), (thing.place, True)) if one)


def _reason(act: Act, thing: Thing, names: Names) -> str:
    words = [act.name]
    for field in ("to", "brought_by"):
        if act.body.get(field):
            words.append(names.with_id(act.text(field), "factory"))
    if act.kind == "thing-moved" and thing.hand is not None:
        words.append(names.with_id(thing.hand, thing.site))
    if act.body.get("on"):
        words.append(f"{act.text('on')}")
    return "　".join(words)


def _witness(act: Act, names: Names) -> str:
    witness = act.body.get("witness")
    return names.with_id(str(witness), act.site) if witness else ""


def within(book: Iterable[Movement], year: int) -> list[Movement]:
    """Those of one fiscal year."""
    return [one for one in book if _year_of(clock.stamp(one.at)) == year]

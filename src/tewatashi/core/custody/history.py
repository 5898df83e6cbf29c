"""The job after each act: `evolve` alone changes what is known of a job, and never asks whether it was allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final, cast

from tewatashi.core.acts import Act, Role
from tewatashi.core.custody.job import (
    BOXED,
    KEY,
    MEDIUM,
    NOTICE,
    OPENED_BY_KEY,
    REPORT,
    REPORT_MEDIUM,
    REPORT_NOTICE,
    SPOOL,
    Confirmation,
    Counts,
    Job,
    Occasion,
    Printable,
    Report,
    Thing,
    Trip,
    carried,
    changed,
    live_copies,
    thing_id,
)


def evolve(job: Job | None, number: str, act: Act, now: datetime) -> Job:
    """The job after an act that `decide` allowed. `number` is the job's number, `now` the act's time."""
    if act.kind == "job-opened":
        return Job(
            number=number,
            contract=act.text("contract"),
            form=act.text("form"),
            base_date=date.fromisoformat(act.text("base_date")),
            declared=act.number("declared"),
            deliver_by=date.fromisoformat(act.text("deliver_by")),
            erase_by=date.fromisoformat(act.text("erase_by")),
            done={"job-opened": now},
        )
    assert job is not None
    if act.kind != "parcel-held" or act.text("parcel") == job.parcel:  # a voided parcel's copy is no step of the job
        job = changed(job, done={act.kind: now, **job.done})
    return EVOLVE.get(act.kind, _unchanged)(job, act, now)


Evolve = Callable[[Job, Act, datetime], Job]


def _unchanged(job: Job, _act: Act, _now: datetime) -> Job:
    return job


def _with(job: Job, *things: Thing) -> Job:
    return changed(job, things={**job.things, **{thing.id: thing for thing in things}})


def _born(
    job: Job, what: str, site: Role, quantity: int, now: datetime, *, place: str | None = None, hand: str | None = None
) -> Thing:
    assert job.parcel is not None
    return Thing(thing_id(what, site, job.parcel), what, site, quantity, now, place=place, hand=hand)


def _ended(thing: Thing, now: datetime, how: str) -> Thing:
    return replace(thing, place=None, hand=None, ended=now, how=how)


def _sealed(job: Job, act: Act, now: datetime) -> Job:
    job = changed(
        job, parcel=act.text("parcel"), sha256=act.text("sha256"), size=act.number("size"), cover=act.text("cover"),
        counts=replace(job.counts, extract=act.number("pieces")),
    )  # fmt: skip
    return _with(job, _born(job, "送付データ", "ward", act.number("pieces"), now, place=act.text("place")))


def _voided(job: Job, _act: Act, _now: datetime) -> Job:
    """The parcel is as if never sealed, but its copies are still things until they are erased.

    The versions of withdrawal requests go on counting: an acknowledgement may still be on its way.
    """
    assert job.parcel is not None
    assert job.sha256 is not None
    assert job.size is not None
    undone = {
        "parcel-sealed", "parcel-voided", "password-notice-handed", "parcel-sent", "parcel-held", "parcel-received",
        "notice-made", "medium-made", "medium-handed", "medium-arrived", "withdrawal-requested", "withdrawal-acknowledged", "cancel-requested", "cancel-accepted", "cancel-refused",
    }  # fmt: skip
    return changed(
        job, parcel=None, sha256=None, size=None, cover=None, counts=Counts(), notice_handed_to=None,
        requests=tuple(frozenset() for _ in job.requests), voided={**job.voided, job.parcel: (job.sha256, job.size)},
        done={kind: when for kind, when in job.done.items() if kind not in undone},
    )  # fmt: skip


def _cancel_requested(job: Job, act: Act, _now: datetime) -> Job:
    return changed(job, cancelling=act.text("scope"))


def _cancel_accepted(job: Job, act: Act, now: datetime) -> Job:
    job = changed(job, cancelling=None)
    if act.text("scope") == "parcel":
        return _voided(job, act, now)
    return changed(job, cancelled=True, disputed=False)


def _cancel_refused(job: Job, _act: Act, _now: datetime) -> Job:
    return changed(job, cancelling=None)


def _notice_made(job: Job, act: Act, now: datetime) -> Job:
    return _with(job, replace(_born(job, NOTICE, "ward", 1, now, place=act.text("place")), number=act.text("notice")))


def _medium_made(job: Job, act: Act, now: datetime) -> Job:
    name = f"{MEDIUM}:{act.text('parcel')[:8]}@{act.text('medium')}"
    made = Thing(
        name, MEDIUM, "ward", 1, now, place=act.text("place"), number=act.text("medium"), serial=act.text("serial")
    )
    return _with(job, made)


def _handed(job: Job, act: Act, now: datetime, thing: Thing) -> Job:
    """From the ward's cabinet into the hand of the contractor's person, with a 確認書."""
    job = _with(job, replace(thing, site="factory", place=None, hand=act.text("to")))
    job = changed(job, handed_on={**job.handed_on, thing.id: date.fromisoformat(act.text("on"))})
    return _confirmation(job, act, thing.id, now)


def _confirmation(job: Job, act: Act, thing: str, now: datetime) -> Job:
    number = f"{job.number}-K{len(job.confirmations) + 1:02d}"
    return changed(job, confirmations={**job.confirmations, number: Confirmation(number, act.kind, thing, now)})


def _medium_handed(job: Job, act: Act, now: datetime) -> Job:
    medium = carried(job, MEDIUM)
    assert medium is not None
    trip = Trip(act.text("case"), datetime.fromisoformat(act.text("expected")))
    return _handed(changed(job, trips={**job.trips, medium.id: trip}), act, now, medium)


def _medium_arrived(job: Job, act: Act, now: datetime) -> Job:
    medium = carried(job, MEDIUM)
    assert medium is not None
    trips = {**job.trips, medium.id: replace(job.trips[medium.id], arrived=now, intact=bool(act.body["intact"]))}
    return _with(changed(job, trips=trips), replace(medium, place=act.text("place"), hand=None))


def _returned(job: Job, act: Act, now: datetime) -> Job:
    thing = job.things[act.text("thing")]
    job = _with(job, replace(thing, site="ward", place=act.text("place"), hand=None))
    returned_on = {**job.returned_on, thing.id: date.fromisoformat(act.text("on"))}
    job = changed(job, returned_on=returned_on, returned_by={**job.returned_by, thing.id: act.text("brought_by")})
    return _confirmation(job, act, thing.id, now)


def _destroyed(job: Job, act: Act, now: datetime) -> Job:
    return _with(job, _ended(job.things[act.text("thing")], now, act.text("method")))


def _countersigned(job: Job, act: Act, _now: datetime) -> Job:
    number = act.text("confirmation")
    agreed = replace(job.confirmations[number], agreed=act.body["agrees"] is True)
    return changed(job, confirmations={**job.confirmations, number: agreed})


def _notice_handed(job: Job, act: Act, now: datetime) -> Job:
    job = changed(job, notice_handed_to=act.text("to"))
    notice = carried(job, NOTICE) or _born(job, NOTICE, "factory", 1, now, hand=act.text("to"))
    return _handed(job, act, now, notice)


def _held(job: Job, act: Act, now: datetime) -> Job:
    sealed = job.things[thing_id("送付データ", "ward", act.text("parcel"))]
    name = thing_id("送付データ", "gateway", act.text("parcel"))
    return _with(job, Thing(name, "送付データ", "gateway", sealed.quantity, now, place=act.text("place")))


def _received(job: Job, act: Act, now: datetime) -> Job:
    return _with(job, _born(job, "送付データ", "factory", act.number("pieces"), now, place=act.text("place")))


def _erased(job: Job, act: Act, now: datetime) -> Job:
    thing = job.things[act.text("thing")]
    job = _with(job, _ended(thing, now, act.text("method")))
    return _without_key(job, thing, now) if thing.what in OPENED_BY_KEY else job


def _without_key(job: Job, gone: Thing, now: datetime) -> Job:
    """The key of what was erased is destroyed with it, and with the last of them there is none."""
    key = job.things[thing_id(KEY, "factory", gone.parcel)]
    left = replace(key, quantity=key.quantity - 1) if key.quantity > 1 else _ended(key, now, "key-destroyed")
    return _with(job, left)


def _opened(job: Job, act: Act, now: datetime) -> Job:
    pieces, place = act.number("pieces"), act.text("place")
    key = _born(job, KEY, "factory", 1, now, place=place)
    return _with(job, _born(job, "開封データ", "factory", pieces, now, place=place), key)


def _composed(job: Job, act: Act, now: datetime) -> Job:
    composed = act.text("sha256"), _printable(act, 0)
    job = changed(job, counts=replace(job.counts, composed=act.number("pieces")), composed=composed)
    assert job.parcel is not None
    key = job.things[thing_id(KEY, "factory", job.parcel)]
    files = _born(job, "印刷ファイル", "factory", act.number("pieces"), now, place=act.text("place"))
    return _with(job, files, replace(key, quantity=key.quantity + 1))


def _printable(act: Act, copy: int) -> Printable:
    return Printable(copy, act.number("pieces"), act.number("pages"), act.number("files"))


def _proofread(job: Job, act: Act, _now: datetime) -> Job:
    return changed(job, proofread={**job.proofread, act.text("sha256"): _printable(act, act.number("copy"))})


def _withdrawal(job: Job, act: Act, _now: datetime) -> Job:
    return changed(job, requests=(*job.requests, frozenset(cast("list[str]", act.body["digests"]))))


def _withdrawal_acknowledged(job: Job, act: Act, _now: datetime) -> Job:
    return changed(job, withdrawals_acknowledged=max(job.withdrawals_acknowledged, act.number("version")))


def _printed(job: Job, act: Act, now: datetime) -> Job:
    assert job.parcel is not None
    pieces = act.number("pieces")
    spool = thing_id(SPOOL, "factory", job.parcel)
    old = job.things.get(spool)
    if act.number("copy") == 0:
        job = changed(job, counts=replace(job.counts, printed=pieces))
        job = _with(job, _born(job, "通知書", "factory", pieces, now, place=act.text("place")))
    else:
        job = changed(job, counts=replace(job.counts, remade=job.counts.remade + pieces))
    if act.body["spool"] is None:
        return job
    # Each print run at a queue leaves a spool; one that still lives takes the new run's pieces in.
    if old is not None and old.alive:
        return _with(job, replace(old, quantity=old.quantity + pieces))
    runs = sum(1 for thing in job.things.values() if thing.what == SPOOL)
    name = spool if runs == 0 else f"{spool}#{runs}"
    return _with(job, Thing(name, SPOOL, "factory", pieces, now, place=act.text("spool")))


def _enclosed(job: Job, act: Act, now: datetime) -> Job:
    counts = replace(
        job.counts, enclosed=act.number("enclosed"), withdrawn=act.number("withdrawn"), spoiled=act.number("spoiled")
    )
    job = changed(job, counts=counts)
    assert job.parcel is not None
    job = _with(job, *_in_boxes(job.things[thing_id("通知書", "factory", job.parcel)], act, now))
    waste = act.number("spoiled") + act.number("pulled")
    for what, quantity in (("引抜き品", act.number("withdrawn")), ("破損紙", waste)):
        if quantity:
            job = _with(job, _born(job, what, "factory", quantity, now, place=act.text("place")))
    return job


def _in_boxes(notices: Thing, act: Act, now: datetime) -> list[Thing]:
    """The printed notices as they stand after the enclosing: as one, or each box as a thing of its own."""
    boxes, place = cast("list[int]", act.body["boxes"]), act.text("place")
    if not boxes:
        return [replace(notices, quantity=act.number("enclosed"), place=place, hand=None)]
    return [
        _ended(notices, now, BOXED),
        *(
            Thing(f"{notices.id}#{number}", notices.what, "factory", quantity, now, place=place, number=f"箱{number}")
            for number, quantity in enumerate(boxes, 1)
        ),
    ]


def _delivered(job: Job, act: Act, _now: datetime) -> Job:
    """On its way the load is in the hand of the person who delivers; the ward's count ends or disputes that."""
    job = changed(job, receipt=act.text("receipt"))
    moved = [
        replace(thing, place=None, hand=act.by)
        for thing in live_copies(job)
        if thing.site == "factory" and thing.what in ("通知書", "引抜き品")
    ]
    return _with(job, *moved)


def _confirmed(job: Job, act: Act, now: datetime) -> Job:
    assert job.parcel is not None
    job = _confirmation(job, act, thing_id("通知書", "factory", job.parcel), now)
    if act.body["agrees"] is not True:
        done = {kind: when for kind, when in job.done.items() if kind != "delivery-confirmed"}
        return changed(job, disputed=True, done=done)
    job = changed(job, disputed=False, counts=replace(job.counts, delivered=act.number("quantity")))
    handed = [
        _ended(t, now, "delivered")
        for t in live_copies(job)
        if t.site == "factory" and t.what in ("通知書", "引抜き品")
    ]
    return _with(job, *handed)


def _of_report(
    what: str, act: Act, site: Role, now: datetime, *, place: str | None = None, hand: str | None = None
) -> Thing:
    return Thing(thing_id(what, site, act.text("report")), what, site, 1, now, place=place, hand=hand)


def _report_sealed(job: Job, act: Act, now: datetime) -> Job:
    """The file in its place, and its password on one sheet in the hand of whoever sealed it."""
    report = Report(act.text("report"), act.text("content"), act.text("sha256"), act.number("size"), now)
    file = _of_report(REPORT, act, "factory", now, place=act.text("place"))
    notice = _of_report(REPORT_NOTICE, act, "factory", now, hand=act.by)
    return _with(changed(job, reports={**job.reports, report.id: report}), file, notice)


def _occasion(act: Act) -> Occasion:
    return Occasion(date.fromisoformat(act.text("on")), act.by, act.text("to"))


def _report_handed(job: Job, act: Act, now: datetime) -> Job:
    report = job.reports[act.text("report")]
    report = replace(report, media=(*report.media, _occasion(act)))
    name = f"{REPORT_MEDIUM}:{report.short}@{act.text('medium')}"
    medium = Thing(name, REPORT_MEDIUM, "ward", 1, now, hand=act.text("to"), number=act.text("medium"))
    return _with(replace(job, reports={**job.reports, report.id: report}), medium)


def _report_notice_handed(job: Job, act: Act, _now: datetime) -> Job:
    report = replace(job.reports[act.text("report")], notice=_occasion(act))
    notice = job.things[thing_id(REPORT_NOTICE, "factory", report.id)]
    job = changed(job, reports={**job.reports, report.id: report})
    return _with(job, replace(notice, site="ward", place=None, hand=act.text("to")))


def _report_received(job: Job, act: Act, now: datetime) -> Job:
    report = replace(job.reports[act.text("report")], received=now)
    job = changed(job, reports={**job.reports, report.id: report})
    return _with(job, _of_report(REPORT, act, "ward", now, place=act.text("place")))


def _lost(job: Job, act: Act, now: datetime) -> Job:
    return _with(job, _ended(job.things[act.text("thing")], now, "lost"))


def _moved(job: Job, act: Act, _now: datetime) -> Job:
    place, hand = cast("str | None", act.body["place"]), cast("str | None", act.body["hand"])
    return _with(job, replace(job.things[act.text("thing")], place=place, hand=hand))


def _residue(job: Job, act: Act, _now: datetime) -> Job:
    """A false claim falls, and with it a verification that had believed it: erased, claimed and scanned anew."""
    fallen = ("erasure-claimed", "erasure-verified", "residue-found")
    done = {kind: when for kind, when in job.done.items() if kind not in fallen}
    return changed(job, residue_found=job.residue_found + act.number("findings") + act.number("not_scanned"), done=done)


EVOLVE: Final[Mapping[str, Evolve]] = {
    "parcel-sealed": _sealed,
    "parcel-voided": _voided,
    "cancel-requested": _cancel_requested,
    "cancel-accepted": _cancel_accepted,
    "cancel-refused": _cancel_refused,
    "notice-made": _notice_made,
    "medium-made": _medium_made,
    "medium-handed": _medium_handed,
    "medium-arrived": _medium_arrived,
    "thing-returned": _returned,
    "medium-destroyed": _destroyed,
    "countersigned": _countersigned,
    "password-notice-handed": _notice_handed,
    "parcel-held": _held,
    "parcel-received": _received,
    "copy-erased": _erased,
    "parcel-opened": _opened,
    "pieces-composed": _composed,
    "pages-proofread": _proofread,
    "withdrawal-requested": _withdrawal,
    "withdrawal-acknowledged": _withdrawal_acknowledged,
    "pieces-printed": _printed,
    "pieces-enclosed": _enclosed,
    "notices-delivered": _delivered,
    "delivery-confirmed": _confirmed,
    "report-sealed": _report_sealed,
    "report-handed": _report_handed,
    "report-notice-handed": _report_notice_handed,
    "report-received": _report_received,
    "thing-moved": _moved,
    "thing-lost": _lost,
    "residue-found": _residue,
}


def fold(number: str, acts: Iterable[tuple[Act, datetime]]) -> Job | None:
    """The job as its acts tell it, in the order of the ledger."""
    job: Job | None = None
    for act, at in acts:
        job = evolve(job, number, act, at)
    return job

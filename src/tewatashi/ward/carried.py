"""What is to be done with media and password notices, as their way stands: pure functions of a job and its contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from tewatashi.core.contract import Standing
from tewatashi.core.custody import MEDIUM, NOTICE, Confirmation, Job, Thing, Trip, carried
from tewatashi.core.custody.media import came_broken
from tewatashi.core.place import is_lockable

_CARRIED: Final = (MEDIUM, NOTICE)
Open = tuple[str, str, str]  # kind of act, the words on the button, the last part of its page's address


def notice_number(job: Job) -> str:
    """What is printed on the notice of the job's parcel: R8-0001-P01 for the first, P02 once that was voided, and so on."""
    return f"{job.number}-P{len(job.voided) + 1:02d}"


def next_medium(job: Job) -> str:
    """R8-0001-M01 and so on: media that are no more keep their numbers."""
    return f"{job.number}-M{sum(thing.what == MEDIUM for thing in job.things.values()) + 1:02d}"


def cabinets(standing: Standing) -> list[str]:
    """The contract's places at the ward that have a lock."""
    return sorted(place for place in standing.places if place.startswith("ward/") and is_lockable(place))


def by_disc(standing: Standing) -> bool:
    return standing.contract.channel == "disc"


# ------------------------------------------------------------------------------------------------ where each one is


def at_ward(job: Job, *kinds: str) -> list[Thing]:
    """Media and notices that are here, with or without their way behind them."""
    return [one for one in job.things.values() if one.alive and one.site == "ward" and one.what in (kinds or _CARRIED)]


def to_hand(job: Job, what: str) -> Thing | None:
    """The medium or the notice of the job's parcel that is here and has not gone yet."""
    thing = None if job.cancelled else carried(job, what)
    return thing if thing is not None and thing.site == "ward" and thing.id not in job.handed_on else None


def to_end(job: Job, what: str) -> list[Thing]:
    """What is here and nobody needs any more: it came back, its parcel was voided, or the job was cancelled."""
    return [one for one in at_ward(job, what) if one.id in job.returned_on or _is_past(job, one)]


def to_come_back(job: Job) -> list[Thing]:
    """What the contractor has and is to bring back now."""
    due = job.did("delivery-confirmed")
    there = [one for one in job.things.values() if one.alive and one.site == "factory" and one.what in _CARRIED]
    return [one for one in there if due or _is_past(job, one)]


def on_the_way(job: Job) -> list[tuple[Thing, Trip]]:
    """Media that set out and have not been confirmed to have come."""
    trips = [(job.things[name], trip) for name, trip in job.trips.items() if trip.arrived is None]
    return [(thing, trip) for thing, trip in trips if thing.alive and thing.site == "factory"]


def overdue(job: Job, now: datetime) -> list[tuple[Thing, Trip]]:
    """Media that should have come by now (WARD-CD-4)."""
    return [(thing, trip) for thing, trip in on_the_way(job) if now > trip.expected]


def broken(job: Job) -> list[Thing]:
    """The medium of the job's parcel that came with something amiss, while nothing was cancelled for it."""
    medium = None if job.cancelled or job.cancelling else carried(job, MEDIUM)
    return [medium] if medium and came_broken(job, medium) else []


def has_image(job: Job, thing: Thing) -> bool:
    """Whether the image of this medium may still be needed here, to burn it once more."""
    return thing == to_hand(job, MEDIUM)


def _is_past(job: Job, thing: Thing) -> bool:
    return job.cancelled or not thing.of_parcel(job.parcel)


def waiting(job: Job) -> list[Confirmation]:
    """確認書 to which the contractor has not said anything."""
    return [one for one in job.confirmations.values() if one.agreed is None]


def disputed(job: Job) -> list[Confirmation]:
    """確認書 to which the contractor said that something differs."""
    return [one for one in job.confirmations.values() if one.agreed is False]


# ------------------------------------------------------------------------------------------------------ on the page


def steps_done(job: Job) -> Job:
    """The job with those of its carrying steps as done that stand now: a lost medium is made and handed over anew."""
    undone: set[str] = set()
    medium = carried(job, MEDIUM)
    if not job.did("parcel-received"):
        if medium is None:
            undone |= {"medium-made", "medium-handed", "medium-arrived"}
        elif medium.id not in job.trips:
            undone |= {"medium-handed", "medium-arrived"}
        elif job.trips[medium.id].arrived is None:
            undone.add("medium-arrived")
    if any(one.alive and one.site == "factory" and one.what in _CARRIED for one in job.things.values()):
        undone.add("thing-returned")
    if any(one.alive and one.what == MEDIUM for one in job.things.values()):
        undone.add("medium-destroyed")
    return replace(job, done={kind: at for kind, at in job.done.items() if kind not in undone})


def to_keep_and_hand(job: Job, standing: Standing) -> list[Open]:
    """The acts before the delivery, the next one first."""
    if job.cancelled or job.parcel is None:
        return []
    found: list[Open] = []
    disc, handed = by_disc(standing), job.did("password-notice-handed")
    notice = carried(job, NOTICE)
    if notice is None and not handed and cabinets(standing):
        found.append(("notice-made", "パスワード通知書を保管する", "keep-notice"))
    if disc and carried(job, MEDIUM) is None and not job.did("parcel-received"):
        found.append(("medium-made", "媒体を作成する", "make-medium"))
    if disc and to_hand(job, MEDIUM) and job.did("notice-made"):
        found.append(("medium-handed", "媒体を渡す", "hand-medium"))
    if not handed and (not disc or to_hand(job, NOTICE)):
        found.append(("password-notice-handed", "パスワード通知書の受渡しを記録する", "password-notice"))
    return found if disc else found[::-1]


def to_take_back_and_end(job: Job, standing: Standing) -> list[Open]:
    """The acts at the end of each thing's way."""
    found: list[Open] = []
    if by_disc(standing) and to_come_back(job):
        found.append(("thing-returned", "媒体・パスワード通知書の返却を受ける", "take-back"))
    if to_end(job, MEDIUM):
        found.append(("medium-destroyed", "媒体を破壊する", "destroy-medium"))
    if to_end(job, NOTICE):
        found.append(("copy-erased", "パスワード通知書を裁断する", "shred-notice"))
    return found


def now_and_then(job: Job) -> list[Open]:
    """What may be done at any time with what is here."""
    if not at_ward(job):
        return []
    found: list[Open] = [("thing-moved", "保管場所・所持者を変える", "move"), ("thing-lost", "紛失を記録する", "lose")]
    if to_hand(job, MEDIUM):
        found.insert(0, ("medium-destroyed", "書き損じた媒体を破壊する", "destroy-medium"))
    return found

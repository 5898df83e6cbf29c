"""Media and password notices at the ward, each act as the person at the screen does it: load, ask the rules, record.

Rules
  WARD-CD-5   a medium's image is made from the sealed parcel, and is written down as it is made or is not there
  WARD-CD-4   a medium that does not come in time raises an alarm, once, the same day

A medium's image is ciphertext of the parcel, on the same disk and under the same key: it is no thing of its own but part of
送付データ@ward, as the file is that it was made from. So it goes before that may be said to be erased; and it goes as soon as
the disc is handed over, or its reader says that the disc was read back, because only a disc that failed needs another.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from tewatashi.core import custody
from tewatashi.core.acts import Act
from tewatashi.core.custody import MEDIUM, Job, Thing
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting, alarms, clock, loops, paper_way
from tewatashi.sitekit.clock import JAPAN
from tewatashi.sitekit.config import SiteConfig
from tewatashi.ward import carried, media
from tewatashi.ward.jobs import sealed_job
from tewatashi.ward.offices import owner_of, refuse_unless_staff, refuse_unless_witness

_EMPTY_DIGEST: Final = "0" * 64


def keep_notice(number: str, *, place: str, by: str) -> None:
    """Record in which cabinet the printed notice was put; its number stands on it."""
    job, parcel = sealed_job(number)
    body = {"parcel": parcel, "notice": carried.notice_number(job), "place": place}
    acting.perform("notice-made", body, by=by, job=number)


# ------------------------------------------------------------------------------------------------------ the medium


def make_medium(number: str, *, serial: str, place: str, by: str, site: SiteConfig) -> str:
    """Make the image and record the medium that is burnt from it. Returned: its number. Refused with nothing left."""
    job, parcel = sealed_job(number)
    standing = acting.known_standing(job.contract)
    medium = carried.next_medium(job)
    said = {"parcel": parcel, "medium": medium, "serial": serial, "place": place}
    # Asked before gigabytes are written, and again by the act itself.
    asked = Act("medium-made", "ward", by, {**said, "sha256": _EMPTY_DIGEST, "size": 0})
    custody.decide(job, standing, asked, clock.now())

    def record(image: media.Image) -> None:
        body = {**said, "sha256": image.sha256, "size": image.length}
        acting.perform("medium-made", body, by=by, job=number)

    media.make(number, medium, owner_of(standing.contract, by), record, _letters(site))
    return medium


def _letters(site: SiteConfig) -> bytes:
    """What the contractor has to be told before the disc, where no line tells it."""
    if not site.by_hand:
        return b""
    try:
        return paper_way.file_of_letters()[1]
    except Refused as refused:
        if refused.code == "letters-none":
            return b""
        raise


def medium_of(number: str, medium: str) -> tuple[Job, Thing]:
    """The job with the medium of this number. Refused if it has none such."""
    job = acting.known_job(number)
    found = next((one for one in job.things.values() if (one.what, one.number) == (MEDIUM, medium)), None)
    if found is None:
        raise Refused(
            "no-such-medium",
            "この案件の媒体ではありません。",
            found=medium[:20],
            do="媒体の番号を確かめてください。",
            requirement="CL-8",
        )
    return job, found


def hand_medium(
    number: str, *, to: str, key_holder: str, case: str, expected: datetime, on: date, by: str
) -> None:  # fmt: skip
    """Record the hand-over of the medium that is here; its image is erased."""
    job, parcel = sealed_job(number)
    medium = custody.carried(job, MEDIUM)
    body = {
        "parcel": parcel, "medium": medium.number if medium else "-", "to": to, "case": case, "key_holder": key_holder,
        "expected": clock.stamp(expected), "on": on.isoformat(),
    }  # fmt: skip
    if medium is None:
        raise Refused(
            "no-such-medium",
            "渡せる媒体がありません。",
            found=number,
            do="先に媒体を作成し、保管してください。",
            requirement="WARD-CD-5",
        )
    acting.perform("medium-handed", body, by=by, job=number)
    loops.wake("media")
    loops.wake("arrivals")  # one that is written down late may be overdue already


# ------------------------------------------------------------------------------------------------- back, and the end


def take_back(number: str, *, thing: str, brought_by: str, quantity: int, place: str, on: date, by: str) -> None:
    """Record that a medium or a notice came back, and where it lies until it is destroyed."""
    body = {"thing": thing, "brought_by": brought_by, "quantity": quantity, "place": place, "on": on.isoformat()}
    acting.perform("thing-returned", body, by=by, job=number)


def destroy(number: str, *, thing: str, method: str, serial: str, witness: str, by: str) -> None:
    """Record that a medium was destroyed before a witness."""
    refuse_unless_witness(witness, by)
    body = {"thing": thing, "method": method, "serial": serial, "witness": witness, "quantity": 1}
    acting.perform("medium-destroyed", body, by=by, job=number)
    loops.wake("media")


def shred(number: str, *, thing: str, witness: str, by: str) -> None:
    """Record that a password notice was shredded before a witness."""
    refuse_unless_witness(witness, by)
    body = {"thing": thing, "method": "shredded", "quantity": 1, "witness": witness}
    acting.perform("copy-erased", body, by=by, job=number)


def move(number: str, *, thing: str, place: str, hand: str, by: str) -> None:
    """Record the cabinet in which a thing lies now, or the person of the ward who has it."""
    if hand:
        refuse_unless_staff(hand)
    acting.perform("thing-moved", {"thing": thing, "place": place or None, "hand": hand or None}, by=by, job=number)


def lose(number: str, *, thing: str, on: date, statement: str, by: str) -> None:
    """Record that a thing of ours is lost: it ends, and the record says since when."""
    held = acting.known_job(number).things.get(thing)
    body = {"thing": thing, "quantity": held.quantity if held else 1, "on": on.isoformat(), "statement": statement}
    acting.perform("thing-lost", body, by=by, job=number)
    loops.wake("media")


# ------------------------------------------------------------------------------------------------ what goes by itself


def sweep() -> None:
    """Erase the images that nobody needs any more, and those that a killed making left."""
    media.sweep(_wanted())


def _wanted() -> Iterator[str]:
    # Asked one by one while the sweep holds the lock: what was made a moment ago is among them.
    for medium in media.names():
        job = acting.job(medium.rpartition("-")[0])
        if job is not None and any(
            carried.has_image(job, one) for one in job.things.values() if (one.what, one.number) == (MEDIUM, medium)
        ):
            yield medium


def erase_images(job: Job, parcel: str) -> None:
    """Erase what is left of this parcel's images, before the parcel itself is said to be gone."""
    for thing in job.things.values():
        if thing.what == MEDIUM and thing.of_parcel(parcel):
            media.erase(thing.number)


def watch() -> None:
    """Raise an alarm for every medium that did not come in time (WARD-CD-4); what is due by a day has its own watch."""
    now = clock.now()
    for job in acting.open_jobs():
        for thing, trip in carried.overdue(job, now):
            alarms.raise_once("medium-not-arrived", f"{job.number} {thing.number}", Refused(
                "medium-not-arrived", "媒体の到着が、予定の時刻までに確認されていません。", found="記録なし",
                expected=f"{trip.expected.astimezone(JAPAN):%Y-%m-%d %H:%M}まで",
                do="運搬した人と委託先に、直ちに所在を確かめてください。", requirement="WARD-CD-4",
            ))  # fmt: skip

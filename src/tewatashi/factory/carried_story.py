"""What is to be done about what people carry: the medium on its way, the ward's records, what has to go back."""

from __future__ import annotations

from tewatashi.core.contract import Standing
from tewatashi.core.custody import MEDIUM, NOTICE, Confirmation, Job, Thing, Trip, carried, live_copies
from tewatashi.core.custody.media import came_broken
from tewatashi.sitekit.story import Due


def on_its_way(job: Job) -> tuple[Thing, Trip] | None:
    """The medium of the job's parcel that left the ward and has not arrived, or None."""
    medium = carried(job, MEDIUM)
    trip = job.trips.get(medium.id) if medium else None
    return (medium, trip) if medium and trip and trip.arrived is None else None


def to_countersign(job: Job) -> list[Confirmation]:
    """The ward's records that nobody here has confirmed yet, disputed ones among them."""
    return [one for one in job.confirmations.values() if not one.agreed]


def coming(job: Job, page: str) -> Due:
    """What is awaited until the parcel is here."""
    way = on_its_way(job)
    if way is not None:
        medium, trip = way
        return Due(
            "now", f"媒体 {medium.number} の到着を記録する（予定 {trip.expected:%m/%d %H:%M}）", f"{page}/arrive"
        )
    here = carried(job, MEDIUM)
    if here is not None and came_broken(job, here):
        return Due(
            "waiting",
            f"媒体 {here.number} に異状があります。取り込まず、区の取消しを待っています",
            page,
            ("not-received",),
        )
    if here is not None and here.site == "factory":
        return Due("now", f"媒体 {here.number} から送付データを取り込む", f"{page}/take-in")
    return Due("waiting", "送付データが届くのを待っています", page, ("not-received",))


def owed(job: Job, standing: Standing) -> list[Due]:
    """Records to confirm, and what the ward still waits to have back."""
    page, found = f"/jobs/{job.number}", []
    waiting = to_countersign(job)
    if disputed := [one for one in waiting if one.agreed is False]:
        found.append(Due("late", f"区の確認書{len(disputed)}件に相違があります。区と確かめる", f"{page}/countersign"))
    elif waiting:
        found.append(Due("now", f"区の確認書{len(waiting)}件を確かめる", f"{page}/countersign"))
    back = [t for t in live_copies(job) if t.site == "factory" and t.what in (MEDIUM, NOTICE)]
    if standing.contract.channel == "disc" and back and (job.cancelled or job.did("delivery-confirmed")):
        names = "・".join(f"{thing.what} {thing.number}".strip() for thing in back)
        found.append(Due("now", f"{names}を区に返却する（それぞれ別の日に）", page, ("not-returned",)))
    return found


def may(job: Job) -> list[tuple[str, str, str]]:
    """The acts on what is carried that are open now: kind, the words on the button, the page."""
    page, found = f"/jobs/{job.number}", []
    medium = carried(job, MEDIUM)
    if on_its_way(job) is not None:
        found.append(("medium-arrived", "媒体の到着を記録する", f"{page}/arrive"))
    elif (
        medium is not None
        and medium.site == "factory"
        and not job.did("parcel-received")
        and not came_broken(job, medium)
    ):
        found.append(("parcel-received", "媒体から取り込む", f"{page}/take-in"))
    if to_countersign(job):
        found.append(("countersigned", "区の確認書を確かめる", f"{page}/countersign"))
    return found


def may_lose(job: Job) -> list[tuple[str, str, str]]:
    """Always at hand and never first: the report of a loss."""
    carries = any((t.site == "factory" and t.hand is not None) or t.what in (MEDIUM, NOTICE) for t in live_copies(job))
    return [("thing-lost", "紛失を報告する", f"/jobs/{job.number}/lose")] if carries else []

"""What people carry to the factory: a medium arrives and is read, records are confirmed, a loss is reported.

Rules
  WARD-CD-4  a medium arrives in the case in which it left, and goes into a safe
  FAC-CD-1   each taking out and putting back of a medium is recorded (delivering.move)
  FAC-CD-4   each of the ward's records is confirmed, or disputed in words
"""

from __future__ import annotations

from collections.abc import Iterable

from tewatashi.carriers.disc_reader import Stream, read_disc
from tewatashi.core.custody import MEDIUM, PAPER, Job, Thing, carried
from tewatashi.core.custody.media import refuse_broken
from tewatashi.core.refused import Refused
from tewatashi.factory import disc_intake, jobs
from tewatashi.factory.carried_story import on_its_way
from tewatashi.sitekit import acting, clock


def arrive(number: str, *, medium: str, case: str, intact: bool, place: str, by: str) -> None:
    """Record that the medium came today, in which case, and in which safe it lies."""
    job, _ = jobs.load(number)
    body = {
        "parcel": job.parcel or "0" * 32, "medium": medium, "case": case, "intact": intact, "place": place,
        "on": clock.now().date().isoformat(),
    }  # fmt: skip
    acting.perform("medium-arrived", body, by=by, job=number)


def take_in_image(number: str, chunks: Iterable[bytes], by: str) -> str:
    """Take the parcel in from the disc's image as it streams in. Returned: the medium's number.

    Refused before the first byte is read when the job awaits no medium, or the person is not on the roster.
    """
    job, standing = jobs.load(number)
    jobs.refuse_stranger(standing, by)
    medium = carried(job, MEDIUM)
    if medium is None or job.did("parcel-received") or on_its_way(job) is not None:
        raise Refused(
            "no-medium", "この案件には、取り込む媒体がありません。", found="受領済み" if job.did("parcel-received") else "到着前",
            do="媒体の到着を先に記録してください。", requirement="WARD-CD-4",
        )  # fmt: skip
    refuse_broken(job, medium)
    disc_intake.take_in(read_disc(Stream(iter(chunks))), medium.number, _digest_of(job, medium))
    return medium.number


def _digest_of(job: Job, medium: Thing) -> str | None:
    """The digest of the medium's image, as the ward's record tells it."""
    made = [act for _, act, _ in acting.history(job.number) if act.kind == "medium-made"]
    return next((act.text("sha256") for act in made if act.text("medium") == medium.number), None)


def countersign(number: str, confirmation: str, agrees: bool, note: str, by: str) -> None:
    """Confirm one of the ward's records, or say what differs: the ward's record stays as it is."""
    body = {"confirmation": confirmation, "agrees": agrees, "note": note}
    acting.perform("countersigned", body, by=by, job=number)


def lose(number: str, thing: str, statement: str, by: str) -> None:
    """Report that something is found missing today: the ward is told at once."""
    job, _ = jobs.load(number)
    lost = job.things.get(thing)
    body = {
        "thing": thing,
        "quantity": lost.quantity if lost else 0,
        "on": clock.now().date().isoformat(),
        "statement": statement,
    }
    acting.perform("thing-lost", body, by=by, job=number)


def can_be_lost(job: Job) -> list[Thing]:
    """What people carry here, and could lose."""
    return [thing for thing in jobs.things_here(job) if thing.what in (*PAPER, MEDIUM)]

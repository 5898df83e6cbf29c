"""What the ward does by itself: sends each parcel to the gateway, and erases what it need no longer hold.

Both are turns of a loop that may be killed anywhere: what the ledger tells decides what is still to be done.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from tewatashi.carriers import lgwan
from tewatashi.core.contract import SYSTEM
from tewatashi.core.custody import Job, Thing
from tewatashi.sitekit import acting, clock, store
from tewatashi.sitekit.line import line_to
from tewatashi.sitekit.models import LedgerEntry, OutLetter
from tewatashi.ward import carrying, index
from tewatashi.ward.models import Parcel


def send() -> None:
    """Bring every parcel whose sending was ordered to the gateway, from wherever it broke off."""
    if OutLetter.objects.filter(recipient=settings.SITE.peer("gateway").name, delivered_at=None).exists():
        return  # the letters first: the gateway takes only parcels that it was told of
    ordered = LedgerEntry.objects.filter(kind="parcel-sent").values("job")
    here = Parcel.objects.filter(arrived_at=None, gone_at=None, job__in=ordered)
    waiting = [parcel for parcel in here if _is_ordered(parcel)]
    if not waiting:
        return
    with line_to(settings.SITE.peer("gateway")) as line:
        for parcel in waiting:
            cover = acting.known_job(parcel.job).cover
            assert cover is not None
            with store.reading(parcel.id) as file:
                lgwan.send_parcel(line, cover.encode(), file, parcel.size)
            Parcel.objects.filter(pk=parcel.pk).update(arrived_at=clock.now())


def _is_ordered(parcel: Parcel) -> bool:
    job = acting.known_job(parcel.job)
    return job.parcel == parcel.id and job.did("parcel-sent") and job.cancelling is None and not job.cancelled


def release() -> None:
    """Erase our ciphertext once it was received or voided, and the index once nothing can be withdrawn or searched."""
    for parcel in Parcel.objects.filter(gone_at=None):
        job = acting.known_job(parcel.job)
        if job.parcel != parcel.id or job.did("parcel-received") or job.cancelled:
            _erase(parcel, job)
    for name in index.names():
        if (known := Parcel.objects.filter(pk=name).first()) is not None:
            job = acting.known_job(known.job)
            if job.parcel != name or job.closed:
                index.erase(name)


def _erase(parcel: Parcel, job: Job) -> None:
    """The file first: a crash before the record leaves the record to be made, never a copy that nobody knows of."""
    carrying.erase_images(job, parcel.id)
    store.erase(parcel.id)
    with transaction.atomic():
        thing = kept(parcel, job)
        if thing is not None and thing.alive:
            body = {"thing": thing.id, "method": "deleted", "quantity": thing.quantity, "witness": ""}
            acting.perform("copy-erased", body, by=SYSTEM, job=job.number)
        Parcel.objects.filter(pk=parcel.pk).update(gone_at=clock.now())


def kept(parcel: Parcel, job: Job) -> Thing | None:
    """Our copy of this parcel, as the job's custody knows it."""
    return next((one for one in job.things.values() if one.site == "ward" and one.of_parcel(parcel.id)), None)

"""What the gateway does: holds ciphertext, forwards it by itself, and keeps nothing after the receipt but the record.

Rules
  CONN-1   automatic transfer to the factory as soon as it answers, resumed where it broke off
  R12, R15 ciphertext only, and no longer than until the receipt, or as long as the contract says
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

import httpx
from django.conf import settings
from django.db import transaction

from tewatashi.carriers import lgwan
from tewatashi.core.contract import RELAY, SYSTEM
from tewatashi.core.cover import Cover
from tewatashi.core.custody import Job, Thing, hold_is_over
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting, alarms, clock, loops, parcels_api, store
from tewatashi.sitekit.line import line_to
from tewatashi.sitekit.models import InLetter, OutLetter, Upload

log = logging.getLogger(__name__)

_REASONS: Final = (
    "parcel-received",
    "parcel-voided",
    "cancel-accepted",
)  # to erase our copy; each is told to us and to the far site


def hold(cover: Cover) -> None:
    """Record a parcel that has wholly come; in the transaction that ends its upload."""
    body = {"parcel": cover.parcel, "sha256": cover.sha256, "size": cover.size, "place": RELAY}
    acting.perform("parcel-held", body, by=SYSTEM, job=cover.job)
    transaction.on_commit(lambda: loops.wake("forward"))


def forward() -> None:
    """Send every parcel on that the factory has not acknowledged."""
    if OutLetter.objects.filter(recipient=settings.SITE.peer("factory").name, delivered_at=None).exists():
        return  # the letters first: the factory takes only parcels that it was told of
    waiting = [upload for upload in Upload.objects.exclude(finished_at=None).filter(gone_at=None) if _is_due(upload)]
    if not waiting:
        return
    with line_to(settings.SITE.peer("factory")) as line:
        for upload in waiting:
            _forward(line, upload)


def _forward(line: httpx.Client, upload: Upload) -> None:
    """One parcel that the factory refuses, or that has just been erased, holds up no other."""
    try:
        with store.reading(upload.id) as file:
            lgwan.send_parcel(line, bytes(upload.cover), file, upload.size)
    except Refused as refused:
        alarms.raise_once("parcel-refused", f"{upload.job} {upload.parcel[:8]}", refused)
    except FileNotFoundError:
        log.warning("parcel erased before it was forwarded: %s", upload.parcel[:8])


def _is_due(upload: Upload) -> bool:
    job = acting.known_job(upload.job)
    return job.parcel == upload.parcel and not job.did("parcel-received") and not job.cancelled


def release() -> None:
    """Erase what was received, what was voided, and what has lain as long as the contract allows."""
    for upload in Upload.objects.filter(gone_at=None):
        if _may_go(upload, acting.known_job(upload.job)):
            _erase(upload)


def _may_go(upload: Upload, job: Job) -> bool:
    if job.parcel != upload.parcel or job.did("parcel-received") or job.cancelled:
        return _is_carried(job.number)
    thing, standing = held(upload, job), acting.known_standing(job.contract)
    if thing is None:
        days = timedelta(days=standing.contract.gateway_hold_days)
        return parcels_api.is_broken_off(upload, days)
    return not thing.alive or hold_is_over(thing, standing, clock.now())


def _is_carried(number: str) -> bool:
    """Whether the far site's letter of the same act is on its way: our erasure may not come there before its reason."""
    told = InLetter.objects.filter(job=number, kind__in=_REASONS, refused="")
    return told.count() <= OutLetter.objects.filter(job=number, kind__in=_REASONS).count()


def held(upload: Upload, job: Job) -> Thing | None:
    """Our copy of this parcel as the job's custody knows it; None while it is still coming in."""
    return next((one for one in job.things.values() if one.site == "gateway" and one.of_parcel(upload.parcel)), None)


def _erase(upload: Upload) -> None:
    """The file first: a crash before the record leaves the record to be made, never a copy that nobody knows of."""
    with store.writing(upload.id) as file:
        job = acting.known_job(upload.job)
        if file is None or not _may_go(upload, job):
            return  # bytes are coming in this moment, or just came: the next turn looks again
        file.erase()
        with transaction.atomic():
            thing = held(upload, job)
            if thing is not None and thing.alive:
                body = {"thing": thing.id, "method": "deleted", "quantity": thing.quantity, "witness": ""}
                acting.perform("copy-erased", body, by=SYSTEM, job=job.number)
            if thing is None and job.parcel == upload.parcel and not job.cancelled:
                Upload.objects.filter(pk=upload.pk).delete()  # it may be sent anew
            else:
                Upload.objects.filter(pk=upload.pk).update(gone_at=clock.now())

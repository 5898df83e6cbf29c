"""The factory answers the ward's requests to cancel by itself, and erases what a voided parcel left here.

Rules
  - nobody is at work on the job in that moment: whoever opens, composes or prints ends first, and the answer says what holds
  - sheets that a printer may already have made are recorded before the job is cancelled, or nobody would account for them
"""

from __future__ import annotations

from typing import Final

from tewatashi.core.contract import SYSTEM
from tewatashi.core.custody import Job, Thing
from tewatashi.core.refused import Refused
from tewatashi.factory import vault
from tewatashi.factory.models import PrintFile
from tewatashi.sitekit import acting, clock, store
from tewatashi.sitekit.models import LedgerEntry, OpenJob, Upload

_BUSY: Final = "vault-busy"


def answer() -> None:
    """Answer every request that waits, and end the ciphertext of parcels that are void."""
    asked = LedgerEntry.objects.filter(kind="cancel-requested", job__in=OpenJob.objects.values("number"))
    asked = asked.values_list("job", flat=True).distinct()
    for number in filter(None, asked):
        job = acting.known_job(number)
        if job.cancelling is not None:
            _answer(job)
        _drop_voided(acting.known_job(number))


def half_printed(number: str) -> bool:
    """Whether a printer has taken sheets of a print run that is not recorded yet."""
    return PrintFile.objects.filter(job=number, printed_at=None).exclude(begun_at=None).exists()


def _answer(job: Job) -> None:
    if half_printed(job.number):
        return  # without holding the vault, which whoever prints on needs
    try:
        with vault.held(job.number):
            if not half_printed(job.number):
                _accept_or_refuse(job)
    except Refused as refused:
        if refused.code != _BUSY:
            raise


def _accept_or_refuse(job: Job) -> None:
    body = {"scope": job.cancelling, "parcel": job.parcel}
    try:
        acting.perform("cancel-accepted", body, by=SYSTEM, job=job.number)
    except Refused as refused:
        acting.perform("cancel-refused", {**body, "reason": refused.wrong}, by=SYSTEM, job=job.number)


def _drop_voided(job: Job) -> None:
    for thing in job.things.values():
        if thing.alive and thing.site == "factory" and thing.what == "送付データ" and not thing.of_parcel(job.parcel):
            _erase(job, thing)


def _erase(job: Job, thing: Thing) -> None:
    """The file first: a crash before the record leaves the record to be made, never a copy that nobody knows of."""
    for upload in Upload.objects.filter(job=job.number, gone_at=None):
        if thing.of_parcel(upload.parcel):
            store.erase(upload.id)
            Upload.objects.filter(pk=upload.pk).update(gone_at=clock.now())
    body = {"thing": thing.id, "method": "deleted", "quantity": thing.quantity, "witness": ""}
    acting.perform("copy-erased", body, by=SYSTEM, job=job.number)

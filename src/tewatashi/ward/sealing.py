"""Sealing (送付データの作成・暗号化): from the extract's bytes to a parcel in one pass, with plaintext in memory alone.

Rules
  WORK-3      an item that was not approved for the form stops the sealing, and nothing of it is left
  WARD-SYS-2  what reaches the disk is ciphertext and keyed digests; a crash leaves nothing that the sweep does not remove
  FAC-LG-2    the password is drawn here, given back once, and kept nowhere
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import transaction

from tewatashi.core import custody, parcel
from tewatashi.core.acts import Act
from tewatashi.core.age import Passphrase
from tewatashi.core.contract import OUTBOX
from tewatashi.core.cover import Cover, write_cover
from tewatashi.core.custody import Job
from tewatashi.core.extract import check_extract
from tewatashi.core.layout import Layout
from tewatashi.core.password import new_password
from tewatashi.sitekit import acting, clock, store
from tewatashi.sitekit.keys import note_key
from tewatashi.sitekit.rights import FILE_RIGHTS, make_private_folder
from tewatashi.ward import clauses, index
from tewatashi.ward.carried import notice_number
from tewatashi.ward.layouts import layout_of
from tewatashi.ward.models import Parcel

_EMPTY_DIGEST: Final = "0" * 64


@dataclass(frozen=True)
class Notice:
    """What the password notice says: its number, the parcel's, and the password.

    It lives as long as the answer to the request that made it.
    """

    number: str
    serial: str
    password: str
    job: Job


def refuse_unless_sealable(number: str, by: str) -> Job:
    """The job, if a parcel may be sealed for it now: asked before the file is read, and again by the act itself."""
    job = acting.known_job(number)
    said = {
        "parcel": "0" * 32,
        "sha256": _EMPTY_DIGEST,
        "size": 0,
        "pieces": job.declared,
        "cover": "-",
        "place": OUTBOX,
    }
    standing = acting.known_standing(job.contract)
    custody.decide(job, standing, Act("parcel-sealed", "ward", by, said), clock.now())
    return job


def seal(number: str, layout_name: str, chunks: Iterator[bytes], by: str) -> Notice:
    """Check the extract, seal it, keep the parcel, and record the act. Refused, with nothing left, by any rule on the way."""
    job = refuse_unless_sealable(number, by)
    layout = layout_of(job.form, layout_name)
    clauses.refuse_forbidden(job, layout)
    name, password = secrets.token_hex(16), new_password(secrets.token_bytes)
    with _in_progress():
        try:
            with index.writing(name) as writer:
                file = store.keep(name, _sealed(job, layout, chunks, password, writer))
            _record(job, layout, name, file, by)
        except DatabaseFailure:
            # A line that broke at the commit does not say whether the act stands. If it does not, the sweep erases this.
            raise
        except BaseException:
            # One that is not in the ledger must not be on the disk either.
            store.erase(name)
            index.erase(name)
            raise
    return Notice(notice_number(job), name[:8], password, job)


def _sealed(job: Job, layout: Layout, chunks: Iterator[bytes], password: str, writer: index.Writer) -> Iterator[bytes]:
    names = _items(layout)
    key = names.index(layout.key)
    manifest = parcel.Manifest(
        parcel.FORMAT, job.contract, job.number, job.form, job.base_date.isoformat(), names, job.declared
    )
    records = check_extract(layout, chunks, declared=job.declared, base_date=job.base_date)

    def note_piece(pieces: list[str], batch: Sequence[Sequence[str]]) -> None:
        writer.note(pieces, [values[key] for values in batch])

    return parcel.seal(manifest, records, Passphrase(password), secrets.token_bytes, note_piece)


def _record(job: Job, layout: Layout, name: str, file: tuple[str, int], by: str) -> None:
    site, (sha256, size) = settings.SITE, file
    cover = Cover(
        parcel=name, contract=job.contract, job=job.number, form=job.form, base_date=job.base_date.isoformat(),
        pieces=job.declared, items=_items(layout), sha256=sha256, size=size, sealed_at=clock.stamp(), sealed_by=by,
        erase_by=job.erase_by.isoformat(), sender=site.name,
    )  # fmt: skip
    note = write_cover(cover, note_key(site)).decode()
    body = {"parcel": name, "sha256": sha256, "size": size, "pieces": job.declared, "cover": note, "place": OUTBOX}
    with transaction.atomic():
        acting.perform("parcel-sealed", body, by=by, job=job.number)
        Parcel.objects.create(id=name, job=job.number, size=size)


def _items(layout: Layout) -> tuple[str, ...]:
    return tuple(column.name for column in layout.approved)


# ---------------------------------------------------------------------------------------------- after a crash


@contextmanager
def _in_progress() -> Iterator[None]:
    """Held by every sealing, shared; the kernel lets go of it however the process ends."""
    with _locked(fcntl.LOCK_SH):
        yield


def sweep() -> None:
    """Erase what a sealing that was killed left: files of parcels that the ledger does not know, while nobody is sealing."""
    try:
        with _locked(fcntl.LOCK_EX | fcntl.LOCK_NB):
            for name in ({*store.names()} | index.names()) - {*Parcel.objects.values_list("id", flat=True)}:
                store.erase(name)
                index.erase(name)
    except BlockingIOError:
        return


@contextmanager
def _locked(how: int) -> Iterator[None]:
    folder = make_private_folder(settings.SITE.data_dir / "locks")
    descriptor = os.open(folder / "sealing", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_RIGHTS)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)

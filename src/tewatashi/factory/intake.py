"""A parcel comes in, and is opened with the password from the paper into the job's vault.

Rules
  FAC-OP-2   only a person on the accepted roster opens it, and only after the password notice was handed over
  FAC-SYS-4  it is opened into the vault and nowhere else, after the vault's rights were checked
A refusal or a wrong password leaves nothing behind, and what a crash leaves the sweep removes; opening again begins anew
and ends the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

import orjson
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import transaction

from tewatashi.core.age import Passphrase
from tewatashi.core.contract import INBOX, SYSTEM, VAULT
from tewatashi.core.cover import Cover, read_cover
from tewatashi.core.custody import Job
from tewatashi.core.parcel import Batch, open_parcel
from tewatashi.core.password import check_password
from tewatashi.core.refused import Refused
from tewatashi.factory import jobs, vault
from tewatashi.factory.models import Piece
from tewatashi.sitekit import acting, clock, parcels_api, store
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.keys import peer_key
from tewatashi.sitekit.models import Upload

RECORDS: Final = "records.age"
_CHUNK: Final = 1 << 20
_ROWS: Final = 2000
_GOES_ON_WITHIN: Final = timedelta(hours=1)
_RECORDED_AS: Final[dict[vault.Kept, str]] = {"records": "parcel-opened", "print": "pieces-composed"}


def take_in(cover: Cover) -> None:
    """Record a parcel that has wholly come; in the transaction that ends its upload."""
    body = {"parcel": cover.parcel, "sha256": cover.sha256, "size": cover.size, "pieces": cover.pieces, "place": INBOX}
    acting.perform("parcel-received", body, by=SYSTEM, job=cover.job)


def sweep() -> None:
    """Drop halves of parcels that are void or never went on, and what a killed opening or composing left."""
    for upload in Upload.objects.filter(finished_at=None, gone_at=None):
        job = acting.known_job(upload.job)
        if job.parcel != upload.parcel or job.cancelled:
            parcels_api.drop_half(upload, again=False)
        elif parcels_api.is_broken_off(upload):
            parcels_api.drop_half(upload, again=True)
    for number in vault.jobs():
        for kept, kind in _RECORDED_AS.items():
            if vault.has_any(number, kept):
                _drop_unrecorded(number, kept, kind)


def _drop_unrecorded(number: str, kept: vault.Kept, kind: str) -> None:
    """What the ledger does not tell of nobody would erase. Print files are left for an hour: the composing goes on from them."""
    job = acting.job(number)
    if job is None or job.did(kind) or (kept == "print" and _may_go_on(job)):
        return
    try:
        with vault.held(number):
            if acting.known_job(number).did(kind):
                return
            if kept == "records":
                forget(number)
            else:
                vault.destroy(number, kept)
    except Refused as refused:
        if refused.code != "vault-busy":
            raise


def _may_go_on(job: Job) -> bool:
    if job.cancelled or not job.did("parcel-opened") or not vault.holds(job.number, RECORDS):
        return False
    return clock.now().timestamp() < vault.touched(job.number, "print") + _GOES_ON_WITHIN.total_seconds()


def open_received(number: str, typed: str, by: str) -> int:
    """Open the job's parcel with the password as typed from its notice. Returned: how many pieces."""
    job, _ = jobs.load(number)
    body = {"parcel": job.parcel or "0" * 32, "pieces": job.counts.extract or 0, "place": VAULT}
    with jobs.alone_at(number, "parcel-opened", body, by) as job:
        password = Passphrase(check_password(typed))
        forget(number)
        try:
            pieces = _open_into_vault(job, password)
            acting.perform("parcel-opened", {**body, "pieces": pieces}, by=by, job=number)
        except DatabaseFailure:
            # A line that broke at the commit does not say whether the act stands. If it does not, the sweep drops this.
            raise
        except BaseException:
            forget(number)
            raise
    return pieces


def cover_of(job: Job, site: SiteConfig) -> Cover:
    """The cover of the job's parcel."""
    assert job.cover is not None
    return read_cover(job.cover.encode(), [peer_key(site.peer("ward"))])


def records(number: str) -> Iterator[tuple[str, list[str]]]:
    """The opened records in the parcel's order: piece id, and values in the order of the cover's items."""
    rest = b""
    for chunk in vault.read(number, "records", RECORDS):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            piece, values = orjson.loads(line)
            yield piece, values


def forget(number: str) -> None:
    """Destroy the pieces' rows and the opened records; in this order, for by the latter the sweep finds both."""
    Piece.objects.filter(job=number).delete()
    vault.destroy(number, "records")


def _open_into_vault(job: Job, password: Passphrase) -> int:
    upload = Upload.objects.filter(parcel=job.parcel, gone_at=None).exclude(finished_at=None).first()
    if upload is None:
        raise Refused("parcel-gone", "送付データのファイルがありません。", do="区に送り直しを求めてください。")
    vault.make_key(job.number, "records")
    with store.reading(upload.id) as file:
        chunks = iter(lambda: file.read(_CHUNK), b"")
        _, batches = open_parcel(chunks, password, cover_of(job, settings.SITE))
        rows = _Rows(job.number)
        vault.write(job.number, "records", RECORDS, _lines(batches, rows))
    return rows.flush()


class _Rows:
    """The pieces' rows, inserted some thousand at a time."""

    def __init__(self, job: str) -> None:
        self._job, self._rows, self._count = job, list[Piece](), 0

    def add(self, piece: str) -> None:
        self._count += 1
        self._rows.append(Piece(job=self._job, piece=piece, n=self._count))
        if len(self._rows) == _ROWS:
            self.flush()

    def flush(self) -> int:
        """Insert what waits. Returned: how many there are in all."""
        with transaction.atomic():
            Piece.objects.bulk_create(self._rows)
        self._rows.clear()
        return self._count


def _lines(batches: Iterable[Batch], rows: _Rows) -> Iterator[bytes]:
    for batch in batches:
        for piece, _ in batch:
            rows.add(piece)
        yield b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in batch)

"""The sealed files of reports at this site (FAC-CD-2): read, erased, and swept when the ledger does not tell of them.

Whoever makes one holds `in_progress` until its act is recorded: the sweep waits for that, however the process ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings

from tewatashi.core.custody import REPORT, Job, Report, Thing
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting, store
from tewatashi.sitekit.rights import FILE_RIGHTS, make_private_folder

_CHUNK: Final = 1 << 16
_PATIENCE: Final = 5.0  # seconds; a sweep is over by then, somebody else's intake need not be


def report_of(job: Job, named: str) -> Report:
    """The job's report by its number or the eight digits that people read. Refused if the job has none such."""
    found = next((one for one in job.reports.values() if named in (one.id, one.short)), None)
    if found is None:
        raise Refused(
            "no-report", "この案件の報告データではありません。", found=named[:8], do="報告データの番号を確かめてください。",
            requirement="FAC-CD-2",
        )  # fmt: skip
    return found


def file_here(job: Job, report: Report) -> Thing | None:
    """This site's living copy of the report."""
    site = settings.SITE.role
    here = (thing for thing in job.things.values() if thing.alive and (thing.what, thing.site) == (REPORT, site))
    return next((thing for thing in here if thing.of_parcel(report.id)), None)


def chunks(job: Job, report: Report) -> Iterator[bytes]:
    """The sealed bytes. Refused, on the first step, when there is no copy here."""
    if file_here(job, report) is None:
        raise Refused(
            "report-gone", "この報告データは、この拠点にありません。", found=report.short, do="案件の画面で状態を確かめてください。",
            requirement="FAC-CD-2",
        )  # fmt: skip
    with store.reading(report.id, store.REPORTS) as file:
        yield from iter(lambda: file.read(_CHUNK), b"")


def erase(job: Job, thing: Thing) -> None:
    """Remove the file of this copy."""
    report = next(one for one in job.reports.values() if thing.of_parcel(one.id))
    store.erase(report.id, store.REPORTS)


@contextmanager
def in_progress(*, alone: bool = False) -> Iterator[None]:
    """Held while a file is made. Refused `reports-busy` when it has to be alone and is not."""
    try:
        with _locked(fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH, patience=_PATIENCE):
            yield
    except BlockingIOError:
        raise Refused(
            "reports-busy", "別の報告データを取り込んでいます。", do="終わるのを待って、もう一度行ってください。"
        ) from None


def sweep() -> None:
    """Erase files that the ledger does not tell of, which a killed sealing or intake left, while nobody makes one."""
    if not store.names(store.REPORTS):
        return
    try:
        with _locked(fcntl.LOCK_EX | fcntl.LOCK_NB):
            for name in {*store.names(store.REPORTS)} - _told():
                store.erase(name, store.REPORTS)
    except BlockingIOError:
        return


def _told() -> set[str]:
    return {one.id for job in acting.open_jobs() for one in job.reports.values() if file_here(job, one) is not None}


@contextmanager
def _locked(how: int, *, patience: float = 0) -> Iterator[None]:
    """BlockingIOError when `how` does not wait, and the lock is still another's after so many seconds."""
    folder = make_private_folder(settings.SITE.data_dir / "locks")
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(folder / "reports", flags, FILE_RIGHTS)
    try:
        _lock(descriptor, how, time.monotonic() + patience)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, how: int, until: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, how)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.05)

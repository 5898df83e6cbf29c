"""Where print files go: a folder that stands for paper, or a real queue.

Rules
  a file of a name goes out once, however often it is asked for: after a crash nobody knows whether it went
  names say job, copy and number, never anything of a resident
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Protocol

from tewatashi.core.refused import Refused
from tewatashi.press import ipp

_RIGHTS: Final = 0o600
_LOOK_AGAIN: Final = 0.2  # seconds between two looks at a job
_COMPLETED: Final = 9  # RFC 8011, 5.3.7: from 7 on a job is over; 7 canceled, 8 aborted, 9 completed
_OVER: Final = 7
_NOT_WHOLE: Final = frozenset({  # of a job that is called completed all the same (RFC 8011, 5.3.8)
    "submission-interrupted", "job-completed-with-errors", "document-format-error", "document-unprintable-error",
})  # fmt: skip


class Printer(Protocol):
    """name: as people know it, for the record;  keeps_documents: whether a printed file may stay where no site can erase it."""

    @property
    def name(self) -> str: ...

    @property
    def keeps_documents(self) -> bool: ...

    def print_file(self, name: str, chunks: Iterable[bytes]) -> str:
        """Print one PDF under a name; once it came back, and only then, it is printed. Returned: the printer's reference.

        A name that was printed before is not printed again. Refused when the printer can't or won't.
        """
        ...


class PdfFolder:
    """Writes each file as `<name>.pdf`: whole or not at all, and one file a name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        return "PDFフォルダー"

    @property
    def keeps_documents(self) -> bool:
        return False  # its files are the paper itself

    def print_file(self, name: str, chunks: Iterable[bytes]) -> str:
        final = self._folder / f"{name}.pdf"
        if final.is_file() and not final.is_symlink():
            return final.name
        half = self._folder / f".{name}.half"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(half, chunks, final)
            self._sync()
        except OSError as error:
            raise Refused(
                "printer",
                "印刷ファイルを書き出せません。",
                found=error.strerror,
                do="出力先のフォルダーと空き容量を確かめてください。",
            ) from None
        return final.name

    def _write(self, half: Path, chunks: Iterable[bytes], final: Path) -> None:
        half.unlink(missing_ok=True)
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _RIGHTS)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(descriptor)
            half.rename(final)
        finally:
            half.unlink(missing_ok=True)

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class IppQueue:
    """A queue of a real printer, at an ipp:// or ipps:// address. A file is printed when the queue says so.

    The queue must remember its completed jobs (CUPS: PreserveJobHistory, the default): from them it is known after a crash
    what was printed already. One that broke off on its way shows in its size (job-k-octets) or in what the queue says of it
    (job-state-reasons); where a queue tells neither it counts as printed, so as never to print twice, and the missing sheets
    show when they are read. Counts of impressions and sheets are not asked: of one file, printers count sides, sheets or
    nothing. patience: seconds that a job may take; a longer one is found again by its name.
    """

    def __init__(self, uri: str, user: str = "tewatashi", patience: float = 3600.0) -> None:
        self._uri, self._patience = uri, patience
        self._queue = ipp.Queue(uri, user)

    @property
    def name(self) -> str:
        return self._uri

    @property
    def keeps_documents(self) -> bool:
        return True  # no standard operation tells whether a queue, or the disk behind it, has deleted a document

    def print_file(self, name: str, chunks: Iterable[bytes]) -> str:
        data = b"".join(chunks)  # whole before the first byte goes: no printer shall see a file that breaks off
        job = self._known(name, len(data)) or self._sent(name, data)
        until = time.monotonic() + self._patience
        while job.state < _OVER:
            if time.monotonic() > until:
                raise Refused(
                    "printer-waiting", "プリンターがまだ印字を終えていません。", found=f"ジョブ{job.id}（状態{job.state}）",
                    do="用紙や紙詰まりを確かめ、もう一度印字してください。同じファイルを二度印字することはありません。",
                )  # fmt: skip
            time.sleep(_LOOK_AGAIN)
            job = self._look(job)
        if not _is_printed(job):
            why = "、".join((f"状態{job.state}", *job.reasons))
            raise Refused(
                "printer-aborted", "プリンターが印字を中止しました。", found=f"ジョブ{job.id}（{why}）", expected="完了",
                do="プリンターを確かめ、もう一度印字してください。",
            )  # fmt: skip
        return f"{self._uri}#{job.id}"

    def _known(self, name: str, size: int) -> ipp.Job | None:
        """A whole job of this name that was printed, or is being printed."""
        # In this order: asked the other way round, a job that completes between the two questions is in neither answer.
        for which in ("not-completed", "completed"):
            wanted = [ipp.keyword("which-jobs", which), ipp.keyword("requested-attributes", "all")]
            for job in self._queue.ask(ipp.GET_JOBS, wanted):
                whole = job.size is None or job.size >= size // 1024
                if job.name == name and whole and (job.state < _OVER or _is_printed(job)):
                    return job
        return None

    def _sent(self, name: str, data: bytes) -> ipp.Job:
        wanted = [ipp.text("job-name", name), ipp.document("application/pdf")]
        return self._queue.ask_one(ipp.PRINT_JOB, wanted, data)

    def _look(self, job: ipp.Job) -> ipp.Job:
        wanted = [ipp.number("job-id", job.id), ipp.keyword("requested-attributes", "all")]
        return self._queue.ask_one(ipp.GET_JOB_ATTRIBUTES, wanted)


def _is_printed(job: ipp.Job) -> bool:
    """Whether the queue says that all of it was."""
    return job.state == _COMPLETED and _NOT_WHOLE.isdisjoint(job.reasons)

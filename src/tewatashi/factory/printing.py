"""Printing: each print file streams from the vault, deciphered on its way, to the printer, which knows files by name.

Rules
  FAC-OP-2           only a person on the accepted roster prints
  WORK-2             only files that were proofread, told by their digest, are printed (core.custody)
  CL-9               copies are made here alone, and each is counted; what a queue may keep of a document is a spool, until people have emptied it
  kusatsu-2017       originals are printed once; only what was recorded as spoiled is made anew, under the next copy
A file is handed over under one name however often this is interrupted, so that a printer never prints it twice.
"""

from __future__ import annotations

from itertools import groupby
from typing import Final

from django.db import transaction
from django.db.models import Max

from tewatashi.core import piece as pieces
from tewatashi.core.contract import PRESS_ROOM
from tewatashi.core.refused import Refused
from tewatashi.factory import composing, jobs, line, vault
from tewatashi.factory.models import Piece, PrintFile
from tewatashi.factory.printer import Printer, chosen_printer
from tewatashi.factory.proofreading import digest_of
from tewatashi.press.compose import PIECES_PER_FILE
from tewatashi.sitekit import acting, clock

MOST_COPIES: Final = 9  # the sheet mark has one digit for it


def print_originals(number: str, by: str) -> int:
    """Print the job. Returned: how many pieces."""
    job, _ = jobs.load(number)
    printer = chosen_printer()
    originals = PrintFile.objects.filter(job=number, copy=0)
    body = _body(printer, job.counts.composed or 0, list(originals), copy=0)
    with jobs.alone_at(number, "pieces-printed", body, by):
        files = list(originals.all())
        for file in files:
            _send(file, printer)
        with transaction.atomic():
            line.begin(number)
            count = Piece.objects.filter(job=number, state="composed").update(state="printed")
            _record(number, {**body, "pieces": count}, by, files)
    return count


def remake(number: str, by: str) -> int:
    """Print every spoiled piece anew, as its next copy. Returned: how many."""
    printer = chosen_printer()
    with jobs.alone_at(number, "pieces-printed", _body(printer, 0, [], copy=1), by):
        files = _planned(number) or _plan(number)
        if not files:
            raise Refused(
                "nothing-spoiled",
                "再作成する破損がありません。",
                do="破損は、読取りの画面で先に記録してください。",
                requirement="CL-9",
            )
        for file in files:
            composing.compose_remake(file)
            _send(file, printer)
            _finish_remake(file, printer, by)
    return sum(file.quantity for file in files)


def spoiled(number: str) -> list[Piece]:
    """Pieces that wait for their remake; what the ward withdrew is not made anew."""
    withdrawn = acting.known_job(number).withdrawals
    found = Piece.objects.filter(job=number, state="spoiled").order_by("copy", "n")
    return [row for row in found if not line.is_asked(row.piece, withdrawn)]


def _planned(number: str) -> list[PrintFile]:
    """What an interrupted remake left to be done: its sheets may be printed already, so it goes on as it was planned."""
    return list(PrintFile.objects.filter(job=number, copy__gt=0, printed_at=None))


def _plan(number: str) -> list[PrintFile]:
    """A file for all pieces that get the same copy, made durable before anything is printed."""
    files = []
    for copy, rows in groupby(spoiled(number), lambda row: row.copy + 1):
        if copy > MOST_COPIES:
            raise Refused(
                "copies", "これ以上は再作成できません。", found=f"{copy}回目", expected=f"{MOST_COPIES}回まで",
                do="区と委託先で扱いを協議してください。", requirement="CL-9",
            )  # fmt: skip
        last = PrintFile.objects.filter(job=number, copy=copy).aggregate(last=Max("number"))["last"] or 0
        for n, chunk in enumerate(line.in_chunks(rows, PIECES_PER_FILE), last + 1):
            ids = "\n".join(row.piece for row in chunk)
            files.append(PrintFile(job=number, copy=copy, number=n, quantity=len(chunk), pieces=ids))
    with transaction.atomic():
        for file in files:
            file.save()
    return files


def _send(file: PrintFile, printer: Printer) -> None:
    if not file.reference:
        PrintFile.objects.filter(pk=file.pk, begun_at=None).update(begun_at=clock.now())
        file.reference = printer.print_file(file.name, vault.read(file.job, "print", file.kept_as))[:200]
        file.save(update_fields=["reference"])


def _finish_remake(file: PrintFile, printer: Printer, by: str) -> None:
    """The old sheets are void from here on. A piece withdrawn meanwhile stays withdrawn; its new sheet is counted too."""
    with transaction.atomic():
        line.locked(file.job)
        rows = list(Piece.objects.filter(job=file.job, piece__in=file.pieces.split()))
        for row in rows:
            if row.state == "spoiled":
                row.state = pieces.remake(line.as_piece(row)).state
            row.copy += 1
        Piece.objects.bulk_update(rows, ["state", "copy"], batch_size=300)
        _record(file.job, _body(printer, file.quantity, [file], copy=file.copy), by, [file])


def _record(number: str, body: dict[str, object], by: str, files: list[PrintFile]) -> None:
    acting.perform("pieces-printed", body, by=by, job=number)
    PrintFile.objects.filter(pk__in=[file.pk for file in files]).update(printed_at=clock.now())


def _body(printer: Printer, count: int, files: list[PrintFile], *, copy: int) -> dict[str, object]:
    return {
        "pieces": count, "copy": copy, "sha256": digest_of(files), "printer": printer.name, "place": PRESS_ROOM,
        "spool": PRESS_ROOM if printer.keeps_documents else None,
    }  # fmt: skip

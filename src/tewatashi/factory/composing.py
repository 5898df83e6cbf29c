"""Composing: the opened records become print files in the vault, under the job's own form alone.

Rules
  CL-7    the form is the job's; its items are those that the ward sealed, no more and no fewer
  WORK-2  with the form, fonts, program and device of the proof that the ward approved, or nothing is begun
  WORK-1  as many pieces as the ward sealed, or nothing is recorded
  WORK-2  nothing is recorded before every page was proofread; what differs stops the release
A crash on the way costs only the file that was being made: whoever composes again goes on from there, to the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial

from django.conf import settings
from django.db import transaction

from tewatashi.core.contract import VAULT
from tewatashi.core.custody import Job
from tewatashi.core.refused import Refused
from tewatashi.factory import approvals, enclosing, intake, jobs, planning, vault
from tewatashi.factory.models import PrintFile
from tewatashi.factory.print_files import BROKEN, forget_making, make_files
from tewatashi.factory.proofreading import digest_of, proofread_data, proofread_files, record_proof
from tewatashi.press import compose as press
from tewatashi.press.program import Piece, Program, compile_form
from tewatashi.sitekit import acting
from tewatashi.sitekit.site_forms import load_site_form, site_fonts, towns_of_site, towns_stamp


def compose(number: str, by: str) -> int:
    """Compose every piece of the job. Returned: how many."""
    nothing = {"pieces": 0, "pages": 0, "files": 0, "sha256": "0" * 64, "place": VAULT}
    known, _ = jobs.load(number)
    body = {
        **nothing,
        "purpose": known.form,
        "pieces": known.counts.extract or 0,
        "fingerprint": approvals.of_form(known.form),
    }
    with jobs.alone_at(number, "pieces-composed", body, by) as job:
        program = program_of(job)
        vault.keep_key(number, "print")
        try:
            plan = planning.make(number, program.form)
            files = make_files(job, planning.to_compose(number, program.form, plan), program)
            report = proofread_files(job, files, partial(planning.to_compose, number, program.form, plan))
        except Refused as refused:
            if refused.code != BROKEN:
                vault.destroy(number, "print")
            raise
        forget_making(number, files)
        with transaction.atomic():
            PrintFile.objects.filter(job=number).delete()
            PrintFile.objects.bulk_create(files)
            pieces = sum(file.quantity for file in files)
            pages = sum(file.pages for file in files)
            made = {
                "pieces": pieces, "pages": pages, "files": len(files), "sha256": digest_of(files),
                "fingerprint": approvals.fingerprint_of(program).parts,
            }  # fmt: skip
            acting.perform("pieces-composed", {**body, **made}, by=by, job=number)
            if plan is not None:
                enclosing.keep_plan(job, plan)
            record_proof(number, report, files, copy=0)
    return pieces


def compose_remake(file: PrintFile) -> None:
    """Compose a remake's file into the vault, unless it is there."""
    if file.sha256 and vault.holds(file.job, file.kept_as):
        return
    wanted = frozenset(file.pieces.split())
    job, standing = jobs.load(file.job)
    program = program_of(job)
    approvals.refuse_unless_approved(standing, program)
    pieces = planning.to_remake(job, program.form, (each for each in intake.records(file.job) if each[0] in wanted))
    for made, chunks in _files(pieces, program, copy=file.copy):
        report = proofread_data(job, [b"".join(chunks)], pieces, copy=file.copy)
        vault.write(file.job, "print", file.kept_as, chunks)
        file.pages, file.size, file.sha256 = made.pages, made.size, made.sha256
        with transaction.atomic():
            file.save(update_fields=["pages", "size", "sha256"])
            record_proof(file.job, report, [file], copy=file.copy)


def program_of(job: Job) -> Program:
    """The compiled form of the job; Refused when it has other items than the ward sealed."""
    form = load_site_form(job.form)
    items = intake.cover_of(job, settings.SITE).items
    if form.items != items:
        raise Refused(
            "form-items", "送付データの項目が、この案件の帳票の項目と違います。", found="・".join(items),
            expected="・".join(form.items), do="区に、帳票に合った送付データを求めてください。", requirement="CL-7",
        )  # fmt: skip
    return _compiled(job.form, form.fingerprint, towns_stamp())


def _files(pieces: Iterable[Piece], program: Program, *, copy: int) -> Iterable[tuple[press.PrintFile, list[bytes]]]:
    """Each file and its bytes. The press pushes while age pulls, so one file at a time waits in memory."""
    chunks: list[bytes] = []

    def open_file(_number: int) -> press.Emit:
        chunks.clear()
        return chunks.append

    for made in press.compose(pieces, program, open_file, copy=copy):
        yield made, chunks


@lru_cache(maxsize=8)
def _compiled(name: str, _fingerprint: str, _towns: tuple[int, int] | None) -> Program:
    """Kept as long as neither the form nor the towns change."""
    return compile_form(load_site_form(name), site_fonts(), towns_of_site())

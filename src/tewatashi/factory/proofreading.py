"""Proofreading in the factory: before print files count as composed, every page of them is read back from the vault.

Each process has the file that it reads and its records in memory, and no plaintext rests anywhere. What disagrees stops the
release (WORK-2): the refusal names pieces and pages, never a resident's value. What was read is recorded with the digest of
the files (WORK-4), and only files of such a digest are printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import orjson

from tewatashi.core.contract import SYSTEM
from tewatashi.core.custody import Job
from tewatashi.core.refused import Refused
from tewatashi.factory import vault
from tewatashi.factory.models import PrintFile
from tewatashi.factory.print_files import born, processes_for
from tewatashi.proofs.proofread import Piece, Report, Standard, proofread
from tewatashi.proofs.towns import TownNames, read_towns
from tewatashi.proofs.workers import Given, Kit, proofread_given
from tewatashi.sitekit import acting
from tewatashi.sitekit.site_forms import form_folder, form_reader, towns_file, towns_stamp

_SHOWN = 5
_SAMPLE = 3  # pieces drawn at random, beside those that are drawn anyway


def proofread_files(job: Job, files: Sequence[PrintFile], pieces: Callable[[], Iterator[Piece]]) -> Report:
    """Reads the files back from the vault, by as many processes as compose. Refused if any page isn't what the form and the records
    say. pieces: gives the records from the first one on."""
    kit = Kit(form_folder(job.form), towns_file() if towns_stamp() else None, sample=_SAMPLE)

    def read_back() -> Iterator[Given]:
        return (Given(_read_back(file), file.quantity) for file in files)

    jobs = processes_for(len(files))
    return _fine(proofread_given(read_back, pieces, _standard(job, copy=0), kit, jobs, born=born()))


def proofread_data(job: Job, data: Iterable[bytes], pieces: Iterable[Piece], *, copy: int) -> Report:
    """The same of files as they are, in the order of the pieces."""
    return _fine(proofread(data, pieces, _standard(job, copy=copy)))


def _standard(job: Job, *, copy: int) -> Standard:
    base_date = job.base_date.isoformat()
    return Standard.of(
        form_reader(job.form), towns=_towns(towns_stamp()), copy=copy, base_date=base_date, sample=_SAMPLE
    )


def _fine(report: Report) -> Report:
    if not report.fine:
        raise _refused(report)
    return report


def _read_back(file: PrintFile) -> bytes:
    """The file's bytes, which have to be those that were composed: the proof's digest is that of what was read."""
    data = b"".join(vault.read(file.job, "print", file.kept_as))
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise Refused(
            "proof-file", "保管庫の印刷ファイルが、組版したものと違います。", found=file.name, do="組版をやり直してください。",
            requirement="WORK-4",
        )  # fmt: skip
    return data


def record_proof(number: str, report: Report, files: Sequence[PrintFile], *, copy: int) -> None:
    """Record what was read, in the transaction that records the files. The report itself can be made again from them."""
    body = {
        "copy": copy, "pieces": report.pieces, "pages": report.pages, "files": report.files, "codes": report.codes,
        "drawn": report.drawn, "findings": report.findings.total, "sha256": digest_of(files),
        "report_sha256": hashlib.sha256(orjson.dumps(report.as_dict(), option=orjson.OPT_SORT_KEYS)).hexdigest(),
    }  # fmt: skip
    acting.perform("pages-proofread", body, by=SYSTEM, job=number)


def digest_of(files: Iterable[PrintFile]) -> str:
    """One digest for all files: SHA-256 over their digests in hex, a line each."""
    return hashlib.sha256("".join(f"{file.sha256}\n" for file in files).encode()).hexdigest()


def _refused(report: Report) -> Refused:
    findings = report.findings
    named = " ／ ".join(str(finding) for finding in findings.kept[:_SHOWN])
    return Refused(
        "proof-differs", "印刷ファイルの校正で、データか様式と違うところが見つかりました。このままでは印刷できません。",
        found=f"{findings.total}件: {named}{' …' if findings.total > _SHOWN else ''}", expected="すべてのページで一致",
        do="様式・フォント・データのどれが違うかを確かめ、直してから組版をやり直してください。", requirement="WORK-2",
    )  # fmt: skip


@lru_cache(maxsize=1)
def _towns(stamp: tuple[int, int] | None) -> TownNames | None:
    """Kept as long as the site's table doesn't change."""
    return read_towns(towns_file()) if stamp else None

"""Proofreading in the factory: before print files count as composed, every page of them is read back from the vault.

Nothing but the file being read and a batch of records is in memory, and no plaintext rests anywhere. What disagrees stops the
release (WORK-2): the refusal names pieces and pages, never a resident's value. What was read is recorded with the digest of
the files (WORK-4), and only files of such a digest are printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import orjson
from django.conf import settings

from tewatashi.core.contract import SYSTEM
from tewatashi.core.custody import Job
from tewatashi.core.refused import Refused
from tewatashi.factory import vault
from tewatashi.factory.models import PrintFile
from tewatashi.proofs.proofread import Piece, Report, Standard, proofread
from tewatashi.proofs.towns import TownNames, read_towns
from tewatashi.sitekit import acting
from tewatashi.sitekit.site_forms import TOWNS_FILE, form_reader, towns_stamp

_SHOWN = 5
_SAMPLE = 3  # pieces drawn at random, beside those that are drawn anyway


def proofread_files(job: Job, files: Iterable[PrintFile], pieces: Iterable[Piece]) -> Report:
    """Reads the files back from the vault. Refused if any page isn't what the form and the records say."""
    return proofread_data(job, map(_read_back, files), pieces, copy=0)


def proofread_data(job: Job, data: Iterable[bytes], pieces: Iterable[Piece], *, copy: int) -> Report:
    """The same of files as they are, in the order of the pieces."""
    standard = Standard.of(
        form_reader(job.form), towns=_towns(towns_stamp()), copy=copy, base_date=job.base_date.isoformat(), sample=_SAMPLE
    )  # fmt: skip
    report = proofread(data, pieces, standard)
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
    file: Path = settings.SITE.data_dir / TOWNS_FILE
    return read_towns(file) if stamp else None

"""What the factory reports to the ward with personal data in it: sealed as it streams in, carried on two occasions.

Rules
  FAC-CD-2   sealed with a new password that is shown once and kept nowhere; medium and notice go on different days, by
             different people
  FAC-SYS-4  the plaintext is in memory alone; what a crash leaves is ciphertext, and the sweep removes it
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import Error as DatabaseFailure

from tewatashi.core.age import Passphrase, encrypt
from tewatashi.core.contract import VAULT
from tewatashi.core.custody import Job
from tewatashi.core.password import new_password
from tewatashi.core.refused import Refused
from tewatashi.factory import jobs
from tewatashi.factory.reporting_story import medium_number
from tewatashi.sitekit import acting, report_files, store

_EMPTY_DIGEST: Final = "0" * 64


@dataclass(frozen=True)
class Notice:
    """What the password notice says. It lives as long as the answer to the request that made it."""

    report: str
    content: str
    password: str
    job: Job


def refuse_unless_reportable(number: str, content: str, by: str) -> Job:
    """The job, if a report may be sealed for it now: asked before the file is read, and again by the act itself."""
    return jobs.refuse_unless_allowed(number, "report-sealed", _said("0" * 32, content, _EMPTY_DIGEST, 0), by)


def seal(number: str, content: str, chunks: Iterator[bytes], by: str) -> Notice:
    """Seal the report as its bytes come, and record it. Refused, with nothing left, by any rule on the way."""
    job = refuse_unless_reportable(number, content, by)
    name, password = secrets.token_hex(16), new_password(secrets.token_bytes)
    with report_files.in_progress():
        try:
            sealed = encrypt(_not_empty(chunks), Passphrase(password), secrets.token_bytes)
            sha256, size = store.keep(name, sealed, store.REPORTS)
            acting.perform("report-sealed", _said(name, content, sha256, size), by=by, job=number)
        except DatabaseFailure:
            # A line that broke at the commit does not say whether the act stands. If it does not, the sweep erases this.
            raise
        except BaseException:
            store.erase(name, store.REPORTS)
            raise
    return Notice(name[:8], content, password, job)


def _said(name: str, content: str, sha256: str, size: int) -> dict[str, object]:
    return {"report": name, "content": content, "sha256": sha256, "size": size, "place": VAULT}


def _not_empty(chunks: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        yield chunk
    if size == 0:
        raise Refused("report-empty", "ファイルの中身がありません。", do="報告するファイルを選び直してください。")


def hand(number: str, report: str, to: str, on: date, by: str) -> str:
    """Record that the medium with the report was handed to somebody of the ward. Returned: the medium's number."""
    job, _ = jobs.load(number)
    medium = medium_number(job)
    body = {
        "report": report_files.report_of(job, report).id,
        "medium": medium,
        "to": to,
        "on": on.isoformat(),
    }
    acting.perform("report-handed", body, by=by, job=number)
    return medium


def hand_notice(number: str, report: str, to: str, on: date, by: str) -> None:
    """Record that the report's password notice was handed to somebody of the ward."""
    job, _ = jobs.load(number)
    body = {"report": report_files.report_of(job, report).id, "to": to, "on": on.isoformat()}
    acting.perform("report-notice-handed", body, by=by, job=number)

"""A ward with years of jobs behind it, as a program of its own: what its first page and its closed jobs then show.

python -m tests.sitekit.years SITE.TOML CLOSED      one JSON value: see `main`
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django
import orjson
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.core.cast_of_acts import CONTRACT
from tests.counterparty import JAPAN, job_body
from tewatashi.core.ledger import Entry
from tewatashi.sitekit.config import CONFIG_VARIABLE, load_config

_FIRST = datetime(2021, 4, 1, 9, tzinfo=JAPAN)


@dataclass(frozen=True)
class _Asked:
    """All that the list of closed jobs reads of a request."""

    GET: dict[str, str]


def main(config: str, closed: int) -> dict[str, Any]:
    """One old job that was never closed, and then `closed` that were, one every four days from April 2021.

    open: numbers on the first page;  queries: how many it asked;  years: fiscal years with jobs closed in them
    pages: numbers on each page of the fiscal year 2021;  last: those of the newest year
    closed: whether the old job is closed: before, inside and after a transaction that closes it and is taken back, and in the end
    """
    site = load_config(Path(config))
    os.environ.update({CONFIG_VARIABLE: config, "DJANGO_SETTINGS_MODULE": f"tewatashi.{site.role}.settings"})
    django.setup()
    from django.core.management import call_command

    from tewatashi.sitekit.worklist import closed_jobs, worklist
    from tewatashi.ward.todo import row_of

    call_command("migrate", verbosity=0)
    _fill(closed)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = worklist(row_of, lambda _: ())
    shown = closed_jobs(_Asked({}), row_of)  # type: ignore[arg-type]
    pages = [closed_jobs(_Asked({"year": "2021", "page": str(n)}), row_of) for n in (1, 2)]  # type: ignore[arg-type]
    return {
        "open": [row.job.number for row in found["rows"]], "queries": len(asked), "years": shown["years"],
        "pages": [[row.job.number for row in page["rows"]] for page in pages], "last": [row.job.number for row in shown["rows"]],
        "closed": list(_close_twice()),
    }  # fmt: skip


def _close_twice() -> Iterator[bool]:
    from tewatashi.sitekit import acting, ledger

    closing = _entry("job-closed", "old", {}, _FIRST)
    yield acting.known_job("old").closed
    with transaction.atomic():
        ledger.append([closing])
        yield acting.known_job("old").closed
        transaction.set_rollback(True)
    yield acting.known_job("old").closed
    with transaction.atomic():
        ledger.append([closing])
    yield acting.known_job("old").closed


def _fill(closed: int) -> None:
    from tewatashi.sitekit import ledger

    entries = [_entry("contract-made", None, CONTRACT, _FIRST), _entry("job-opened", "old", job_body(), _FIRST)]
    for n in range(closed):
        at = _FIRST + timedelta(days=4 * n)
        entries += [_entry("job-opened", f"job-{n}", job_body(), at), _entry("job-closed", f"job-{n}", {}, at)]
    with transaction.atomic():
        ledger.append(entries)


def _entry(kind: str, job: str | None, body: dict[str, object], at: datetime) -> Entry:
    said: dict[str, Any] = {"site": "ward", "from": "ward.test", "act": body, "letters": {}}
    return Entry(at=at.isoformat(), by="tanaka", kind=kind, job=job, body=said)


if __name__ == "__main__":
    os.umask(0o077)
    sys.stdout.buffer.write(orjson.dumps(main(sys.argv[1], int(sys.argv[2]))))

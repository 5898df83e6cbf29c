"""What erased rows leave in the database's own files, and taking it out of them (CL-11-12).

Rules
  SQLite      deleted bytes are overwritten (secure_delete), and the journal, which has the pages as they were, is emptied
  PostgreSQL  the tables are written anew without their dead rows, and the old files go
Both wait for whoever still reads what was there. Whoever reads for longer than `PATIENCE` leaves the erasure unrecorded, and
it is done again. PostgreSQL's write-ahead log is not ours to empty: docs/guide/factory.md says how long it keeps what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.db import OperationalError, connection, models

from tewatashi.core.refused import Refused

PATIENCE: Final = 2000  # milliseconds; others who want to write wait as long
_COUNT: Final = re.compile(r"\d+")


def take_out(*tables: type[models.Model]) -> None:
    """Take what was erased from these tables out of the database's files. Refused while somebody still reads it."""
    if connection.vendor == "sqlite":
        _empty_journal()
    else:
        _write_anew([table._meta.db_table for table in tables])


def _empty_journal() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_ = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={usual}")
    if busy:
        raise _still_read()


def _write_anew(tables: list[str]) -> None:
    """VACUUM alone would leave the bytes in the free space of each page."""
    with connection.cursor() as cursor, _notices() as notices:
        cursor.execute(f"SET lock_timeout={PATIENCE}")
        try:
            for table in tables:
                cursor.execute(f"VACUUM (FULL, VERBOSE) {connection.ops.quote_name(table)}")
        except OperationalError as error:
            if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise _still_read() from None
            raise
        finally:
            cursor.execute("RESET lock_timeout")
    if any(_dead_rows_kept(notice) for notice in notices):
        raise _still_read()


@contextmanager
def _notices() -> Iterator[list[str]]:
    """The details of what the server remarks meanwhile."""
    said: list[str] = []

    def hear(remark: Any) -> None:
        said.append(remark.message_detail or "")

    connection.connection.add_notice_handler(hear)
    try:
        yield said
    finally:
        connection.connection.remove_notice_handler(hear)


def _dead_rows_kept(detail: str) -> int:
    """Of "3 dead row versions cannot be removed yet." the three; the number comes first in every language."""
    found = _COUNT.match(detail)
    return int(found[0]) if found else 0


def _still_read() -> Refused:
    return Refused(
        "erased-still-read", "消去した内容を、ほかの処理がまだ読んでいます。消去はまだ記録していません。",
        do="バックアップや出力が終わるのを待って、もう一度消去してください。", requirement="CL-11-12",
    )  # fmt: skip

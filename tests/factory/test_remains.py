"""What an erasure leaves in the database's own files: nothing, and as long as somebody reads it nothing is called erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from tests.factory.works import Works
from tests.waiting import until

pytestmark = [pytest.mark.requirement("CL-11-12"), pytest.mark.requirement("FAC-OP-7")]


def in_database(works: Works, ids: list[str]) -> list[str]:
    """Which files of the database hold one of the ids; of PostgreSQL all but its write-ahead log."""
    if works.site.database == "sqlite":
        return [name for name in works.holds(*ids) if name.startswith("site.sqlite3")]
    with psycopg.connect(works.site.database, autocommit=True) as server:
        server.execute("CHECKPOINT")  # what is in its memory is in the files then
        files = server.execute(
            "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid), 0, 1 << 28, true)"
            " FROM pg_class WHERE relkind IN ('r', 't', 'i') AND pg_relation_filepath(oid) IS NOT NULL"
        ).fetchall()
    return sorted(name for name, data in files if any(one.encode() in (data or b"") for one in ids))


@contextmanager
def reader(works: Works) -> Iterator[None]:
    """Somebody, like a backup, who began to read the database and has not ended yet."""
    look = "SELECT count(*) FROM factory_printfile"
    if works.site.database == "sqlite":
        with closing(sqlite3.connect(f"file:{works.data}/site.sqlite3?mode=ro", uri=True)) as database:
            database.execute("BEGIN")
            database.execute(look).fetchall()
            yield
        return
    with psycopg.connect(works.site.database) as server:
        server.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        server.execute("SELECT count(*) FROM sitekit_ledgerentry").fetchall()
        yield


def in_journal(server: psycopg.Connection, ids: list[str]) -> list[str]:
    """Which segments of the server's write-ahead log hold one of the ids."""
    segments = server.execute(
        "SELECT name, pg_read_binary_file('pg_wal/' || name) FROM pg_ls_waldir() WHERE length(name) = 24"
    ).fetchall()
    return sorted(name for name, data in segments if any(one.encode() in data for one in ids))


@contextmanager
def setting(server: psycopg.Connection, name: str, value: str) -> Iterator[None]:
    """The server with another setting."""
    server.execute(f"ALTER SYSTEM SET {name} = {value}".encode())
    server.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        server.execute(f"ALTER SYSTEM RESET {name}".encode())
        server.execute("SELECT pg_reload_conf()")


def records_of(works: Works, job: str) -> str:
    things = works.takahashi.state(job)["things"]
    (thing,) = [one["id"] for one in things if one["site"] == "factory" and one["what"] == "開封データ"]
    return thing


def test_no_piece_id_is_left_in_the_files_of_the_database(works: Works) -> None:
    job = works.confirmed_job(300)
    ids = works.sealed[job]
    if works.site.database != "sqlite":
        with psycopg.connect(works.site.database, autocommit=True) as server:
            server.execute("ANALYZE")  # as the server does by itself some time
    assert in_database(works, ids) != []
    works.takahashi.act(f"/jobs/{job}/erase", {"thing": records_of(works, job)})
    assert in_database(works, ids) == []


def test_what_somebody_still_reads_is_not_called_erased_until_he_has_ended(works: Works) -> None:
    job = works.confirmed_job()
    ids, thing = works.sealed[job], records_of(works, job)
    acts = works.acts(job)
    with reader(works):
        assert works.takahashi.refused(f"/jobs/{job}/erase", {"thing": thing}) == "erased-still-read"
        assert works.acts(job) == acts
    works.takahashi.act(f"/jobs/{job}/erase", {"thing": thing})
    assert works.acts(job) == [*acts, "copy-erased"]
    assert in_database(works, ids) == []


def test_another_job_goes_on_as_it_was(works: Works) -> None:
    other = works.printed_job()
    job = works.confirmed_job()
    works.takahashi.act(f"/jobs/{job}/erase", {"thing": records_of(works, job)})
    works.read_all(other)
    works.takahashi.act(f"/jobs/{other}/enclose")
    assert works.takahashi.state(other)["counts"]["enclosed"] == 3


def test_a_server_set_as_the_guide_says_drops_the_ids_from_its_log_with_the_next_checkpoint(works: Works) -> None:
    if works.site.database == "sqlite":
        return  # its journal is emptied by the erasure itself, as shown above
    job = works.confirmed_job()
    ids = works.sealed[job]
    with psycopg.connect(works.site.database, autocommit=True) as server, setting(server, "wal_recycle", "off"):
        works.takahashi.act(f"/jobs/{job}/erase", {"thing": records_of(works, job)})
        assert in_journal(server, ids) != []
        # A table that the server tidied just now stands whole in the segment after the switch: gone with the next one.
        until(lambda: _journal_after_a_checkpoint(server, ids) == [])


def _journal_after_a_checkpoint(server: psycopg.Connection, ids: list[str]) -> list[str]:
    server.execute("SELECT pg_switch_wal()")  # as archive_timeout does
    server.execute("CHECKPOINT")  # as checkpoint_timeout does
    return in_journal(server, ids)

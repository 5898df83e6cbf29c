"""A PostgreSQL of the test's own: made, started on a socket in a private folder, and thrown away.

TEWATASHI_TEST_DATABASE=postgresql://... names a standing server instead (its role may create databases).
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

VARIABLE = "TEWATASHI_TEST_DATABASE"
_ROLE = "tewatashi"


@dataclass
class Postgres:
    """address: of a database from which others can be made."""

    address: str
    _made: list[str] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=lambda: count(1))

    def new_database(self) -> str:
        """The address of a new, empty database."""
        name = f"tewatashi_{os.getpid()}_{next(self._number)}"
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        self._made.append(name)
        return urlunsplit(urlsplit(self.address)._replace(path=f"/{name}"))

    def drop_databases(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            for name in self._made:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def missing() -> str | None:
    """Why there is no PostgreSQL to test with, or None."""
    if os.environ.get(VARIABLE) or _program("initdb"):
        return None
    return "PostgreSQL（initdb）がありません"


def open_postgres() -> Iterator[Postgres]:
    """A server as long as the caller goes on."""
    standing = os.environ.get(VARIABLE)
    if standing:
        server = Postgres(standing)
        yield server
        server.drop_databases()
        return
    # Not below pytest's own folder: the path of a socket has a hundred characters at most.
    folder = Path(tempfile.mkdtemp(prefix="tw-pg-"))
    try:
        yield from _run_server(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run_server(folder: Path) -> Iterator[Postgres]:
    data, socket = folder / "data", folder / "s"
    socket.mkdir()
    account = _hand_over(folder, socket)
    _as(account, "initdb", "-D", data, "-U", _ROLE, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    options = f"-k {socket} -c listen_addresses= -c fsync=off -c max_connections=300"
    _as(account, "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
    try:
        yield Postgres(f"postgresql://{_ROLE}@/postgres?host={socket}")
    finally:
        _as(account, "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _hand_over(folder: Path, *more: Path) -> int | None:
    """PostgreSQL refuses to run as root: then everything is given to another account, whose number is returned."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("nobody").pw_uid
    for path in (folder, *more):
        os.chown(path, account, -1)
    return account


def _as(account: int | None, program: str, *arguments: object) -> None:
    found = _program(program)
    assert found is not None
    subprocess.run(
        [found, *map(str, arguments)], user=account, check=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip


def _program(name: str) -> str | None:
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(debian[-1]) if debian else shutil.which(name)

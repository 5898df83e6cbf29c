"""What runs from its first test to the end of the run, once on each database.

A session's fixture with two databases would be ended and begun anew by every file of tests: pytest keeps one value of
a fixture at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

import pytest

from tests.postgres import missing

T = TypeVar("T")
DATABASES = ("sqlite", "postgresql")


def standing(request: pytest.FixtureRequest, opened: Callable[[str], Iterator[T]]) -> Iterator[Callable[[str], T]]:
    """For a session's fixture: gives what runs on a database by the database's name, opened when it is first asked for.

    opened  a generator: of `sqlite`, or of the address of a new PostgreSQL database; it ends with the run.
    """
    running: dict[str, T] = {}
    with ExitStack() as until_the_end:

        def on(database: str) -> T:
            if database not in running:
                new = "sqlite" if database == "sqlite" else request.getfixturevalue("postgres").new_database()
                running[database] = until_the_end.enter_context(contextmanager(opened)(new))
            return running[database]

        yield on


def once(fixture: str) -> pytest.MarkDecorator:
    """For tests that go a long way over rules which shorter tests show on both databases: PostgreSQL, where there is one."""
    return pytest.mark.parametrize(fixture, ["sqlite" if missing() else "postgresql"], indirect=True)

"""What runs from its first test to the end of the run, once on each database.

A session's fixture with two databases would be ended and begun anew by every file of tests: pytest keeps one value of
a fixture at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.postgres import missing

T = TypeVar("T")
DATABASES = ("sqlite", "postgresql")


@dataclass
class Running:
    """What runs already, by the generator that opens it and the database."""

    request: pytest.FixtureRequest
    folders: pytest.TempPathFactory
    until_the_end: ExitStack
    found: dict[tuple[object, str], Any] = field(default_factory=dict)

    def on(self, opened: Callable[[Path, str], Iterator[T]], database: str) -> T:
        """What `opened` gives, opened when it is first asked for.

        opened  a generator, of a new folder and of `sqlite` or the address of a new PostgreSQL database
        """
        if (opened, database) not in self.found:
            new = "sqlite" if database == "sqlite" else self.request.getfixturevalue("postgres").new_database()
            folder = self.folders.mktemp("standing")
            self.found[opened, database] = self.until_the_end.enter_context(contextmanager(opened)(folder, new))
        there: T = self.found[opened, database]
        return there


def once(fixture: str) -> pytest.MarkDecorator:
    """For tests that go a long way over rules which shorter tests show on both databases: PostgreSQL, where there is one."""
    return pytest.mark.parametrize(fixture, ["sqlite" if missing() else "postgresql"], indirect=True)

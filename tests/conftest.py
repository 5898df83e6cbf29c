"""What tests of every room share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import postgres as postgres_server
from tests.postgres import Postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; the test is skipped where none is installed."""
    reason = postgres_server.missing()
    if reason:
        pytest.skip(reason)
    yield from postgres_server.open_postgres()

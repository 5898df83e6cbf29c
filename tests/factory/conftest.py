"""One running factory for all tests of its pages: each makes its own jobs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import DATABASES
from tests.factory.works import Works, open_works


@pytest.fixture(scope="session", params=DATABASES)
def works(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    """On each database."""
    database = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()
    yield from open_works(tmp_path_factory.mktemp("factory"), database)

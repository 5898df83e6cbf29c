"""One running factory on each database for all tests of its pages: each makes its own jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.factory.works import Works, open_works
from tests.standing import DATABASES, standing


@pytest.fixture(scope="session")
def factories(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Works]]:
    yield from standing(request, lambda database: open_works(tmp_path_factory.mktemp("factory"), database))


@pytest.fixture(scope="session", params=DATABASES)
def works(request: pytest.FixtureRequest, factories: Callable[[str], Works]) -> Works:
    """On each database."""
    return factories(request.param)

"""One running factory on each database for all tests of its pages: each makes its own jobs."""

from __future__ import annotations

import pytest

from tests.factory.works import Works, open_works
from tests.standing import DATABASES, Running


@pytest.fixture(scope="session", params=DATABASES)
def works(request: pytest.FixtureRequest, running: Running) -> Works:
    """On each database."""
    return running.on(open_works, request.param)

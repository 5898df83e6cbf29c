"""One running gateway on each database for all its tests: each makes its own job."""

from __future__ import annotations

import pytest

from tests.gateway.station import Station, open_station
from tests.standing import DATABASES, Running


@pytest.fixture(scope="session")
def station(running: Running) -> Station:
    """Where the database makes no difference."""
    return running.on(open_station, "sqlite")


@pytest.fixture(scope="session", params=DATABASES)
def site(request: pytest.FixtureRequest, running: Running) -> Station:
    """On each database."""
    return running.on(open_station, request.param)

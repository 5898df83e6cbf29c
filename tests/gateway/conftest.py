"""One running gateway on each database for all its tests: each makes its own job."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.gateway.station import Station, open_station
from tests.standing import DATABASES, standing


@pytest.fixture(scope="session")
def stations(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Station]]:
    yield from standing(request, lambda database: open_station(tmp_path_factory.mktemp("gateway"), database))


@pytest.fixture(scope="session")
def station(stations: Callable[[str], Station]) -> Station:
    """Where the database makes no difference."""
    return stations("sqlite")


@pytest.fixture(scope="session", params=DATABASES)
def site(request: pytest.FixtureRequest, stations: Callable[[str], Station]) -> Station:
    """On each database."""
    return stations(request.param)

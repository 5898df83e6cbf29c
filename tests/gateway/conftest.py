"""One running gateway for all its tests: each makes its own job."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gateway.station import Station, open_station


@pytest.fixture(scope="session")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    yield from open_station(tmp_path_factory.mktemp("gateway"))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A running gateway once on each database."""
    database = "sqlite"
    if request.param == "postgresql":
        database = request.getfixturevalue("postgres").new_database()
    yield from open_station(tmp_path_factory.mktemp(request.param), database)

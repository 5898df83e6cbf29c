"""One running gateway for all its tests: each makes its own job."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gateway.station import Station, open_station


@pytest.fixture(scope="session")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    yield from open_station(tmp_path_factory.mktemp("gateway"))

"""A running ward, once on SQLite and once on PostgreSQL; each test makes its own accounts in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sitekit.house import BackOffice, House, open_house
from tests.standing import DATABASES, Running


@pytest.fixture(scope="session", params=DATABASES)
def running_house(request: pytest.FixtureRequest, running: Running) -> House:
    return running.on(open_house, request.param)


@pytest.fixture
def house(running_house: House) -> Iterator[House]:
    yield running_house
    running_house.close_browsers()


@pytest.fixture
def office(running_house: House) -> BackOffice:
    return running_house.office

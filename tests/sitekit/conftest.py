"""A running ward, once on SQLite and once on PostgreSQL; each test makes its own accounts in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sitekit.house import BackOffice, House, open_house


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def running_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    database = "sqlite"
    if request.param == "postgresql":
        database = request.getfixturevalue("postgres").new_database()
    yield from open_house(tmp_path_factory.mktemp("house"), database)


@pytest.fixture
def house(running_house: House) -> Iterator[House]:
    yield running_house
    running_house.close_browsers()


@pytest.fixture
def office(running_house: House) -> BackOffice:
    return running_house.office

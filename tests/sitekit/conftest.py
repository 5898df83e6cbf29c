"""A running ward, once on SQLite and once on PostgreSQL; each test makes its own accounts in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.sitekit.house import BackOffice, House, open_house
from tests.standing import DATABASES, standing


@pytest.fixture(scope="session")
def houses(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], House]]:
    yield from standing(request, lambda database: open_house(tmp_path_factory.mktemp("house"), database))


@pytest.fixture(scope="session", params=DATABASES)
def running_house(request: pytest.FixtureRequest, houses: Callable[[str], House]) -> House:
    return houses(request.param)


@pytest.fixture
def house(running_house: House) -> Iterator[House]:
    yield running_house
    running_house.close_browsers()


@pytest.fixture
def office(running_house: House) -> BackOffice:
    return running_house.office

"""One running ward for all tests of its pages: each makes its own contract and jobs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import DATABASES
from tests.ward.office import Office, open_office


@pytest.fixture(scope="session", params=DATABASES)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """On each database."""
    database = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()
    yield from open_office(tmp_path_factory.mktemp("ward"), database)


@pytest.fixture(scope="session")
def contract(office: Office) -> str:
    """An agreed contract that tests share, as none of them changes it."""
    return office.agreed_contract()

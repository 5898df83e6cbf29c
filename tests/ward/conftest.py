"""One running ward on each database for all tests of its pages: each makes its own contract and jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.standing import DATABASES, standing
from tests.ward.office import Office, open_office


@pytest.fixture(scope="session")
def offices(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Office]]:
    yield from standing(request, lambda database: open_office(tmp_path_factory.mktemp("ward"), database))


@pytest.fixture(scope="session", params=DATABASES)
def office(request: pytest.FixtureRequest, offices: Callable[[str], Office]) -> Office:
    """On each database."""
    return offices(request.param)


@pytest.fixture(scope="session")
def contract(office: Office) -> str:
    """An agreed contract that tests share, as none of them changes it."""
    return office.agreed_contract()

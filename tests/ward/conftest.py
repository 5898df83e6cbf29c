"""One running ward on each database for all tests of its pages: each makes its own contract and jobs."""

from __future__ import annotations

import pytest

from tests.standing import DATABASES, Running
from tests.ward.office import Office, open_office


@pytest.fixture(scope="session", params=DATABASES)
def office(request: pytest.FixtureRequest, running: Running) -> Office:
    """On each database."""
    return running.on(open_office, request.param)


@pytest.fixture(scope="session")
def contract(office: Office) -> str:
    """An agreed contract that tests share, as none of them changes it."""
    return office.agreed_contract()

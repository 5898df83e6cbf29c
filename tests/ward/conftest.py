"""One running ward for all tests of its pages: each makes its own contract and jobs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ward.office import Office, open_office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    yield from open_office(tmp_path_factory.mktemp("ward"))


@pytest.fixture(scope="session")
def contract(office: Office) -> str:
    """An agreed contract that tests share, as none of them changes it."""
    return office.agreed_contract()

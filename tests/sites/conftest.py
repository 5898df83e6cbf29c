"""Ward, gateway and factory running on this machine, introduced to each other, once on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tewatashi.demo.sites import Sites
from tewatashi.sitekit.roles import ROLES


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> dict[str, str]:
    """The database of each site, by its role."""
    if request.param == "sqlite":
        return {}
    cluster = request.getfixturevalue("postgres")
    return {role: cluster.new_database() for role in ROLES}


@pytest.fixture(scope="session")
def sites(databases: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    three = Sites(tmp_path_factory.mktemp("sites"), databases=databases)
    try:
        three.start()
        yield three
    finally:
        three.stop()

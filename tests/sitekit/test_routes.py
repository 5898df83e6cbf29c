"""The whole list of addresses of the three sites, each with who may open it. Whoever adds one adds its line here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sitekit.house import BackOffice, make_house
from tewatashi.sitekit.roles import ROLES, Role

LIST = Path(__file__).with_name("routes.txt")


@pytest.fixture(scope="module", params=ROLES)
def routes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Role, list[str]]]:
    role: Role = request.param
    office = BackOffice(make_house(tmp_path_factory.mktemp(role) / "site", role))
    yield role, [f"{role:8} {path:44} {policy}" for path, policy in office.ask("routes")]
    office.close()


@pytest.mark.requirement("WARD-LG-3")
def test_the_sites_have_these_addresses_and_no_others(routes: tuple[Role, list[str]]) -> None:
    role, found = routes
    expected = [line for line in LIST.read_text("utf-8").splitlines() if line.startswith(role)]
    assert found == expected


def test_no_view_is_without_a_policy(routes: tuple[Role, list[str]]) -> None:
    assert not [line for line in routes[1] if line.endswith("None")]

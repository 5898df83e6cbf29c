"""What tests of every room share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests import postgres as postgres_server
from tests import printer as print_queue
from tests.postgres import Postgres
from tests.printer import IppPrinter
from tests.standing import Running

if TYPE_CHECKING:
    from playwright.sync_api import Browser


# How long an example takes says something about the machine, and nothing about the program.
settings.register_profile("tewatashi", deadline=None)
settings.load_profile("tewatashi")

# Rooms whose tests walk whole jobs. They go first, so that no process ends with the longest while the others are idle.
LONGEST = ("main_job", "pages", "sites", "ward", "factory")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest rooms come first."""
    items.sort(key=lambda item: _turn(item.path.parent.name))


def _turn(room: str) -> int:
    return LONGEST.index(room) if room in LONGEST else len(LONGEST)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; the test is skipped where none is installed."""
    reason = postgres_server.missing()
    if reason:
        pytest.skip(reason)
    yield from postgres_server.open_postgres()


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The sites that tests share."""
    with ExitStack() as until_the_end:
        yield Running(request, tmp_path_factory, until_the_end)


@pytest.fixture(scope="session")
def ipp_printer() -> Iterator[IppPrinter]:
    """A real print queue; the test is skipped where its program is not installed."""
    reason = print_queue.missing()
    if reason:
        pytest.skip(reason)
    yield from print_queue.open_printer()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A real Chromium; the test is skipped where none is installed."""
    from tests import chromium

    reason = chromium.missing()
    if reason:
        pytest.skip(reason)
    yield from chromium.open_chromium()

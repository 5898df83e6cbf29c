"""What tests of every room share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests import postgres as postgres_server
from tests import printer as print_queue
from tests.postgres import Postgres
from tests.printer import IppPrinter

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; the test is skipped where none is installed."""
    reason = postgres_server.missing()
    if reason:
        pytest.skip(reason)
    yield from postgres_server.open_postgres()


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

"""One running factory for all tests of its pages: each makes its own jobs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factory.works import Works, open_works


@pytest.fixture(scope="session")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    yield from open_works(tmp_path_factory.mktemp("factory"))

"""What the tests of the whole job share: the pinned fonts for every site that they start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

_FONTS = Path(__file__).parents[2] / ".tools" / "fonts"


@pytest.fixture(scope="session", autouse=True)
def pinned_fonts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEWATASHI_FONTS", str(_FONTS))
        yield

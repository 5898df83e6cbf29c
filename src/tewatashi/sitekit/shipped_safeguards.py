"""The list of safeguards that ships with the product. Nothing of Django is loaded: an auditor's command reads it too."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from tewatashi.core.safeguard_list import SafeguardList, read_safeguards


@cache
def shipped_safeguards() -> SafeguardList:
    """The list."""
    return read_safeguards((files("tewatashi.sitekit") / "safeguards.toml").read_bytes())

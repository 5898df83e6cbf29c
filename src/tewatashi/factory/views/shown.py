"""Who sees the pages."""

from __future__ import annotations

from typing import Final

EVERYBODY: Final = frozenset({"supervisor", "handler", "auditor"})
WORKERS: Final = frozenset({"supervisor", "handler"})

"""Places as a contract names them: `<site>/<name>`, and which of them have a lock."""

from __future__ import annotations

from typing import Final

_LOCKED: Final = ("キャビネット", "金庫", "鍵付")  # how the name of a place begins that has a lock


def is_lockable(place: str) -> bool:
    """Whether a medium or a notice may lie there: a cabinet with a lock or a safe, by its name (CL-8)."""
    return place.partition("/")[2].startswith(_LOCKED)

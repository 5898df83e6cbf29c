"""Who sees the pages, and which act opens to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

EVERYBODY: Final = frozenset({"manager", "clerk", "auditor"})


_DESK: Final = {
    "manager": {"new", "workflow", "accept-roster", "attach-clauses", "emergency", "training", "pledges", "verify", "close", "cancel"},
    "clerk": {
        "workflow", "seal", "password-notice", "send", "void", "withdraw", "confirm-delivery", "keep-notice", "make-medium", "hand-medium",
        "receive-report", "open-report", "end-report", "take-back", "destroy-medium", "shred-notice", "move", "lose",
    },
}  # fmt: skip


def opens_to(url: str, roles: Iterable[str]) -> bool:
    """Whether the page of an act opens to somebody with these roles; the page's own policy is what decides."""
    act = url.rsplit("/", 1)[-1]
    needed = {role for role, acts in _DESK.items() if act in acts}
    return not needed or not needed.isdisjoint(roles)


def way_to(url: str, roles: Iterable[str]) -> str:
    """The page of an act, or, for whoever it does not open to, the page that the act is about."""
    return url if opens_to(url, roles) else url.rsplit("/", 1)[0]

"""The three sites, and the roles that people have at each of them."""

from __future__ import annotations

from typing import Final, Literal, TypeGuard

Role = Literal["ward", "gateway", "factory"]
ROLES: Final[tuple[Role, ...]] = ("ward", "gateway", "factory")

SITE_TITLES: Final[dict[Role, str]] = {
    "ward": "区（甲）",
    "gateway": "LGWAN-ASP（中継）",
    "factory": "受託者（乙）",
}

# What a person may be at each site. The words are those of the ward's paper and of its special clauses.
PERSON_ROLES: Final[dict[Role, dict[str, str]]] = {
    "ward": {"manager": "責任者", "clerk": "担当", "auditor": "監査"},
    "gateway": {"operator": "運用者", "recipient": "専用ページ利用者", "auditor": "監査"},
    "factory": {"supervisor": "取扱責任者", "handler": "取扱者", "auditor": "監査"},
}


def is_role(value: object) -> TypeGuard[Role]:
    """Whether the value names one of the three sites."""
    return value in ROLES

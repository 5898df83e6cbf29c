"""Whom a site knows by name: whoever has an account here, whoever stood on the contractor's roster at any time, and whom the
ward named because they acted under the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings

from tewatashi.core.acts import Role
from tewatashi.sitekit import ledger
from tewatashi.sitekit.models import User
from tewatashi.sitekit.people import Names


def names_under(contract: str) -> Names:
    """Names for what is told of this contract and its jobs."""
    own: Role = settings.SITE.role
    known: dict[tuple[Role, str], str] = {
        ("factory", one["id"]): one["name"] for one in _people_in("roster-submitted", contract)
    }
    known |= {("ward", one["id"]): one["name"] for one in _people_in("staff-named", contract)}
    for person, name in User.objects.values_list("username", "display_name"):
        known[own, person] = name
    return Names(known)


def _people_in(kind: str, contract: str) -> Iterator[dict[str, str]]:
    for _, entry in ledger.entries(kind=kind, contract=contract):
        said = cast("dict[str, Any]", entry.body["act"])
        yield from said["people"]

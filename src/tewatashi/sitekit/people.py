"""Who is behind the account ids that acts name. Each site gives out its own, so that a name is looked up with its site.

A letter carries ids alone. The contractor's roster says names as well, and `staff-named` those of the ward's people who acted
under the contract. Where nothing tells a name, the id stands
with whose person it is: a bare id would pass for something that the reader has to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tewatashi.core.acts import Role
from tewatashi.core.contract import SYSTEM

_STAFF: Final[Mapping[Role, str]] = {"ward": "区職員", "gateway": "中継の運用者", "factory": "委託先の従業者"}


@dataclass(frozen=True)
class Names:
    """What is known of people: names by site and account id."""

    known: Mapping[tuple[Role, str], str]

    def of(self, person: str, site: Role) -> str:
        """鈴木 花子; 区職員（sato） where nothing tells the name."""
        if person == SYSTEM:
            return "システム"
        return self.known.get((site, person)) or f"{_STAFF[site]}（{person}）"

    def with_id(self, person: str, site: Role) -> str:
        """鈴木 花子（suzuki）, as papers name people."""
        name = self.known.get((site, person))
        return f"{name}（{person}）" if name else self.of(person, site)

"""Bundles of the ward's ledger as the tests need them: honest, and made by an owner who is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from tests.core.cast_of_acts import NOW
from tests.core.ledger_of_acts import is_working_day
from tests.core.ledgers import KEYS
from tewatashi.core.audit_bundle import FORMAT, Bundle, Header, Witnessed, claim_of, proven, read_bundle, write_bundle
from tewatashi.core.ledger import Entry, entry_bytes
from tewatashi.core.ledger_export import FORMAT as EXPORT
from tewatashi.core.ledger_export import Header as ExportHeader
from tewatashi.core.ledger_export import Signed, write_export
from tewatashi.core.merkle import Checkpoint, Levels, consistency_path, leaf_hash, sign_checkpoint
from tewatashi.core.safeguards import Line, assess, needed, scope_of
from tewatashi.sitekit.shipped_safeguards import shipped_safeguards

RULES = shipped_safeguards()
MADE = NOW + timedelta(days=60)
STAMP = MADE.isoformat(timespec="seconds")


@dataclass
class Owner:
    """A site with its whole ledger. witnessed: sizes at which the others were given its checkpoint."""

    site: str
    entries: Sequence[Entry]
    witnessed: tuple[int, ...] = ()
    held: list[Signed] = field(default_factory=list)
    contract: str = "R8-1"

    @property
    def levels(self) -> Levels:
        return Levels([leaf_hash(entry_bytes(entry)) for entry in self.entries])

    def signed(self, size: int) -> Signed:
        point = Checkpoint(KEYS[self.site].name, size, self.levels.root(0, size))
        return Signed(sign_checkpoint(point, KEYS[self.site]).decode(), STAMP)

    def all_lines(self) -> list[Line]:
        return list(enumerate(self.entries))

    def bundle(self, lines: list[Line] | None = None) -> Bundle:
        """The honest bundle, or one of these lines alone."""
        scope = scope_of(self.site, self.contract, 2026, MADE)  # type: ignore[arg-type]
        lines = needed(self.all_lines(), scope, RULES) if lines is None else lines
        claims = tuple(claim_of(one, lines) for one in assess(RULES, lines, scope, is_working_day))
        size, levels = len(self.entries), self.levels
        given = tuple(
            Witnessed(self.signed(old).note, "factory.example", STAMP, [s.hex() for s in consistency_path(levels.root, old, size)])
            for old in self.witnessed
        )  # fmt: skip
        peers = {key.name: str(key.verify_key) for name, key in KEYS.items() if name != self.site}
        header = Header(
            FORMAT, KEYS[self.site].name, str(KEYS[self.site].verify_key), self.site, self.contract, 2026, STAMP,
            scope.as_of.isoformat(timespec="seconds"), RULES.digest, [], peers, self.signed(size).note, len(given), len(self.held),
            len(lines), len(claims),
        )  # fmt: skip
        return Bundle(header, given, tuple(self.held), proven(lines, levels, size), claims)

    def export_lines(self) -> list[bytes]:
        key, size = KEYS[self.site], len(self.entries)
        peers = {other.name: str(other.verify_key) for name, other in KEYS.items() if name != self.site}
        header = ExportHeader(EXPORT, key.name, str(key.verify_key), STAMP, peers, 1, len(self.held), size)
        return list(write_export(header, [self.signed(size)], self.held, map(entry_bytes, self.entries), key))


def sealed(bundle: Bundle, site: str = "ward") -> list[bytes]:
    return list(write_bundle(bundle, KEYS[site]))


def again(bundle: Bundle) -> Bundle:
    """The bundle as it is read from its file."""
    return read_bundle(sealed(bundle))


def without(bundle: Bundle, *indexes: int) -> Bundle:
    """The same without these entries, sealed anew by its owner, who leaves the claims as they were."""
    kept = tuple(one for one in bundle.entries if one.index not in indexes)
    return replace(bundle, header=replace(bundle.header, entries=len(kept)), entries=kept)


def claiming(bundle: Bundle, safeguard: str, **said: Any) -> Bundle:
    """The same with another claim about a safeguard."""
    claims = tuple({**one, **said} if one["id"] == safeguard else one for one in bundle.claims)
    return replace(bundle, claims=claims)

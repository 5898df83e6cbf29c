"""Ledgers of the ward and the factory as the tests need them: honest, and re-sealed by an owner who is not."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from tewatashi.core.ledger import Entry, entry_bytes
from tewatashi.core.ledger_export import FORMAT, Export, Header, Signed, read_export, write_export
from tewatashi.core.merkle import Checkpoint, leaf_hash, sign_checkpoint, tree_of
from tewatashi.core.signing import SigningKey

KEYS = {
    name: SigningKey.generate(f"{name}.example", random.Random(name).randbytes)
    for name in ("ward", "gateway", "factory")
}
START = datetime(2026, 11, 24, 9, tzinfo=timezone(timedelta(hours=9)))


def at(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat(timespec="seconds")


def checkpoint(site: str, entries: list[Entry], minutes: float) -> Signed:
    tree = tree_of(leaf_hash(entry_bytes(entry)) for entry in entries)
    point = Checkpoint(KEYS[site].name, tree.size, tree.root)
    return Signed(sign_checkpoint(point, KEYS[site]).decode(), at(minutes))


def told(
    sender: str, recipient: str, number: int, minutes: float, *, received: float | None = None, by: str = "sato"
) -> Entry:
    """The entry of a letter: its sender's, or the recipient's when `received` says when it came."""
    letter = hashlib.sha256(f"{sender}{recipient}{number}".encode()).hexdigest()
    body: dict[str, object] = {
        "site": sender,
        "from": KEYS[sender].name,
        "act": {"parcel": f"{number:032x}"},
        "letters": {KEYS[recipient].name: letter},
    }
    if received is not None:
        body["at"] = at(minutes)
    return Entry(at(minutes if received is None else received), by, "parcel-sent", "R8-0001", body)


def own(minutes: float, what: str = "login") -> Entry:
    return Entry(at(minutes), "sato", what, None, {"minute": int(minutes)})


@dataclass
class Ledger:
    """A site's entries, its checkpoints (size -> minute) and what it holds of others; `lines()` seals all with its key."""

    site: str
    entries: list[Entry]
    signed: dict[int, float]
    held: list[Signed] = field(default_factory=list)
    made: float = 60
    checkpoints: list[Signed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.checkpoints = [checkpoint(self.site, self.entries[:size], when) for size, when in self.signed.items()]

    def lines(self) -> list[bytes]:
        peers = {key.name: str(key.verify_key) for name, key in KEYS.items() if name != self.site}
        key = KEYS[self.site]
        header = Header(
            FORMAT, key.name, str(key.verify_key), at(self.made), peers,
            len(self.checkpoints), len(self.held), len(self.entries),
        )  # fmt: skip
        return list(write_export(header, self.checkpoints, self.held, map(entry_bytes, self.entries), key))

    def export(self) -> Export:
        return read_export(self.lines())

    def changed(self, index: int, **fields: object) -> Ledger:
        """The same ledger with an entry changed under the old checkpoints, as its owner might."""
        self.entries = list(self.entries)
        self.entries[index] = replace(self.entries[index], **fields)  # type: ignore[arg-type]
        return self


def ward() -> Ledger:
    """Twelve entries: four letters to the factory, two from it, the rest its own; checkpoints at 4, 8 and 12."""
    entries = [
        own(0), told("ward", "factory", 1, 1), own(2), told("ward", "factory", 2, 3),
        own(4), told("factory", "ward", 1, 2, received=4.5), told("ward", "factory", 3, 6), own(7),
        own(8), told("factory", "ward", 2, 8, received=8.5), told("ward", "factory", 4, 10), own(11),
    ]  # fmt: skip
    return Ledger("ward", entries, {4: 3.5, 8: 7.5, 12: 60})


def factory() -> Ledger:
    """The factory's side of `ward()`: it holds the ward's checkpoints of 4 and 8 entries."""
    entries = [
        told("ward", "factory", 1, 1, received=1), told("factory", "ward", 1, 2),
        told("ward", "factory", 2, 3, received=4), told("ward", "factory", 3, 6, received=7),
        told("factory", "ward", 2, 8), told("ward", "factory", 4, 10, received=11),
    ]  # fmt: skip
    honest = ward().entries
    held = [checkpoint("ward", honest[:4], 3.6), checkpoint("ward", honest[:8], 7.6)]
    return Ledger("factory", entries, {3: 5, 6: 60}, held)

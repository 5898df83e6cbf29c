"""The ward's ledger, played by the test: leaves, and the checkpoint letters that tell of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.gateway.station import Station
from tewatashi.core.merkle import Checkpoint, Tree, consistency_proof, leaf_hash, sign_checkpoint


@dataclass
class WardLedger:
    """It grows by `size` leaves at a time; `told` is the size last told to the site."""

    site: Station
    leaves: list[bytes] = field(default_factory=list)
    told: int = 0

    def grow(self, size: int, word: str = "line") -> None:
        self.leaves += [leaf_hash(f"{word} {n}".encode()) for n in range(len(self.leaves), len(self.leaves) + size)]

    def letter(self) -> bytes:
        """The checkpoint as it stands, with the proof that it continues the one told before."""
        tree = Tree()
        for leaf in self.leaves:
            tree = tree.append(leaf)
        ward = self.site.ward
        note = sign_checkpoint(Checkpoint(ward.name, tree.size, tree.root), ward.key)
        proof = consistency_proof(self.leaves.__getitem__, self.told, tree.size)
        body = {"checkpoint": note.decode(), "old": self.told, "proof": [step.hex() for step in proof]}
        return ward.letter(self.site.name, "checkpoint", "system", None, body)

    def tell(self) -> bytes:
        note = self.letter()
        answer = self.site.line.post("/api/letters", content=note)
        assert answer.json() == {"taken": "new"}
        return note

"""The other end of the ward's line, played by the test: a gateway that takes and gives letters, and the factory behind it."""

from __future__ import annotations

from pathlib import Path

from tests.counterparty import Counterparty
from tests.far_end import FarEnd
from tewatashi.core.letter import Letter, read_letter
from tewatashi.core.signing import VerifyKey


class LineEnd(FarEnd):
    """Every letter of the ward is read and held to the ward's key; every parcel is kept as it came."""

    def __init__(self, folder: Path, ward: VerifyKey) -> None:
        self.ward = ward
        self.gateway = Counterparty("gateway", "gateway.test")
        self.factory = Counterparty("factory", "factory.test")
        self.came: list[Letter] = []
        super().__init__(folder, self.gateway, [ward])
        self.gateway.url = f"https://127.0.0.1:{self.open()}"

    def tell(self, kind: str, by: str, job: str | None, *, site: str = "factory", **body: object) -> None:
        """Have the factory, or the gateway, tell the ward of an act; back when the ward has taken it in."""
        party = self.factory if site == "factory" else self.gateway
        self.hand(party.letter(self.ward.name, kind, by, job, body))

    def letters(self, kind: str, job: str | None) -> list[Letter]:
        """The ward's letters of this kind to the factory that have come so far."""
        return [
            one for one in self.came if (one.kind, one.job, one.recipient) == (kind, job, self.factory.name)
        ]  # fmt: skip

    def await_letter(self, kind: str, job: str | None, *, count: int = 1) -> Letter:
        """The `count`th letter of this kind about the job to the factory."""
        self.until(lambda: len(self.letters(kind, job)) >= count)
        return self.letters(kind, job)[count - 1]

    def await_parcel(self, parcel: str, size: int) -> bytes:
        """The parcel, once it has wholly come."""
        self.until(lambda: len(self.parcels.get(parcel, b"")) == size)
        return bytes(self.parcels[parcel])

    def take(self, note: bytes) -> None:
        for recipient in (self.factory.name, self.gateway.name):
            if f'"recipient":"{recipient}"'.encode() in note:
                with self.changed:
                    self.came.append(read_letter(note, [self.ward], recipient))
                    super().take(note)

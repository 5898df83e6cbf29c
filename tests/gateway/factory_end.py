"""The far end of the gateway's line, played by the test: a factory that takes letters and parcels, or isn't there yet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.counterparty import JAPAN, Counterparty
from tests.far_end import FarEnd
from tewatashi.core.letter import Letter, read_letter
from tewatashi.core.signing import VerifyKey
from tewatashi.sitekit import sitepass


class FactoryEnd(FarEnd):
    """Every call must bear the gateway's pass; every letter is read and held to its sender's key."""

    def __init__(self, folder: Path, port: int, ward: VerifyKey) -> None:
        self.party = Counterparty("factory", "factory.test", f"https://127.0.0.1:{port}")
        self.gateway: VerifyKey | None = None
        super().__init__(folder, self.party, [ward], port)

    def meet(self, gateway: VerifyKey) -> None:
        self.gateway = gateway
        self.known.append(gateway)

    def tell(self, to: str, kind: str, by: str, job: str | None, **body: object) -> bytes:
        """Have the gateway collect a letter of the factory; back when it said that it has it. Returned: the letter."""
        note = self.party.letter(to, kind, by, job, body)
        self.hand(note)
        return note

    def letters(self, kind: str, job: str | None = None) -> list[Letter]:
        """Letters of this kind, about this job, that have come so far."""
        came = [read_letter(note, self.known, self.party.name) for note in [*self.raw]]
        return [one for one in came if (one.kind, one.job) == (kind, job)]

    def knows(self, header: str) -> bool:
        assert self.gateway is not None
        now = datetime.now(JAPAN)
        sender = sitepass.verify(header, recipient=self.party.name, known=[self.gateway], now=now)
        return sender == self.gateway.name

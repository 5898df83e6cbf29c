"""The other side, played by the test: a site that is nothing but a key, a card and the letters it writes."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from tests.core.cast_of_acts import CONTRACT, PEOPLE, STEPS, prepared_acts
from tests.databases import rows_of
from tewatashi.core.acts import Act
from tewatashi.core.age import Passphrase
from tewatashi.core.contract import PLACES
from tewatashi.core.contract_acts import ContractActs, after
from tewatashi.core.cover import Cover, write_cover
from tewatashi.core.ledger import parse_entry
from tewatashi.core.letter import Letter, write_letter
from tewatashi.core.parcel import FORMAT, Manifest, seal
from tewatashi.core.signing import SigningKey
from tewatashi.sitekit import sitepass
from tewatashi.sitekit.cards import Card
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.roles import Role
from tewatashi.sitekit.tls import self_signed

JAPAN = timezone(timedelta(hours=9))
ITEMS = ("通知書番号", "世帯主氏名")
PASSWORD = Passphrase("見本の合言葉", 10)  # a small work factor: what is tested here is not scrypt


@dataclass
class Counterparty:
    """One site of another party. letters are numbered for each recipient from 1; near: the site that it talks to;
    unheard: how many of that site's acts on a contract it has not heard of yet."""

    role: Role
    name: str
    url: str = ""
    written: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    near: SiteConfig | None = None
    unheard: int = 0

    def __post_init__(self) -> None:
        self.key = SigningKey.from_seed(self.name, hashlib.sha256(self.name.encode()).digest())
        self.tls = self_signed(self.name, ("127.0.0.1",))

    @property
    def card(self) -> Card:
        return Card(self.role, self.name, str(self.key.verify_key), self.url, self.tls.authority.decode())

    def pass_to(self, recipient: str) -> str:
        return sitepass.make(recipient, key=self.key, now=datetime.now(JAPAN))

    def letter(self, to: str, kind: str, by: str, job: str | None, body: dict[str, object]) -> bytes:
        self.written[to] += 1
        return self.sign(Letter(kind, self.name, to, self.written[to], now(), by, job, body, self.under(to, job, body)))

    def under(self, to: str, job: str | None, body: dict[str, object]) -> int:
        """All that the near site knows of the contract, this party knows too, but for what it has not heard of."""
        if self.near is None:
            return 0
        opened = "SELECT contract FROM sitekit_ledgerentry WHERE kind = 'job-opened' AND job = ?"
        contract = body.get("contract") or next((number for (number,) in rows_of(self.near, opened, job)), None)
        acts = """SELECT data FROM sitekit_ledgerentry WHERE contract = ? ORDER BY "index\""""
        known = ContractActs()
        for (data,) in rows_of(self.near, acts, contract) if contract else ():
            known = after(known, parse_entry(bytes(data)))
        role: Any = to.partition(".")[0]
        return max(known.under(self.role, role) - self.unheard, 0)

    def sign(self, letter: Letter) -> bytes:
        return write_letter(letter, self.key)


def now() -> str:
    return datetime.now(JAPAN).isoformat(timespec="seconds")


def contract_letters(ward: Counterparty, to: str, **changes: object) -> list[bytes]:
    """What the ward tells of its contract. The acts that the factory does itself are not among them."""
    today = datetime.now(JAPAN).date()
    year = date(today.year if today.month >= 4 else today.year - 1, 4, 1)
    valid = (year + timedelta(days=700)).isoformat()
    contract = {
        **CONTRACT, "places": list(PLACES), "begins": year.isoformat(), "ends": valid,
        "privacy_mark": {"number": "P1", "expires": valid}, "lgwan_asp": {"number": "A1", "expires": valid},
        **changes,
    }  # fmt: skip
    return [ward.letter(to, "contract-made", "tanaka", None, contract)]


def workflow_body() -> dict[str, object]:
    return {"contract": CONTRACT["contract"], "version": 1, "steps": STEPS}


def roster_body() -> dict[str, object]:
    return {"contract": CONTRACT["contract"], "version": 1, "people": PEOPLE}


def preparation_acts(contract: str | None = None) -> list[Act]:
    """What factory and ward tell of contacts, training and pledges, each handed in today."""
    today = datetime.now(JAPAN).date().isoformat()
    return list(prepared_acts(today, contract or str(CONTRACT["contract"])))


@dataclass(frozen=True)
class SealedParcel:
    cover: Cover
    note: bytes
    file: bytes

    @property
    def body(self) -> dict[str, object]:
        cover = self.cover
        return {
            "parcel": cover.parcel, "sha256": cover.sha256, "size": cover.size, "pieces": cover.pieces,
            "cover": self.note.decode(), "place": "ward/送信箱",
        }  # fmt: skip


def sealed_parcel(ward: Counterparty, job: str = "R8-0001", records: int = 3, seed: int = 1) -> SealedParcel:
    """A real parcel of synthetic records."""
    rand = random.Random(seed).randbytes
    manifest = Manifest(FORMAT, str(CONTRACT["contract"]), job, "tokusoku", "2026-11-20", ITEMS, records)
    rows = [[f"{n:08d}", f"見本　太郎{n}"] for n in range(records)]
    file = b"".join(seal(manifest, [rows], PASSWORD, rand, lambda _pieces, _batch: None))
    cover = Cover(
        parcel=rand(16).hex(), contract=manifest.contract, job=job, form=manifest.form, base_date=manifest.base_date,
        pieces=records, items=ITEMS, sha256=hashlib.sha256(file).hexdigest(), size=len(file), sealed_at=now(),
        sealed_by="sato", erase_by="2027-01-31", sender=ward.name,
    )  # fmt: skip
    return SealedParcel(cover, write_cover(cover, ward.key), file)


def job_body(records: int = 3) -> dict[str, object]:
    return {
        "contract": CONTRACT["contract"], "form": "tokusoku", "base_date": "2026-11-20", "declared": records,
        "deliver_by": "2027-01-20", "erase_by": "2027-01-31",
    }  # fmt: skip

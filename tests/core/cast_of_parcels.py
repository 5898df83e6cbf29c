"""One small parcel of the ward, with its cover, password and keys, for the tests of cover and parcel."""

import hashlib
import random

from tewatashi.core.age import Identity, Passphrase
from tewatashi.core.cover import Cover
from tewatashi.core.parcel import FORMAT, Manifest, seal
from tewatashi.core.password import new_password
from tewatashi.core.signing import SigningKey

RAND = random.Random(11).randbytes
WARD = SigningKey.generate("ward.example", RAND)
OTHER_SITE = SigningKey.generate("factory.example", RAND)
IDENTITY = Identity.generate(RAND)
PASSWORD = Passphrase(new_password(RAND), work_factor=1)

ITEMS = ("通知書番号", "氏名", "納付額")
RECORDS = [(f"{n:017d}", "見本　花子", str(n)) for n in range(5)]
MANIFEST = Manifest(FORMAT, "R8-1", "R8-1-001", "tokusoku", "2026-11-20", ITEMS, len(RECORDS))


def cover_of(data: bytes, manifest: Manifest = MANIFEST) -> Cover:
    return Cover(
        parcel="ab" * 16, contract=manifest.contract, job=manifest.job, form=manifest.form,
        base_date=manifest.base_date, pieces=manifest.pieces, items=manifest.items,
        sha256=hashlib.sha256(data).hexdigest(), size=len(data), sealed_at="2026-11-24T09:00:00+09:00",
        sealed_by="sato", erase_by="2026-12-05", sender=WARD.name,
    )  # fmt: skip


def sealed(manifest: Manifest = MANIFEST, records: list[tuple[str, ...]] = RECORDS, by: Passphrase = PASSWORD) -> bytes:
    return b"".join(seal(manifest, [records], by, RAND, lambda pieces, batch: None))


PARCEL = sealed()
COVER = cover_of(PARCEL)

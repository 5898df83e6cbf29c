"""Measures sealing and opening against the stock `age` command, and the records a second of a whole parcel.

    .venv/bin/python bench/seal.py [--mib 512] [--rounds 5] [--records 200000] [--folder /dev/shm]

Both sides read one file and write another, on one core, in turns; the best round of each counts. The ratio is our
MB/s over the command's: 1.00 is as fast, 0.80 the least we promise. Bytes are sealed to a key, so that scrypt, which
costs both the same second, doesn't hide them.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from tewatashi.core.age import Identity, Passphrase, decrypt, encrypt
from tewatashi.core.cover import Cover
from tewatashi.core.parcel import FORMAT, Manifest, open_parcel, seal
from tewatashi.core.password import new_password

READ = 1 << 18
ITEMS = tuple(f"項目{n:02d}" for n in range(44))
RECORD = ("20001234567890123", "渡辺　美咲", "横浜市中区日本大通１番地", *(f"{n * 1234}" for n in range(41)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mib", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm"))
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        if shutil.which("age") is None:
            print("the `age` command is not installed: no ratio")
        else:
            measure_bytes(Path(name), options.mib, options.rounds)
    measure_records(options.records, options.rounds)


def measure_bytes(folder: Path, mib: int, rounds: int) -> None:
    identity = Identity.generate(os.urandom)
    key, plain = folder / "key", folder / "plain"
    key.write_text(f"{identity}\n")
    with plain.open("wb") as file:
        for _ in range(mib):
            file.write(os.urandom(1 << 20))
    sealed, back = folder / "sealed.age", folder / "back"
    age_seal = ["age", "-r", str(identity.recipient), "-o", str(sealed), str(plain)]
    age_open = ["age", "-d", "-i", str(key), "-o", str(back), str(sealed)]
    size = plain.stat().st_size

    def seal_to_key(chunks: Iterable[bytes]) -> Iterator[bytes]:
        return encrypt(chunks, identity.recipient, os.urandom)

    def open_by_key(chunks: Iterable[bytes]) -> Iterator[bytes]:
        return decrypt(chunks, identity)

    rows = [
        ("seal", *_in_turns(size, rounds, age_seal, lambda: _copy(plain, sealed, seal_to_key))),
        ("open", *_in_turns(size, rounds, age_open, lambda: _copy(sealed, back, open_by_key))),
    ]
    if _digest(plain) != _digest(back):
        raise SystemExit("what was opened is not what was sealed")
    for label, ours_rate, age_rate in rows:
        print(f"{label}: ours {ours_rate:,.0f} MB/s, age {age_rate:,.0f} MB/s, ratio {ours_rate / age_rate:.2f}")


def _in_turns(size: int, rounds: int, command: list[str], ours: Callable[[], object]) -> tuple[float, float]:
    """MB/s of ours and of the command, each in its best round."""
    best_ours = best_age = 1e9
    for _ in range(rounds):
        best_age = min(best_age, _seconds(lambda: subprocess.run(command, check=True)))
        best_ours = min(best_ours, _seconds(ours))
    return size / best_ours / 1e6, size / best_age / 1e6


def measure_records(count: int, rounds: int) -> None:
    manifest = Manifest(FORMAT, "R8-1", "R8-1-001", "tokusoku", "2026-11-20", ITEMS, count)
    password = Passphrase(new_password(os.urandom), work_factor=1)
    rand = random.Random(1).randbytes
    best_seal = best_open = 1e9
    for _ in range(rounds):
        start = time.perf_counter()
        parcel = list(seal(manifest, _records(count), password, rand, _note))
        best_seal = min(best_seal, time.perf_counter() - start)
        cover = _cover(manifest, parcel)
        start = time.perf_counter()
        opened = sum(len(batch) for batch in open_parcel(parcel, password, cover)[1])
        best_open = min(best_open, time.perf_counter() - start)
        if opened != count:
            raise SystemExit("records were lost")
    size = sum(map(len, parcel)) / count
    print(
        f"records of {len(ITEMS)} values, {size:.0f} bytes: seal {count / best_seal:,.0f}/s, open {count / best_open:,.0f}/s"
    )


def _records(count: int) -> Iterator[list[tuple[str, ...]]]:
    for start in range(0, count, 500):
        yield [RECORD] * min(500, count - start)


def _note(_pieces: list[str], _batch: list[tuple[str, ...]]) -> None:
    """The ward would note here which notice got which piece id."""


def _cover(manifest: Manifest, parcel: list[bytes]) -> Cover:
    digest = hashlib.sha256(b"".join(parcel)).hexdigest()
    return Cover(
        parcel="ab" * 16, contract=manifest.contract, job=manifest.job, form=manifest.form,
        base_date=manifest.base_date, pieces=manifest.pieces, items=manifest.items, sha256=digest,
        size=sum(map(len, parcel)), sealed_at="2026-11-24T09:00:00+09:00", sealed_by="sato", erase_by="2026-12-05",
        sender="ward.example",
    )  # fmt: skip


def _copy(source: Path, target: Path, through: Callable[[Iterable[bytes]], Iterator[bytes]]) -> None:
    with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as write:
        for chunk in through(_read(read)):
            write.write(chunk)


def _read(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(READ):
        yield chunk


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()

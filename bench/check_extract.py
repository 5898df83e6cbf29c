"""Measures how many records a second an extract is checked at, and checked and sealed, and the memory that takes.

    .venv/bin/python bench/check_extract.py [--records 10000 100000 1000000] [--layout tokusoku-csv tokusoku-fixed]

Each size runs in a process of its own, on one core: the peak of the resident memory is that of this size alone. The extract
is a made one, repeated with other notice numbers, so that the time of its making doesn't count and the disk isn't read.
Records a second are by the processor's time.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from importlib.resources import files

from tewatashi.core.age import Passphrase
from tewatashi.core.extract import check_extract
from tewatashi.core.layout import Csv, Layout
from tewatashi.core.layoutfile import read_layout
from tewatashi.core.parcel import FORMAT, Manifest, seal
from tewatashi.core.password import new_password
from tewatashi.demo.extract_maker import write_extract

BASE = date(2026, 11, 20)
MADE = 5_000
READ = 1 << 16


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--layout", nargs="+", default=["tokusoku-csv", "tokusoku-fixed"])
    parser.add_argument("--one", choices=["check", "seal"], help="measure in this process")
    options = parser.parse_args()
    if options.one:
        measure(options.layout[0], options.records[0], options.one)
        return
    for name in options.layout:
        for count in options.records:
            for act in ("check", "seal"):
                arguments = ["--one", act, "--layout", name, "--records", str(count)]
                subprocess.run([sys.executable, __file__, *arguments], check=True)


def measure(name: str, count: int, act: str) -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    layout = read_layout((files("tewatashi.ward") / "shipped_layouts" / f"{name}.toml").read_bytes())
    head, body = made(layout)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    chunks = Clocked(extract(layout, head, body, count))
    batches = check_extract(layout, chunks, declared=count, base_date=BASE)
    start = time.process_time()
    if act == "seal":
        items = tuple(column.name for column in layout.approved)
        manifest = Manifest(FORMAT, "R8-1", "R8-1-001", layout.form, BASE.isoformat(), items, count)
        for _ in seal(manifest, batches, Passphrase(new_password(os.urandom), work_factor=1), os.urandom, _note):
            pass
    else:
        for _ in batches:
            pass
    seconds = time.process_time() - start - chunks.seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{name:15} {act:5} {count:>9,} records: {count / seconds:>8,.0f}/s, peak {peak // 1024} MiB "
        f"({max(0, peak - before) / 1024:.0f} more than at the start)",
        flush=True,
    )


def made(layout: Layout) -> tuple[bytes, list[bytes]]:
    """The header, if there is one, and MADE records."""
    parts: list[bytes] = []
    write_extract(layout, MADE, 1, BASE, parts.append)
    newline = layout.newline.encode()
    lines = b"".join(parts).split(newline)[:-1]
    if isinstance(layout.shape, Csv):
        return lines[0] + newline, lines[1:]
    return b"", lines


def extract(layout: Layout, head: bytes, body: list[bytes], count: int) -> Iterator[bytes]:
    """Chunks as an upload brings them; the notice number stands first in a record, quoted or not."""
    newline, quote = layout.newline.encode(), 1 if isinstance(layout.shape, Csv) else 0
    buffer = bytearray(head)
    for number in range(count):
        line = body[number % len(body)]
        buffer += line[:quote] + b"%010d" % number + line[quote + 10 :] + newline
        if len(buffer) >= READ:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)


class Clocked:
    """Takes the time that the making of the chunks needs, to leave it out."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.seconds = 0.0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        start = time.process_time()
        try:
            return next(self._chunks)
        finally:
            self.seconds += time.process_time() - start


def _note(_pieces: list[str], _batch: list[tuple[str, ...]]) -> None:
    """The ward would note here which notice got which piece id."""


if __name__ == "__main__":
    main()

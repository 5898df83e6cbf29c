"""Measures proofreading beside composing: processor time of each over the same records, and faults planted and found.

    .venv/bin/python bench/proofread.py [--pieces 20000] [--faults 200] [--rounds 3]

Records are the demonstration's households, two pages a piece, made before the clock starts; fonts, towns and form are loaded
before it too, for both. Composing and proofreading take turns in one process, file by file of 5,000 pieces, so that other
work on the machine disturbs both alike. The drawn sample is told apart: its cost does not grow with the job.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.proofs.faults import KINDS, planted
from tests.proofs.prints import Job, town_names

from tewatashi.proofs.proofread import Standard, proofread

Made = TypeVar("Made")
FILE = 5000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pieces", type=int, default=20_000)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    job = Job(count=options.pieces)
    gc.collect()
    gc.freeze()  # as the processes of both do that have nothing else to do: records in memory are not looked through again
    for _ in range(options.rounds):
        measure(job)
    _, drawn = timed(lambda: job.proof(sample=5))
    _, plain = timed(lambda: job.proof(sample=0))
    print(f"drawing a sample: {drawn - plain:.1f} s a job")
    if options.faults:
        find(job, options.faults)
    print(f"peak memory, records and files held: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB")


def timed(act: Callable[[], Made]) -> tuple[Made, float]:
    start = time.process_time()
    return act(), time.process_time() - start


def measure(job: Job) -> None:
    composing, proofreading, pages = [], [], 0
    standard = Standard.of(job.read, towns=town_names())
    for start in range(0, len(job.pieces), FILE):
        records = job.pieces[start : start + FILE]
        files, seconds = timed(lambda records=records: job.composed(records))  # type: ignore[misc]
        composing.append(seconds)
        report, seconds = timed(lambda files=files, records=records: proofread(files, records, standard))  # type: ignore[misc]
        proofreading.append(seconds)
        if not report.fine:
            raise SystemExit(f"false alarm: {report.findings.kept[0]}")
        pages += report.pages
    ratio = statistics.median(read / made for made, read in zip(composing, proofreading, strict=True))
    print(
        f"{pages:,} pages: composing {sum(composing):.2f} s, proofreading {sum(proofreading):.2f} s;"
        f" {pages / sum(proofreading):,.0f} pages/s; ratio {ratio:.2f}"
    )


def find(job: Job, count: int) -> None:
    rand = random.Random(5)
    kinds = [*KINDS] * (count // len(KINDS))
    places = rand.sample(range(0, len(job.pieces) - 10, 10), len(kinds))
    faults = list(zip(kinds, places, strict=True))
    files = [planted(data, of_file(faults, number), 5) for number, data in enumerate(job.files)]
    report = job.proof(files, sample=0)
    found = {finding.piece for finding in report.findings.kept}
    missed = [kind for kind, place in faults if not found & {job.pieces[place + by][0] for by in range(4)}]
    print(
        f"{len(faults)} faults of {len(KINDS)} kinds in {len(job.pieces):,} pieces: {len(faults) - len(missed)} found"
    )


def of_file(faults: Sequence[tuple[str, int]], number: int) -> list[tuple[str, int]]:
    return [(kind, place - number * FILE) for kind, place in faults if place // FILE == number]


if __name__ == "__main__":
    main()

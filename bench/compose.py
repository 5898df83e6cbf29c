"""Measures composing against other engines, side by side in one run: pages a second, memory, bytes a page, a RIP's speed.

    .venv/bin/python bench/compose.py [--pieces 1000 10000 100000] [--jobs 1 2] [--peers reportlab pikepdf typst] [--stages]

Each run is a process of its own, measured whole: start-up, fonts, towns, form, reading the records (lines of JSON, made
before), all four codes and writing. The form is bench/form, one page a piece; peers set it by the same elements, see
bench/compose_peers.py. Ratios are of processor time, against our engine with one process and the same number of pieces.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import string
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from tewatashi.core.pieceid import new_piece_ids
from tewatashi.demo.extract_maker import records
from tewatashi.demo.towns import ken_all_lines
from tewatashi.press.form import Form
from tewatashi.press.formfile import load_form

HERE = Path(__file__).parent
FORM, FONTS = HERE / "form", HERE.parent / ".tools/fonts"
BASE_DATE = date(2026, 11, 1)
DAYS = ("基準日", "発送日", "指定期限", "納期限")
PEERS = {"reportlab": 100_000, "pikepdf": 10_000, "typst": 3_000, "weasyprint": 1000, "pdfkit": 1000}
RIP_PAGES = 200


@dataclass(frozen=True)
class Run:
    """What a process took. seconds: of processor time; mib: peak of the largest of its processes."""

    pages: int
    wall: float
    seconds: float
    mib: float
    size: int

    @property
    def speed(self) -> float:
        return self.pages / self.seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pieces", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=["reportlab", "pikepdf", "typst"])
    parser.add_argument("--most", type=int, default=100_000, help="pieces for a peer, at most")
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm"))
    parser.add_argument("--renderer", action=argparse.BooleanOptionalAction, default=True, help="also time Ghostscript")
    parser.add_argument("--stages", action="store_true", help="only what each stage of our engine takes")
    options = parser.parse_args()
    folder = options.folder / "tewatashi-bench"
    folder.mkdir(exist_ok=True)
    try:
        (folder / "towns.csv").write_text("".join(ken_all_lines()), "utf-8")
        if options.stages:
            stages = [HERE / "compose_stages.py", records_file(folder, 10_000), folder]
            subprocess.run([sys.executable, *map(str, stages)], check=True)
        else:
            compare(options, folder)
    finally:
        shutil.rmtree(folder)


def compare(options: argparse.Namespace, folder: Path) -> None:
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"{'':14} {'pieces':>9} {'pages/s':>8} {'wall':>8} {'MiB':>6} {'B/page':>7}")
    for count in options.pieces:
        for jobs in options.jobs:
            show(measured("ours", count, folder, str(jobs)), f"ours, {jobs} proc.")
    for peer in options.peers:
        count = min(PEERS[peer], options.most)
        theirs, rip_theirs = measured(peer, count, folder), rip(folder) if options.renderer else 0
        same, rip_ours = measured("ours", count, folder, "1"), rip(folder) if options.renderer else 1
        show(theirs, peer)
        show(same, "ours, 1 proc.")
        ratios = f"ratio {same.speed / theirs.speed:.1f}, bytes {same.size / theirs.size:.2f}"
        print(f"{'':14} {ratios}, Ghostscript {rip_theirs / rip_ours:.2f} (load {os.getloadavg()[0]:.1f})", flush=True)


def show(run: Run, name: str) -> None:
    print(
        f"{name:14} {run.pages:>9,} {run.speed:>8,.0f} {run.pages / run.wall:>8,.0f} {run.mib:>6,.0f}"
        f" {run.size / run.pages:>7,.0f}",
        flush=True,
    )


def measured(engine: str, count: int, folder: Path, *more: str) -> Run:
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    command = [
        sys.executable,
        HERE / "compose_peers.py",
        engine,
        records_file(folder, count),
        folder / "towns.csv",
        out,
    ]
    started = time.monotonic()
    # As installed: modules are compiled once, and not at every start, whatever the developer's shell says.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen([*map(str, command), *more], env=environment)
    usage = finished(process)
    wall = time.monotonic() - started
    size = sum(file.stat().st_size for file in out.iterdir())
    return Run(count, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, size)


def rip(folder: Path) -> float:
    """Seconds in which Ghostscript renders the first pages of what was measured last, at 300 dpi in black and white."""
    file = min((folder / "out").glob("*.pdf"))
    options = ["-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pbmraw", "-r300", f"-dLastPage={RIP_PAGES}", "-o", "/dev/null"]
    usages = [finished(subprocess.Popen(["gs", *options, str(file)])) for _ in range(3)]
    return min(usage.ru_utime + usage.ru_stime for usage in usages)


def finished(process: subprocess.Popen[bytes]) -> os.struct_rusage:  # type: ignore[name-defined]
    """What a process and those that it started took, once it ended well."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{process.args!r} failed")
    return usage


def records_file(folder: Path, count: int) -> Path:
    """Dummy records as lines of JSON; what the demonstration's extract has no column for is made up here."""
    path = folder / f"records-{count}.jsonl"
    if not path.exists():
        with path.open("wb") as file:
            file.writelines(lines(count, load_form(FORM)))
    return path


def lines(count: int, form: Form) -> Iterator[bytes]:
    rand = random.Random(1)
    letters = string.digits + string.ascii_uppercase
    for number, record in enumerate(records(count, 7, BASE_DATE)):
        record["eL-QR"] = "".join(rand.choices(letters, k=82))
        record["案件番号"] = f"R08-{number // 500:05d}"
        record["担当"] = rand.choice(["佐藤", "鈴木", "高橋", "田中"])
        record["内線"] = str(rand.randrange(1000, 9999))
        values = [dated(item, record.get(item, "")) for item in form.items]
        yield orjson.dumps({"piece": new_piece_ids(rand.randbytes, 1)[0], "v": values}) + b"\n"


def dated(item: str, value: str) -> str:
    return f"{value[:4]}-{value[4:6]}-{value[6:]}" if value and item.startswith(DAYS) else value


if __name__ == "__main__":
    main()

"""The main job at a size: seconds by step, and the most memory that any one process held.

.venv/bin/python bench/main_job.py 1000 20000
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path


def main(sizes: list[int]) -> None:
    for size in sizes:
        outcome, peaks = run(size)
        print(f"\n{size:,} households: ok={outcome['ok']}, {sum(outcome['seconds'].values()):.1f} s in all")
        for step, seconds in outcome["seconds"].items():
            print(f"  {seconds:8.2f} s  {step}")
        for name, peak in sorted(peaks.items(), key=lambda one: -one[1]):
            print(f"  {peak / 1024:8.0f} MiB  {name}")


def run(size: int) -> tuple[dict[str, object], dict[str, int]]:
    """The outcome, and the peak of each process in KiB by what it is."""
    command = [sys.executable, "-m", "tewatashi.demo", "--once", "--json", "--quiet", "--households", str(size)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    peaks: dict[str, int] = {}
    while process.poll() is None:
        for pid in descendants(process.pid):
            name, peak = look(pid)
            peaks[name] = max(peak, peaks.get(name, 0))
        time.sleep(0.2)
    assert process.stdout is not None
    return json.loads(process.stdout.read()), peaks


def descendants(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            children = "".join(task.read_text() for task in Path(f"/proc/{one}/task").glob("*/children"))
        except OSError:
            continue
        found += map(int, children.split())
    return found


def look(pid: int) -> tuple[str, int]:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return "?", 0
    site = next((word.rsplit("/", 2)[1] for word in words if word.endswith("site.toml")), "demo")
    peak = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
    return site, peak


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000])

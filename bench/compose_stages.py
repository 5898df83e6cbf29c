"""Costs of composing by stage, in microseconds a page of processor time, each stage alone over the same records.

    compose_stages.py RECORDS FOLDER          (bench/compose.py --stages runs it)

What stands at the end is what no engine that compresses its pages and writes them could go below.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import deflate

from tewatashi.press.compose import compose
from tewatashi.press.embed import write_fonts
from tewatashi.press.paint import Batch, Ink, painted
from tewatashi.press.pdf import PdfWriter
from tewatashi.press.program import Program
from tewatashi.press.records import Shard, pieces_of
from tewatashi.press.workers import Kit

HERE = Path(__file__).parent
TOGETHER, FILE = 1000, 5000
Made = TypeVar("Made")


def main() -> None:
    records, folder = map(Path, sys.argv[1:])
    started = time.process_time()
    program = Kit(HERE / "form", HERE.parent / ".tools/fonts", folder / "towns.csv").settled_program()
    print(
        f"form, fonts, towns: {(time.process_time() - started) * 1000:.0f} ms, once a process (load {os.getloadavg()[0]:.1f})"
    )
    shard = Shard(1, 0, records.read_bytes())
    pages = shard.lines.count(b"\n")

    def timed(stage: str, act: Callable[[], Made]) -> Made:
        started = time.process_time()
        made = act()
        print(f"{stage:36} {(time.process_time() - started) / pages * 1e6:6.1f}")
        return made

    pieces = timed("records", lambda: list(pieces_of(shard)))
    ink, side, codes = program.ink(), program.sides[0], len(program.form.sheets[0].front.codes)
    program.paint_many(pieces[:TOGETHER], 0, ink)  # tables of codes are learned once
    batches = timed(
        "pages' records",
        lambda: [
            Batch([record for piece in pieces[at : at + TOGETHER] for _, record in program._records(*piece, 0)])
            for at in range(0, pages, TOGETHER)
        ],
    )
    coding, lettering = side.painters[-codes - 1 :], side.painters[: -codes - 1]  # the last one closes the page
    lettered = timed(
        "layout and text", lambda: [[painted(paint, batch, ink) for paint in lettering] for batch in batches]
    )
    coded = timed("codes", lambda: [[painted(paint, batch, ink) for paint in coding] for batch in batches])
    contents = timed(
        "joining",
        lambda: [
            content
            for parts in zip(lettered, coded, strict=True)
            for content in map(b"".join, zip(*[column for part in parts for column in part], strict=True))
        ],
    )
    packed = timed("compressing (libdeflate 1)", lambda: [deflate.zlib_compress(content, 1) for content in contents])
    timed("fonts of the files", lambda: [fonts_alone(program, ink) for _ in range(0, pages, FILE)])
    data = b"".join(packed)
    with (folder / "stages.bin").open("wb") as file:
        timed("writing alone", lambda: file.write(data))
    whole = timed(
        "all, without reading and start-up", lambda: list(compose(pieces, program, lambda _: lambda _chunk: None))
    )
    print(f"{sum(map(len, contents)) / pages:,.0f} bytes a page before compressing, {len(data) / pages:,.0f} after,"
          f" {sum(file.size for file in whole) / pages:,.0f} in the file")  # fmt: skip


def fonts_alone(program: Program, ink: Ink) -> None:
    write_fonts(PdfWriter(lambda _: None), program.fonts, ink.used)


if __name__ == "__main__":
    main()

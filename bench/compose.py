"""Measures composing: pages a second of CPU time and peak memory, whole process, each size in a process of its own.

    .venv/bin/python bench/compose.py [--pieces 1000 10000 100000] [--peer 10000] [--folder /dev/shm]

Records are the demonstration's households, made before the clock starts; start-up (fonts, towns, form) and the codes are
inside it. The peer is ReportLab (with rl_accel where it is installed), setting the same texts, rules and boxes of the same
form in the same fonts, backgrounds as shared forms. It draws no codes and fits no text, which flatters it.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tewatashi.core.pieceid import new_piece_ids
from tewatashi.demo.extract_maker import records
from tewatashi.demo.towns import ken_all_lines
from tewatashi.press.codes.towns import Towns
from tewatashi.press.compose import Piece, compose
from tewatashi.press.fonts import load_fonts, pins
from tewatashi.press.form import BUILT_IN, Form, Side, Text
from tewatashi.press.paint import conditional, reader
from tewatashi.press.program import compile_form
from tewatashi.press.shipped import load_shipped_form

FONTS = Path(__file__).parents[1] / ".tools/fonts"
BASE_DATE = date(2026, 11, 1)
Result = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pieces", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--peer", type=int, default=10_000, help="pieces for ReportLab; 0: none")
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm"))
    parser.add_argument("--one", choices=RUNS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(RUNS[options.one], options.pieces[0], options.folder)))
        return
    ours = {count: in_own_process("ours", count, options.folder) for count in options.pieces}
    for count, result in ours.items():
        show("tewatashi", count, result)
    if options.peer:
        peer = in_own_process("reportlab", options.peer, options.folder)
        show("reportlab", options.peer, peer)
        same = ours.get(options.peer) or in_own_process("ours", options.peer, options.folder)
        print(f"ratio at {options.peer:,} pieces: {same['pages_per_s'] / peer['pages_per_s']:.2f}")


def in_own_process(run: str, count: int, folder: Path) -> Result:
    command = [sys.executable, __file__, "--one", run, "--pieces", str(count), "--folder", str(folder)]
    result: Result = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return result


def show(name: str, count: int, result: Result) -> None:
    print(
        f"{name:10} {count:>8,} pieces  {result['pages_per_s']:>7,.0f} pages/s  {result['seconds']:6.1f} s"
        f"  {result['mib']:6.0f} MiB  {result['bytes_per_page']:6,.0f} B/page"
    )


def measured(run: Callable[[Iterator[Piece], Path], int], count: int, folder: Path) -> Result:
    """Making the records is not the press's work: its time alone, measured in the same process, is taken off."""
    alone = time.process_time()
    for _ in pieces(count):
        pass
    started = time.process_time()
    making = started - alone
    file = folder / "bench-compose.pdf"
    try:
        pages = run(pieces(count), file)
        seconds = time.process_time() - started - making
        size = file.stat().st_size
    finally:
        file.unlink(missing_ok=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"pages_per_s": pages / seconds, "seconds": seconds, "mib": peak, "bytes_per_page": size / pages}


def pieces(count: int) -> Iterator[Piece]:
    rand = random.Random(1)
    items = load_shipped_form("tokusoku").items
    for record in records(count, 7, BASE_DATE):
        values = [_dated(item, record.get(item, "")) for item in items]
        yield new_piece_ids(rand.randbytes, 1)[0], values


def _dated(item: str, value: str) -> str:
    day = value and (item in ("基準日", "発送日", "指定期限") or item.startswith("納期限"))
    return f"{value[:4]}-{value[4:6]}-{value[6:]}" if day else value


def ours(records_: Iterator[Piece], path: Path) -> int:
    program = compile_form(load_shipped_form("tokusoku"), load_fonts(FONTS), Towns.from_ken_all(ken_all_lines()))
    with path.open("wb") as file:
        return sum(made.pages for made in compose(records_, program, lambda _: file.write))


def reportlab(records_: Iterator[Piece], path: Path) -> int:
    form = load_shipped_form("tokusoku")
    for pin in pins():
        pdfmetrics.registerFont(TTFont(pin.key, FONTS / pin.file))
    canvas = Canvas(str(path), pagesize=(form.paper[0] * mm, form.paper[1] * mm), pageCompression=1, invariant=1)
    places = {name: place for place, name in enumerate((*form.items, *BUILT_IN))}
    painters = []
    for number, side in enumerate(form.sheets[0].sides):
        canvas.beginForm(f"side{number}")
        draw_background(canvas, form, side, places)
        canvas.endForm()
        painters.append([text_painter(canvas, form, text, places) for text in side.texts if not text.static])
    pages = 0
    for piece, values in records_:
        record = [*values, piece, "0", ""]
        for number, paints in enumerate(painters):
            canvas.doForm(f"side{number}")
            for paint in paints:
                paint(record, None)
            canvas.showPage()
            pages += 1
    canvas.save()
    return pages


def draw_background(canvas: Canvas, form: Form, side: Side, places: dict[str, int]) -> None:
    high = form.paper[1]
    for box in side.boxes:
        if box.fill is not None:
            canvas.setFillGray(box.fill)
        canvas.setLineWidth(box.thickness * mm)
        area = box.area
        canvas.rect(
            area.x * mm, (high - area.bottom) * mm, area.width * mm, area.height * mm,
            stroke=box.thickness > 0, fill=box.fill is not None,
        )  # fmt: skip
        canvas.setFillGray(0)
    for line in side.lines:
        canvas.setLineWidth(line.thickness * mm)
        area = line.area
        canvas.line(area.x * mm, (high - area.y) * mm, area.right * mm, (high - area.bottom) * mm)
    for text in side.texts:
        if text.static:
            text_painter(canvas, form, text, places)((), None)


def text_painter(canvas: Canvas, form: Form, text: Text, places: dict[str, int]) -> Callable[..., bytes]:
    readers = [reader(paragraph, places) for paragraph in text.paragraphs]
    style, area, high = text.style, text.area, form.paper[1]
    font, size = style.fonts[0], style.size
    draw = {"right": canvas.drawRightString, "center": canvas.drawCentredString}.get(style.align, canvas.drawString)
    x = {"right": area.right, "center": area.x + area.width / 2}.get(style.align, area.x) * mm

    def paint(record: object, _ink: object) -> bytes:
        canvas.setFont(font, size)
        y = (high - area.y) * mm - size
        for read in readers:
            draw(x, y, read(record))  # type: ignore[arg-type]
            y -= size * style.leading
        return b""

    return conditional(paint, text.when, places)


RUNS = {"ours": ours, "reportlab": reportlab}

if __name__ == "__main__":
    main()

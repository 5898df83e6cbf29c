"""Painters of the codes that hold a text of the form's: QR and Code 39."""

from __future__ import annotations

from tewatashi.press.codes import code39, qr
from tewatashi.press.codes.grid import dots, stamp
from tewatashi.press.form import Code39, QrCode
from tewatashi.press.paint import Batch, Columnar, Ink, Painter, Places, Record, column_reader, corner, reader, spread


def qr_painter(code: QrCode, places: Places, paper_height: float) -> Painter:
    modules = qr.side(code.version)
    side = modules * code.dots
    draw = stamp(corner(code, side, side, 2 * qr.QUIET * code.dots, paper_height), (side, side), modules, modules)
    read = column_reader(code.text, places)

    def many(batch: Batch, _: Ink) -> list[bytes]:
        texts = read(batch)
        rows = [row for row, text in enumerate(texts) if text]
        symbols = qr.symbols([texts[row] for row in rows], code.version, code.level, code.mask)
        return spread(map(draw, symbols), rows, len(batch))

    return Columnar(many)


def code39_painter(code: Code39, places: Places, paper_height: float) -> Painter:
    bars = code39.width(code.length)
    wide, high = bars * code.dots, dots(code.area.height)
    draw = stamp(corner(code, wide, high, 2 * code39.QUIET * code.dots, paper_height), (wide, high), bars, 1)
    read = reader(code.text, places)

    def paint(record: Record, _: Ink) -> bytes:
        text = read(record)
        return draw(code39.symbol(text, code.length)) if text else b""

    return paint

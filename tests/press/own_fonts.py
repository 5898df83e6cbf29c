"""外字 files as a ward hands them over, and a form that has some: made here, of nobody's characters."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from functools import cache

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from tewatashi.press.form import Form
from tewatashi.press.formfile import parse_form

PRIVATE, FAR, BLANK, BITMAP = "\ue000", "\U0010de92", "\ue001", "\ue010"
SEQUENCE = "葛\U000e01ef"  # which no pinned font has
LOST, LOST_SEQUENCE = "\U0002ebf0", "辻\U000e01ee"  # which no font at all has
TABLE = (
    "from,to,approved_by,approved_on\nU+2EBF0,U+9AD8,区民課長,2026-10-01\nU+8FBB U+E01EE,U+8FBB,区民課長,2026-10-01\n"
)
FORM = """
schema = "tewatashi.form/v1"
name = "in"
title = "見本"
paper = "A4"
items = ["氏名", "住所"]
{characters}
[styles]
"普通" = {{ fonts = ["mj", "gothic"], size = 12 }}

[[sheet]]
[sheet.front]
texts = [
  {{ at = [20, 20], width = 80, style = "普通", text = "{{氏名}}　様", fit = "shrink", min = 6 }},
  {{ at = [20, 40], width = 60, height = 30, style = "普通", text = "{{住所}}", fit = "wrap" }},
  {{ at = [20, 80], width = 60, style = "普通", text = "{fixed}" }},
]
codes = [{{ kind = "mark", at = [190, 6], size = [9, 9], dots = 10 }}]
"""
ROWS = ("80000001", "40000002", "3FFFFFFC", "20000004", "10018008", "08018010", "04000020", "FFFFFFFF")


@cache
def truetype(rights: int = 0) -> bytes:
    """One outline for each of the characters, and a slot without one. rights: fsType."""
    shapes = {
        "a": [(0, 0), (0, 800), (400, 800)],
        "b": [(0, 0), (0, 700), (900, 0)],
        "c": [(100, 0), (100, 500), (900, 500)],
    }
    glyphs = {".notdef": TTGlyphPen(None).glyph(), "blank": TTGlyphPen(None).glyph()}
    for name, points in shapes.items():
        pen = TTGlyphPen(None)
        pen.moveTo(points[0])
        for point in points[1:]:
            pen.lineTo(point)
        pen.closePath()
        glyphs[name] = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    known = {ord(PRIVATE): "a", ord(FAR): "b", ord(BLANK): "blank", ord("葛"): "a"}
    builder.setupCharacterMap(known, uvs=[(ord(SEQUENCE[0]), ord(SEQUENCE[1]), "c")])
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupOS2(fsType=rights)
    builder.setupNameTable({"familyName": "外字", "styleName": "Regular"})
    builder.setupPost()
    out = io.BytesIO()
    builder.font.save(out)
    return out.getvalue()


def bdf(rows: Sequence[str] = ROWS, code: int = ord(BITMAP), registry: str = "ISO10646") -> bytes:
    """A glyph of 32 dots to the em, and the last of `rows` on the baseline."""
    lines = (
        "STARTFONT 2.1", "FONT gaiji", "SIZE 32 75 75", "FONTBOUNDINGBOX 32 32 0 -4", "STARTPROPERTIES 1",
        f'CHARSET_REGISTRY "{registry}"', "ENDPROPERTIES", "CHARS 1", "STARTCHAR one", f"ENCODING {code}", "SWIDTH 1000 0",
        "DWIDTH 32 0", f"BBX 32 {len(rows)} 0 0", "BITMAP", *rows, "ENDCHAR", "ENDFONT",
    )  # fmt: skip
    return "\n".join(lines).encode() + b"\n"


FILES = {"tsuika.ttf": truetype(), "gaiji.bdf": bdf(), "shukutai.csv": TABLE.encode()}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def table(files: dict[str, bytes]) -> str:
    """[characters] of a form that names these files; the pins are those of FILES."""
    fonts = ", ".join(
        f'{{ file = "{name}", sha256 = "{digest(FILES.get(name, files[name]))}" }}'
        for name in files
        if "csv" not in name
    )
    rows = [f'degrade = "{name}"\n' for name in files if "csv" in name]
    return f"[characters]\nfonts = [{fonts}]\n{''.join(rows)}"


def written(files: dict[str, bytes] | None = None, fixed: str = "お知らせ") -> bytes:
    """form.toml that names these files."""
    files = FILES if files is None else files
    return FORM.format(characters=table(files) if files else "", fixed=fixed).encode()


def form_with(files: dict[str, bytes] | None = None, fixed: str = "お知らせ") -> Form:
    """files: by name, all of FILES if none are given; a font's pin is that of FILES."""
    return parse_form(written(files, fixed), (FILES if files is None else files).__getitem__)

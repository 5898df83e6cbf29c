"""Writes src/tewatashi/press/ocr_b.toml from Debian's fonts-ocr-b: the outlines of the characters that OCR lines may hold.

    .venv/bin/python tools/ocr_b.py /usr/share/fonts/opentype/ocr-b/OCRB.otf

The font is in the public domain (Matthew Skala, after Norbert Schwarz). Its outlines are cubic, which the press does not
embed as a font; two dozen of them are drawn instead.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<>+-/#*"
OUT = Path(__file__).parents[1] / "src/tewatashi/press/ocr_b.toml"
HEAD = """\
# OCR-B (ISO 1073-2) outlines as PDF path operators in 1/1000 em, made by tools/ocr_b.py from Debian's fonts-ocr-b 0.3:
# OCRB.otf by Matthew Skala, after Norbert Schwarz; public domain.

"""


class PdfPath(BasePen):
    """Collects path operators."""

    def __init__(self, glyphs: object) -> None:
        super().__init__(glyphs)
        self.operators: list[str] = []

    def _moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self.operators.append("{:.0f} {:.0f} m".format(*point))

    def _lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self.operators.append("{:.0f} {:.0f} l".format(*point))

    def _curveToOne(self, first: tuple[float, float], second: tuple[float, float], end: tuple[float, float]) -> None:  # noqa: N802
        self.operators.append("{:.0f} {:.0f} {:.0f} {:.0f} {:.0f} {:.0f} c".format(*first, *second, *end))

    def _closePath(self) -> None:  # noqa: N802
        self.operators.append("h")


def main(font: Path) -> None:
    """Writes the file."""
    loaded = TTFont(font)
    glyphs, names = loaded.getGlyphSet(), loaded.getBestCmap()
    lines = [HEAD, f"advance = {glyphs[names[ord('0')]].width}\n\n[outlines]\n"]
    for character in CHARACTERS:
        pen = PdfPath(glyphs)
        glyphs[names[ord(character)]].draw(pen)
        lines.append(f'"{character}" = "{" ".join(pen.operators)}"\n')
    OUT.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

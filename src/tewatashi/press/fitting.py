"""Where a text stands in its area, and how small it may become: what both ways of lettering go by."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Final

from tewatashi.core.refused import Refused
from tewatashi.press.form import Text

POINTS_PER_MM: Final = 72 / 25.4
BASELINE: Final = 0.88  # em from the top of an ideograph's em box down to the baseline
STEP: Final = 0.25  # points between the sizes that are tried
BOLD: Final = 0.03  # em by which outlines are thickened
ROOM: Final = 1e-6
ALIGNED: Final = {"left": 0.0, "center": 0.5, "right": 1.0, "spread": 0.0}  # the share of spare room before a line


def block(lines: int, leading: float) -> float:
    """The height of set lines in em, from the top of the first to the foot of the last."""
    return (lines - 1) * leading + 1


def sizes_of(text: Text) -> list[float]:
    """The sizes that wrapping tries."""
    steps = int((text.style.size - text.least) / STEP + ROOM)
    return [text.style.size - STEP * step for step in range(steps + 1)]


def lines_in(height: float, size: float, leading: float) -> int:
    """How many lines of a size have room."""
    return next(lines - 1 for lines in count(1) if block(lines, leading) * size > height + ROOM)


def baselines_of(text: Text, paper_height: float) -> Callable[[float, int], list[float]]:
    """Where the lines of a block stand, by their size and number."""
    top, height = (paper_height - text.area.y) * POINTS_PER_MM, text.area.height * POINTS_PER_MM
    share = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[text.style.valign]
    leading = text.style.leading

    def baselines(size: float, lines: int) -> list[float]:
        first = top - share * (height - block(lines, leading) * size) - BASELINE * size
        return [first - line * leading * size for line in range(lines)]

    return baselines


def opening(font: int, size: float, x: float, y: float) -> bytes:
    return b"/F%d %g Tf 1 0 0 1 %.2f %.2f Tm" % (font, size, x, y)


def switch(font: int, size: float) -> bytes:
    """What stands between two strings of different fonts on a line."""
    return b")Tj\n/F%d %g Tf(" % (font, size)


def overflows(text: Text) -> Refused:
    return Refused(
        "form-overflow", f"{text.where}: 文字が枠に収まりません。", expected=f"{text.least:g}ポイント以上で幅{text.area.width:g}mm以内",
        do="様式の枠、最小の文字の大きさ（min）か収め方（fit）を改めてください。",
    )  # fmt: skip

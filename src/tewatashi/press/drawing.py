"""Lines, boxes and circles as PDF path operators, in DeviceGray."""

from __future__ import annotations

from functools import singledispatch
from typing import Final

from tewatashi.press.form import Area, Box, Circle, Element, Line

_POINTS_PER_MM: Final = 72 / 25.4
_ROUND: Final = 0.5523  # how far a Bézier curve's handles reach to look like a quarter of a circle


@singledispatch
def drawn(element: Element, paper_height: float) -> bytes:
    """The element as operators between q and Q."""
    raise NotImplementedError(type(element))


@drawn.register
def _line(line: Line, paper_height: float) -> bytes:
    area = line.area
    path = f"{_point(area.x, area.y, paper_height)} m {_point(area.right, area.bottom, paper_height)} l S"
    return _painted(line.thickness, line.dash, path)


@drawn.register
def _box(box: Box, paper_height: float) -> bytes:
    path = _rounded(box, paper_height) if box.radius else _rectangle(box, paper_height)
    outline, fill = box.thickness > 0, box.fill is not None
    if not outline and not fill:
        return b""
    operator = "B" if outline and fill else "S" if outline else "f"
    grey = f"{box.fill:g} g " if fill else ""
    return _painted(box.thickness, (), f"{grey}{path} {operator}")


@drawn.register
def _circle(circle: Circle, paper_height: float) -> bytes:
    area = circle.area
    radius = area.width / 2
    path = _quarters(area, radius, paper_height)
    return _painted(circle.thickness, circle.dash, f"{path} S")


def _painted(thickness: float, dash: tuple[float, ...], path: str) -> bytes:
    dashes = f"[{' '.join(map(_length, dash))}] 0 d " if dash else ""
    return f"q {_length(thickness)} w {dashes}{path} Q\n".encode()


def _rectangle(box: Box, paper_height: float) -> str:
    area = box.area
    return f"{_point(area.x, area.bottom, paper_height)} {_length(area.width)} {_length(area.height)} re"


def _rounded(box: Box, paper_height: float) -> str:
    area = box.area
    radius = min(box.radius, area.width / 2, area.height / 2)
    return _quarters(area, radius, paper_height)


def _quarters(area: Area, radius: float, paper_height: float) -> str:
    """A closed path with four rounded corners; straight between them where they leave room."""
    left, top, right, bottom = area.x, area.y, area.right, area.bottom
    reach = radius * (1 - _ROUND)

    def at(*points: tuple[float, float]) -> str:
        return " ".join(_point(x, y, paper_height) for x, y in points)

    return " ".join(
        (
            f"{at((left + radius, top))} m {at((right - radius, top))} l",
            f"{at((right - reach, top), (right, top + reach), (right, top + radius))} c",
            f"{at((right, bottom - radius))} l",
            f"{at((right, bottom - reach), (right - reach, bottom), (right - radius, bottom))} c",
            f"{at((left + radius, bottom))} l",
            f"{at((left + reach, bottom), (left, bottom - reach), (left, bottom - radius))} c",
            f"{at((left, top + radius))} l {at((left, top + reach), (left + reach, top), (left + radius, top))} c h",
        )
    )


def _point(x: float, y: float, paper_height: float) -> str:
    return f"{_length(x)} {_length(paper_height - y)}"


def _length(mm: float) -> str:
    return f"{mm * _POINTS_PER_MM:.2f}".rstrip("0").rstrip(".")

"""Content streams of a designer's PDF, rewritten to DeviceGray: what is black or grey stays, any colour is refused.

Word processors write black as `0 0 0 rg`, layout programs as a colour space with one, three or four components. All of
these become `g` and `G`, so a printer has nothing to convert. Marked content is left out, hidden layers are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

import pikepdf

_NEAR: Final = 0.004  # of 1: half a step of 8 bits, which is as far as programs round an even grey
# Operators that set a colour, and what stands in their place.
_COLOURING: Final = {
    "g": "g", "rg": "g", "k": "g", "cs": "g", "sc": "g", "scn": "g",
    "G": "G", "RG": "G", "K": "G", "CS": "G", "SC": "G", "SCN": "G",
}  # fmt: skip
_IN_A_SPACE: Final = frozenset({"sc", "scn", "SC", "SCN"})
_DROPPED: Final = frozenset({"BMC", "BDC", "EMC", "MP", "DP", "ri", "i"})
_INLINE_GREY: Final = frozenset({"/G", "/DeviceGray"})


@dataclass(frozen=True, slots=True)
class Greyed:
    """content, and the resources that it names: kind and name, such as /Font and /F1."""

    content: bytes
    named: frozenset[tuple[str, str]]


class Coloured(Exception):  # noqa: N818 -- becomes a Refused where the file's name is known
    """What the printer could not print as it was drawn. wrong: Japanese."""

    def __init__(self, wrong: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong


@dataclass
class _State:
    """The state that q keeps: how the components of the current colours become grey, and the font."""

    fill: Callable[[Sequence[float]], float]
    stroke: Callable[[Sequence[float]], float]
    font: str = ""

    def enter(self, kind: str, to_grey: Callable[[Sequence[float]], float]) -> None:
        if kind == "g":
            self.fill = to_grey
        else:
            self.stroke = to_grey


def greyed(stream: pikepdf.Object, resources: pikepdf.Object) -> Greyed:
    """The rewritten content of a page or form XObject. Coloured if anything in it isn't grey."""
    rewriter = _Rewriter(resources)
    for instruction in pikepdf.parse_content_stream(stream):
        rewriter.take(instruction)
    written = _without_idle_fonts(rewriter.written, rewriter.named)
    return Greyed(bytes(pikepdf.unparse_content_stream(written)), frozenset(rewriter.named))


class _Rewriter:
    def __init__(self, resources: pikepdf.Object) -> None:
        self._resources = resources
        self._state = _State(_one, _one)
        self._stack: list[_State] = []
        self.written: list[Any] = []
        self.named: set[tuple[str, str]] = set()

    def take(self, instruction: Any) -> None:
        operands, operator = list(instruction.operands), str(instruction.operator)
        if operator in _DROPPED:
            _refuse_layer(operator, operands)
        elif operator in _COLOURING:
            self._colour(operands, operator)
        else:
            self._note(operands, operator)
            self.written.append(instruction)

    def _colour(self, operands: Sequence[Any], operator: str) -> None:
        """A colour, or a colour space, whose first colour is black."""
        kind = _COLOURING[operator]
        if operator in ("cs", "CS"):
            self._state.enter(kind, _space_of(operands[0], self._resources))
            self.written.append(_grey(0.0, kind))
            return
        numbers = _numbers(operands)
        if operator not in _IN_A_SPACE:
            self._state.enter(kind, _COMPONENTS[len(numbers)])
        to_grey = self._state.fill if kind == "g" else self._state.stroke
        self.written.append(_grey(to_grey(numbers), kind))

    def _note(self, operands: Sequence[Any], operator: str) -> None:
        match operator:
            case "q":
                self._stack.append(replace(self._state))
            case "Q" if self._stack:
                self._state = self._stack.pop()
            case "Tf":
                self._state.font = str(operands[0])
            case "Tj" | "TJ" | "'" | '"':
                self.named.add(("/Font", self._state.font))
            case "Do" | "gs":
                self.named.add(("/XObject" if operator == "Do" else "/ExtGState", str(operands[0])))
            case "sh":
                raise Coloured("グラデーションがあります。")
            case "INLINE IMAGE":
                _refuse_coloured_inline(operands[0])


def _without_idle_fonts(written: Sequence[Any], named: set[tuple[str, str]]) -> list[Any]:
    """Some programs begin each page with a font that they don't embed and show nothing in."""
    return [
        each
        for each in written
        if isinstance(each, tuple) or str(each.operator) != "Tf" or ("/Font", str(each.operands[0])) in named
    ]


def _grey(value: float, operator: str) -> tuple[list[Decimal], pikepdf.Operator]:
    return [Decimal(f"{min(max(value, 0.0), 1.0):.4g}")], pikepdf.Operator(operator)


def _numbers(operands: Sequence[Any]) -> list[float]:
    if any(isinstance(operand, pikepdf.Object) for operand in operands):
        raise Coloured("模様で塗った所があります。")
    return [float(operand) for operand in operands]


def _refuse_layer(operator: str, operands: Sequence[Any]) -> None:
    if operator == "BDC" and operands and operands[0] == "/OC":
        raise Coloured("表示を切り替えられるレイヤーがあります。")


def _refuse_coloured_inline(image: Any) -> None:
    about = image.obj
    mask = about.get("/IM", about.get("/ImageMask", False))
    if not mask and str(about.get("/CS", about.get("/ColorSpace", ""))) not in _INLINE_GREY:
        raise Coloured("カラーの画像があります。")


# ---------------------------------------------------------------------------------------------------- from colour to grey


def _one(values: Sequence[float]) -> float:
    if len(values) != 1:
        raise Coloured("色空間の決まらない色があります。")
    return values[0]


def _three(values: Sequence[float]) -> float:
    if len(values) != 3 or max(values) - min(values) > _NEAR:
        raise Coloured("黒とグレー以外の色があります。")
    return values[1]


def _four(values: Sequence[float]) -> float:
    if len(values) != 4 or max(values[:3]) > _NEAR:
        raise Coloured("黒とグレー以外の色があります。")
    return 1 - values[3]


def _tint(values: Sequence[float]) -> float:
    return 1 - _one(values)


_COMPONENTS: Final[dict[int, Callable[[Sequence[float]], float]]] = {1: _one, 3: _three, 4: _four}
_NAMED: Final = {
    "/DeviceGray": _one, "/CalGray": _one, "/DeviceRGB": _three, "/CalRGB": _three, "/DeviceCMYK": _four,
}  # fmt: skip


def _space_of(name: Any, resources: pikepdf.Object) -> Callable[[Sequence[float]], float]:
    """How a colour of this colour space becomes grey."""
    if str(name) in _NAMED:
        return _NAMED[str(name)]
    return space_to_grey(resources.get("/ColorSpace", pikepdf.Dictionary()).get(str(name)))


def space_to_grey(space: Any) -> Callable[[Sequence[float]], float]:
    """The same for a colour space that is written out."""
    if isinstance(space, pikepdf.Name) and str(space) in _NAMED:
        return _NAMED[str(space)]
    if isinstance(space, pikepdf.Array) and len(space):
        family = str(space[0])
        if family in _NAMED:
            return _NAMED[family]
        if family == "/ICCBased" and (components := int(space[1].N)) in _COMPONENTS:
            return _COMPONENTS[components]
        if family == "/Separation" and str(space[1]) in ("/Black", "/All"):
            return _tint
    raise Coloured("黒とグレー以外の色空間があります。")

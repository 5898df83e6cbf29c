"""A form that is being taken over from another program: what it places where, written as the folder that a ward then edits.

A draft is not yet a form. It says what could not be taken over, and the reader of forms says what else is to be mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

BACKGROUND: Final = "background.pdf"
_MARK: Final = {"kind": "mark", "at": [192.0, 6.0], "size": [9.0, 9.0], "dots": 10}
_LISTS: Final = ("texts", "lines", "boxes", "circles", "codes")
_FORBIDDEN: Final = re.compile(r"[\s{}:#%$@=\"\\]+")
_FIELD: Final = re.compile(r"\{([^{}:]+)")

Keys = Mapping[str, Any]  # of an element: text, numbers and lists of them


@dataclass
class DraftSide:
    """Elements by the list of form.toml that they go to; page: of the background, from 1, or 0 for none."""

    page: int = 0
    elements: dict[str, list[Keys]] = field(default_factory=lambda: {name: [] for name in _LISTS})


@dataclass
class Draft:
    """skipped: what could not be taken over, one line each."""

    name: str
    sides: list[DraftSide] = field(default_factory=list)
    background: bytes | None = None
    skipped: list[str] = field(default_factory=list)

    @property
    def items(self) -> list[str]:
        """The names in all texts, each once, in the order in which they come."""
        texts = [str(keys.get("text", "")) for side in self.sides for name in _LISTS for keys in side.elements[name]]
        return list(dict.fromkeys(name for text in texts for name in _FIELD.findall(text)))


def item_name(name: str) -> str:
    """A name that may stand in braces."""
    plain = "".join(each if each.isprintable() else " " for each in name)
    return _FORBIDDEN.sub("_", plain.strip()).strip("_") or "項目"


def literal(text: str) -> str:
    """Text in which no brace is a name's."""
    return text.replace("{", "｛").replace("}", "｝")


def write_draft(draft: Draft, folder: Path, *, duplex: bool) -> None:
    """form.toml, sample.toml and the background. duplex: two sides make a sheet."""
    folder.mkdir(parents=True)
    (folder / "form.toml").write_text("\n".join(_form(draft, duplex=duplex)), "utf-8")
    (folder / "sample.toml").write_text("\n".join(_sample(draft)), "utf-8")
    if draft.background:
        (folder / BACKGROUND).write_bytes(draft.background)


def _form(draft: Draft, *, duplex: bool) -> Iterator[str]:
    yield "# Taken over from another program. Schema: docs/spec/form.md"
    yield from (f"# not taken over: {line}" for line in draft.skipped)
    yield ""
    yield 'schema = "tewatashi.form/v1"'
    yield f"name = {_written(draft.name)}"
    yield f"title = {_written(draft.name)}"
    yield 'paper = "A4"'
    yield "items = ["
    yield from (f"  {_written(item)}," for item in draft.items or ["通知書番号"])
    yield "]"
    yield ""
    yield "[styles]"
    yield '"文字" = { fonts = ["mj", "mincho"], size = 10 }'
    yield ""
    for number, side in enumerate(draft.sides):
        back = duplex and number % 2 == 1
        if not back:
            yield "[[sheet]]"
        yield from _side(side, "back" if back else "front")
    if duplex and len(draft.sides) % 2:
        yield from _side(DraftSide(), "back")


def _side(side: DraftSide, which: str) -> Iterator[str]:
    yield f"[sheet.{which}]"
    if side.page:
        yield f"background = {{ file = {_written(BACKGROUND)}, page = {side.page} }}"
    for name in _LISTS:
        elements = [*side.elements[name], *([_MARK] if name == "codes" else [])]
        if elements:
            yield f"{name} = ["
            yield from (f"  {_inline(keys)}," for keys in elements)
            yield "]"
    yield ""


def _sample(draft: Draft) -> Iterator[str]:
    codes = [keys for side in draft.sides for keys in side.elements["codes"]]
    digits = {str(keys["text"])[1:-1]: "0" * int(keys.get("length", 1)) for keys in codes}
    yield 'schema = "tewatashi.sample/v1"'
    for record in ("usual", "worst"):
        yield f"\n[{record}]"
        yield from (f"{_written(item)} = {_written(digits.get(item, '見本'))}" for item in draft.items)
    yield ""


def _inline(keys: Keys) -> str:
    return "{ " + ", ".join(f"{key} = {_written(value)}" for key, value in keys.items()) + " }"


def _written(value: Any) -> str:
    """A value as TOML. Control characters but line breaks and tabs can't stand in it, and mean nothing on paper."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            plain = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", " ")
            return '"' + "".join(each for each in plain if each >= " " and each != "\x7f") + '"'
        case list():
            return "[" + ", ".join(map(_written, value)) + "]"
        case int():
            return str(value)
    return f"{value:.2f}".rstrip("0").rstrip(".")

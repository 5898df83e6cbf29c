"""Where in a TOML text each value stands: line and column, for refusals that an editor can jump to.

tomllib tells no positions. This reads a text that tomllib has already taken, so it only has to find its way, not to
judge: whatever it can't follow has no position.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

_SPACE: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK: Final = re.compile(r"[ \t]*")
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_STRING: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)  # fmt: skip
_PLAIN: Final = re.compile(r"[^,\]}\n#]*")


def places_in(text: str) -> dict[str, str]:
    """Each value's path, as sheet[1].front.texts[3].width, and its place in the text, as 12行5文字目."""
    scanner = _Scanner(text)
    try:
        scanner.scan()
    except (IndexError, RecursionError):
        return scanner.places
    return scanner.places


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self._counts: dict[str, int] = {}
        self.places: dict[str, str] = {}

    def scan(self) -> None:
        base = ""
        while True:
            self._skip(_SPACE)
            if self._at >= len(self._text):
                return
            start = self._at
            if self._text[start] == "[":
                base = self._header()
                self._note(base, start)
            else:
                self._pair(base)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise IndexError
        self._at = found.end()
        return found.group()

    def _note(self, path: str, start: int) -> None:
        line = bisect_right(self._lines, start)
        self.places.setdefault(path, f"{line}行{start - self._lines[line - 1] + 1}文字目")

    def _header(self) -> str:
        """[a.b] or [[a.b]]: the path that the keys below it go on from. An array on the way means its last table."""
        many = self._text.startswith("[[", self._at)
        self._at += 1 + many
        base = ""
        *before, last = self._keys()
        for key in before:
            base = _below(base, key)
            if base in self._counts:
                base += f"[{self._counts[base]}]"
        path = _below(base, last)
        self._at += 1 + many
        if not many:
            return path
        self._counts[path] = self._counts.get(path, 0) + 1
        return f"{path}[{self._counts[path]}]"

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip(_BLANK)
            keys.append(self._skip(_KEY).strip("\"'"))
            self._skip(_BLANK)
            if self._text[self._at] != ".":
                return keys
            self._at += 1

    def _pair(self, base: str) -> None:
        start = self._at
        path = base
        for key in self._keys():
            path = _below(path, key)
            self._note(path, start)
        self._at += 1  # the equals sign
        self._skip(_BLANK)
        self._value(path)

    def _value(self, path: str) -> None:
        match self._text[self._at]:
            case '"' | "'":
                self._skip(_STRING)
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case _:
                self._skip(_PLAIN)

    def _array(self, path: str) -> None:
        self._at += 1
        number = 0
        while True:
            self._skip(_SPACE)
            if self._text[self._at] == "]":
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
                continue
            number += 1
            self._note(f"{path}[{number}]", self._at)
            self._value(f"{path}[{number}]")

    def _inline_table(self, path: str) -> None:
        self._at += 1
        while True:
            self._skip(_SPACE)
            if self._text[self._at] == "}":
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
                continue
            self._pair(path)


def _below(base: str, key: str) -> str:
    return f"{base}.{key}" if base else key

"""The ward's own characters, as a proof knows them: which private ones its 外字 files draw and how, and what 縮退 it approved.

Read anew from form.toml's [characters] and from the job's own files; schema: docs/spec/characters.md.

Rules
  a private character is one only with the very outline that a 外字 file of the job has for it
  what the table names is printed as the table says, and everything else as the record has it
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from tewatashi.core.refused import Refused
from tewatashi.proofs.outlines import Bitmaps, TrueType, read_bitmaps

File = tuple[str, bytes]

_SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_BROKEN: Final = (struct.error, ValueError, KeyError, IndexError, TypeError)


@dataclass(frozen=True)
class Own:
    """degraded: what is printed for a character; fonts: 外字 files; digests: SHA-256 of each file by its name."""

    degraded: Mapping[str, str] = field(default_factory=dict)
    fonts: tuple[TrueType | Bitmaps, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _sign(self) -> re.Pattern[str]:
        """A character of the table, and not the base of another sequence."""
        signs = "|".join(map(re.escape, sorted(self.degraded, key=len, reverse=True)))
        return re.compile(f"(?:{signs})(?![{_SELECTORS}])")

    def degrade(self, text: str) -> str:
        """What is printed of a text."""
        return self._sign.sub(lambda match: self.degraded[match[0]], text) if self.degraded else text

    def count(self, values: Sequence[str], counts: Counter[str]) -> None:
        """Counts a piece for each character of it that is degraded."""
        if self.degraded:
            counts.update(set(self._sign.findall("\0".join(values))))

    def draws(self, text: str, program: bytes, number: int) -> bool:
        """Whether a glyph on a page may stand for a text: one with a private character only if a 外字 file draws it so."""
        if not _PRIVATE.search(text):
            return True
        try:
            font = TrueType(program)
            shape = font.shape(number)
            return bool(shape) and any(_is_drawn(own, text, shape, font.units) for own in self.fonts)
        except _BROKEN:
            return False

    def as_dict(self, counts: Counter[str]) -> dict[str, Any]:
        """For a report. counts: pieces by degraded character."""
        rows = {
            _codes(sign): {"to": _codes(self.degraded[sign]), "pieces": times} for sign, times in sorted(counts.items())
        }
        return {"files": dict(self.digests), "degraded": rows}


def _is_drawn(font: TrueType | Bitmaps, text: str, shape: tuple[object, ...], units: int) -> bool:
    if isinstance(font, TrueType):
        number = font.number(text)
        return number > 0 and font.units == units and font.shape(number) == shape
    bitmap = font.glyphs.get(ord(text)) if len(text) == 1 else None
    return bitmap is not None and bitmap.is_drawn_by(shape, units / font.dots)


def read_own(
    table: Mapping[str, Any], read_file: Callable[[str], bytes], fonts: Iterable[File] = (), degrade: File | None = None
) -> Own:
    """table: [characters] of form.toml, or nothing; fonts, degrade: the job's own beside those. Refused if a file can't be read or
    has other bytes than its pin."""
    files: list[File] = []
    for font in table.get("fonts", ()):
        data = read_file(font["file"])
        if hashlib.sha256(data).hexdigest() != font["sha256"]:
            raise _refused(font["file"], "外字ファイルの中身が、様式の指定と違います。")
        files.append((font["file"], data))
    files += fonts
    tables = [(table["degrade"], read_file(table["degrade"]))] if "degrade" in table else []
    tables += [degrade] if degrade else []
    degraded = {source: target for name, data in tables for source, target in _rows(name, data)}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in (*files, *tables)}
    return Own(degraded, tuple(_font(*file) for file in files), digests)


def _font(name: str, data: bytes) -> TrueType | Bitmaps:
    try:
        return read_bitmaps(data) if data.startswith(b"STARTFONT") else TrueType(data)
    except _BROKEN:
        raise _refused(name, "外字ファイルを読めません。") from None


def _rows(name: str, data: bytes) -> list[tuple[str, str]]:
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        return [(_text(row["from"] or ""), _text(row["to"] or "")) for row in rows]
    except (UnicodeDecodeError, csv.Error, *_BROKEN):
        raise _refused(name, "縮退表を読めません。") from None


def _text(codes: str) -> str:
    return "".join(chr(int(code.removeprefix("U+"), 16)) for code in codes.split(" "))


def _codes(text: str) -> str:
    return " ".join(f"U+{ord(sign):04X}" for sign in text)


def _refused(name: str, wrong: str) -> Refused:
    return Refused("proof-characters", wrong, found=name, do="組版に使ったものと同じファイルで確かめてください。")

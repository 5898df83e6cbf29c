"""縮退: a character that no font has is printed as another one, where the ward has approved just that, and nowhere else.

The table is CSV in UTF-8 with the columns from, to, approved_by, approved_on; characters stand there as code points
(U+9089 U+E0110), so that nothing between the ward and the press can change them. Schema: docs/spec/characters.md.

Rules
  one character for one character, each row with who approved it and when
  a character that a font has is never degraded (press.program), and nothing is degraded twice
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from tewatashi.core.refused import Refused
from tewatashi.press.setting import clusters

COLUMNS: Final = ("from", "to", "approved_by", "approved_on")
_LARGEST: Final = 8 << 20  # bytes
_CODES: Final = re.compile(r"U\+([0-9A-F]{4,6})(?: U\+([0-9A-F]{4,6}))?")
_SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_NOT_THERE: Final = frozenset({"Cc", "Cs", "Zl", "Zp", "Zs"})


@dataclass(frozen=True, slots=True)
class Degraded:
    """One row."""

    source: str
    target: str
    approved_by: str
    approved_on: date

    @property
    def codes(self) -> tuple[str, str]:
        """Both characters as code points."""
        return _codes(self.source), _codes(self.target)


def read_degraded(data: bytes, file: str) -> tuple[Degraded, ...]:
    """Any bytes give rows or a Refused. file: for refusals."""
    try:
        text = data[: _LARGEST + 1].decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise _refused(file, "縮退表をCSVとして読めません。", expected="UTF-8のCSV") from None
    if len(data) > _LARGEST or not rows or tuple(rows[0]) != COLUMNS:
        raise _refused(file, "縮退表の列が違います。", expected=",".join(COLUMNS))
    found = tuple(_row(row, f"{file} {number}行目") for number, row in enumerate(rows[1:], 2))
    merged(found, file)
    return found


def merged(rows: Iterable[Degraded], file: str) -> Mapping[str, str]:
    """By character: what is printed for it. Refused if two rows disagree, or one leads on to another."""
    table: dict[str, str] = {}
    for row in rows:
        if table.setdefault(row.source, row.target) != row.target:
            raise _refused(file, "同じ文字の縮退が二つあります。", found=_codes(row.source))
    if again := [target for target in table.values() if target in table]:
        raise _refused(file, "縮退した先の文字が、また縮退されます。", found=_codes(again[0]))
    return table


def pattern_of(table: Mapping[str, str]) -> re.Pattern[str]:
    """Finds a character of the table in a text, and not the base of another sequence."""
    signs = "|".join(re.escape(sign) for sign in sorted(table, key=len, reverse=True))
    return re.compile(f"(?:{signs})(?![{_SELECTORS}])")


def _row(row: list[str], where: str) -> Degraded:
    if len(row) != len(COLUMNS):
        raise _refused(where, "列の数が違います。", expected=",".join(COLUMNS))
    source, target = _character(row[0], where), _character(row[1], where)
    if source == target:
        raise _refused(where, "同じ文字への縮退です。", found=row[0])
    if not row[2].strip():
        raise _refused(where, "承認した人がありません。", expected="approved_by に役職と氏名")
    try:
        approved_on = date.fromisoformat(row[3])
    except ValueError:
        raise _refused(where, "承認した日がありません。", expected="approved_on に 2026-10-01 の形の日付") from None
    return Degraded(source, target, row[2].strip(), approved_on)


def _character(codes: str, where: str) -> str:
    if not (match := _CODES.fullmatch(codes)) or any(int(each, 16) > 0x10FFFF for each in match.groups() if each):
        raise _refused(where, "文字の書き方が違います。", found=codes[:40], expected="U+9089 か U+9089 U+E0110")
    text = "".join(chr(int(each, 16)) for each in match.groups() if each)
    if clusters(text) != [text] or any(unicodedata.category(sign) in _NOT_THERE for sign in text):
        raise _refused(where, "一つの文字ではありません。", found=codes)
    return text


def _codes(text: str) -> str:
    return " ".join(f"U+{ord(sign):04X}" for sign in text)


def _refused(where: str, wrong: str, *, found: object = None, expected: object = None) -> Refused:
    return Refused(
        "degrade-table",
        f"{where}: {wrong}",
        found=found,
        expected=expected,
        do="縮退表を、区の承認のとおりに直してください。",
    )

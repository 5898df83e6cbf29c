"""What a proof finds wrong: the piece and the page, what disagrees, and never a resident's value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

_KEPT: Final = 1000  # a fault of the form is one of every piece: so many are told one by one

_OF_PAGE: Final = 3  # of one kind: a wrong page has a hundred


@dataclass(frozen=True, slots=True)
class Finding:
    """piece: 20 digits, or empty where none can be told; page: from 1 within the file, 0 for none; file: from 1; code: stable;
    what: in Japanese; items: names of the items concerned; where: its place in form.toml."""

    piece: str
    file: int
    page: int
    code: str
    what: str
    items: tuple[str, ...] = ()
    where: str = ""

    def __str__(self) -> str:
        items = f"「{'・'.join(self.items)}」 " if self.items else ""
        where = f"（様式 {self.where}）" if self.where else ""
        return f"通し番号{self.piece or '不明'} ファイル{self.file} {self.page}ページ: {items}{self.what}{where}"


@dataclass
class Findings:
    """The first findings in full, and how many there are of each code."""

    kept: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    _of_page: Counter[tuple[str, int, str]] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        self.counts[finding.code] = self.counts.get(finding.code, 0) + 1
        key = finding.piece, finding.page, finding.code
        if len(self.kept) < _KEPT and self._of_page[key] < _OF_PAGE:
            self._of_page[key] += 1
            self.kept.append(finding)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

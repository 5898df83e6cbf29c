"""Where the name of a postcode's town ends in an address, from Japan Post's utf_ken_all.csv, read anew.

Kept as text a postcode: the country has 120,000 of them, a job some hundred.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from tewatashi.core.refused import Refused

_NO_TOWN: Final = ("以下に掲載がない場合", "一円")
_ALIKE: Final = str.maketrans("ヶヵ﨑髙０１２３４５６７８９", "ケカ崎高0123456789")


class TownNames:
    """lines: of utf_ken_all.csv."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rows: dict[str, str] = {}
        for row in csv.reader(lines):
            self._rows[row[2]] = self._rows.get(row[2], "") + f"{row[6]}\t{row[7]}\t{row[8]}\n"
        self._beginnings = lru_cache(1 << 12)(self._beginnings_of)

    def _beginnings_of(self, postcode: str) -> list[str]:
        """How an address of this postcode may begin, up to the end of the town's name, the longest first."""
        found = set()
        for line in self._rows.get(postcode, "").splitlines():
            prefecture, city, whole = line.split("\t")
            town = whole.split("（")[0]
            if not town.endswith(_NO_TOWN) and not re.search("の次に.*番地がくる", whole):
                found |= {each.translate(_ALIKE) for each in _beginnings(prefecture, city, town)}
        return sorted(found, key=len, reverse=True)

    def end(self, postcode: str, address: str) -> int | None:
        """Where the address goes on after the town's name; None if no code is to be printed for it."""
        plain = address.translate(_ALIKE)
        return next((len(each) for each in self._beginnings(postcode) if plain.startswith(each)), None)


def _beginnings(prefecture: str, city: str, town: str) -> Iterator[str]:
    """The prefecture, and a county before the city, may be left out; 大字 or 字 may come in between."""
    county, mark, rest = city.partition("郡")
    for before in (prefecture, ""):
        for name in (city, rest if mark and len(county) < 5 else city):
            for between in ("", "大字", "字"):
                if town:
                    yield before + name + between + town


def read_towns(path: Path) -> TownNames:
    """Of a file; Refused if it can't be read."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return TownNames(lines)
    except (OSError, UnicodeDecodeError, IndexError, csv.Error):
        raise Refused(
            "ken-all", "郵便番号データ（utf_ken_all.csv）を読めません。", found=path.name,
            do="日本郵便の住所の郵便番号（1レコード1行、UTF-8形式）を置いてください。",
        ) from None  # fmt: skip

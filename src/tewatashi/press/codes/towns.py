"""Which towns a postcode stands for: Japan Post's own table, and where in an address the town's name ends.

The customer barcode is made from what follows the town's name, so the name has to be known; 三番町 or 北六条東 hold
numerals of their own. An address whose town is not the postcode's gets no code: a letter without one is read by its
address, a letter with a wrong one goes astray.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from tewatashi.core.refused import Refused

# What Japan Post writes in the town's place where the postcode is only the rest of a municipality.
_WHOLE: Final = re.compile(r"以下に掲載がない場合|の次に.*番地がくる場合|一円$")
_REMARK: Final = re.compile(r"（.*")
_COUNTY: Final = re.compile(r"^[^市区町村]{1,4}郡")
_REMEMBERED: Final = 1 << 16  # postcodes; a ward has some hundred, the country 120,000
_SAME: Final = str.maketrans("ヶヵ﨑髙０１２３４５６７８９", "ケカ崎高0123456789")


class Towns:
    """Postcode -> the towns it stands for.

    rows: (postcode of 7 digits, prefecture, municipality, town), as often as a postcode has towns; a town that is empty
    or 以下に掲載がない場合 makes the postcode one of a whole municipality.
    """

    def __init__(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        # One string a postcode, not three a town, which is a tenth of the memory; taken apart when it is asked for.
        self._rows: dict[str, str] = {}
        known = self._rows
        for postcode, prefecture, city, town in rows:
            known[postcode] = f"{known.get(postcode, '')}{prefecture}\t{city}\t{town}\n"
        self._beginnings = lru_cache(_REMEMBERED)(self._beginnings_of)

    def __len__(self) -> int:
        return len(self._rows)

    @classmethod
    def from_ken_all(cls, lines: Iterable[str]) -> Towns:
        """From Japan Post's utf_ken_all.csv: 15 columns, of which 3, 7, 8 and 9 are used."""
        return cls(_ken_all(lines))

    def _beginnings_of(self, postcode: str) -> Sequence[str]:
        """How an address of this postcode may begin, up to the end of the town's name; the usual way first, but where one
        may be part of another the longest first."""
        rows = [_same(row).split("\t") for row in self._rows.get(postcode, "").splitlines()]
        places = [(prefecture, city, name) for prefecture, city, town in rows if (name := _town_name(town))]
        found = [beginning for place in places for beginning in _beginnings(*place)]
        return found if len(places) == 1 else sorted(found, key=len, reverse=True)

    def after_town(self, postcode: str, address: str) -> str | None:
        """The rest of an address after the town's name; None if the postcode stands for a whole municipality, is unknown,
        or its towns are not where they should be in the address. The prefecture, and the county, may be left out."""
        plain = _same(address)
        for beginning in self._beginnings(postcode):
            if plain.startswith(beginning):
                return address[len(beginning) :]
        return None


def _ken_all(lines: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    for number, row in enumerate(csv.reader(lines), 1):
        if len(row) < 9 or len(row[2]) != 7 or not (row[2].isascii() and row[2].isdigit()):
            raise Refused(
                "ken-all", "郵便番号データ（utf_ken_all.csv）の行を読めません。", found=f"{number}行目",
                do="日本郵便の住所の郵便番号（1レコード1行、UTF-8形式）を置いてください。",
            )  # fmt: skip
        yield row[2], row[6], row[7], row[8]


def _town_name(town: str) -> str:
    if _WHOLE.search(town):
        return ""
    return _REMARK.sub("", town) if "（" in town else town


def _beginnings(prefecture: str, city: str, town: str) -> Iterator[str]:
    cities = (city, _COUNTY.sub("", city)) if "郡" in city else (city,)
    for before in (prefecture, ""):
        for of_city in cities:
            for prefix in ("", "大字", "字"):
                yield f"{before}{of_city}{prefix}{town}"


def _same(text: str) -> str:
    """Variants that address data mixes freely, one character for one, so that places stay where they are."""
    return text.translate(_SAME)

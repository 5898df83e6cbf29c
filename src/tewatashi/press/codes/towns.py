"""Which towns a postcode stands for: Japan Post's own table, and where in an address the town's name ends.

The customer barcode is made from what follows the town's name, so the name has to be known; 三番町 or 北六条東 hold
numerals of their own. An address whose town is not the postcode's gets no code: a letter without one is read by its
address, a letter with a wrong one goes astray.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from tewatashi.core.refused import Refused

# What Japan Post writes in the town's place where the postcode is only the rest of a municipality.
_WHOLE: Final = re.compile(r"以下に掲載がない場合|の次に.*番地がくる場合|一円$")
_REMARK: Final = re.compile(r"（.*")
_COUNTY: Final = re.compile(r"^[^市区町村]{1,4}郡")
_COLUMNS: Final = 9  # that are used, of 15
_FIRST_LINE: Final = re.compile(rb'[^,"\n]*,(?:"[^,"\n]*"|[^,"\n]*),"?([0-9]{7})"?,')
_REMEMBERED: Final = 1 << 16  # postcodes; a ward has some hundred, the country 120,000
_SAME: Final = str.maketrans("ヶヵ﨑髙０１２３４５６７８９", "ケカ崎高0123456789")


_Row = tuple[str, str, str, str]


class Towns:
    """Postcode -> the towns it stands for.

    rows: (postcode of 7 digits, prefecture, municipality, town), as often as a postcode has towns; a town that is empty
    or 以下に掲載がない場合 makes the postcode one of a whole municipality.
    """

    def __init__(self, rows: Iterable[_Row]) -> None:
        # One string a postcode, not three a town, which is a tenth of the memory; taken apart when it is asked for.
        known: dict[str, str] = {}
        for row in rows:
            known[row[0]] = known.get(row[0], "") + _joined([row])
        self._rows_of: Callable[[str], str] = lambda postcode: known.get(postcode, "")
        self._beginnings = lru_cache(_REMEMBERED)(self._beginnings_of)

    @classmethod
    def from_ken_all(cls, lines: Iterable[str]) -> Towns:
        """From Japan Post's utf_ken_all.csv: 15 columns, of which 3, 7, 8 and 9 are used."""
        return cls(_ken_all(lines))

    @classmethod
    def from_file(cls, path: Path) -> Towns:
        """From that file; its lines are read when their postcode is asked for. Refused if it can't be read."""
        try:
            data = path.read_bytes()
            data.decode()
        except (OSError, UnicodeDecodeError):
            raise Refused(
                "ken-all", "郵便番号データを読めません。", found=path.name, do="UTF-8形式のものを置いてください。"
            ) from None
        lines_of = _by_postcode(data)
        if lines_of is None:
            return cls.from_ken_all(data.decode().splitlines())
        towns = cls(())
        towns._rows_of = lambda postcode: _joined(_ken_all(lines_of(postcode)))
        return towns

    def _beginnings_of(self, postcode: str) -> Sequence[str]:
        """How an address of this postcode may begin, up to the end of the town's name; the usual way first, but where one
        may be part of another the longest first."""
        rows = [_same(row).split("\t") for row in self._rows_of(postcode).splitlines()]
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
        if len(row) < _COLUMNS or len(row[2]) != 7 or not (row[2].isascii() and row[2].isdigit()):
            raise Refused(
                "ken-all", "郵便番号データ（utf_ken_all.csv）の行を読めません。", found=f"{number}行目",
                do="日本郵便の住所の郵便番号（1レコード1行、UTF-8形式）を置いてください。",
            )  # fmt: skip
        yield row[2], row[6], row[7], row[8]


def _joined(rows: Iterable[_Row]) -> str:
    return "".join([f"{prefecture}\t{city}\t{town}\n" for _, prefecture, city, town in rows])


def _by_postcode(data: bytes) -> Callable[[str], list[str]] | None:
    """The lines of a postcode; None for a file whose lines don't all have it in one place, or have too few columns."""
    if not (first := _FIRST_LINE.match(data)):
        return None
    signs = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(signs == ord("\n"))
    if not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    begins = np.concatenate([[0], ends[:-1] + 1])
    if (ends - begins <= first.end()).any():
        return None
    heads = signs[begins[:, None] + np.arange(first.end())]
    digits = heads[:, slice(*first.span(1))] - ord("0")
    marks = (heads == ord(",")) | (heads == ord('"'))
    commas = np.add.reduceat((signs == ord(",")).view(np.uint8), begins, dtype=np.uint8)  # many more begin anew: slow
    if not ((digits <= 9).all() and (marks == marks[0]).all() and (commas >= _COLUMNS - 1).all()):
        return None
    codes = digits.astype(np.int64) @ 10 ** np.arange(6, -1, -1)
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]

    def lines_of(postcode: str) -> list[str]:
        if not (len(postcode) == 7 and postcode.isascii() and postcode.isdigit()):
            return []
        start, stop = (int(np.searchsorted(ordered, int(postcode), side)) for side in ("left", "right"))
        return [data[begins[at] : ends[at]].decode().rstrip("\r") for at in order[start:stop].tolist()]

    return lines_of


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

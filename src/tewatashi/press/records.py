"""Records as plain files, for dummy data: CSV or lines of JSON, read into lines as an opened parcel has them.

A line is {"piece": 20 digits, "v": the values in the order of the form's items}. A file may say just that; or give each
record as an object of its items, or as a row of CSV below a row of their names. A record without @piece gets a number, for a
proof a proof's.

Any bytes give lines or a Refused; a refusal names the line, never a value.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from tewatashi.core.pieceid import new_piece_ids, proof_piece_id
from tewatashi.core.refused import Refused
from tewatashi.press.form import PIECE
from tewatashi.press.program import Piece

_KEYS: Final = {"piece", "v"}


def read_lines(path: Path, items: Sequence[str], *, proof: bool = False) -> Iterator[bytes]:
    """The lines of a file whose name ends in .csv or .jsonl."""
    give_number = proof_piece_id if proof else _numbered
    try:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from _from_csv(file, items, give_number)
        else:
            with path.open("rb") as file:
                yield from _from_json(file, items, give_number)
    except (OSError, UnicodeDecodeError):
        raise Refused(
            "records-file",
            "データファイルを読めません。",
            found=path.name,
            do="UTF-8のCSVかJSON Linesを渡してください。",
        ) from None


class Shard(NamedTuple):
    """Lines that become one print file. number: of the file, from 1; before: lines in the files before it."""

    number: int
    before: int
    lines: bytes


def shards(lines: Iterable[bytes], pieces: int) -> Iterator[Shard]:
    """Lines in portions of so many pieces."""
    left = iter(lines)
    for number in count(1):
        if not (joined := b"".join(islice(left, pieces))):
            return
        yield Shard(number, (number - 1) * pieces, joined)


def pieces_of(shard: Shard) -> Iterator[Piece]:
    """The pieces of a shard."""
    for number, line in enumerate(shard.lines.splitlines(), shard.before + 1):
        try:
            record = orjson.loads(line)
            piece, values = record["piece"], record["v"]
            "".join(values)  # a quick way to see that all of them are strings
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise _no_record(number) from None
        if type(piece) is not str or type(values) is not list:
            raise _no_record(number)
        yield piece, values


def _from_json(lines: Iterable[bytes], items: Sequence[str], give_number: Callable[[int], str]) -> Iterator[bytes]:
    for number, line in enumerate(lines, 1):
        if line.startswith(b'{"piece":'):
            yield line if line.endswith(b"\n") else line + b"\n"
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise _no_record(number) from None
        if not isinstance(record, dict) or record.keys() == _KEYS:
            raise _no_record(number)
        yield _line(number, record, items, give_number)


def _from_csv(lines: Iterable[str], items: Sequence[str], give_number: Callable[[int], str]) -> Iterator[bytes]:
    reader = csv.reader(lines, strict=True)
    try:
        names = next(reader, [])
        for number, row in enumerate(reader, 2):
            if len(row) != len(names):
                raise _no_record(number)
            yield _line(number, dict(zip(names, row, strict=True)), items, give_number)
    except csv.Error:
        raise _no_record(reader.line_num) from None


def _line(number: int, record: dict[str, Any], items: Sequence[str], give_number: Callable[[int], str]) -> bytes:
    if missing := [item for item in items if item not in record]:
        raise Refused(
            "records-items", "データに、様式の項目がありません。", found=missing[0],
            do="様式の items のすべてを、その名前で入れてください。",
        )  # fmt: skip
    piece = record.get(PIECE) or give_number(number)
    return orjson.dumps({"piece": piece, "v": [record[item] for item in items]}) + b"\n"


def _numbered(number: int) -> str:
    """The piece id of a record that has none: its line's number, with the check digit."""
    return new_piece_ids(lambda size: number.to_bytes(size, "big"), 1)[0]


def _no_record(number: int) -> Refused:
    return Refused(
        "records-line", "データの行を読めません。", found=f"{number}行目", expected="文字列の項目",
        do="その行を直してください。",
    )  # fmt: skip

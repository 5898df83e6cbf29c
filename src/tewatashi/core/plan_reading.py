"""Reads a plan's lists back, as a machine's controller does before it runs: both agree, or nothing is enclosed by them.

Any bytes give Lists or a Refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tewatashi.core.acts import text
from tewatashi.core.pieceid import check_piece_id
from tewatashi.core.plan_lists import ENVELOPES, PIECES
from tewatashi.core.refused import Refused

_MOST_TEXT: Final = 2000


@dataclass(frozen=True, slots=True)
class ListedEnvelope:
    """A row of the envelopes' list as a machine reads it."""

    envelope: int
    printed: int
    sequence: int
    box: int
    pieces: int
    sheets: int
    inserts: tuple[str, ...]


@dataclass(frozen=True)
class Lists:
    """Envelopes by their number, and the pieces of each in their order."""

    envelopes: tuple[ListedEnvelope, ...]
    pieces: tuple[tuple[str, ...], ...]


def read_lists(envelopes: bytes, pieces: bytes) -> Lists:
    """Both lists, which agree: each envelope has its pieces and sheets, each piece its one envelope and that one's box."""
    listed = tuple(map(_listed, _rows(envelopes, ENVELOPES)))
    if [each.envelope for each in listed] != list(range(1, len(listed) + 1)):
        raise _bad("封筒の番号が1から続いていません。")
    held: list[list[str]] = [[] for _ in listed]
    sheets = [0] * len(listed)
    for row in _rows(pieces, PIECES):
        piece = check_piece_id(row[0])
        envelope, n, of, thick, before, *_, box = map(_number, row[1:])
        if not 1 <= envelope <= len(listed):
            raise _bad("封筒の一覧にない番号です。", found=envelope)
        at = envelope - 1
        if (n, of, before, box) != (len(held[at]) + 1, listed[at].pieces, sheets[at], listed[at].box):
            raise _bad("通し番号の一覧と封筒の一覧が合いません。", found=piece)
        held[at].append(piece)
        sheets[at] += thick
    _refuse_unlike(listed, held, sheets)
    return Lists(listed, tuple(map(tuple, held)))


def _refuse_unlike(listed: Sequence[ListedEnvelope], held: Sequence[Sequence[str]], sheets: Sequence[int]) -> None:
    for envelope, ids, thick in zip(listed, held, sheets, strict=True):
        if (len(ids), thick) != (envelope.pieces, envelope.sheets) or not ids:
            raise _bad("封筒の中身が一覧と合いません。", found=envelope.envelope)
    every = [piece for ids in held for piece in ids]
    if len(set(every)) != len(every):
        raise _bad("同じ通し番号が二度あります。")


def _listed(row: list[str]) -> ListedEnvelope:
    value = dict(zip(ENVELOPES, row, strict=True))
    if value["area"] not in ("local", "other") or value["registered"] not in ("0", "1"):
        raise _bad("区分の値が違います。")
    numbers = {name: _number(value[name]) for name in ("envelope", "printed", "sequence", "box", "pieces", "sheets")}
    for name in ("in_box", "lot", "bundle", "milligrams"):
        _number(value[name])
    codes = tuple(value["inserts"].split()) if value["inserts"] else ()
    return ListedEnvelope(**numbers, inserts=codes)


def _rows(data: bytes, head: Sequence[str]) -> Iterator[list[str]]:
    try:
        rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
        if next(rows, None) != list(head):
            raise _bad("見出しの行が違います。", expected=",".join(head))
        for row in rows:
            if len(row) != len(head) or not all(
                len(value) <= _MOST_TEXT and (not value or text(value)) for value in row
            ):
                raise _bad("行の形が違います。", found=f"{rows.line_num}行目")
            yield row
    except (UnicodeDecodeError, csv.Error):
        raise _bad("UTF-8のCSVとして読めません。") from None


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 9 and str(int(value)) == value):
        raise _bad("数が正しくありません。", found=value)
    return int(value)


def _bad(wrong: str, *, found: object = None, expected: object = None) -> Refused:
    return Refused(
        "plan-list", f"封入計画の一覧: {wrong}", found=found, expected=expected, do="一覧を取り直してください。"
    )

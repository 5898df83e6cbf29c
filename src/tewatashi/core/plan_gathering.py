"""The facts of pieces that a plan is made of, gathered while their records stream past; households find together here.

Rules
  katano-2016, tamba-2025    pieces that share an envelope have one addressee; else nothing is planned
  a piece is never divided: one with more sheets than an envelope may hold stops the planning
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from hashlib import blake2b
from typing import Final

import numpy as np

from tewatashi.core.plan import NO_POSTCODE, POSTCODE_DIGITS, Column, PieceColumns, Plan, PlanRules, arranged
from tewatashi.core.refused import Refused

_DIGEST: Final = 16


class Gathering:
    """households: whether pieces may share an envelope at all."""

    def __init__(self, rules: PlanRules, *, households: bool) -> None:
        self._rules = rules
        self._ids, self._keys, self._addressees = bytearray(), bytearray(), bytearray()
        self._sheets, self._registered, self._inserts = array("B"), array("B"), array("H")
        self._postcodes = array("i")
        self._households = households

    def add(
        self, piece: str, *, sheets: int, postcode: str, household: str = "", addressee: tuple[str, ...] = (),
        registered: bool = False, inserts: int = 0,
    ) -> None:  # fmt: skip
        """household: the key of those that share an envelope, empty for a piece of its own; addressee: what the window shows;
        inserts: a bit for each of the rules'."""
        rules = self._rules
        if rules.most_sheets and sheets > rules.most_sheets:
            raise Refused(
                "plan-sheets", f"一通の用紙が、封筒に入れられる枚数を超えています（{piece}）。", found=sheets,
                expected=f"{rules.most_sheets}枚以下", do="様式の枚数の上限か、データの分け方を区と確かめてください。",
            )  # fmt: skip
        self._ids += piece.encode("ascii")
        self._sheets.append(sheets)
        self._postcodes.append(_postcode(piece, postcode))
        self._registered.append(registered)
        self._inserts.append(inserts)
        if self._households:
            key = ("h", household, str(registered and rules.apart)) if household else ("p", piece)
            self._keys += _digest(*key)
            self._addressees += _digest(*addressee)

    def plan(self) -> Plan:
        """The plan of all pieces, as they are printed. Refused `plan-addressee`, `plan-twice`, `plan-weight`."""
        ids = np.frombuffer(bytes(self._ids), "S20")
        if len(np.unique(ids)) != len(ids):
            raise Refused("plan-twice", "同じ通し番号の記録が二度あります。", do="データを確かめてください。")
        columns = PieceColumns(
            ids, np.arange(len(ids), dtype=np.int32), np.array(self._sheets, np.uint8), np.array(self._inserts, np.uint16),
            np.array(self._registered, np.bool_), np.array(self._postcodes, np.int32), np.arange(len(ids), dtype=np.int32),
        )  # fmt: skip
        if self._households:
            columns = self._in_households(columns)
        return arranged(self._rules, columns, None)

    def _in_households(self, columns: PieceColumns) -> PieceColumns:
        """The pieces of each household beside each other, at the place of its first, with its envelopes' numbers."""
        keys = np.frombuffer(bytes(self._keys), f"S{_DIGEST}")
        _, first, number = np.unique(keys, return_index=True, return_inverse=True)
        household = first[number]
        order = np.argsort(household, kind="stable")
        household = household[order]
        columns = columns.taken(order)
        self._refuse_other_addressee(columns, household, np.frombuffer(bytes(self._addressees), f"S{_DIGEST}")[order])
        starts = np.ones(len(columns), np.bool_)
        starts[1:] = household[1:] != household[:-1]
        if self._rules.most_sheets:
            starts = _split(starts, columns.sheets, self._rules.most_sheets)
        envelope = np.cumsum(starts, dtype=np.int32) - 1
        return replace(columns, envelope=envelope)

    @staticmethod
    def _refuse_other_addressee(columns: PieceColumns, household: Column, addressee: Column) -> None:
        """tamba-2025: one envelope shows one addressee, so all that lies in it must have the same."""
        other = (household[1:] == household[:-1]) & (addressee[1:] != addressee[:-1])
        if other.any():
            at = int(np.flatnonzero(other)[0])
            pieces = "、".join(one.decode() for one in columns.ids[at : at + 2])
            raise Refused(
                "plan-addressee", "同じ世帯の通知で、宛名が違います。一つの封筒には入れられません。",
                found=f"{int(other.sum())}か所（{pieces} など）", expected="郵便番号・住所・氏名が同じ",
                do="区に、データの宛名か世帯の番号を確かめてください。", requirement="WORK-1",
            )  # fmt: skip


def _digest(*texts: str) -> bytes:
    """So wide that no two texts ever share it; a household's key and address take the same room for any length."""
    return blake2b("\0".join(texts).encode(), digest_size=_DIGEST).digest()


def _postcode(piece: str, text: str) -> int:
    digits = text.replace("-", "")
    if not digits:
        return NO_POSTCODE
    if len(digits) != POSTCODE_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise Refused(
            "plan-postcode",
            f"郵便番号が7桁の数字ではありません（{piece}）。",
            do="区に、データの郵便番号を確かめてください。",
        )
    return int(digits)


def _split(starts: Column, sheets: Column, most: int) -> Column:
    """A further envelope begins where the next piece would not fit any more."""
    begins: list[bool] = starts.tolist()
    filled = 0
    for place, count in enumerate(sheets.tolist()):
        if begins[place] or filled + count > most:
            begins[place] = True
            filled = 0
        filled += count
    return np.array(begins, np.bool_)

"""Reads every code of many pages of one side from its bars, and compares it with the record and with what is printed beside it.

Rules
  chigasaki-2007, kashiwa-2020  a slip's barcode says the amount, the due date and the instalment that are printed on the same slip
                                and stand in the record; no two slips of a piece have the same barcode
  sunmesse-2021                 every side carries its mark: piece, copy, sheet, of how many, and the side
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from operator import not_
from typing import Any, Final

import numpy as np

from tewatashi.proofs import matrix, payment, post
from tewatashi.proofs.content import Frame
from tewatashi.proofs.expected import Columns
from tewatashi.proofs.formtext import CodePlace, SideText
from tewatashi.proofs.payment import check_digit
from tewatashi.proofs.printed import Page, PrintedFile
from tewatashi.proofs.sidecheck import Tell
from tewatashi.proofs.towns import TownNames
from tewatashi.proofs.wording import AMOUNTS, DAYS

_TOLERANCE: Final = 0.15  # mm
_DOT: Final = 72 / 600
_DRAWN: Final = ("ocr", "omr")  # kinds that are no image masks


class _Found:
    """The images of one place. rows: of the pages that have one; ends: where the town's name ends in each record's address."""

    def __init__(self, place: CodePlace, columns: Columns, tell: Tell) -> None:
        self.place, self.columns, self.tell = place, columns, tell
        self.rows: list[int] = []
        self.frames: list[Frame] = []
        self.data: list[bytes] = []
        self.ends: list[int | None] | None = None

    def bits(self, columns: int, rows: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """The modules of all, 1 dark; those of another shape are told and left out."""
        shape = [frame.columns == columns and frame.rows == rows for frame in self.frames]
        if not all(shape):
            for row in compress(self.rows, map(not_, shape)):
                self.tell.add(row, "code", "コードを読めません。", self.place)
            self.rows = list(compress(self.rows, shape))
            self.frames = list(compress(self.frames, shape))
            self.data = list(compress(self.data, shape))
        data = np.frombuffer(b"".join(self.data), np.uint8)
        bits: np.ndarray[Any, np.dtype[np.uint8]] = np.unpackbits(data.reshape(len(self.data), rows, -1), axis=2)
        return bits[:, :, :columns] ^ np.uint8(1)


class CodeCheck:
    """Of one side of the form in one file."""

    def __init__(self, side: SideText, file: PrintedFile, towns: TownNames | None) -> None:
        self._side, self._file, self._towns = side, file, towns
        self._places: dict[tuple[float, float, float, float], int] = {}

    def check(self, pages: Sequence[Page], columns: Columns, tell: Tell) -> dict[tuple[int, int], str]:
        """Returned: by row and code place, the digits of the payment codes."""
        found = [_Found(place, columns, tell) for place in self._side.codes]
        alike: dict[int, list[int]] = {}
        for row, page in enumerate(pages):
            alike.setdefault(id(page.frames), []).append(row)
        for rows in alike.values():
            for number, frame in enumerate(pages[rows[0]].frames):
                self._add(frame, rows, [pages[row].data[number] for row in rows], found, tell)
        payments: dict[tuple[int, int], str] = {}
        for number, each in enumerate(found):
            self._tell_count(each)
            if each.place.kind == "mark":
                _check_marks(each)
            elif each.place.kind == "customer":
                self._check_customer(each)
            elif each.place.kind == "gs1-128":
                payments |= {(row, number): digits for row, digits in self._check_payments(each)}
        return payments

    def _add(
        self, frame: Frame, rows: Sequence[int], data: Sequence[bytes], found: Sequence[_Found], tell: Tell
    ) -> None:
        """The image that stands in this frame on some pages."""
        at = self._place_of(frame)
        if at < 0:
            for row in rows:
                tell.add(row, "foreign", "様式のどの枠にもないコードが印字されています。")
            return
        found[at].rows += rows
        found[at].frames += [frame] * len(rows)
        found[at].data += data

    def _place_of(self, image: Frame) -> int:
        if image.place not in self._places:
            left, top, right, foot = self._file.mm(image.place)
            self._places[image.place] = -1
            for number, place in enumerate(self._side.codes):
                inside = place.box[0] - _TOLERANCE <= left and right <= place.box[2] + _TOLERANCE
                if inside and place.box[1] - _TOLERANCE <= top and foot <= place.box[3] + _TOLERANCE:
                    self._places[image.place] = number
        return self._places[image.place]

    def _tell_count(self, found: _Found) -> None:
        """A code is where it has to be, once, and nowhere else."""
        place = found.place
        if place.kind in _DRAWN:
            return
        wanted = self._wanted(found)
        rows = set(found.rows)
        for row in () if len(rows) == len(wanted) and all(wanted) else range(len(wanted)):
            if wanted[row] is not None and wanted[row] != (row in rows):
                what = "コードがありません。" if wanted[row] else "あるはずのないコードがあります。"
                found.tell.add(row, "code-missing" if wanted[row] else "code", what, place, _items(place))
        if len(rows) != len(found.rows):
            twice = next(row for row in found.rows if found.rows.count(row) > 1)
            found.tell.add(twice, "code", "コードが重なっています。", place, _items(place))
        for frame in found.frames[:1]:
            self._tell_dots(found, frame)

    def _tell_dots(self, found: _Found, image: Frame) -> None:
        """Every module begins and ends on a dot of the printer."""
        left, foot, right, top = image.place
        for length, modules in ((right - left, image.columns), (top - foot, image.rows)):
            dots = length / _DOT / modules
            if abs(dots - round(dots)) > 0.01 or round(dots) < 1:
                found.tell.add(found.rows[0], "code", "コードの線がプリンターの点に合っていません。", found.place)

    def _wanted(self, found: _Found) -> list[bool | None]:
        """Whether the code has to be there; None where that can't be told."""
        place, columns = found.place, found.columns
        there = columns.there(place) or [True] * len(columns.records)
        if place.kind == "gs1-128":
            return [
                comes and bool(value) for comes, value in zip(there, columns.values(place.keys["digits"]), strict=True)
            ]
        if place.kind == "customer":
            ends = found.ends = self._ends(found)
            return [None if ends is None else comes and ends[row] is not None for row, comes in enumerate(there)]
        if place.kind == "qr":
            named = [part[1:-1] for part in [place.keys["text"]] if part[:1] == "{" and part.count("{") == 1]
            values = columns.values(named[0]) if named else ["1"] * len(there)
            return [comes and bool(value) for comes, value in zip(there, values, strict=True)]
        return list(there)

    def _ends(self, found: _Found) -> list[int | None] | None:
        if self._towns is None:
            return None
        keys = found.place.keys
        postcodes, addresses = found.columns.values(keys["postcode"]), found.columns.values(keys["address"])
        return [
            self._towns.end(postcode.replace("-", ""), address)
            for postcode, address in zip(postcodes, addresses, strict=True)
        ]

    def _check_customer(self, found: _Found) -> None:
        keys, columns = found.place.keys, found.columns
        items = _items(found.place)
        read = post.read_customer(found.bits(2 * post.BARS - 1, post.ROWS)) if found.rows else []
        postcodes, addresses, buildings = (columns.values(keys[key]) for key in ("postcode", "address", "building"))
        ends = found.ends or [None] * len(postcodes)
        fitting = post.fit(
            [code[1] if code else "" for code in read],
            [(addresses[row], buildings[row], ends[row] if found.ends else None) for row in found.rows],
        )  # fmt: skip
        for row, code, fits in zip(found.rows, read, fitting, strict=True):
            if code is None:
                found.tell.add(row, "customer", "カスタマバーコードを読めません。", found.place, items)
            elif code[0] != postcodes[row].replace("-", ""):
                found.tell.add(
                    row, "customer", "カスタマバーコードの郵便番号がデータと違います。", found.place, items[:1]
                )
            elif not fits:
                found.tell.add(
                    row, "customer", "カスタマバーコードの住所表示番号が住所と違います。", found.place, items[1:]
                )

    def _check_payments(self, found: _Found) -> list[tuple[int, str]]:
        place, columns = found.place, found.columns
        digits, amount, due = (columns.values(place.keys[key]) for key in ("digits", "amount", "due"))
        printed = self._printed_beside(place, columns)
        read = payment.read_payment(found.bits(payment.MODULES, 1)[:, 0]) if found.rows else []
        fine = []
        for row, code in zip(found.rows, read, strict=True):
            if code is None:
                found.tell.add(row, "payment", "収納代行のバーコードを読めません。", place, _items(place))
                continue
            fine.append((row, code))
            if code != digits[row] + str(check_digit(digits[row])):
                found.tell.add(row, "payment", "収納代行のバーコードがデータと違います。", place, _items(place)[:1])
            amounts, dues = {amount[row]}, {due[row]} - {""}
            for kind, values in printed:
                (amounts if kind else dues).update({values[row]} - {""})
            if any(code[37:43] != each.zfill(6) for each in amounts):
                found.tell.add(
                    row,
                    "payment",
                    "バーコードの金額が、同じ納付書に印字した金額と違います。",
                    place,
                    _items(place)[1:2],
                )
            if any(code[30:36] != each[2:].replace("-", "") for each in dues):
                found.tell.add(
                    row,
                    "payment",
                    "バーコードの支払期限が、同じ納付書に印字した期限と違います。",
                    place,
                    _items(place)[2:],
                )
        return fine

    def _printed_beside(self, place: CodePlace, columns: Columns) -> list[tuple[bool, list[str]]]:
        """The amounts (True) and days (False) that are printed as such on the same slip: the total in boxes of one digit
        each, and days written out, in the same row of rows."""
        found = []
        for text in self._side.texts:
            if not place.row or text.row[: len(place.row)] != place.row:
                continue
            for shown in text.shown:
                if (shown.wording in AMOUNTS and text.pitch) or shown.wording in DAYS:
                    found.append((shown.wording in AMOUNTS, columns.values(shown.name)))
        return found


def _check_marks(found: _Found) -> None:
    columns = found.columns
    read = matrix.read_marks(found.bits(matrix.SIDE, matrix.SIDE)) if found.rows else []
    for row, mark in zip(found.rows, read, strict=True):
        coming = columns.coming[row]
        wanted = f"{columns.pieces[row]}{columns.copy}{coming.sheet}{coming.of}{coming.face}"
        if mark is None:
            found.tell.add(row, "mark", "用紙の印（DataMatrix）を読めません。", found.place)
        elif mark != wanted:
            wrong = "通し番号" if mark[:20] != wanted[:20] else "再作成の回数・用紙の番号・枚数・表裏"
            found.tell.add(row, "mark", f"用紙の印（DataMatrix）の{wrong}が違います。", found.place)


def _items(place: CodePlace) -> tuple[str, ...]:
    keys = ("postcode", "address", "building") if place.kind == "customer" else ("digits", "amount", "due", "text")
    return tuple(str(place.keys[key]) for key in keys if key in place.keys)

"""Synthetic extracts, as a ward's small system writes them, and the records of 国民健康保険料督促状. Nobody in them exists.

What real data has: postcodes and towns of Japan Post, 髙 﨑 𠮷 and variants with selectors (as 外字), 々, long foreign
names in Latin letters and kana, 方書 and 様方, digits of both widths, heads who are not insured (擬制世帯主), one to six
unpaid instalments, amounts above what convenience stores take.
"""

from __future__ import annotations

import csv
import io
import random
from bisect import bisect
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from tewatashi.core.layout import Csv, Fixed, Layout
from tewatashi.demo.household import Record, below, household, store_slip
from tewatashi.demo.notices import records_of
from tewatashi.demo.towns import towns

_TOGETHER: Final = 2000  # records written at once
_MOST_UNPAID: Final = 6
_NAMES, _DAYS, _AMOUNTS = ([f"{item}{n + 1}" for n in range(_MOST_UNPAID)] for item in ("期別", "納期限", "未納額"))
_UNPAID: Final = (0.40, 0.62, 0.76, 0.86, 0.93)  # share of households with one unpaid instalment, with at most two, ...
_LATE: Final = (0, 0, 0, 100, 300, 1200)

Instalment = tuple[str, str]  # name, and last day to pay as yyyymmdd


def write_extract(
    layout: Layout, households: int, seed: int, base_date: date, write: Callable[[bytes], object]
) -> None:
    """Write the extract of so many households; the same arguments give the same bytes, in flat memory."""
    encode = _encoder(layout)
    if isinstance(layout.shape, Csv) and layout.shape.header:
        write(encode([{column.name: column.name for column in layout.columns}]))
    batch: list[Record] = []
    for record in _records(layout.form, households, seed, base_date):
        batch.append(record)
        if len(batch) == _TOGETHER:
            write(encode(batch))
            batch = []
    if batch:
        write(encode(batch))


def records(households: int, seed: int, base_date: date) -> Iterator[Record]:
    """The records as text, item by item; dates as yyyymmdd."""
    chance = random.Random(seed)
    places = [*towns("東京都"), *towns("沖縄県"), *towns("北海道")]
    years = _past_instalments(base_date)
    shared = _shared(base_date)
    number = 10**8 + below(chance, 10**8)
    for _ in range(households):
        number += 1 + below(chance, 60)
        # Arrears of the year before make up the rest: all of its instalments are past.
        year, instalments = years[chance.random() < 0.12]
        record = household(chance, places[below(chance, len(places))])
        record |= shared
        record["通知書番号"], record["賦課年度"], record["相当年度"] = f"{number:010d}", year, year
        _add_amounts(chance, record, instalments)
        yield record


def notice_numbers(households: int, seed: int, base_date: date, form: str = "tokusoku") -> Iterator[str]:
    """The notice numbers of the same extract, for a list of those who have paid since."""
    return (record["通知書番号"] for record in _records(form, households, seed, base_date))


def _records(form: str, households: int, seed: int, base_date: date) -> Iterator[Record]:
    if form == "tokusoku":
        return records(households, seed, base_date)
    return records_of(form, households, seed, base_date)


def _shared(base_date: date) -> Record:
    """What all records of an extract say alike."""
    return {
        "基準日": f"{base_date:%Y%m%d}",
        "発送日": f"{base_date + timedelta(days=6):%Y%m%d}",
        "指定期限": f"{base_date + timedelta(days=24):%Y%m%d}",
        "納付区分": "201",
        "督促手数料": "0",
    }


def _add_amounts(chance: random.Random, record: Record, instalments: list[Instalment]) -> None:
    unpaid = instalments[-1 - bisect(_UNPAID, chance.random()) :]
    rich = chance.random() < 0.1
    total = 0
    for n in range(_MOST_UNPAID):
        name, day, amount = "", "", ""
        if n < len(unpaid):
            name, day = unpaid[n]
            yen = 10 * (6000 + below(chance, 4900) if rich else 80 + below(chance, 5900))
            total += yen
            amount = str(yen)
        record[_NAMES[n]], record[_DAYS[n]], record[_AMOUNTS[n]] = name, day, amount
    late = _LATE[below(chance, len(_LATE))]
    total += late
    record["延滞金"], record["合計額"] = str(late), str(total)
    record["収納代行"] = store_slip(record["通知書番号"] + record["相当年度"][2:], record["指定期限"], total)


def _past_instalments(base_date: date) -> list[tuple[str, list[Instalment]]]:
    """Shinjuku's ten instalments, June to March, that are past: of the fiscal year, if any are, and of the one before."""
    this = base_date.year if base_date.month >= 4 else base_date.year - 1
    years = []
    for year in (this, this - 1):
        days = [(f"第{n}期", _month_end(year, 5 + n)) for n in range(1, 11)]
        years.append((str(year), [(name, f"{day:%Y%m%d}") for name, day in days if day < base_date]))
    return years if years[0][1] else [years[1], years[1]]


def _month_end(year: int, month: int) -> date:
    """The last day of the month, or the Monday after it where that is a weekend. month: 13 is January of the next year."""
    day = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() >= 5 else 0)


# --------------------------------------------------------------------------------------------------------- encoding


def _encoder(layout: Layout) -> Callable[[list[Record]], bytes]:
    back = {text: private for private, text in layout.characters.gaiji.items()}

    def bytes_of(text: str) -> bytes:
        if text.isascii():
            return text.encode()
        for written, private in back.items():
            if written[0] in text:
                text = text.replace(written, private)
        return text.encode(layout.characters.charset)

    if isinstance(layout.shape, Fixed):
        return _fixed_encoder(layout, bytes_of)
    names = [column.name for column in layout.columns]
    shape = layout.shape

    def encode(batch: list[Record]) -> bytes:
        text = io.StringIO()
        if shape.quote is None:
            writer = csv.writer(text, delimiter=shape.delimiter, quoting=csv.QUOTE_NONE, lineterminator=layout.newline)
        else:
            writer = csv.writer(
                text, delimiter=shape.delimiter, quotechar=shape.quote, quoting=csv.QUOTE_ALL, lineterminator=layout.newline
            )  # fmt: skip
        writer.writerows([record.get(name, "") for name in names] for record in batch)
        return bytes_of(text.getvalue())

    return encode


def _fixed_encoder(layout: Layout, bytes_of: Callable[[str], bytes]) -> Callable[[list[Record]], bytes]:
    end, wide = layout.newline.encode(), bytes_of("\u3000")
    slots = [(column.name, column.slot.length, column.slot.pad) for column in layout.columns if column.slot]

    def encode(batch: list[Record]) -> bytes:
        parts = []
        for record in batch:
            for name, length, pad in slots:
                value = bytes_of(record.get(name, ""))
                assert len(value) <= length, name
                if pad == "wide-space":
                    value += wide * ((length - len(value)) // len(wide))
                parts.append(value.ljust(length))
            parts.append(end)
        return b"".join(parts)

    return encode

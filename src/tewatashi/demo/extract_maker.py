"""Synthetic extracts of 国民健康保険料督促状, as a ward's small system writes them. Nobody in them exists.

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
from tewatashi.demo import people
from tewatashi.demo.towns import Town, towns

_TOGETHER: Final = 2000  # records written at once
_CEILING: Final = 300_000
_WIDE: Final = str.maketrans("0123456789-", "０１２３４５６７８９－")
_MOST_UNPAID: Final = 6
_NAMES, _DAYS, _AMOUNTS = ([f"{item}{n + 1}" for n in range(_MOST_UNPAID)] for item in ("期別", "納期限", "未納額"))
_UNPAID: Final = (0.40, 0.62, 0.76, 0.86, 0.93)  # share of households with one unpaid instalment, with at most two, ...
_SIZES: Final = (0.46, 0.70, 0.83, 0.91, 0.95, 0.97, 0.985)  # share of households of one, of at most two, ...
_NUMBERS: Final = ((8, 29, 19), (39, 19), (1999,))  # 丁目, 番 and 号; most of each
_LATE: Final = (0, 0, 0, 100, 300, 1200)

Record = dict[str, str]
Instalment = tuple[str, str]  # name, and last day to pay as yyyymmdd


def write_extract(
    layout: Layout, households: int, seed: int, base_date: date, write: Callable[[bytes], object]
) -> None:
    """Write the extract of so many households; the same arguments give the same bytes, in flat memory."""
    encode = _encoder(layout)
    if isinstance(layout.shape, Csv) and layout.shape.header:
        write(encode([{column.name: column.name for column in layout.columns}]))
    batch: list[Record] = []
    for record in records(households, seed, base_date):
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
    number = 10**8 + _below(chance, 10**8)
    for _ in range(households):
        number += 1 + _below(chance, 60)
        # Arrears of the year before make up the rest: all of its instalments are past.
        year, instalments = years[chance.random() < 0.12]
        record = _person(chance, places[_below(chance, len(places))])
        record |= shared
        record["通知書番号"], record["賦課年度"], record["相当年度"] = f"{number:010d}", year, year
        _add_amounts(chance, record, instalments)
        yield record


def notice_numbers(households: int, seed: int, base_date: date) -> Iterator[str]:
    """The notice numbers of the same extract, for a list of those who have paid since."""
    return (record["通知書番号"] for record in records(households, seed, base_date))


def _shared(base_date: date) -> Record:
    """What all records of an extract say alike."""
    return {
        "基準日": f"{base_date:%Y%m%d}",
        "発送日": f"{base_date + timedelta(days=6):%Y%m%d}",
        "指定期限": f"{base_date + timedelta(days=24):%Y%m%d}",
        "納付区分": "201",
        "督促手数料": "0",
    }


def _person(chance: random.Random, town: Town) -> Record:
    name, kana = people.somebody(chance)
    address, building = _address(chance, town)
    insured = 1 + bisect(_SIZES, chance.random())
    return {
        "郵便番号": town.postcode, "住所": address, "方書": building, "世帯主氏名": name, "世帯主カナ": kana,
        "記号番号": f"{1 + _below(chance, 98):02d}-{_below(chance, 10**7):07d}",
        "宛名番号": f"{_below(chance, 10**10):010d}", "世帯主区分": "擬制" if chance.random() < 0.08 else "一般",
        "納付番号": f"{_below(chance, 10**14):014d}", "確認番号": f"{_below(chance, 10**6):06d}", "被保険者数": str(insured),
    }  # fmt: skip


def _add_amounts(chance: random.Random, record: Record, instalments: list[Instalment]) -> None:
    unpaid = instalments[-1 - bisect(_UNPAID, chance.random()) :]
    rich = chance.random() < 0.1
    total = 0
    for n in range(_MOST_UNPAID):
        name, day, amount = "", "", ""
        if n < len(unpaid):
            name, day = unpaid[n]
            yen = 10 * (6000 + _below(chance, 4900) if rich else 80 + _below(chance, 5900))
            total += yen
            amount = str(yen)
        record[_NAMES[n]], record[_DAYS[n]], record[_AMOUNTS[n]] = name, day, amount
    late = _LATE[_below(chance, len(_LATE))]
    total += late
    record["延滞金"], record["合計額"] = str(late), str(total)
    record["収納代行"] = _store_slip(record, total) if total <= _CEILING else ""


def _store_slip(record: Record, total: int) -> str:
    """43 digits: AI, company, the company's own 21, no reissue, due date, revenue stamp or none, amount."""
    own = record["通知書番号"] + record["相当年度"][2:]
    return f"91912345{own:0<21}0{record['指定期限'][2:]}{'1' if total >= 50_000 else '0'}{total:06d}"


def _address(chance: random.Random, town: Town) -> tuple[str, str]:
    most = _NUMBERS[_below(chance, len(_NUMBERS))]
    numbers = "-".join([str(1 + _below(chance, number)) for number in most])
    style = chance.random()
    if style < 0.25:
        numbers = numbers.translate(_WIDE)
    elif style < 0.45 and len(most) == 3:
        numbers = "{}丁目{}番{}号".format(*numbers.split("-"))
    return f"{town.prefecture}{town.city}{town.town}{numbers}", people.building(chance)


def _below(chance: random.Random, limit: int) -> int:
    """A number from 0; three times as fast as randrange, and as good for what nobody relies on."""
    return int(chance.random() * limit)


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
        writer.writerows([record[name] for name in names] for record in batch)
        return bytes_of(text.getvalue())

    return encode


def _fixed_encoder(layout: Layout, bytes_of: Callable[[str], bytes]) -> Callable[[list[Record]], bytes]:
    end, wide = layout.newline.encode(), bytes_of("\u3000")
    slots = [(column.name, column.slot.length, column.slot.pad) for column in layout.columns if column.slot]

    def encode(batch: list[Record]) -> bytes:
        parts = []
        for record in batch:
            for name, length, pad in slots:
                value = bytes_of(record[name])
                assert len(value) <= length, name
                if pad == "wide-space":
                    value += wide * ((length - len(value)) // len(wide))
                parts.append(value.ljust(length))
            parts.append(end)
        return b"".join(parts)

    return encode

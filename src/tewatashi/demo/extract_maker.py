"""Synthetic extracts of 国民健康保険料督促状, as a ward's small system writes them. Nobody in them exists.

What real data has: postcodes and towns of Japan Post, 髙 﨑 𠮷 and variants with selectors (as 外字), 々, long foreign
names in Latin letters and kana, 方書 and 様方, digits of both widths, heads who are not insured (擬制世帯主), one to six
unpaid instalments, amounts above what convenience stores take.
"""

from __future__ import annotations

import csv
import io
import random
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

Record = dict[str, str]


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
    instalments = _past_instalments(base_date)
    number = chance.randrange(10**8, 2 * 10**8)
    for _ in range(households):
        number += chance.randrange(1, 60)
        yield _record(chance, f"{number:010d}", chance.choice(places), instalments, base_date)


def notice_numbers(households: int, seed: int, base_date: date) -> Iterator[str]:
    """The notice numbers of the same extract, for a list of those who have paid since."""
    return (record["通知書番号"] for record in records(households, seed, base_date))


def _record(
    chance: random.Random, number: str, town: Town, instalments: list[tuple[str, date]], base_date: date
) -> Record:
    name, kana = people.somebody(chance)
    address, building = _address(chance, town)
    due = base_date + timedelta(days=24)
    record = {
        "通知書番号": number, "基準日": f"{base_date:%Y%m%d}", "郵便番号": town.postcode, "住所": address, "方書": building,
        "世帯主氏名": name, "世帯主カナ": kana, "記号番号": f"{chance.randrange(1, 99):02d}-{chance.randrange(10**7):07d}",
        "宛名番号": f"{chance.randrange(10**10):010d}", "世帯主区分": "擬制" if chance.random() < 0.08 else "一般",
        "賦課年度": f"{_fiscal_year(instalments[0][1])}", "相当年度": f"{_fiscal_year(instalments[0][1])}",
        "発送日": f"{base_date + timedelta(days=6):%Y%m%d}", "指定期限": f"{due:%Y%m%d}",
        "納付番号": f"{chance.randrange(10**14):014d}", "確認番号": f"{chance.randrange(10**6):06d}", "納付区分": "201",
        "被保険者数": f"{min(8, 1 + int(chance.expovariate(0.9)))}",
    }  # fmt: skip
    _add_amounts(chance, record, instalments, number, due)
    return record


def _add_amounts(
    chance: random.Random, record: Record, instalments: list[tuple[str, date]], number: str, due: date
) -> None:
    unpaid = instalments[-min(len(instalments), 1 + int(chance.expovariate(0.7)), _MOST_UNPAID) :]
    total = 0
    for n in range(1, _MOST_UNPAID + 1):
        name, day, amount = "", "", ""
        if n <= len(unpaid):
            yen = chance.randrange(80, 9800) * (10 if chance.random() < 0.97 else 20)
            name, day, amount = unpaid[n - 1][0], f"{unpaid[n - 1][1]:%Y%m%d}", str(yen)
            total += yen
        record[f"期別{n}"], record[f"納期限{n}"], record[f"未納額{n}"] = name, day, amount
    late = chance.choice((0, 0, 0, 100, 300, 1200))
    total += late
    record["督促手数料"], record["延滞金"], record["合計額"] = "0", str(late), str(total)
    stamp = "1" if total >= 50_000 else "0"
    slip = f"91{912345:06d}{number + record['相当年度'][2:]:0<21}0{due:%y%m%d}{stamp}{total:06d}"
    record["収納代行"] = slip if total <= _CEILING else ""


def _address(chance: random.Random, town: Town) -> tuple[str, str]:
    numbers = "-".join(str(chance.randrange(1, most)) for most in ((9, 30, 20), (40, 20), (2000,))[chance.randrange(3)])
    style = chance.random()
    if style < 0.25:
        numbers = numbers.translate(_WIDE)
    elif style < 0.45 and numbers.count("-") == 2:
        numbers = "{}丁目{}番{}号".format(*numbers.split("-"))
    return f"{town.prefecture}{town.city}{town.town}{numbers}", people.building(chance)


def _fiscal_year(day: date) -> int:
    return day.year if day.month >= 4 else day.year - 1


def _past_instalments(base_date: date) -> list[tuple[str, date]]:
    """Shinjuku's ten instalments, June to March, of the last year of which some are due."""
    year = _fiscal_year(base_date)
    for first in (year, year - 1):
        days = [(f"第{n}期", _month_end(first, 5 + n)) for n in range(1, 11)]
        past = [(name, day) for name, day in days if day < base_date]
        if past:
            return past
    raise AssertionError("last year's instalments are past")


def _month_end(year: int, month: int) -> date:
    """The last day of the month, or the Monday after it where that is a weekend. month: 13 is January of the next year."""
    day = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() >= 5 else 0)


# --------------------------------------------------------------------------------------------------------- encoding


def _encoder(layout: Layout) -> Callable[[list[Record]], bytes]:
    back = {text: private for private, text in layout.characters.gaiji.items()}

    def bytes_of(text: str) -> bytes:
        for written, private in back.items():
            if written[0] in text:
                text = text.replace(written, private)
        return text.encode(layout.characters.charset)

    names = [column.name for column in layout.columns]
    if isinstance(layout.shape, Fixed):
        return lambda batch: b"".join(_fixed(layout, record, bytes_of) for record in batch)
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


def _fixed(layout: Layout, record: Record, bytes_of: Callable[[str], bytes]) -> bytes:
    parts = []
    for column in layout.columns:
        slot = column.slot
        assert slot is not None
        value = bytes_of(record[column.name])
        room = slot.length - len(value)
        assert room >= 0, column.name
        wide = bytes_of("\u3000") if slot.pad == "wide-space" else b""
        parts.append(value + (wide * (room // 2) + b" " * (room % 2) if wide else b" " * room))
    return b"".join(parts) + layout.newline.encode()

"""A made-up household with its address, as every form addresses it: its head, its numbers, how many of it are insured."""

from __future__ import annotations

import random
from bisect import bisect
from typing import Final

from tewatashi.demo import people
from tewatashi.demo.towns import Town

CEILING: Final = 300_000  # yen that a store takes
_WIDE: Final = str.maketrans("0123456789-", "０１２３４５６７８９－")
_SIZES: Final = (0.46, 0.70, 0.83, 0.91, 0.95, 0.97, 0.985)  # share of households of one, of at most two, ...
_NUMBERS: Final = ((8, 29, 19), (39, 19), (1999,))  # 丁目, 番 and 号; most of each

Record = dict[str, str]


def household(chance: random.Random, town: Town) -> Record:
    name, kana = people.somebody(chance)
    address, building = _address(chance, town)
    insured = 1 + bisect(_SIZES, chance.random())
    return {
        "郵便番号": town.postcode, "住所": address, "方書": building, "世帯主氏名": name, "世帯主カナ": kana,
        "記号番号": f"{1 + below(chance, 98):02d}-{below(chance, 10**7):07d}",
        "宛名番号": f"{below(chance, 10**10):010d}", "世帯主区分": "擬制" if chance.random() < 0.08 else "一般",
        "納付番号": f"{below(chance, 10**14):014d}", "確認番号": f"{below(chance, 10**6):06d}", "被保険者数": str(insured),
    }  # fmt: skip


def store_slip(own: str, due: str, amount: int) -> str:
    """43 digits: AI, company, the company's own 21, no reissue, due date, revenue stamp or none, amount; none above CEILING.
    due: yyyymmdd"""
    if amount > CEILING:
        return ""
    return f"91912345{own:0<21}0{due[2:]}{'1' if amount >= 50_000 else '0'}{amount:06d}"


def _address(chance: random.Random, town: Town) -> tuple[str, str]:
    most = _NUMBERS[below(chance, len(_NUMBERS))]
    numbers = "-".join([str(1 + below(chance, number)) for number in most])
    style = chance.random()
    if style < 0.25:
        numbers = numbers.translate(_WIDE)
    elif style < 0.45 and len(most) == 3:
        numbers = "{}丁目{}番{}号".format(*numbers.split("-"))
    return f"{town.prefecture}{town.city}{town.town}{numbers}", people.building(chance)


def below(chance: random.Random, limit: int) -> int:
    """A number from 0; three times as fast as randrange, and as good for what nobody relies on."""
    return int(chance.random() * limit)

"""A made extract is the same bytes each time, real in its places, and nobody's in its people."""

from __future__ import annotations

import hashlib
from datetime import date
from importlib.resources import files

import pytest

from tewatashi.core.layout import Layout
from tewatashi.core.layoutfile import read_layout
from tewatashi.demo.extract_maker import notice_numbers, records, write_extract
from tewatashi.demo.towns import ken_all_lines, towns
from tewatashi.press.codes.address import address_number
from tewatashi.press.codes.towns import Towns

BASE = date(2026, 11, 20)
KINDS = ("csv", "fixed")


def layout_of(kind: str) -> Layout:
    return read_layout((files("tewatashi.ward") / "shipped_layouts" / f"tokusoku-{kind}.toml").read_bytes())


def digest(kind: str, households: int, seed: int, base_date: date = BASE) -> str:
    found = hashlib.sha256()
    write_extract(layout_of(kind), households, seed, base_date, found.update)
    return found.hexdigest()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(kind: str) -> None:
    assert digest(kind, 50, 1) == digest(kind, 50, 1)
    assert digest(kind, 50, 1) != digest(kind, 50, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_records_are_written_as_they_come_in_pieces_of_flat_size(kind: str) -> None:
    sizes: list[int] = []
    write_extract(layout_of(kind), 6_500, 1, BASE, lambda data: sizes.append(len(data)))
    assert len(sizes) >= 4
    assert max(sizes) < 2_000_000


def test_the_notice_numbers_are_those_of_the_records_and_come_once() -> None:
    numbers = list(notice_numbers(500, 1, BASE))
    assert numbers == [record["通知書番号"] for record in records(500, 1, BASE)]
    assert len(set(numbers)) == 500


def test_what_is_unpaid_was_due_before_the_base_date() -> None:
    counts = set()
    for record in records(500, 1, BASE):
        days = [day for n in range(1, 7) if (day := record[f"納期限{n}"])]
        counts.add(len(days))
        assert days == sorted(days)
        assert all(day < record["基準日"] < record["発送日"] < record["指定期限"] for day in days)
    assert counts == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_thousand_records_have_what_real_ones_have(seed: int) -> None:
    made = list(records(1000, seed, BASE))
    text = "".join(value for record in made for value in record.values())
    for sign in ("𠮷", "葛\U000e0102", "髙", "﨑", "々", "様方", "丁目", "０"):
        assert sign in text, sign
    assert any(record["世帯主氏名"].isascii() and len(record["世帯主氏名"]) > 40 for record in made)
    assert {record["世帯主区分"] for record in made} == {"一般", "擬制"}
    assert {record["被保険者数"] for record in made} == set("12345678")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_store_slip_stands_where_shops_take_the_amount_and_only_there(seed: int) -> None:
    made = list(records(1000, seed, BASE))
    assert max(int(record["合計額"]) for record in made) > 300_000
    assert all((int(record["合計額"]) <= 300_000) == (len(record["収納代行"]) == 43) for record in made)


def test_every_town_can_be_written_in_cp932() -> None:
    for town in towns():
        "".join(town).encode("cp932")


@pytest.mark.parametrize("base_date", [date(2026, 4, 5), date(2026, 7, 20), date(2027, 1, 20), date(2027, 3, 31)])
def test_any_time_of_the_year_has_instalments_that_are_due(base_date: date) -> None:
    assert all(record["納期限1"] for record in records(50, 1, base_date))


def test_addresses_are_of_their_postcodes_and_give_a_customer_barcode() -> None:
    known = Towns.from_ken_all(ken_all_lines())
    made = list(records(300, 1, BASE))
    rests = [known.after_town(record["郵便番号"], record["住所"]) for record in made]
    assert all(rest and address_number(rest) for rest in rests)


def test_towns_hold_shinjuku() -> None:
    found = {town.postcode: (town.city, town.town) for town in towns("東京都")}
    assert found["1600021"] == ("新宿区", "歌舞伎町")
    assert len(found) > 3_000

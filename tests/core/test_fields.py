"""Each kind of column takes a value as the systems write it, and the check of a whole column agrees with that of one."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.fields import (
    DATE_FORMS,
    Amount,
    Code,
    Date,
    Digits,
    Fault,
    Kana,
    Kind,
    Postcode,
    Text,
    written_length,
)

KINDS: tuple[Kind, ...] = (
    Text(4), Kana(5), Digits(2, 4), Digits(10, 10), Amount(3), Postcode(), Code(("一般", "擬制")),
    *(Date(form) for form in DATE_FORMS),
)  # fmt: skip
LIKELY = st.sampled_from(
    [
        *("", "0", "007", "0123", "99999", "160-0021", "1600021", "一般", "20261120", "2026-11-20", "2026/02/30"),
        *(
            "R08.11.20",
            "R081120",
            "5081120",
            "H310501",
            "H310430",
            "ｱﾅ",
            "アナ　ミ",
            "葛\U000e0102",
            "１２",
            "-5",
            " ",
            "1\n",
            "²",
        ),
    ]
)
VALUES = st.one_of(LIKELY, st.text(max_size=11), st.text("0123456789", max_size=9))


def one_by_one(kind: Kind, values: list[str]) -> list[str] | None:
    try:
        return [kind.one(value) if value else "" for value in values]
    except Fault:
        return None


@given(st.sampled_from(KINDS), st.lists(st.lists(VALUES, min_size=1, max_size=6), min_size=1, max_size=4))
def test_a_whole_column_gives_what_its_values_give_or_leaves_it_to_them(kind: Kind, batches: list[list[str]]) -> None:
    whole = kind.whole()
    for values in batches:
        try:
            converted = list(whole(values))
        except Fault:
            continue
        assert converted == one_by_one(kind, values)


@given(st.sampled_from(KINDS), VALUES)
def test_what_is_wrong_is_told_without_the_value(kind: Kind, value: str) -> None:
    try:
        kind.one(value or " ")
    except Fault as fault:
        said, rule = str(fault.at(7, "項目")), str(fault.expected)
        assert "7行目「項目」" in said
        is_a_day = bool(re.fullmatch(r"[TSHR2-5]?[\d./-]{6,10}", value))
        assert len(value) < 5 or is_a_day or value not in said or value in rule


@pytest.mark.parametrize(
    ("kind", "value", "converted"),
    [
        (Text(4), "　渡 ", "　渡 "),
        (Text(2), "葛\U000e0102西", "葛\U000e0102西"),
        (Kana(20), "ヴァン・ダン（ｱﾝﾅ）", "ヴァン・ダン（ｱﾝﾅ）"),
        (Digits(3, 3), "007", "007"),
        (Amount(5), "0000012300", "12300"),
        (Amount(5), "0", "0"),
        (Postcode(), "160-0021", "1600021"),
        (Postcode(), "1600021", "1600021"),
        (Code(("一般", "擬制")), "擬制", "擬制"),
        (Date("yyyymmdd"), "20240229", "2024-02-29"),
        (Date("yyyy-mm-dd"), "2026-11-20", "2026-11-20"),
        (Date("yyyy/mm/dd"), "2026/11/20", "2026-11-20"),
        (Date("Gyy.mm.dd"), "R08.11.20", "2026-11-20"),
        (Date("Gyymmdd"), "S640107", "1989-01-07"),
        (Date("gyymmdd"), "4310430", "2019-04-30"),
    ],
)
def test_a_value_is_converted(kind: Kind, value: str, converted: str) -> None:
    assert kind.one(value) == converted


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (Text(3), "渡辺美咲", "extract-long"),
        (Kana(9), "わたなべ", "extract-kana"),
        (Kana(2), "ワタナ", "extract-long"),
        (Digits(3, 3), "12", "extract-short"),
        (Digits(1, 3), "1234", "extract-long"),
        (Digits(1, 3), "１２", "extract-digits"),
        (Digits(1, 3), "²", "extract-digits"),
        (Amount(3), "1,000", "extract-amount"),
        (Amount(3), "-100", "extract-amount"),
        (Amount(3), "1000", "extract-long"),
        (Postcode(), "160-002", "extract-postcode"),
        (Postcode(), "1600-021", "extract-postcode"),
        (Code(("一般", "擬制")), "不明", "extract-code"),
        (Date("yyyymmdd"), "20250229", "extract-date"),
        (Date("yyyymmdd"), "00000000", "extract-date"),
        (Date("yyyymmdd"), "2026112０", "extract-date"),
        (Date("Gyymmdd"), "H310501", "extract-date"),
        (Date("Gyymmdd"), "R010430", "extract-date"),
    ],
)
def test_a_wrong_value_is_refused(kind: Kind, value: str, code: str) -> None:
    with pytest.raises(Fault) as fault:
        kind.one(value)
    assert fault.value.code == code


@given(st.dates(date(1912, 7, 30), date(2199, 12, 31)))
def test_a_day_has_one_era_and_comes_back_from_it(day: date) -> None:
    written = [
        f"{letter}{year:02d}{day:%m%d}"
        for letter, before in zip("TSHR", (1911, 1925, 1988, 2018), strict=True)
        if 0 < (year := day.year - before) < 100
    ]
    found = [Date("Gyymmdd").one(text) for text in written if one_by_one(Date("Gyymmdd"), [text])]
    assert found == [day.isoformat()] or day > date(2018, 12, 31) + timedelta(days=99 * 365)


def test_a_column_remembers_no_more_values_than_its_memory_holds() -> None:
    whole = Amount(6).whole()
    values = [f"{number:07d}" for number in range(40_000)]
    assert list(whole(values)) == [str(number) for number in range(40_000)]
    assert list(whole(["", "0000007"])) == ["", "7"]


def test_a_variant_counts_as_one_character() -> None:
    assert written_length("葛\U000e0102西辻\ufe00") == 3

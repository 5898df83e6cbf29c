from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.refused import Refused
from tewatashi.press.formats import FORMATS, write_all


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("和暦", "2026-11-30", "令和8年11月30日"),
        ("和暦", "2019-05-01", "令和元年5月1日"),
        ("和暦", "2019-04-30", "平成31年4月30日"),
        ("和暦", "1989-01-07", "昭和64年1月7日"),
        ("和暦", "1926-12-25", "昭和元年12月25日"),
        ("和暦短", "2026-11-05", "令和8.11.5"),
        ("年度", "2019", "平成31年度"),
        ("年度", "2026", "令和8年度"),
        ("コンマ", "1234567", "1,234,567"),
        ("円", "12300", "￥12,300"),
        ("円記号", "12300", "￥12300"),
        ("漢数字", "12300", "一万二千三百"),
        ("漢数字", "100010", "十万十"),
        ("郵便番号", "1600021", "160-0021"),
        ("郵便番号", "160-0021", "160-0021"),
        ("四桁区切り", "12345678901", "1234 5678 901"),
    ],
)
def test_a_value_is_written_as_the_ward_writes_it(name: str, value: str, written: str) -> None:
    assert FORMATS[name](value) == written


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_value_prints_nothing(name: str) -> None:
    assert FORMATS[name]("") == ""


@pytest.mark.parametrize("value", ["2026-02-29", "20261130", "2026-W48-1", "二〇二六", "1872-12-31", "2026-11-3１"])
def test_what_is_no_date_is_refused_unseen(value: str) -> None:
    with pytest.raises(Refused) as refusal:
        FORMATS["和暦"](value)
    assert value not in str(refusal.value)


@given(st.sampled_from(sorted(FORMATS)), st.text())
def test_any_text_is_written_or_refused(name: str, value: str) -> None:
    with suppress(Refused):
        assert isinstance(FORMATS[name](value), str)


@given(st.lists(st.from_regex(r"[0-9]{0,7}|x|１|-1", fullmatch=True), max_size=5), st.sampled_from(sorted(FORMATS)))
def test_a_column_is_written_as_each_of_its_values(values: list[str], name: str) -> None:
    try:
        alone = [FORMATS[name](value) for value in values]
    except Refused:
        with pytest.raises(Refused):
            write_all(name, values)
    else:
        assert write_all(name, values) == alone

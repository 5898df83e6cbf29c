"""Rates of the post: data with a date, read strictly."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.plans import RATES
from tewatashi.core.postage import SHAPES, Rates, read_rates
from tewatashi.core.refused import Refused
from tewatashi.press import postage

_FILE = Path(postage.__path__[0]) / "2024-10.toml"


def test_the_rates_of_october_2024_hold_every_shape() -> None:
    first = {shape: RATES.classes[RATES.of_shape(shape)[0]] for shape in SHAPES}
    assert {shape: (klass.grams, klass.yen) for shape, klass in first.items()} == {
        "定形": (25, 110), "定形外規格内": (50, 140), "定形外規格外": (50, 260),
    }  # fmt: skip
    assert [RATES.classes[number].code for number in RATES.of_shape("定形")][:3] == [
        "teikei-25",
        "teikei-50",
        "kikaku-100",
    ]
    assert (RATES.since, RATES.registered_yen) == ("2024-10-01", 350)


def test_a_table_of_ones_own_may_say_what_a_discount_costs() -> None:
    own = _FILE.read_text("utf-8").replace("least = 100\n", "least = 100\nyen = { teikei-25 = 90 }\n")
    kunai = read_rates(own.encode()).discounts[0]
    assert kunai.price(RATES.classes[0], 200) == 18_000
    assert kunai.price(RATES.classes[1], 200) is None


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        ("grams = 25\n", "grams = 60\n"), ('code = "teikei-50"', 'code = "teikei-25"'), ('["定形"]', '["はがき"]'),
        ("yen = 110", "yen = 110.5"), ("yen = 110", "yen = -1"), ('area = "local"', 'area = "ward"'), ("2024-10-01", "October"),
        ("postage/v1", "postage/v2"), ("per_mille = 30", "per_mille = 1001"), ("least = 100\n", "least = 100\nyen = { x = 1 }\n"),
        ("[registered]", "[other]"), ('name = "簡易書留"', 'name = ""'),
    ],
)  # fmt: skip
def test_a_table_that_is_not_sound_is_refused(found: str, instead: str) -> None:
    with pytest.raises(Refused) as refused:
        read_rates(_FILE.read_text("utf-8").replace(found, instead).encode())
    assert refused.value.code == "postage"


@given(st.binary(max_size=100))
def test_any_bytes_are_rates_or_refused(data: bytes) -> None:
    for text in (data, _FILE.read_bytes() + data):
        with suppress(Refused):
            assert isinstance(read_rates(text), Rates)

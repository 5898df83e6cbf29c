"""Made-up records of every form are such as the ward takes and the press prints."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tests.press.residents import pieces, printed
from tests.press.shipped import FORMS, form_of, layout_of, program_of
from tewatashi.core.extract import check_extract
from tewatashi.demo.extract_maker import write_extract
from tewatashi.demo.notices import records_of

BASE = date(2026, 11, 20)
OTHERS = [name for name in FORMS if name != "tokusoku"]


def extract(name: str, households: int, seed: int = 1) -> bytes:
    parts: list[bytes] = []
    write_extract(layout_of(name), households, seed, BASE, parts.append)
    return b"".join(parts)


@pytest.mark.parametrize("base_date", [date(2026, 4, 10), BASE, date(2027, 2, 1)])
@pytest.mark.parametrize("name", OTHERS)
def test_the_ward_takes_them(name: str, base_date: date) -> None:
    parts: list[bytes] = []
    write_extract(layout_of(name), 200, 3, base_date, parts.append)
    batches = check_extract(layout_of(name), parts, declared=200, base_date=base_date)
    assert sum(len(batch) for batch in batches) == 200


@pytest.mark.parametrize("name", OTHERS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(name: str) -> None:
    assert extract(name, 30) == extract(name, 30)
    assert extract(name, 30) != extract(name, 30, seed=2)


@pytest.mark.parametrize("name", OTHERS)
def test_the_press_prints_them_on_as_many_sheets_as_each_needs(name: str) -> None:
    layout = layout_of(name)
    [records] = check_extract(layout, [extract(name, 120)], declared=120, base_date=BASE)
    named = [dict(zip(form_of(name).items, record, strict=True)) for record in records]
    [(file, _)] = printed(pieces(named, form=form_of(name)), by=program_of(name))
    program = program_of(name)
    sheets = Counter(sum(sheet.comes(record) for sheet in program.sheets) for record in records)
    assert file.pieces == 120
    assert file.pages == sum(2 * count * pieces for count, pieces in sheets.items())
    assert len(sheets) > 1 or name == "kogaku"


def test_a_household_has_its_heads_name_and_a_head_who_is_not_insured_is_no_member() -> None:
    for record in records_of("shikaku", 300, 1, BASE):
        members = [value for item, value in record.items() if item.startswith("氏名")]
        assert members
        if record["世帯主区分"] == "一般":
            assert members[0] == record["世帯主氏名"]

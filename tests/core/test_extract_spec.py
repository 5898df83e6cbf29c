"""The examples and the codes of docs/spec/extract.md are those of the program."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tewatashi.core.extract import check_extract
from tewatashi.core.layoutfile import read_layout
from tewatashi.core.refused import Refused

ROOT = Path(__file__).parents[2]
SPEC = (ROOT / "docs/spec/extract.md").read_text("utf-8")
CORE = ("extract", "records", "fields", "characters")


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", SPEC, re.DOTALL)
    assert found
    return found[1]


LAYOUT = read_layout(example("toml").encode())
EXTRACT = example("csv").replace("\n", "\r\n")


def checked(text: str) -> list[list[str]]:
    batches = check_extract(LAYOUT, [text.encode("cp932")], declared=2, base_date=date(2026, 11, 20))
    return [list(record) for batch in batches for record in batch]


def test_the_example_passes_without_its_unapproved_column() -> None:
    assert checked(EXTRACT) == [["0000000017", "2026-11-20", "見本　太郎"], ["0000000025", "2026-11-20", "見本　花子"]]


def test_the_example_of_a_refusal_is_what_is_said() -> None:
    with pytest.raises(Refused) as refusal:
        checked(EXTRACT.replace('花子",""', '花子","03-0000-0000"'))
    assert f"\n> {refusal.value}\n" in SPEC


def test_every_code_of_a_refusal_is_in_the_table() -> None:
    source = "".join((ROOT / f"src/tewatashi/core/{name}.py").read_text("utf-8") for name in CORE)
    codes = set(re.findall(r'"(extract-[a-z-]+)"', source))
    assert codes == set(re.findall(r"`(extract-[a-z-]+)`", SPEC))

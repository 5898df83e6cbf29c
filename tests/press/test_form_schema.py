"""The editor's schema says what the reader takes: a form that one refuses for its keys or kinds, the other refuses too."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.press.own_fonts import written
from tewatashi.press.elementfile import ElementReader
from tewatashi.press.inserter import MARKS
from tewatashi.press.shipped import shipped_forms

DOCS = Path(__file__).parents[2] / "docs/spec"
SCHEMA = json.loads((DOCS / "form.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
EXAMPLE = tomllib.loads((DOCS / "form.md").read_text("utf-8").partition("```toml\n")[2].partition("```")[0])


def form(name: str) -> dict[str, Any]:
    return tomllib.loads(files("tewatashi.press").joinpath("forms", name, "form.toml").read_text("utf-8"))


def problems(value: object) -> list[str]:
    return [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in VALIDATOR.iter_errors(value)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", shipped_forms())
def test_shipped_forms_fit_the_schema(name: str) -> None:
    assert problems(form(name)) == []


def test_the_example_fits_the_schema() -> None:
    assert problems(EXAMPLE) == []


def test_the_plans_example_fits_the_schema_and_no_key_of_a_plan_is_free() -> None:
    top = tomllib.loads((DOCS / "plan.md").read_text("utf-8").partition("```toml\n")[2].partition("```")[0])
    assert problems(top) == []
    for table in places(top["plan"]):
        table["widht"] = 1
        assert problems(top), table
        del table["widht"]


def test_a_form_with_characters_of_its_own_fits_the_schema_and_no_key_of_them_is_free() -> None:
    top = tomllib.loads(written().decode())
    assert problems(top) == []
    for table in (top["characters"], top["characters"]["fonts"][0]):
        table["digest"] = ""
        assert problems(top), table
        del table["digest"]


def places(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from places(each)


def test_a_key_that_nobody_knows_is_refused_everywhere_but_among_words_and_styles() -> None:
    top = copy.deepcopy(EXAMPLE)
    free = [top["words"], top["styles"]]
    for table in places(top):
        if not any(table is each for each in free):
            table["widht"] = 1
            assert problems(top), table
            del table["widht"]
    assert problems(top) == []


def test_every_kind_of_code_and_every_mark_is_listed() -> None:
    codes = {
        each["properties"]["kind"]["const"]: each
        for each in SCHEMA["$defs"]["side"]["properties"]["codes"]["items"]["oneOf"]
    }
    assert set(codes) == set(ElementReader._kinds)
    assert codes["omr"]["properties"]["marks"]["items"]["enum"] == list(MARKS)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("paper",), "B5"),
        (("items",), []),
        (("items",), ["氏名", {"rows": 0, "of": ["月#"]}]),
        (("sheet", 0, "front", "texts", 0, "at"), [1]),
        (("sheet", 0, "front", "texts", 0, "fit"), "cut"),
        (("sheet", 0, "front", "texts", 0, "width"), "60"),
        (("sheet", 0, "front", "codes", 0, "kind"), "ean"),
        (("sheet", 0, "front", "rows", 0, "flow"), "月#"),
        (("sheet", 0, "from"), 2),
        (("styles", "普通", "size"), 0),
    ],
)
def test_wrong_kinds_of_values_are_refused(path: tuple[Any, ...], value: object) -> None:
    top = copy.deepcopy(EXAMPLE)
    table: Any = top
    for step in path[:-1]:
        table = table[step]
    table[path[-1]] = value
    assert problems(top)

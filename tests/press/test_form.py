from __future__ import annotations

import tomllib
from contextlib import suppress
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.layoutfile import read_layout
from tewatashi.core.refused import Refused
from tewatashi.press.form import Area, Form, Text
from tewatashi.press.formfile import parse_form
from tewatashi.press.shipped import load_shipped_form, shipped_forms

SPEC = Path(__file__).parents[2] / "docs/spec/form.md"
EXAMPLE = SPEC.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]


def parse(text: str) -> Form:
    return parse_form(text.encode())


def test_the_example_is_read() -> None:
    form = parse(EXAMPLE)
    first, *rows = form.sheets[0].front.texts
    assert form.pages == 1
    assert [part for part in first.paragraphs[0] if isinstance(part, str)] == ["　様　見本課"]
    assert [row.area.y for row in rows] == [40, 50]
    assert [row.when[0].item for row in rows] == ["金額1", "金額2"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("tewatashi.form/v1", "tewatashi.form/v2", "schema"),
        ('paper = "A4"', 'paper = "B5"', "paper"),
        ("width = 60", "widht = 60", r"texts\[1\].width"),
        ("width = 60", "width = 60, colour = 1", r"texts\[1\].colour"),
        ("{氏名}", "{名前}", r"texts\[1\].text"),
        ("{氏名}", "{氏名", r"texts\[1\].text"),
        (":コンマ", ":こんま", r"rows\[1\].texts\[1\].text"),
        ('fit = "shrink"', 'fit = "cut"', r"texts\[1\].fit"),
        ("min = 6", "min = 60", r"texts\[1\].min"),
        ("to = 2", "to = 200", r"rows\[1\].to"),
        ("to = 2", "to = 3", r"rows\[1\].texts\[1\]"),
        ("[190, 6]", "[205, 6]", r"codes\[1\]"),
        ('style = "普通", text = "{氏名}', 'style = "太字", text = "{氏名}', r"texts\[1\].style"),
        ('items = ["氏名",', 'items = ["氏名", "氏名",', "items"),
        ("dots = 10", "dots = 10.5", r"codes\[1\].dots"),
        ("dots = 10", "dots = nan", r"codes\[1\].dots"),
        ("[20, 20]", "[inf, 20]", r"texts\[1\].at"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(old: str, new: str, place: str) -> None:
    assert old in EXAMPLE
    with pytest.raises(Refused, match=place):
        parse(EXAMPLE.replace(old, new, 1))


@given(st.binary())
def test_any_bytes_give_a_form_or_a_refusal(data: bytes) -> None:
    with suppress(Refused):
        assert isinstance(parse_form(data), Form)


VALUES = st.recursive(
    st.one_of(
        st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text("氏名:#{}= \n金額1円A4", max_size=8),
        st.sampled_from(["普通", "A4", "mark", "gs1-128", "customer", "shrink"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["at", "text", "size"]), inner, max_size=3)),
    max_leaves=5,
)  # fmt: skip
KEYS = ["items", "words", "styles", "paper", "name", "sheet", "envelope", "schema"]
INNER = ["texts", "lines", "boxes", "circles", "codes", "rows"]


def written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f'"{key}" = {written(each)}' for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        case _:
            return str(value)


@given(st.sampled_from(KEYS + INNER), VALUES)
def test_any_value_in_any_place_gives_a_form_or_a_refusal(key: str, value: object) -> None:
    top = tomllib.loads(EXAMPLE)
    (top if key in KEYS else top["sheet"][0]["front"])[key] = value
    text = "\n".join(f"{name} = {written(each)}" for name, each in top.items())
    with suppress(Refused):
        assert isinstance(parse(text), Form)


def test_a_form_that_is_not_shipped_is_refused() -> None:
    assert "tokusoku" in shipped_forms()
    for name in ("../tokusoku", "", "nothing"):
        with pytest.raises(Refused, match="この名前の様式はありません"):
            load_shipped_form(name)


@pytest.mark.parametrize("name", shipped_forms())
def test_the_forms_items_are_the_approved_columns_of_every_layout(name: str) -> None:
    form = load_shipped_form(name)
    layouts = [read_layout(file.read_bytes()) for file in files("tewatashi.ward").joinpath("shipped_layouts").iterdir()]
    of_form = [layout for layout in layouts if layout.form == name]
    assert of_form
    for layout in of_form:
        assert tuple(column.name for column in layout.approved) == form.items


@pytest.mark.parametrize("name", shipped_forms())
def test_a_shipped_form_bears_a_mark_on_every_side(name: str) -> None:
    form = load_shipped_form(name)
    assert form.name == name
    for sheet in form.sheets:
        assert all(any(type(code).__name__ == "MarkCode" for code in side.codes) for side in sheet.sides)


@pytest.mark.parametrize("name", shipped_forms())
def test_the_window_shows_the_address_block_and_nothing_else_however_the_sheet_moves(name: str) -> None:
    form = load_shipped_form(name)
    envelope = form.envelope
    assert envelope is not None
    inner, panel, window = envelope.inner, envelope.panel, envelope.window
    steps = [(inner[0] - panel[0]) * n / 4 for n in range(5)], [(inner[1] - panel[1]) * n / 4 for n in range(5)]
    for right, down in product(*steps):
        seen = Area(window.x - right, window.y - down, window.width, window.height)
        for element in form.sheets[0].front.elements:
            assert seen.holds(element.area) if element.window else not seen.meets(element.area), element.where
    block = [element for element in form.sheets[0].front.elements if element.window]
    assert {type(element).__name__ for element in block} == {"Text", "CustomerCode"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("window = [18, 20, 105, 58]", "window = [18, 20, 105, 50]", "窓から外れます"),
        ("{ at = [130, 19], width = 24", "{ at = [120, 19], width = 24", "窓から見えます"),
        ("window = [18, 20, 105, 58]", "window = [18, 20, 20, 20]", "残りません"),
    ],
)
def test_a_form_whose_window_shows_too_much_or_too_little_is_refused(old: str, new: str, says: str) -> None:
    folder = files("tewatashi.press").joinpath("forms/tokusoku")
    text = folder.joinpath("form.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(Refused, match=says):
        parse_form(text.replace(old, new).encode(), lambda name: folder.joinpath(name).read_bytes())


def test_a_text_that_never_changes_is_part_of_the_background() -> None:
    texts = [text for text in parse(EXAMPLE).sheets[0].front.texts if isinstance(text, Text)]
    assert [text.static for text in texts] == [False, False, False]

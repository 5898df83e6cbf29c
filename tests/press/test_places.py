"""Line and column of each value of a TOML text, as an editor counts them; and samples from any bytes."""

from __future__ import annotations

import tomllib
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from tests.press.shipped import form_of
from tewatashi.core.refused import Refused
from tewatashi.press.places import places_in
from tewatashi.press.samples import Samples, parse_samples

TEXT = '''# a comment with [brackets] = "and quotes"
name = "一つ # not a comment" # but this
"key of two" = 1
a.b.c = [
  1, # one
  { x = 2, "y z" = [3, "],}"] },
  """text over
lines ] } """, 'literal \\', 5,
]

[table."with dots"]
inner = { p = { q = 1 } }

[[many]]
first = 2026-11-20
[many.below]
x = true
[[many]]
[[many.again]]
x = 1
[[many.again]]
x = 2
'''


def test_every_value_is_where_it_stands() -> None:
    places = places_in(TEXT)
    lines = TEXT.splitlines()

    def at(path: str) -> str:
        line, _, column = places[path].removesuffix("文字目").partition("行")
        return lines[int(line) - 1][int(column) - 1 :]

    assert at("name").startswith("name =")
    assert at("key of two").startswith('"key of two"')
    assert at("a.b.c").startswith("a.b.c")
    assert at("a.b.c[1]").startswith("1, #")
    assert at("a.b.c[2].x").startswith("x = 2")
    assert at("a.b.c[2].y z[2]").startswith('"],}"')
    assert at("a.b.c[4]").startswith("'literal")
    assert at("a.b.c[5]").startswith("5,")
    assert at("table.with dots.inner.p.q").startswith("q = 1")
    assert at("many[1].below.x").startswith("x = true")
    assert [at(f"many[2].again[{number}].x") for number in (1, 2)] == ["x = 1", "x = 2"]


@given(st.text(max_size=60))
def test_any_text_that_is_toml_is_walked_through(text: str) -> None:
    with suppress(tomllib.TOMLDecodeError):
        tomllib.loads(text)
        assert isinstance(places_in(text), dict)


@given(st.binary(max_size=80), st.sampled_from([b"", b'schema = "tewatashi.sample/v1"\n[usual]\n', b"[worst]\n"]))
def test_any_bytes_give_samples_or_a_refusal(data: bytes, before: bytes) -> None:
    with suppress(Refused):
        assert isinstance(parse_samples(before + data, form_of("tokusoku")), Samples)

"""An entry's bytes are its only spelling, and any bytes are an entry or a refusal."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.ledger import Entry, entry_bytes, parse_entry
from tewatashi.core.refused import Refused

ENTRY = Entry("2026-11-24T09:00:00+09:00", "sato", "job-opened", "R8-0001", {"act": {"declared": 10}})


def test_an_entry_comes_back_as_it_went_in() -> None:
    assert parse_entry(entry_bytes(ENTRY)) == ENTRY


def test_a_second_spelling_is_refused() -> None:
    with pytest.raises(Refused):
        parse_entry(entry_bytes(ENTRY).replace(b'{"at"', b'{ "at"'))


@given(st.binary(max_size=200))
def test_any_bytes_are_an_entry_or_a_refusal(data: bytes) -> None:
    with contextlib.suppress(Refused):
        assert entry_bytes(parse_entry(data)) == data


@pytest.mark.parametrize("change", [{"at": "2026-11-24"}, {"by": "Sato Hanako"}, {"kind": "Job"}, {"job": ""}])
def test_an_entry_of_another_form_cannot_exist(change: dict[str, object]) -> None:
    with pytest.raises(Refused):
        Entry(**{**{name: getattr(ENTRY, name) for name in ("at", "by", "kind", "job", "body")}, **change})  # type: ignore[arg-type]

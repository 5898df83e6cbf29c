"""A site's pass opens one other site for minutes: nobody else's, nowhere else, not later."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey
from tewatashi.sitekit.clock import JAPAN
from tewatashi.sitekit.sitepass import SCHEME, make, verify

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=JAPAN)
WARD, FACTORY = (SigningKey.from_seed(f"{name}.example", name.ljust(32).encode()) for name in ("ward", "factory"))
KNOWN = [WARD.verify_key, FACTORY.verify_key]
TO = "gateway.example"


def code_of(header: str, *, recipient: str = TO, now: datetime = NOW) -> str:
    with pytest.raises(Refused) as refused:
        verify(header, recipient=recipient, known=KNOWN, now=now)
    return refused.value.code


def test_a_pass_names_its_site() -> None:
    assert verify(make(TO, key=WARD, now=NOW), recipient=TO, known=KNOWN, now=NOW) == "ward.example"


def test_a_pass_is_for_its_recipient_alone() -> None:
    assert code_of(make(TO, key=WARD, now=NOW), recipient="factory.example") == "pass-recipient"


@pytest.mark.parametrize("minutes", [-2, 5, 60])
def test_a_pass_is_good_for_minutes(minutes: int) -> None:
    assert code_of(make(TO, key=WARD, now=NOW), now=NOW + timedelta(minutes=minutes)) == "pass-time"


def test_clocks_may_differ_by_a_minute() -> None:
    header = make(TO, key=WARD, now=NOW)
    assert verify(header, recipient=TO, known=KNOWN, now=NOW - timedelta(seconds=59)) == "ward.example"


def test_an_unknown_site_has_no_pass() -> None:
    with pytest.raises(Refused):
        verify(make(TO, key=WARD, now=NOW), recipient=TO, known=[FACTORY.verify_key], now=NOW)


def test_any_changed_byte_is_refused() -> None:
    header = make(TO, key=WARD, now=NOW)
    note = bytearray(base64.urlsafe_b64decode(header.partition(" ")[2]))
    for at in range(len(note)):
        changed = bytes(note[:at]) + bytes([note[at] ^ 1]) + bytes(note[at + 1 :])
        header = f"{SCHEME} {base64.urlsafe_b64encode(changed).decode()}"
        with pytest.raises(Refused):
            verify(header, recipient=TO, known=KNOWN, now=NOW)


@given(header=st.text(max_size=80) | st.text(max_size=80).map(lambda rest: f"{SCHEME} {rest}"))
def test_any_header_is_a_pass_or_a_refusal(header: str) -> None:
    code_of(header)

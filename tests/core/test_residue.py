"""A list of ids and a report are read strictly: any bytes are one, or a refusal."""

import contextlib
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.pieceid import new_piece_ids
from tewatashi.core.refused import Refused
from tewatashi.core.residue import Finding, IdSet, Report, Unread, read_report, write_report

PIECES = new_piece_ids(random.Random(7).randbytes, 3)
FINDING = Finding("/data/copy.zip", 17, "zip/gzip", "ascii", PIECES[0])
UNREAD = Unread("/data/x.7z", 0, "", "7z の書庫です")
REPORT = Report(
    3, "00" * 32, 2, 1000, 1, (FINDING,), 1, (UNREAD,), "2026-11-24T09:00:00+09:00", "2026-11-24T09:00:09+09:00"
)


def test_ids_are_read_one_a_line() -> None:
    ids = IdSet.read("\r\n".join(PIECES).encode())
    assert ids.ids == {piece.encode() for piece in PIECES}


@pytest.mark.parametrize("text", ["", "123", PIECES[0] + "\n" + PIECES[1][:19] + "x", PIECES[0] + "\n\n", "１" * 20])
def test_a_line_that_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="通し番号"):
        IdSet.read(text.encode())


@given(st.binary(max_size=100))
def test_any_bytes_are_ids_or_refused(data: bytes) -> None:
    with contextlib.suppress(Refused):
        assert IdSet.read(data).ids


def test_a_report_comes_back_as_it_went_in() -> None:
    assert read_report(write_report(REPORT)) == REPORT
    assert not REPORT.clean
    assert replace(REPORT, found=0, findings=(), unread=0, not_scanned=()).clean


@given(st.data())
def test_any_changed_byte_gives_another_report_or_a_refusal(data: st.DataObject) -> None:
    whole = bytearray(write_report(REPORT))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(Refused):
        assert read_report(bytes(whole)) != REPORT


@given(st.binary(max_size=100))
def test_any_bytes_are_a_report_or_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read_report(data)


def test_a_report_that_lists_fewer_than_it_counts_is_refused() -> None:
    with pytest.raises(Refused):
        replace(REPORT, found=2)
    with pytest.raises(Refused):
        replace(REPORT, started="yesterday")

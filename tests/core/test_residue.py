"""A list of ids, a request and a report are read strictly: any bytes are one, or a refusal; a report needs a known key."""

import contextlib
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tewatashi.core.pieceid import new_piece_ids
from tewatashi.core.refused import Refused
from tewatashi.core.residue import (
    MAGIC,
    MOST_BYTES,
    MOST_LISTED,
    Finding,
    IdSet,
    Listing,
    Report,
    Scanned,
    Unread,
    read_report,
    refuse_unscanned,
    report_fields,
    write_report,
)
from tewatashi.core.signing import SigningKey, canonical, sign_note

PIECES = new_piece_ids(random.Random(7).randbytes, 3)
FINDING = Finding("/data/copy.zip", 17, "zip/gzip", "ascii", PIECES[0])
UNREAD = Unread("/data/x.7z", 0, "", "7z の書庫です")
KEY = SigningKey.generate("scan-1", random.Random(8).randbytes)
OTHER = SigningKey.generate("scan-1", random.Random(9).randbytes)
REPORT = Report(
    nonce="ab" * 16, job="R8-0001", ids=3, ids_sha256="00" * 32, scanner="scan-1", computer="print-01",
    scanned=(Scanned("/data", 2, 900, ("factory/保管庫", "factory/受信箱")), Scanned("/dev/sdb", 1, 100)), found=1, findings=(FINDING,), unread=1,
    not_scanned=(UNREAD,), program="tewatashi 1", started="2026-11-24T09:00:00+09:00", ended="2026-11-24T09:00:09+09:00",
)  # fmt: skip


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
    assert read_report(write_report(REPORT, KEY), [KEY.verify_key]) == REPORT
    assert (REPORT.files, REPORT.scanned_bytes, REPORT.clean) == (3, 1000, False)
    assert replace(REPORT, found=0, findings=(), unread=0, not_scanned=()).clean


@pytest.mark.accident("iseto-2024")
@given(st.data())
def test_any_changed_byte_of_a_report_is_refused(data: st.DataObject) -> None:
    whole = bytearray(write_report(REPORT, KEY))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Refused):
        read_report(bytes(whole), [KEY.verify_key])


@given(st.binary(max_size=100))
def test_any_bytes_are_a_report_or_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read_report(data, [KEY.verify_key])


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=5),
    lambda inner: st.lists(inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(sorted(report_fields(REPORT))), _VALUES))
def test_any_signed_object_is_a_report_or_refused(changes: dict[str, object]) -> None:
    note = sign_note(f"{MAGIC}{canonical(report_fields(REPORT) | changes).decode()}\n", KEY)
    with contextlib.suppress(Refused):
        assert write_report(read_report(note, [KEY.verify_key]), KEY) == note


@pytest.mark.accident("iseto-2024")
def test_a_report_by_an_unknown_key_is_refused_with_both_keys_named() -> None:
    with pytest.raises(Refused) as refused:
        read_report(write_report(REPORT, OTHER), [KEY.verify_key])
    assert refused.value.code == "scan-signer"
    assert refused.value.expected == f"scan-1（{KEY.verify_key.key_id.hex()}）"
    with pytest.raises(Refused, match="登録された調査鍵はありません"):
        read_report(write_report(REPORT, KEY), [])


def test_a_report_that_names_another_key_than_signed_it_is_refused() -> None:
    second = SigningKey.generate("scan-2", random.Random(1).randbytes)
    note = sign_note(f"{MAGIC}{canonical(report_fields(REPORT)).decode()}\n", second)
    with pytest.raises(Refused) as refused:
        read_report(note, [KEY.verify_key, second.verify_key])
    assert refused.value.code == "scan-signer"


def test_a_note_of_another_kind_is_no_report() -> None:
    note = sign_note(f"tewatashi.letter/v1\n{canonical(report_fields(REPORT)).decode()}\n", KEY)
    with pytest.raises(Refused, match="報告として読めません"):
        read_report(note, [KEY.verify_key])


@pytest.mark.parametrize(
    "change",
    [
        {"found": 0}, {"findings": ()}, {"started": "yesterday"}, {"scanned": ()}, {"nonce": "12"}, {"ids": 0},
        {"unread": 0}, {"computer": ""},
    ],
)  # fmt: skip
def test_a_report_that_does_not_agree_with_itself_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refused):
        replace(REPORT, **change)  # type: ignore[arg-type]


@pytest.mark.accident("iseto-2024")
def test_a_place_that_was_asked_for_and_not_scanned_is_named() -> None:
    named = [place for one in REPORT.scanned for place in one.places]
    refuse_unscanned(["factory/保管庫", "factory/受信箱"], named)
    with pytest.raises(Refused, match="factory/印字室") as refused:
        refuse_unscanned(["factory/保管庫", "factory/印字室"], named)
    assert refused.value.code == "residue-places"
    with pytest.raises(Refused):
        Scanned("/data", 2, 900, ("保管庫",))


def test_a_report_counts_to_the_last_and_lists_what_a_note_can_hold() -> None:
    long, short = Listing[Finding](), Listing[Unread]()
    for n in range(MOST_LISTED + 5):
        long.add(replace(FINDING, path=f"/{'控' * 300}/{n}"))
        short.add(replace(UNREAD, path=f"/{n}"))
    assert long.number == short.number == MOST_LISTED + 5
    assert (0 < len(long.listed) < MOST_BYTES // 900, len(short.listed)) == (True, MOST_LISTED)
    assert [one.path for one in long.listed[:2]] == [f"/{'控' * 300}/0", f"/{'控' * 300}/1"]
    report = replace(
        REPORT, found=long.number, findings=tuple(long.listed), unread=short.number, not_scanned=tuple(short.listed)
    )  # fmt: skip
    assert read_report(write_report(report, KEY), [KEY.verify_key]) == report

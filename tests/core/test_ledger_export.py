"""Whatever is done to an export after it was sealed is refused; whatever its owner did before it is named."""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.ledgers import KEYS, Ledger, at, checkpoint, factory, own, told, ward
from tewatashi.core.ledger import Entry, entry_bytes
from tewatashi.core.ledger_check import verify
from tewatashi.core.ledger_export import Export, read_export, write_export
from tewatashi.core.refused import Refused
from tewatashi.core.signing import SigningKey

WARD_LINES = ward().lines()


def codes(export: Export, other: Export | None = None) -> list[str]:
    return [finding.code for finding in verify(export, other)]


def test_an_honest_ledger_shows_nothing() -> None:
    assert verify(ward().export()) == []
    assert verify(ward().export(), factory().export()) == []


def test_an_entry_stands_in_the_export_as_its_canonical_bytes() -> None:
    assert WARD_LINES[4] == entry_bytes(ward().entries[0]) + b"\n"


# ---------------------------------------------------------------- after it was sealed


@given(st.data())
def test_any_changed_byte_of_an_export_is_named(data: st.DataObject) -> None:
    whole = bytearray(b"".join(WARD_LINES))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Refused):
        read_export(bytes(whole).splitlines(keepends=True))


@given(st.permutations(range(len(WARD_LINES))), st.sets(st.integers(0, len(WARD_LINES) - 1)))
def test_lines_moved_or_taken_out_are_named(order: list[int], gone: set[int]) -> None:
    lines = [WARD_LINES[place] for place in order if place not in gone]
    if lines != WARD_LINES:
        with pytest.raises(Refused):
            read_export(lines)


def test_a_line_after_the_seal_is_refused() -> None:
    with pytest.raises(Refused, match="読めない行"):
        read_export([*WARD_LINES, WARD_LINES[-1]])


def test_a_changed_line_of_a_checkpoint_breaks_the_seal() -> None:
    lines = [line.replace(b"09:07:30", b"09:07:31") for line in WARD_LINES]
    with pytest.raises(Refused, match="封印"):
        read_export(lines)


@given(st.lists(st.binary(max_size=60).map(lambda line: line + b"\n"), max_size=4), st.integers(0, 16))
def test_any_bytes_are_an_export_or_refused(junk: list[bytes], keep: int) -> None:
    with contextlib.suppress(Refused):
        read_export([*WARD_LINES[:keep], *junk])


def test_a_header_that_promises_more_lines_than_come_is_our_bug() -> None:
    ledger = ward()
    header = replace(ledger.export().header, size=13)
    with pytest.raises(ValueError, match="12 lines"):
        list(write_export(header, ledger.checkpoints, [], map(entry_bytes, ledger.entries), KEYS["ward"]))


# ---------------------------------------------------------------- before it was sealed, by its owner


@given(st.integers(0, 11), st.sampled_from([{"by": "tanaka"}, {"kind": "logout"}, {"job": "R8-0002"}]))
def test_any_rewritten_entry_is_named(index: int, change: dict[str, object]) -> None:
    (finding,) = verify(ward().changed(index, **change).export())
    assert finding.code == "rewritten"
    assert finding.index == index // 4 * 4


@given(st.integers(0, 11), st.integers(0, 11))
def test_any_two_entries_that_changed_places_are_named(one: int, two: int) -> None:
    ledger = ward()
    entries = ledger.entries
    entries[one], entries[two] = entries[two], entries[one]
    found = codes(ledger.export())
    if one == two:
        assert found == []
    elif one // 4 == two // 4:
        assert "reordered" in found
    else:
        assert {"reordered", "rewritten"} & set(found)


@given(st.integers(0, 11))
def test_any_entry_taken_out_is_named(index: int) -> None:
    ledger = ward()
    del ledger.entries[index]
    assert "cut" in codes(ledger.export())


def test_a_ledger_cut_back_with_its_checkpoints_is_named_by_the_other_site() -> None:
    short = Ledger("ward", ward().entries[:6], {4: 3.5, 6: 60})
    assert codes(short.export()) == []
    assert "cut" in codes(short.export(), factory().export())
    assert "cut" in codes(factory().export(), short.export())


def test_a_ledger_rewritten_and_signed_anew_is_named_by_the_other_site() -> None:
    entries = ward().changed(2, by="tanaka").entries
    anew = Ledger("ward", entries, {12: 60})
    assert codes(anew.export()) == []
    assert codes(anew.export(), factory().export()) == ["rewritten"]


def test_a_fork_is_named_where_both_states_are_signed() -> None:
    entries = ward().changed(2, by="tanaka").entries
    forked = Ledger("ward", entries, {4: 3.5, 8: 7.5, 12: 60})
    found = codes(forked.export(), factory().export())
    assert found.count("forked") == 2


def test_two_states_of_a_third_ledger_are_a_fork() -> None:
    one, two = ward(), factory()
    one.held.append(checkpoint("gateway", [own(1)], 2))
    two.held.append(checkpoint("gateway", [own(1, "logout")], 2))
    (finding,) = verify(one.export(), two.export())
    assert (finding.code, finding.ledger) == ("forked", "gateway.example")


def test_entries_that_no_checkpoint_covers_are_named() -> None:
    ledger = ward()
    ledger.entries.append(own(60))
    assert codes(ledger.export()) == ["unsigned-tail"]


def test_a_checkpoint_under_a_false_signature_is_named() -> None:
    ledger = ward()
    note = ledger.checkpoints[1].note
    ledger.checkpoints[1] = replace(ledger.checkpoints[1], note=note.replace("\n8\n", "\n7\n"))
    assert codes(ledger.export()) == ["signature"]


# ---------------------------------------------------------------- time


def test_an_entry_that_goes_back_in_time_is_named() -> None:
    entries = ward().entries
    entries[8] = own(2)
    assert codes(Ledger("ward", entries, {12: 60}).export()) == ["back-dated"]


def test_an_entry_older_than_a_checkpoint_before_it_is_named() -> None:
    entries = [own(0), own(1)]
    assert codes(Ledger("ward", entries, {1: 30, 2: 60}).export()) == ["back-dated"]


def test_an_entry_from_after_the_checkpoint_over_it_is_named() -> None:
    entries = [own(0), own(40)]
    assert codes(Ledger("ward", entries, {2: 30}).export()) == ["post-dated"]


def test_seconds_between_two_clocks_are_nobodys_lie() -> None:
    assert codes(Ledger("ward", [own(1), own(0.5)], {2: 60}).export()) == []


# ---------------------------------------------------------------- letters


@given(st.integers(0, 5), st.booleans())
def test_any_letter_that_only_one_side_holds_is_named(index: int, mended: bool) -> None:
    entries = factory().entries
    gone = entries.pop(index)
    other = Ledger("factory", entries, {5: 60}, factory().held)
    found = codes(ward().export(), other.export())
    if gone.body["from"] == "factory.example":
        assert found == ["letter-denied"]
    else:
        assert found == ["letter-under-way" if index == 5 else "letter-missing"]


def test_a_letter_on_its_way_is_not_grave() -> None:
    other = Ledger("factory", factory().entries[:5], {5: 60}, factory().held)
    (finding,) = verify(ward().export(), other.export())
    assert not finding.grave


def test_a_letter_told_after_the_export_is_not_grave() -> None:
    entries = [*factory().entries, told("factory", "ward", 3, 70), told("ward", "factory", 5, 75, received=76)]
    late = Ledger("factory", entries, {8: 80}, factory().held, made=80)
    assert codes(ward().export(), late.export()) == ["letter-later", "letter-under-way"]
    assert not any(finding.grave for finding in verify(ward().export(), late.export()))


def test_a_letter_recorded_in_other_words_is_named() -> None:
    entries = factory().changed(0, job="R8-0002").entries
    other = Ledger("factory", entries, {6: 60}, factory().held)
    assert codes(ward().export(), other.export()) == ["letter-differs"]


def test_a_letter_recorded_under_another_time_is_named() -> None:
    entries = factory().entries
    other = Ledger("factory", factory().changed(0, body={**entries[0].body, "at": at(0)}).entries, {6: 60})
    assert codes(ward().export(), other.export()) == ["letter-differs"]


def test_a_letter_that_the_rules_refused_is_named_but_not_grave() -> None:
    entries = factory().entries
    body = entries[2].body
    said = {"from": body["from"], "kind": "parcel-sent", "code": "act-order", "letters": body["letters"]}
    entries[2] = Entry(at(4), "system", "letter-refused", "R8-0001", said)
    other = Ledger("factory", entries, {6: 60}, factory().held)
    (finding,) = verify(ward().export(), other.export())
    assert (finding.code, finding.ledger, finding.grave) == ("letter-refused", "factory.example", False)


def test_a_refused_checkpoint_is_not_missed_in_its_owners_ledger() -> None:
    said = {
        "from": "ward.example",
        "kind": "checkpoint",
        "code": "ledger-fork",
        "letters": {"factory.example": "0" * 64},
    }
    entries = [*factory().entries, Entry(at(20), "system", "letter-refused", None, said)]
    other = Ledger("factory", entries, {7: 60}, factory().held)
    assert codes(ward().export(), other.export()) == []


def test_a_letter_recorded_twice_is_named() -> None:
    entries = [*factory().entries, replace(factory().entries[0], at=at(20))]
    other = Ledger("factory", entries, {7: 60}, factory().held)
    assert codes(ward().export(), other.export()) == ["letter-twice"]


# ---------------------------------------------------------------- keys


def test_an_export_under_another_key_than_the_registered_one_is_named() -> None:
    false = SigningKey.generate("ward.example", bytes)
    export = ward().export()
    forged = replace(export, header=replace(export.header, vkey=str(false.verify_key)))
    assert "key-differs" in codes(forged, factory().export())
    assert [one.code for one in verify(export, trusted=[false.verify_key])] == ["key-differs"]
    assert verify(export, trusted=[KEYS["ward"].verify_key]) == []


def test_two_exports_of_one_site_are_refused() -> None:
    with pytest.raises(Refused, match="同じ拠点"):
        verify(ward().export(), ward().export())


def test_every_finding_tells_where_it_is() -> None:
    (finding,) = verify(ward().changed(5, by="ito").export())
    assert (finding.ledger, finding.index) == ("ward.example", 4)
    assert "5行目から8行目まで" in finding.text
    assert at(0).startswith("2026-11-24T09:00")

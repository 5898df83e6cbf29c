"""Whatever is done to a bundle after it was sealed is refused; whatever its owner left out or claimed falsely is named."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.bundles import MADE, RULES, Owner, again, claiming, sealed, without
from tests.core.cast_of_acts import act
from tests.core.ledger_of_acts import NAMES, by_disc, by_lgwan, entry_of, refused
from tests.core.ledgers import KEYS
from tewatashi.core.acts import KINDS
from tewatashi.core.audit_bundle import Bundle, read_bundle
from tewatashi.core.audit_check import Other, other_of, read_other, verify
from tewatashi.core.ledger import Entry
from tewatashi.core.ledger_export import Signed
from tewatashi.core.refused import Refused
from tewatashi.core.safeguard_list import SafeguardList
from tewatashi.core.signing import SigningKey


def told(entries: list[Entry], me: str, *, others: tuple[str, ...] = ("ward", "factory")) -> list[Entry]:
    """The ledger of the site `me`: what it did tells the others, what they did it was told."""
    found = []
    for number, entry in enumerate(entries):
        said = dict(entry.body)
        if "act" in said:
            sender = next(role for role, name in NAMES.items() if name == said["from"])
            to = [role for role in KINDS[entry.kind].tells if role in others and role != sender]
            letters = {NAMES[role]: hashlib.sha256(f"{number}{role}".encode()).hexdigest() for role in to}
            if sender != me and me not in to:
                continue
            said["letters"] = letters if sender == me else {NAMES[me]: letters[NAMES[me]]}
            if sender != me:
                said["at"] = entry.at
        found.append(replace(entry, body=said))
    return found


def noise(at: str, number: int) -> Entry:
    return Entry(at, "system", "access-log", None, {"first": number, "last": number, "lines": 1, "sha256": "0" * 64})


def ledger(lines: list[tuple[int, Entry]], me: str) -> list[Entry]:
    """With something else of the site's own between all entries."""
    entries = told([entry for _, entry in lines], me)
    return [one for number, entry in enumerate(entries) for one in (noise(entry.at, number), entry)]


WARD = Owner("ward", ledger(by_disc(), "ward"), (8, 30, 51))
FACTORY = Owner("factory", ledger(by_disc(), "factory"), held=[WARD.signed(8), WARD.signed(51)])
BUNDLE = WARD.bundle()
LINES = sealed(BUNDLE)
INDEXES = [one.index for one in BUNDLE.entries]


def codes(bundle: Bundle, other: Other | None = None) -> list[str]:
    return [one.code for one in verify(bundle, RULES, other) if one.grave]


def index_of(kind: str) -> int:
    return next(one.index for one in BUNDLE.entries if one.entry.kind == kind)


def test_an_honest_bundle_shows_nothing() -> None:
    assert verify(again(BUNDLE), RULES) == []
    by_line = Owner("ward", ledger(by_lgwan(), "ward")).bundle()
    assert verify(again(by_line), RULES) == []


def test_an_honest_bundle_agrees_with_the_other_sites_bundle_and_export() -> None:
    assert verify(BUNDLE, RULES, other_of(FACTORY.bundle())) == []
    assert verify(BUNDLE, RULES, read_other(FACTORY.export_lines())) == []
    assert verify(BUNDLE, RULES, read_other(WARD.export_lines())) == []
    assert codes(FACTORY.bundle(), other_of(BUNDLE)) == []


# ------------------------------------------------------------------------------------------------ after it was sealed


@settings(deadline=None)
@given(st.data())
def test_any_changed_byte_of_a_bundle_is_named(data: st.DataObject) -> None:
    whole = bytearray(b"".join(LINES))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Refused):
        read_bundle(bytes(whole).splitlines(keepends=True))


@settings(deadline=None)
@given(st.sets(st.integers(0, len(LINES) - 1), min_size=1))
def test_lines_taken_out_are_named(gone: set[int]) -> None:
    with pytest.raises(Refused):
        read_bundle([line for place, line in enumerate(LINES) if place not in gone])


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60).map(lambda line: line + b"\n"), max_size=4), st.integers(0, len(LINES)))
def test_any_bytes_are_a_bundle_or_refused(junk: list[bytes], keep: int) -> None:
    with contextlib.suppress(Refused):
        read_bundle([*LINES[:keep], *junk])
    with contextlib.suppress(Refused):
        read_other([*LINES[:keep], *junk])


# ----------------------------------------------------------------------------------------------------- by its owner


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(INDEXES))
def test_any_entry_left_out_is_named(index: int) -> None:
    """Nearly every one by itself; the few that nothing follows from, by the ledger beside it."""
    short = without(BUNDLE, index)
    alone, beside = codes(short), codes(short, read_other(WARD.export_lines()))
    assert "left-out" in beside
    assert alone or BUNDLE.entries[INDEXES.index(index)].entry.kind == "thing-moved"


def test_an_entry_left_out_with_its_claim_is_named_by_the_other_site() -> None:
    moved = index_of("thing-moved")
    lines = [line for line in BUNDLE.lines if line[0] != moved]
    honest_looking = WARD.bundle(lines)
    found = verify(honest_looking, RULES, other_of(FACTORY.bundle()))
    assert ("letter-missing", "ward.example") in [(one.code, one.ledger) for one in found]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(INDEXES), st.sampled_from([{"by": "ito"}, {"at": "2026-11-24T00:00:00+09:00"}]))
def test_any_entry_that_says_something_else_is_not_in_the_tree(index: int, change: dict[str, str]) -> None:
    entries = tuple(
        replace(one, entry=replace(one.entry, **change)) if one.index == index else one  # type: ignore[arg-type]
        for one in BUNDLE.entries
    )
    assert "not-in-tree" in codes(replace(BUNDLE, entries=entries))


def test_an_entry_from_another_place_is_not_in_the_tree() -> None:
    one, two, *rest = BUNDLE.entries
    swapped = (replace(one, index=two.index), replace(two, index=one.index), *rest)
    assert codes(replace(BUNDLE, entries=swapped)).count("not-in-tree") == 2


@pytest.mark.parametrize("state", ["not-due", "missing", "breached"])
def test_a_state_that_does_not_follow_is_named(state: str) -> None:
    (found,) = verify(claiming(BUNDLE, "FAC-CD-3", state=state), RULES)
    assert (found.code, "FAC-CD-3" in found.text, state in found.text, "kept" in found.text) == (
        "state-differs",
        True,
        True,
        True,
    )


def test_a_breach_that_is_hidden_is_named() -> None:
    before = [
        entry for entry in WARD.entries if entry.at <= next(e.at for e in WARD.entries if e.kind == "medium-arrived")
    ]
    lost = act(
        "thing-lost",
        "ward",
        "sato",
        thing="パスワード通知書:abababab@ward",
        quantity=1,
        on="2026-11-25",
        statement="紛失",
    )
    after = (MADE - timedelta(days=50)).isoformat(timespec="seconds")
    owner = Owner("ward", [*before, replace(entry_of(lost, MADE), at=after)])
    bundle = owner.bundle()
    assert next(one for one in bundle.claims if one["id"] == "CL-8")["state"] == "breached"
    assert codes(bundle) == []
    hidden = claiming(bundle, "CL-8", state="kept", breach=[])
    assert codes(hidden) == ["state-differs"]
    assert "left-out" in codes(without(bundle, len(owner.entries) - 1))


def test_an_evidence_of_another_kind_or_of_nothing_is_named() -> None:
    false = [{"index": index_of("medium-made"), "kind": "thing-returned"}]
    assert codes(claiming(BUNDLE, "FAC-CD-3", evidence=false)) == ["state-differs"]
    nowhere = [{"index": 0, "kind": "thing-returned"}]
    assert codes(claiming(BUNDLE, "FAC-CD-3", evidence=nowhere)) == ["left-out", "state-differs"]


def test_a_claim_that_is_not_there_is_named() -> None:
    header = replace(BUNDLE.header, safeguards=len(BUNDLE.claims) - 1)
    assert codes(replace(BUNDLE, header=header, claims=BUNDLE.claims[1:])) == ["state-differs"]


def test_another_list_of_safeguards_is_named() -> None:
    (found,) = verify(BUNDLE, SafeguardList("0" * 64, RULES.safeguards))
    assert found.code == "rules-differ"


ODD = st.sampled_from([None, [], {}, "", "x", 0, -1, True, ["x"], {"x": 1}])


@settings(deadline=None)
@given(st.sampled_from(INDEXES), st.data(), ODD)
def test_whatever_an_owner_writes_into_an_entry_is_named_and_never_our_bug(
    index: int, data: st.DataObject, value: object
) -> None:
    one = BUNDLE.entries[INDEXES.index(index)]
    body: dict[str, object] = dict(one.entry.body)
    act = body["act"]
    assert isinstance(act, dict)
    if data.draw(st.booleans()):
        body[data.draw(st.sampled_from([*body, "at", "requirement", "code"]))] = value
    else:
        body["act"] = {**act, data.draw(st.sampled_from([*act, "contract"])): value}
    if body != one.entry.body:
        changed = replace(one, entry=replace(one.entry, body=body))
        entries = tuple(changed if each is one else each for each in BUNDLE.entries)
        assert "not-in-tree" in codes(replace(BUNDLE, entries=entries), other_of(FACTORY.bundle()))


@settings(deadline=None)
@given(st.sampled_from(["requirement", "code", "kind", "contract", "letters", "from"]), ODD)
def test_whatever_a_refused_letter_says_gives_states(field: str, value: object) -> None:
    odd = refused("parcel-opened", "not-on-roster", "FAC-OP-2", MADE - timedelta(days=1))
    owner = Owner("ward", [*WARD.entries, replace(odd, body={**odd.body, field: value})])
    assert codes(again(owner.bundle())) == []


# ------------------------------------------------------------------------------------------------------ checkpoints


def test_a_ledger_rewritten_since_a_checkpoint_was_given_out_is_named() -> None:
    anew = [replace(entry, by="watanabe") if number == 1 else entry for number, entry in enumerate(WARD.entries)]
    bundle = Owner("ward", anew).bundle()
    assert codes(bundle) == []
    held = replace(bundle, header=replace(bundle.header, witnessed=3), witnessed=BUNDLE.witnessed)
    assert codes(held) == ["forked"] * 3
    beside = verify(Owner("ward", anew, (8, 51)).bundle(), RULES, other_of(FACTORY.bundle()))
    assert [one.code for one in beside].count("forked") == 2


def test_a_ledger_cut_back_is_named_by_who_holds_more() -> None:
    short = Owner("ward", WARD.entries[:40], (8,)).bundle()
    holder = Owner(
        "factory", ledger(by_disc(), "factory"), held=[Signed(WARD.signed(51).note, "2026-12-01T00:00:00+09:00")]
    )
    assert "cut" in codes(short, other_of(holder.bundle()))


def test_a_bundle_that_no_held_checkpoint_meets_says_so() -> None:
    apart = Owner("factory", ledger(by_disc(), "factory"), held=[WARD.signed(20)])
    (found,) = verify(BUNDLE, RULES, other_of(apart.bundle()))
    assert (found.code, found.grave) == ("unwitnessed", False)


def test_a_false_checkpoint_is_named() -> None:
    size = f"\n{len(WARD.entries)}\n"
    false = replace(BUNDLE.header, checkpoint=BUNDLE.header.checkpoint.replace(size, "\n999\n"))
    assert codes(replace(BUNDLE, header=false)) == ["signature"]


def test_another_key_than_the_known_one_is_named() -> None:
    other = SigningKey.from_seed("ward.example", b"\1" * 32).verify_key
    assert [one.code for one in verify(BUNDLE, RULES, trusted=[other])] == ["key-differs"]
    assert verify(BUNDLE, RULES, trusted=[KEYS["ward"].verify_key]) == []


def test_a_letter_that_the_other_site_recorded_otherwise_is_named() -> None:
    index = next(n for n, entry in enumerate(FACTORY.entries) if entry.kind == "medium-handed")
    said = FACTORY.entries[index].body
    body = {**said, "act": {**said["act"], "case": "C-8"}}  # type: ignore[dict-item]
    anew = [replace(entry, body=body) if number == index else entry for number, entry in enumerate(FACTORY.entries)]
    other = read_other(Owner("factory", anew, held=FACTORY.held).export_lines())
    assert codes(BUNDLE, other) == ["letter-differs"]

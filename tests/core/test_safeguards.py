"""Every safeguard has a state at every moment of a job, and what goes wrong shows in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.cast_of_acts import MEDIUM, NOW, act
from tests.core.ledger_of_acts import by_disc, by_lgwan, entry_of, is_working_day, numbered, refused
from tewatashi.core.acts import KINDS
from tewatashi.core.ledger import Entry
from tewatashi.core.obligation import of_contract, of_job
from tewatashi.core.refused import Refused
from tewatashi.core.safeguard_list import read_safeguards
from tewatashi.core.safeguards import Assessed, Line, assess, fold, needed, scope_of
from tewatashi.sitekit.shipped_safeguards import shipped_safeguards

RULES = shipped_safeguards()
# What the issues of the main job and of the papers say is shown.
COVERED = [
    "WORK-1", "WORK-3", "WORK-5", "WORK-6", "WORK-7", "WARD-OP-1", "WARD-OP-3", "WARD-OP-4", "WARD-SYS-1",
    "WARD-SYS-2", "WARD-CD-1", "WARD-CD-2", "WARD-CD-3", "WARD-CD-4", "WARD-CD-5", "WARD-LG-1", "WARD-LG-3", "CONN-1",
    "FAC-OP-1", "FAC-OP-2", "FAC-OP-4", "FAC-OP-5", "FAC-OP-7", "FAC-SYS-3", "FAC-SYS-4", "FAC-CD-1", "FAC-CD-2",
    "FAC-CD-3", "FAC-CD-4", "FAC-LG-2", "FAC-LG-3", "CL-1-2", "CL-3-5", "CL-6", "CL-7", "CL-8", "CL-9", "CL-10",
    "CL-11-12", "CL-14",
]  # fmt: skip
LGWAN, DISC = by_lgwan(), by_disc()
OWN_BUSINESS = {
    "user-added", "user-reset", "login-notice-issued", "password-changed", "computer-enrolled", "authenticator-enrolled", "account-locked",
}  # fmt: skip
FAR = NOW + timedelta(days=60)


def states(lines: list[Line], now: datetime = FAR, year: int = 2026) -> dict[str, Assessed]:
    scope = scope_of("ward", "R8-1", year, now)
    return {one.safeguard.id: one for one in assess(RULES, needed(lines, scope, RULES), scope, is_working_day)}


def until(lines: list[Line], kind: str, *, after: bool = True) -> list[Line]:
    """The ledger up to the last entry of this kind, with it or without."""
    last = max(place for place, (_, entry) in enumerate(lines) if entry.kind == kind)
    return lines[: last + after]


def adding(lines: list[Line], *entries: Entry) -> list[Line]:
    return numbered([*(entry for _, entry in lines), *entries])


def at_end(lines: list[Line]) -> datetime:
    return datetime.fromisoformat(lines[-1][1].at)


# ------------------------------------------------------------------------------------------------------ the list


def test_every_requirement_that_is_covered_has_a_safeguard() -> None:
    assert sorted(one.id for one in RULES.safeguards) == sorted(COVERED)


def test_a_safeguard_asks_for_kinds_that_there_are() -> None:
    assert RULES.kinds() - KINDS.keys() == OWN_BUSINESS


def test_what_a_safeguard_asks_of_an_act_is_a_field_of_it() -> None:
    for one in RULES.safeguards:
        for pick in (*one.evidence, *one.stands, *one.breach):
            assert not pick.name or pick.name in KINDS[pick.kind].fields


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="安全管理措置の一覧"):
        read_safeguards(data)


@pytest.mark.parametrize(
    "change",
    [
        ('how = "enforce"', 'how = "hope"'),
        ('"contract-made"', '"Contract made"'),
        ("seed =", "sead ="),
        ("WORK-3", "WORK-1"),
    ],
)
def test_a_list_that_is_misspelt_is_refused(change: tuple[str, str]) -> None:
    from importlib.resources import files

    data = (files("tewatashi.sitekit") / "safeguards.toml").read_bytes()
    with pytest.raises(Refused, match="安全管理措置の一覧"):
        read_safeguards(data.replace(change[0].encode(), change[1].encode()))


# ------------------------------------------------------------------------------------------------------- a job's way


@settings(deadline=None)
@given(st.sampled_from([LGWAN, DISC]), st.integers(1, 60), st.integers(0, 90))
def test_any_prefix_of_a_job_gives_each_a_state(lines: list[Line], length: int, days: int) -> None:
    found = states(lines[:length], NOW + timedelta(days=days))
    assert found.keys() == set(COVERED)
    for one in found.values():
        assert one.state in ("kept", "not-due", "missing", "breached")
        assert {*one.evidence, *one.breach} <= set(range(length))
        assert (one.state == "breached") is bool(one.breach)
        assert one.state != "missing" or one.owed or one.safeguard.from_term


def test_a_whole_job_over_the_line_keeps_all_that_is_about_the_line() -> None:
    found = states(LGWAN)
    others = {one.safeguard.id: one.state for one in found.values() if one.applies and one.state != "kept"}
    assert others == {"FAC-LG-3": "not-due"}  # accounts are the site's own business, and there are none here
    assert not found["WARD-CD-2"].applies
    assert found["WARD-CD-2"].state == "not-due"


def test_a_whole_job_over_the_disc_keeps_all_that_is_about_the_disc() -> None:
    found = states(DISC)
    others = {one.safeguard.id: one.state for one in found.values() if one.applies and one.state != "kept"}
    assert others == {"FAC-CD-2": "not-due"}  # nothing was reported back
    assert not found["CONN-1"].applies


def test_evidence_is_named_by_its_place_in_the_ledger() -> None:
    found = states(DISC)["FAC-CD-3"]
    assert [DISC[index][1].kind for index in found.evidence] == ["thing-returned"] * 2
    assert found.clauses == ("11",)


def test_a_contract_alone_has_nothing_breached() -> None:
    found = states(LGWAN[:1], NOW)
    assert {one.state for one in found.values()} == {"kept", "not-due", "missing"}
    assert found["WARD-OP-1"].state == "missing"
    assert found["WARD-OP-3"].state == "not-due"


def test_another_year_knows_nothing_of_this_years_jobs() -> None:
    found = states(LGWAN, FAR + timedelta(days=200), year=2027)["FAC-OP-7"]
    assert (found.state, found.evidence) == ("not-due", ())


def test_a_year_before_the_contract_is_refused() -> None:
    with pytest.raises(Refused, match="登録されていない契約"):
        states(LGWAN, FAR, year=2025)


def test_training_counts_for_its_year_alone() -> None:
    found = states(LGWAN, datetime(2027, 4, 2, 9, tzinfo=NOW.tzinfo), year=2027)["FAC-OP-5"]
    assert [LGWAN[index][1].kind for index in found.evidence] == ["preparation-accepted"]
    assert found.state == "not-due"  # the term is over


@settings(deadline=None)
@given(st.sampled_from([LGWAN, DISC]), st.integers(1, 60))
def test_whatever_is_owed_is_owed_under_a_safeguard(lines: list[Line], length: int) -> None:
    history = fold(lines[:length], is_working_day)
    assert history.standing is not None
    owed = of_contract(history.standing, history.standing.contract.begins)
    for job in history.jobs.values():
        owed += of_job(job, history.standing, is_working_day)
    for one in owed:
        assert any(safeguard.owes(one.code, one.who) for safeguard in RULES.safeguards), one.code


# --------------------------------------------------------------------------------------------------- what goes wrong


def _return_is_overdue() -> tuple[list[Line], datetime]:
    return until(DISC, "delivery-confirmed"), NOW + timedelta(days=30)


def _erasure_is_overdue() -> tuple[list[Line], datetime]:
    return until(LGWAN, "delivery-confirmed"), NOW + timedelta(days=30)


def _medium_does_not_arrive() -> tuple[list[Line], datetime]:
    return until(DISC, "medium-handed"), NOW + timedelta(days=3)


def _nobody_countersigns() -> tuple[list[Line], datetime]:
    return until(DISC, "countersigned", after=False)[:-4], NOW + timedelta(days=9)


def _pledge_is_missing() -> tuple[list[Line], datetime]:
    kept = [e for _, e in LGWAN if e.body["act"].get("what") != "pledges" and e.kind != "pledges-submitted"]  # type: ignore[attr-defined]
    return numbered(kept[:9]), NOW


@pytest.mark.parametrize(
    ("case", "requirement"),
    [
        (_return_is_overdue, "FAC-CD-3"),
        (_erasure_is_overdue, "FAC-OP-7"),
        (_medium_does_not_arrive, "WARD-CD-4"),
        (_nobody_countersigns, "FAC-CD-4"),
        (_pledge_is_missing, "CL-1-2"),
    ],
)
def test_what_is_overdue_is_missing(case: Callable[[], tuple[list[Line], datetime]], requirement: str) -> None:
    lines, now = case()
    found = states(lines, now)[requirement]
    assert found.state == "missing"
    assert any(one.overdue for one in found.owed)
    assert states(lines, at_end(lines))[requirement].state != "breached"


def test_data_left_behind_is_a_breach_that_a_later_erasure_does_not_undo() -> None:
    found = act("residue-found", "ward", "tanaka", report_sha256="cd" * 32, findings=1, not_scanned=0)
    before = until(LGWAN, "erasure-claimed")
    lines = adding(before, entry_of(found, at_end(before) + timedelta(minutes=1)))
    for requirement in ("CL-9", "CL-11-12", "FAC-OP-7"):
        one = states(lines, at_end(lines))[requirement]
        assert (one.state, one.breach) == ("breached", (len(before),))
    rest = [e for _, e in LGWAN[len(before) - 1 :]]
    assert states(adding(lines, *rest))["CL-9"].state == "breached"


def test_what_no_scan_could_read_is_no_breach() -> None:
    unread = act("residue-found", "ward", "tanaka", report_sha256="cd" * 32, findings=0, not_scanned=2)
    before = until(LGWAN, "erasure-claimed")
    lines = adding(before, entry_of(unread, at_end(before) + timedelta(minutes=1)))
    assert states(lines, at_end(lines))["CL-9"].state == "kept"


def test_a_loss_is_a_breach() -> None:
    lost = act(
        "thing-lost", "factory", "takahashi", thing=MEDIUM, quantity=1, on="2026-11-26", statement="紛失しました。"
    )
    before = until(DISC, "medium-arrived")
    lines = adding(before, entry_of(lost, at_end(before) + timedelta(minutes=1)))
    for requirement in ("CL-8", "FAC-CD-1", "FAC-CD-3"):
        assert states(lines, at_end(lines))[requirement].state == "breached"


def test_a_difference_is_a_breach_until_both_agree() -> None:
    count = dict(next(e for _, e in LGWAN if e.kind == "delivery-confirmed").body["act"])  # type: ignore[call-overload]
    before = until(LGWAN, "delivery-confirmed", after=False)
    disputed = act("delivery-confirmed", "ward", "sato", **{**count, "quantity": 8, "agrees": False})
    lines = adding(before, entry_of(disputed, at_end(before) + timedelta(minutes=1)))
    assert states(lines, at_end(lines))["WARD-OP-4"].breach == (len(before),)
    assert states(lines, at_end(lines))["WORK-1"].state == "breached"
    agreed = adding(lines, entry_of(act("delivery-confirmed", "ward", "sato", **count), at_end(lines)))
    found = states(agreed, at_end(agreed))["WARD-OP-4"]
    assert (found.state, found.evidence[-2:]) == ("kept", (len(before), len(before) + 1))


def test_an_act_that_the_rules_refused_to_believe_is_a_breach() -> None:
    before = until(LGWAN, "parcel-received")
    lines = adding(before, refused("parcel-opened", "not-on-roster", "FAC-OP-2", at_end(before)))
    assert states(lines, at_end(lines))["FAC-OP-2"].breach == (len(before),)


def test_a_letter_that_crossed_another_is_nobodys_breach() -> None:
    before = until(LGWAN, "pieces-enclosed")
    lines = adding(before, refused("withdrawal-acknowledged", "too-late", "FAC-OP-1", at_end(before)))
    found = states(lines, at_end(lines))["FAC-OP-1"]
    assert found.state == "kept"
    assert len(before) in found.evidence


def test_what_was_done_after_its_day_is_kept_and_named_late() -> None:
    arrival = next(e for _, e in DISC if e.kind == "medium-arrived")
    when = NOW + timedelta(days=4)
    lines = adding(
        until(DISC, "medium-handed"),
        Entry(when.isoformat(timespec="seconds"), arrival.by, arrival.kind, arrival.job, arrival.body),
    )
    found = states(lines, when)["WARD-CD-4"]
    assert found.state == "kept"
    assert [(one.code, one.done) for one in found.late] == [("not-arrived", when.date())]

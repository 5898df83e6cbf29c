"""The rules of custody, one refusal a test, and walks in any order that never break an invariant."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.cast_of_acts import CONTRACT, FINGERPRINT, NOW, PARCEL, PEOPLE, PIECES, act, standing, times, whole_job
from tewatashi.core import contract as contracts
from tewatashi.core.acts import Act
from tewatashi.core.approval import Proofs
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job, decide, evolve, live_copies, refuse_open_withdrawals, to_be_claimed
from tewatashi.core.pieceid import piece_digest
from tewatashi.core.refused import Refused

STANDING = standing()
WALK = whole_job()


def walk(acts: list[Act], under: Standing = STANDING) -> Job:
    job: Job | None = None
    for one, now in zip(acts, times(), strict=False):
        job = evolve(job, "R8-0001", decide(job, under, one, now), now)
    assert job is not None
    return job


def upto(kind: str) -> list[Act]:
    return WALK[: next(n for n, one in enumerate(WALK) if one.kind == kind)]


def refusal(acts: list[Act], under: Standing = STANDING) -> str:
    job = walk(acts[:-1]) if len(acts) > 1 else None
    with pytest.raises(Refused) as refused:
        decide(job, under, acts[-1], NOW)
    return refused.value.code


def test_the_whole_job_closes_with_no_copy_left_and_counts_that_agree() -> None:
    job = walk(WALK)
    assert job.closed
    assert live_copies(job) == ()
    assert (job.counts.extract, job.counts.enclosed, job.counts.withdrawn, job.counts.delivered) == (10, 9, 1, 9)


def test_before_the_erasure_every_copy_has_a_place_or_a_hand() -> None:
    whats = sorted(thing.what for thing in live_copies(walk(upto("notices-delivered"))))
    assert whats == sorted(
        ["パスワード通知書", "保管庫の鍵", "印刷ファイル", "引抜き品", "破損紙", "通知書", "送付データ", "開封データ"]
    )


def test_a_step_out_of_the_workflows_order_is_refused() -> None:
    assert refusal([*upto("parcel-opened"), next(a for a in WALK if a.kind == "pieces-composed")]) == "out-of-order"


def test_a_person_who_is_not_on_the_roster_cannot_open() -> None:
    opened = next(a for a in WALK if a.kind == "parcel-opened")
    assert refusal([*upto("parcel-opened"), replace(opened, by="watanabe")]) == "not-on-roster"


def test_other_bytes_than_the_ward_sealed_are_refused() -> None:
    received = next(a for a in WALK if a.kind == "parcel-received")
    assert refusal([*upto("parcel-received"), replace(received, body={**received.body, "size": 1})]) == "other-bytes"


def test_a_count_that_differs_stops_the_job() -> None:
    enclosed = next(a for a in WALK if a.kind == "pieces-enclosed")
    assert refusal([*upto("pieces-enclosed"), replace(enclosed, body={**enclosed.body, "enclosed": 10})]) == "count"


def test_a_place_that_the_contract_does_not_list_is_refused() -> None:
    move = act(
        "thing-moved",
        "factory",
        "takahashi",
        thing=f"開封データ:{PARCEL[:8]}@factory",
        place="factory/事務所",
        hand=None,
    )
    assert refusal([*upto("pieces-composed"), move]) == "place-not-listed"


def test_data_may_not_be_used_for_another_purpose() -> None:
    composed = next(a for a in WALK if a.kind == "pieces-composed")
    assert (
        refusal([*upto("pieces-composed"), replace(composed, body={**composed.body, "purpose": "名簿"})])
        == "other-purpose"
    )


@pytest.mark.accident("sunmesse-2021")
def test_a_run_with_other_than_the_approved_proof_is_refused() -> None:
    composed = next(a for a in WALK if a.kind == "pieces-composed")
    for part in FINGERPRINT:
        other = {**composed.body, "fingerprint": {**FINGERPRINT, part: "00" * 32}}
        assert refusal([*upto("pieces-composed"), replace(composed, body=other)]) == "proof-other"


def test_nothing_is_composed_before_the_first_approval() -> None:
    unproven = replace(STANDING, proofs=Proofs())
    assert refusal(upto("pages-proofread"), under=unproven) == "proof-not-approved"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ends": date(2026, 11, 23)}, "contract-term"),
        ({"privacy_mark": None}, "privacy-mark-missing"),
        ({"lgwan_asp": None}, "lgwan-asp-missing"),
        ({"channel": "disc"}, "channel"),
    ],
)
def test_nothing_is_handed_over_under_an_unfit_contract(change: dict[str, object], code: str) -> None:
    unfit = replace(STANDING, contract=replace(STANDING.contract, **change))  # type: ignore[arg-type]
    assert refusal([*upto("parcel-sent"), next(a for a in WALK if a.kind == "parcel-sent")], unfit) == code


def test_nobody_goes_by_the_name_of_what_a_site_does_by_itself() -> None:
    people = [PEOPLE[0], {**PEOPLE[1], "id": "system"}]
    with pytest.raises(Refused, match="システム"):
        contracts.decide(
            STANDING, act("roster-submitted", "factory", "suzuki", contract="R8-1", version=2, people=people)
        )


def test_a_contract_holds_nothing_for_longer_than_a_date_can_say() -> None:
    with pytest.raises(Refused, match="gateway_hold_days"):
        Act("contract-made", "ward", "tanaka", {**CONTRACT, "gateway_hold_days": 10**9})


def test_a_request_that_the_factory_knows_must_be_acknowledged_before_enclosing() -> None:
    job = walk([one for one in upto("pieces-enclosed") if one.kind != "withdrawal-acknowledged"])
    with pytest.raises(Refused) as refused:
        refuse_open_withdrawals(job)
    assert refused.value.code == "withdrawal-open"


def test_a_request_that_crossed_with_the_enclosing_is_too_late_and_changes_no_count() -> None:
    late = act("withdrawal-requested", "ward", "sato", version=2, digests=[piece_digest(PIECES[5])])
    enclosed = next(a for a in WALK if a.kind == "pieces-enclosed")
    job = walk([*upto("pieces-enclosed"), late, enclosed])
    assert (job.counts.withdrawn, job.withdrawal_version, job.withdrawals_acknowledged) == (1, 2, 1)
    assert refusal([*upto("notices-delivered"), late]) == "too-late"


def test_the_gateway_erases_only_after_the_receipt_or_when_its_time_is_over() -> None:
    gone = next(a for a in WALK if a.kind == "copy-erased" and a.site == "gateway")
    assert refusal([*upto("parcel-received"), gone]) == "too-early"
    assert decide(walk(upto("parcel-received")), STANDING, gone, NOW + timedelta(days=4)) == gone


@pytest.mark.parametrize(
    ("witness", "code"), [("", "witness-missing"), ("watanabe", "not-on-roster"), ("takahashi", "witness-self")]
)
def test_paper_is_shredded_before_somebody_else_on_the_roster(witness: str, code: str) -> None:
    shredded = next(a for a in WALK if a.kind == "copy-erased" and "パスワード" in a.text("thing"))
    assert (
        refusal([*upto("erasure-claimed")[:-6], replace(shredded, body={**shredded.body, "witness": witness})]) == code
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"by": "watanabe"}, "not-on-roster"),
        ({"by": "system"}, "not-on-roster"),
        ({"method": "deleted"}, "method"),
        ({"method": "returned", "witness": ""}, "witness-missing"),
    ],
)
def test_a_letter_cannot_make_paper_vanish_without_hands_and_a_witness(change: dict[str, str], code: str) -> None:
    notice = next(a for a in WALK if a.kind == "copy-erased" and "パスワード" in a.text("thing"))
    said = {**notice.body, **{name: value for name, value in change.items() if name != "by"}}
    before = WALK[: WALK.index(notice)]
    assert refusal([*before, replace(notice, by=change.get("by", notice.by), body=said)]) == code


@pytest.mark.accident("iseto-2024")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"by": "system"}, "not-on-roster"),
        ({"witness": ""}, "witness-missing"),
        ({"witness": "takahashi"}, "witness-self"),
        ({"method": "shredded"}, "method"),
    ],
)
def test_no_system_says_of_a_printers_spool_that_it_is_gone(change: dict[str, str], code: str) -> None:
    gone = next(a for a in WALK if a.kind == "copy-erased" and "スプール" in a.text("thing"))
    said = {**gone.body, **{name: value for name, value in change.items() if name != "by"}}
    before = WALK[: WALK.index(gone)]
    assert refusal([*before, replace(gone, by=change.get("by", gone.by), body=said)]) == code


def test_a_folder_that_stands_for_paper_leaves_no_spool() -> None:
    printed = next(a for a in WALK if a.kind == "pieces-printed")
    job = walk([*upto("pieces-printed"), replace(printed, body={**printed.body, "spool": None})])
    assert "スプール" not in {thing.what for thing in job.things.values()}
    assert "通知書" in {thing.what for thing in live_copies(job)}


@pytest.mark.parametrize(
    ("witness", "code"), [("山田", "not-on-roster"), ("watanabe", "not-on-roster"), ("suzuki", "witness-self")]
)
def test_an_erasure_is_claimed_before_somebody_else_on_the_roster(witness: str, code: str) -> None:
    claimed = next(a for a in WALK if a.kind == "erasure-claimed")
    assert refusal([*upto("erasure-claimed"), replace(claimed, body={**claimed.body, "witness": witness})]) == code


def test_nothing_at_the_factory_is_moved_by_a_person_who_is_not_on_the_roster() -> None:
    body = {"thing": f"開封データ:{PARCEL[:8]}@factory", "place": "factory/印字室", "hand": None}
    for by in ("watanabe", "system"):
        assert refusal([*upto("pieces-composed"), act("thing-moved", "factory", by, **body)]) == "not-on-roster"


def cancelling(scope: str, parcel: str | None = PARCEL) -> list[Act]:
    return [
        act("cancel-requested", "ward", "tanaka", scope=scope, parcel=parcel, reason="基準日の誤り"),
        act("cancel-accepted", "factory", "system", scope=scope, parcel=parcel),
    ]


def test_a_parcel_that_was_not_sent_the_ward_voids_by_itself_and_seals_anew() -> None:
    void = act("parcel-voided", "ward", "tanaka", parcel=PARCEL, reason="パスワード通知書の印刷に失敗")
    job = walk([*upto("parcel-sent"), void])
    assert job.parcel is None
    again = next(a for a in WALK if a.kind == "parcel-sealed")
    assert refusal([*upto("parcel-sent"), void, again]) == "parcel-used"
    assert decide(job, STANDING, replace(again, body={**again.body, "parcel": "ef" * 16}), NOW)
    assert refusal([*upto("parcel-held"), void]) == "too-late"


def test_a_parcel_that_was_sent_is_void_only_when_the_factory_says_so() -> None:
    asked, accepted = cancelling("parcel")
    again = next(a for a in WALK if a.kind == "parcel-sealed")
    again = replace(again, body={**again.body, "parcel": "ef" * 16})
    assert refusal([*upto("parcel-opened"), asked, again]) == "being-cancelled"
    assert refusal([*upto("parcel-opened"), accepted]) == "not-asked"
    job = walk([*upto("parcel-opened"), asked, accepted])
    assert job.parcel is None
    assert decide(job, STANDING, again, NOW)


def test_an_opened_parcel_can_no_longer_be_voided_but_the_job_can_be_cancelled() -> None:
    assert refusal([*upto("pieces-composed"), *cancelling("parcel")]) == "too-late"
    job = walk([*upto("pieces-printed"), *cancelling("job")])
    assert job.cancelled
    with pytest.raises(Refused, match="取り消した案件") as printing:
        decide(job, STANDING, next(a for a in WALK if a.kind == "pieces-printed"), NOW)
    assert printing.value.code == "job-cancelled"


def test_a_delivered_job_cannot_be_cancelled() -> None:
    assert refusal([*upto("erasure-claimed"), cancelling("job")[0]]) == "too-late"


def test_the_notices_of_a_cancelled_job_are_destroyed_before_a_witness_and_claimed() -> None:
    notices = f"通知書:{PARCEL[:8]}@factory"
    before = [*upto("notices-delivered"), *cancelling("job")]
    shred = act("copy-erased", "factory", "takahashi", thing=notices, method="shredded", quantity=9, witness="suzuki")
    assert refusal([*upto("notices-delivered"), shred]) == "not-erasable"
    assert refusal([*before, replace(shred, body={**shred.body, "witness": ""})]) == "witness-missing"
    assert refusal([*before, replace(shred, body={**shred.body, "method": "deleted"})]) == "method"
    assert notices in to_be_claimed(walk([*before, shred]))


def test_what_hands_carry_can_be_lost_and_what_lies_in_a_system_cannot() -> None:
    lost = {"quantity": 1, "on": "2026-11-24", "statement": "金庫にありません。"}
    notice = act("thing-lost", "factory", "suzuki", thing=f"パスワード通知書:{PARCEL[:8]}@factory", **lost)
    assert walk([*upto("parcel-opened"), notice]).things[notice.text("thing")].how == "lost"
    parcel = {**notice.body, "thing": f"送付データ:{PARCEL[:8]}@factory", "quantity": 10}
    assert refusal([*upto("parcel-opened"), replace(notice, body=parcel)]) == "not-carried"


def test_erasure_claimed_is_not_erasure_verified() -> None:
    assert refusal([*upto("erasure-verified"), act("job-closed", "ward", "tanaka")]) == "too-early"


def test_found_residue_makes_the_claim_fall() -> None:
    found = act("residue-found", "ward", "tanaka", report_sha256="cd" * 32, findings=1, not_scanned=0)
    verified = next(a for a in WALK if a.kind == "erasure-verified")
    assert refusal([*upto("erasure-verified"), found, verified]) == "claim-missing"


def test_residue_found_after_the_verification_keeps_the_job_open() -> None:
    found = act("residue-found", "ward", "tanaka", report_sha256="cd" * 32, findings=1, not_scanned=0)
    assert refusal([*upto("job-closed"), found, WALK[-1]]) == "too-early"
    claimed = next(a for a in WALK if a.kind == "erasure-claimed")
    assert walk([*upto("job-closed"), found, claimed, *WALK[-2:]]).closed


def test_erasure_cannot_be_claimed_while_a_copy_lives() -> None:
    claimed = upto("erasure-verified")
    assert refusal([*claimed[:-2], claimed[-1]]) == "copies-left"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(WALK) - 1), max_size=60))
def test_no_sequence_of_accepted_acts_breaks_an_invariant(order: list[int]) -> None:
    """Acts in any order on top of the right one: what is accepted keeps counts equal and ended things ended."""
    job: Job | None = None
    ended: set[str] = set()
    queue = [WALK[n] for n in order]
    for one, now in zip([x for pair in zip(WALK, [*queue, *WALK], strict=False) for x in pair], times(), strict=False):
        try:
            job = evolve(job, "R8-0001", decide(job, STANDING, one, now), now)
        except Refused:
            continue
        assert ended <= {thing.id for thing in job.things.values() if not thing.alive}
        ended = {thing.id for thing in job.things.values() if not thing.alive}
        counts = job.counts
        if counts.enclosed is not None and counts.withdrawn is not None:
            assert counts.extract == counts.composed == counts.printed == counts.enclosed + counts.withdrawn
        if counts.delivered is not None:
            assert counts.delivered == counts.enclosed
        assert not (job.closed and live_copies(job))

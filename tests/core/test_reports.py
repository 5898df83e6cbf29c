"""What the factory reports to the ward with personal data goes sealed, its password on another occasion (FAC-CD-2)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.core.cast_of_acts import NOW, SHA, act, standing, whole_job
from tewatashi.core.acts import Act
from tewatashi.core.custody import Job, decide, evolve, live_copies, to_be_claimed
from tewatashi.core.refused import Refused

pytestmark = pytest.mark.requirement("FAC-CD-2")
STANDING = standing()
REPORT = "0123456789abcdef" * 2
BYTES = {"sha256": SHA, "size": 1000}
FILE, NOTICE, MEDIUM = "報告データ:01234567@factory", "報告の通知書:01234567@factory", "報告の媒体:01234567@R8-0001-H01"

SEALED = act(
    "report-sealed", "factory", "suzuki", report=REPORT, content="宛先不明一覧", place="factory/保管庫", **BYTES
)
HANDED = act("report-handed", "factory", "takahashi", report=REPORT, medium="R8-0001-H01", to="sato", on="2026-11-24")
NOTICE_HANDED = act("report-notice-handed", "factory", "suzuki", report=REPORT, to="tanaka", on="2026-11-25")
RECEIVED = act("report-received", "ward", "sato", report=REPORT, place="ward/納品窓口", **BYTES)
ERASED = act("copy-erased", "factory", "suzuki", thing=FILE, method="deleted", quantity=1, witness="")


def changed(one: Act, **body: object) -> Act:
    by = str(body.pop("by", one.by))
    return Act(one.kind, one.site, by, {**one.body, **body})


def after(job: Job, *acts: Act, days: int = 3) -> Job:
    for one in acts:
        now = NOW + timedelta(days=days)
        job = evolve(job, "R8-0001", decide(job, STANDING, one, now), now)
    return job


def opened() -> Job:
    job: Job | None = None
    for one in whole_job()[:9]:
        job = evolve(job, "R8-0001", decide(job, STANDING, one, NOW), NOW)
    assert job is not None
    return job


def refusal(job: Job, one: Act) -> str:
    with pytest.raises(Refused) as caught:
        decide(job, STANDING, one, NOW + timedelta(days=3))
    return caught.value.code


def test_a_report_goes_on_two_occasions_and_both_copies_end() -> None:
    job = after(opened(), SEALED, HANDED, NOTICE_HANDED, RECEIVED, ERASED)
    left = {thing.id: thing.hand or thing.place for thing in live_copies(job) if "報告" in thing.what}
    assert left == {MEDIUM: "sato", NOTICE: "tanaka", "報告データ:01234567@ward": "ward/納品窓口"}
    assert FILE in to_be_claimed(job)
    assert NOTICE not in to_be_claimed(job)
    for thing, method in ((MEDIUM, "shredded"), (NOTICE, "shredded"), ("報告データ:01234567@ward", "deleted")):
        job = after(job, act("copy-erased", "ward", "sato", thing=thing, method=method, quantity=1, witness="tanaka"))
    assert not [thing for thing in live_copies(job) if "報告" in thing.what]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"on": "2026-11-24"}, "same-day"),
        ({"by": "takahashi"}, "same-hand"),
        ({"to": "sato"}, "same-hand"),
        ({"on": "2026-12-24"}, "not-yet"),
        ({"by": "watanabe"}, "not-on-roster"),
        ({"report": "9" * 32}, "no-report"),
    ],
)
def test_the_password_goes_on_another_day_by_other_people(changes: dict[str, object], code: str) -> None:
    job = after(opened(), SEALED, HANDED)
    assert refusal(job, changed(NOTICE_HANDED, **changes)) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"on": "2026-11-25"}, "same-day"),
        ({"by": "suzuki"}, "same-hand"),
        ({"to": "tanaka"}, "same-hand"),
    ],
)
def test_the_order_of_the_two_does_not_matter(changes: dict[str, object], code: str) -> None:
    job = after(opened(), SEALED, NOTICE_HANDED)
    assert refusal(job, changed(HANDED, **changes)) == code


def test_whoever_still_holds_the_notice_does_not_carry_the_medium() -> None:
    job = after(opened(), SEALED)
    assert refusal(job, changed(HANDED, by="suzuki")) == "same-hand"
    moved = act("thing-moved", "factory", "suzuki", thing=NOTICE, place="factory/保管庫", hand=None)
    after(job, moved, changed(HANDED, by="suzuki"))


def test_the_ward_receives_only_what_was_sealed_and_handed_over() -> None:
    job = after(opened(), SEALED)
    assert refusal(job, RECEIVED) == "report-not-coming"
    job = after(job, HANDED)
    assert refusal(job, changed(RECEIVED, sha256="0" * 64)) == "other-bytes"
    assert refusal(job, changed(RECEIVED, size=1001)) == "other-bytes"
    job = after(job, RECEIVED)
    assert refusal(job, RECEIVED) == "report-not-coming"
    assert refusal(job, changed(HANDED, medium="R8-0001-H02")) == "report-gone"


def test_what_is_on_its_way_is_kept_and_goes_anew_after_a_loss() -> None:
    job = after(opened(), SEALED, HANDED)
    assert refusal(job, ERASED) == "too-early"
    again = changed(HANDED, medium="R8-0001-H02", on="2026-11-26")
    assert refusal(job, again) == "report-handed-already"
    lost = act("thing-lost", "ward", "sato", thing=MEDIUM, quantity=1, on="2026-11-25", statement="見当たりません。")
    job = after(job, lost)
    assert refusal(job, changed(again, medium="R8-0001-H01")) == "number-used"
    job = after(job, again)
    # What was lost counts as an occasion, too: it may be found by whoever has the notice.
    assert refusal(job, changed(NOTICE_HANDED, on="2026-11-24")) == "same-day"


def test_a_report_that_never_set_out_is_erased_with_its_notice_shredded_before_a_witness() -> None:
    job = after(opened(), SEALED, ERASED)
    assert refusal(job, HANDED) == "report-gone"
    shred = act("copy-erased", "factory", "suzuki", thing=NOTICE, method="shredded", quantity=1, witness="")
    assert refusal(job, shred) == "witness-missing"
    job = after(job, changed(shred, witness="takahashi"))
    assert {FILE, NOTICE} <= to_be_claimed(job)


def test_nothing_is_reported_before_the_parcel_is_opened_or_after_the_claim() -> None:
    early: Job | None = None
    for one in whole_job()[:8]:
        early = evolve(early, "R8-0001", one, NOW)
    assert early is not None
    assert refusal(early, SEALED) == "too-early"
    late: Job | None = None
    for one in whole_job()[:-2]:
        late = evolve(late, "R8-0001", one, NOW)
    assert late is not None
    assert refusal(late, SEALED) == "too-late"
    assert refusal(after(opened(), SEALED), changed(SEALED, place="ward/納品窓口", report="9" * 32)) == "others-place"


def test_the_factory_claims_nothing_while_a_report_is_there() -> None:
    job: Job | None = None
    for one in [*whole_job()[:18], SEALED, *whole_job()[18:-3]]:
        job = evolve(job, "R8-0001", one, NOW)
    assert job is not None
    assert refusal(job, next(one for one in whole_job() if one.kind == "erasure-claimed")) == "copies-left"


class Reports(RuleBasedStateMachine):
    """Any act by anybody on any day: medium and notice never meet."""

    def __init__(self) -> None:
        super().__init__()
        self.job = opened()
        self.now: datetime = NOW

    @rule(days=st.integers(0, 2))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(
        one=st.sampled_from([SEALED, HANDED, NOTICE_HANDED, RECEIVED, ERASED]), by=st.sampled_from(["suzuki", "takahashi", "sato"]),
        to=st.sampled_from(["sato", "tanaka"]), on=st.integers(0, 5), report=st.sampled_from([REPORT, "f" * 32]),
        medium=st.sampled_from(["R8-0001-H01", "R8-0001-H02"]),
    )  # fmt: skip
    def somebody_acts(self, one: Act, by: str, to: str, on: int, report: str, medium: str) -> None:
        said = {"to": to, "on": (NOW + timedelta(days=on)).date().isoformat(), "report": report, "medium": medium}
        self._try(changed(one, by=by, **{name: value for name, value in said.items() if name in one.body}))

    @rule(which=st.integers(0, 9), hand=st.sampled_from(["suzuki", "takahashi", "sato", "tanaka"]))
    def something_is_moved_or_lost(self, which: int, hand: str) -> None:
        there = [thing for thing in live_copies(self.job) if "報告" in thing.what]
        if not there:
            return
        thing = there[which % len(there)]
        by = "suzuki" if thing.site == "factory" else "sato"
        self._try(Act("thing-moved", thing.site, by, {"thing": thing.id, "place": None, "hand": hand}))
        if which > 6:
            lost = {"thing": thing.id, "quantity": 1, "on": self.now.date().isoformat(), "statement": "ない"}
            self._try(Act("thing-lost", thing.site, by, lost))

    def _try(self, one: Act) -> None:
        try:
            decide(self.job, STANDING, one, self.now)
        except Refused:
            return
        self.job = evolve(self.job, "R8-0001", one, self.now)

    @invariant()
    def no_day_and_no_person_has_both(self) -> None:
        for report in self.job.reports.values():
            for medium in report.media if report.notice else ():
                assert medium.on != report.notice.on  # type: ignore[union-attr]
                assert {medium.by, medium.to}.isdisjoint({report.notice.by, report.notice.to})  # type: ignore[union-attr]
                assert medium.on <= date(2026, 11, 24) + (self.now - NOW)

    @invariant()
    def nothing_is_nowhere(self) -> None:
        for thing in self.job.things.values():
            assert ((thing.place is None) != (thing.hand is None)) is thing.alive


Reports.TestCase.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
TestReports = Reports.TestCase

"""What is owed among the other things to do: said once, with its day, the most urgent first."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.core.cast_of_acts import NOW, standing, standing_by_disc, times, whole_disc_job, whole_job
from tewatashi.core import custody, obligation
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job
from tewatashi.core.obligation import Obligation
from tewatashi.factory import story as factory
from tewatashi.factory.story import Floor
from tewatashi.sitekit.calendar import YEAR_END, working_days
from tewatashi.sitekit.owed import joined
from tewatashi.sitekit.story import Due
from tewatashi.ward import agenda as ward

WORKS = working_days(YEAR_END)
TODAY = date(2026, 11, 24)
PAGE = "/jobs/R8-0001"


def _told(kind: str, *, disc: bool = False) -> Job:
    """The job as it stands before the first act of this kind."""
    timed = [(act, NOW + timedelta(days=day)) for day, act in whole_disc_job()] if disc else list(zip(whole_job(), times(), strict=False))  # fmt: skip
    job: Job | None = None
    for act, at in timed:
        if act.kind == kind:
            break
        job = custody.evolve(job, "R8-0001", act, at)
    assert job is not None
    return job


def _at_ward(job: Job, under: Standing, day: date) -> list[Due]:
    owed = obligation.of_job(job, under, WORKS)
    at = datetime.fromisoformat(f"{day}T09:00:00+09:00")
    return joined(ward.agenda(job, under, at), owed, "ward", day, PAGE)


def _at_factory(job: Job, under: Standing, day: date) -> list[Due]:
    return joined(factory.agenda(job, under, Floor()), obligation.of_job(job, under, WORKS), "factory", day, PAGE)


def _owed(code: str, due: date, who: str = "factory", what: str = "納品", whom: str = "") -> Obligation:
    return Obligation(code, what, who, due, "R8-0001", "WARD-OP-4", whom)  # type: ignore[arg-type]


def test_what_is_overdue_comes_first_at_both_sites() -> None:
    job = _told("parcel-sealed")
    for found in (_at_ward(job, standing(), date(2026, 12, 10)), _at_factory(job, standing(), date(2026, 12, 10))):
        assert (found[0].urgency, "納品" in found[0].text, "10日過ぎています" in found[0].text) == ("late", True, True)


def test_what_is_not_near_is_silent() -> None:
    assert [due.urgency for due in _at_ward(_told("parcel-sealed"), standing(), TODAY)] == ["now"]


def test_an_obligation_gives_its_day_to_the_line_that_settles_it_and_is_said_nowhere_else() -> None:
    job = _told("delivery-confirmed")
    found = _at_ward(job, standing(), job.done["notices-delivered"].date())
    counting = [due for due in found if "数" in due.text]
    assert [(due.urgency, due.by, due.url) for due in counting] == [
        ("soon", date(2026, 11, 25), f"{PAGE}/confirm-delivery")
    ]


@pytest.mark.requirement("FAC-CD-3")
def test_medium_and_notice_that_did_not_come_back_are_late_at_both_sites() -> None:
    job, under = _told("thing-returned", disc=True), standing_by_disc()
    for found in (_at_ward(job, under, date(2026, 12, 4)), _at_factory(job, under, date(2026, 12, 4))):
        late = [due.text for due in found if due.urgency == "late"]
        assert any("返却" in text and "1日過ぎています" in text for text in late)
        assert sum("R8-0001-M01" in text for text in late) == 1


def test_what_this_site_owes_stands_before_what_it_waits_for() -> None:
    found = joined(
        [],
        [_owed("not-delivered", TODAY), _owed("not-counted", TODAY, "ward", "納品された数の確認")],
        "ward",
        TODAY,
        PAGE,
    )
    assert [due.text[:3] for due in found] == ["納品さ", "委託先"]


def test_obligations_of_one_kind_and_day_are_one_line() -> None:
    things = [
        _owed("not-erased", TODAY, what=f"{name}の消去") for name in ("送付データ", "開封データ", "スプール", "印刷")
    ]
    (line,) = joined([], things, "factory", TODAY, PAGE)
    assert line.text == "送付データの消去ほか3件（期限 11/24、今日まで）"
    (two,) = joined([], things[:2], "factory", TODAY, PAGE)
    assert two.text.startswith("送付データの消去・開封データの消去（")


def test_people_are_counted_and_not_named() -> None:
    untrained = [_owed("untrained", date(2026, 4, 1), what="2026年度の研修", whom=name) for name in ("鈴木", "高橋")]
    (line,) = joined([], untrained, "ward", TODAY, "/contracts/R8-1")
    assert "委託先: 2026年度の研修（2人）" in line.text
    assert "鈴木" not in line.text


def test_what_cannot_be_done_yet_waits_until_its_day_is_over() -> None:
    waits = Due("waiting", "名簿の提出を待っています", "/contracts/R8-1", ("no-roster",))
    before, after = (
        joined([waits], [_owed("no-roster", TODAY, what="名簿の提出")], "ward", day, "/contracts/R8-1")[0]
        for day in (TODAY, TODAY + timedelta(days=1))
    )
    assert (before.urgency, after.urgency) == ("waiting", "late")


@pytest.mark.parametrize("disc", [False, True])
def test_no_line_is_said_twice(disc: bool) -> None:
    under = standing_by_disc() if disc else standing()
    kinds = (
        dict.fromkeys(act.kind for _, act in whole_disc_job()) if disc else dict.fromkeys(a.kind for a in whole_job())
    )
    for kind in list(kinds)[1:]:
        job = _told(kind, disc=disc)
        for day in (TODAY, date(2026, 11, 30), date(2027, 1, 15)):
            for found in (_at_ward(job, under, day), _at_factory(job, under, day)):
                texts = [due.text for due in found]
                assert len(set(texts)) == len(texts)
                assert found == sorted(found, key=lambda due: due.rank)

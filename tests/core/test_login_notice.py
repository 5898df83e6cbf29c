"""専用ページ利用通知書: in one place or one hand from its making to its end, and only to whom the roster names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.core.cast_of_acts import CONTRACT, DISC_PLACES, NOW, PEOPLE, act, standing
from tewatashi.core import contract as contracts
from tewatashi.core.acts import Act, Role
from tewatashi.core.contract import Standing
from tewatashi.core.custody.where import login_notices, notice_stays
from tewatashi.core.login_notice import LoginNotice
from tewatashi.core.refused import Refused

UNDER = standing(places=DISC_PLACES)
CABINET = "ward/キャビネット2"


def made(notice: str = "通-G1", account: str = "takahashi", place: str = CABINET) -> Act:
    return act("login-notice-made", "ward", "sato", contract="R8-1", notice=notice, account=account, place=place)


def handed(notice: str = "通-G1", to: str = "takahashi", **changes: str) -> Act:
    said = {"route": "hand", "tracking": "", "on": "2026-11-24", **changes}
    return act("login-notice-handed", "ward", "sato", contract="R8-1", notice=notice, to=to, **said)


def ended(site: Role = "factory", by: str = "takahashi", notice: str = "通-G1", method: str = "shredded") -> Act:
    return act("login-notice-ended", site, by, contract="R8-1", notice=notice, method=method, on="2026-11-25")


def after(*acts: Act, under: Standing = UNDER) -> Standing:
    for one in acts:
        under = contracts.evolve(under, contracts.decide(under, one))
    return under


def refusal(*acts: Act) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        after(*acts)
    return refused.value.code, refused.value.requirement


def where(under: Standing) -> tuple[str, str | None]:
    one = under.login_notices["通-G1"]
    return one.site, one.place or one.hand or one.how


@pytest.mark.requirement("FAC-LG-3")
def test_from_the_cabinet_into_the_hand_of_whom_it_is_for_and_to_its_end() -> None:
    assert where(after(made())) == ("ward", CABINET)
    assert where(after(made(), handed())) == ("factory", "takahashi")
    by_mail = handed(route="registered-mail", tracking="123-45-67890-1")
    assert where(after(made(), by_mail)) == ("factory", "takahashi")
    assert where(after(made(), handed(), ended())) == ("factory", "shredded")
    assert where(after(made(), ended("ward", "sato"))) == ("ward", "shredded")


@pytest.mark.requirement("FAC-LG-3")
@pytest.mark.parametrize(
    ("acts", "code", "requirement"),
    [
        ([made(account="watanabe")], "not-on-roster", "FAC-OP-2"),
        ([made(account="nobody")], "not-on-roster", "FAC-OP-2"),
        ([made(place="ward/送信箱")], "not-lockable", "CL-8"),
        ([made(place="ward/机")], "place-not-listed", "CL-6"),
        ([made(place="factory/金庫1")], "place-not-listed", "CL-6"),
        ([made(), made()], "number-used", "CL-8"),
        ([made(), handed(to="watanabe")], "not-on-roster", "FAC-OP-2"),
        ([made(), handed(to="ito")], "not-on-roster", "FAC-OP-2"),
        ([made(), handed(route="registered-mail")], "tracking-missing", "FAC-LG-3"),
        ([made(), handed(tracking="123")], "tracking-missing", "FAC-LG-3"),
        ([handed()], "no-such-notice", "CL-8"),
        ([made(), handed(), handed()], "no-such-notice", "CL-8"),
        ([made(), ended()], "no-such-notice", "CL-8"),
        ([made(), handed(), ended("ward", "sato")], "no-such-notice", "CL-8"),
        ([made(), handed(), ended(by="watanabe")], "not-on-roster", "FAC-OP-2"),
        ([made(), handed(), ended(), ended()], "no-such-notice", "CL-8"),
    ],
)
def test_what_breaks_a_rule_is_refused(acts: list[Act], code: str, requirement: str) -> None:
    assert refusal(*acts) == (code, requirement)


def test_who_left_the_roster_gets_no_notice_that_was_made_before() -> None:
    fewer = [
        act("roster-submitted", "factory", "suzuki", contract="R8-1", version=2, people=PEOPLE[:1]),
        act("roster-accepted", "ward", "tanaka", contract="R8-1", version=2),
    ]
    assert refusal(made(), *fewer, handed(to="suzuki")) == ("not-on-roster", "FAC-OP-2")


def test_another_contractor_does_not_make_the_notices_of_the_former_one_vanish() -> None:
    other = Act("contract-made", "ward", "tanaka", {**CONTRACT, "contractor": "別の印刷"})
    assert where(after(made(), handed(), other)) == ("factory", "takahashi")


@pytest.mark.requirement("CL-8")
def test_its_way_is_told_as_that_of_a_thing_of_the_contract() -> None:
    told = [(one, NOW + timedelta(days=n)) for n, one in enumerate((made(), handed(), ended()))]
    way = notice_stays(told, "専用ページ利用通知書:通-G1@ward")
    assert [(one.act.kind, one.thing.place or one.thing.hand) for one in way] == [
        ("login-notice-made", CABINET), ("login-notice-handed", "takahashi"), ("login-notice-ended", None),
    ]  # fmt: skip
    assert [one.until for one in way] == [NOW + timedelta(days=1), NOW + timedelta(days=2), None]
    (thing,) = login_notices(told, NOW + timedelta(days=1))
    assert (thing.number, thing.quantity, thing.born, thing.hand) == ("通-G1", 1, NOW, "takahashi")
    assert login_notices(told, NOW - timedelta(seconds=1)) == []


class Notices(RuleBasedStateMachine):
    """Acts on two notices by anybody in any order: what is accepted never leaves one nowhere or in two places."""

    def __init__(self) -> None:
        super().__init__()
        self.under = UNDER
        self.ended: dict[str, LoginNotice] = {}

    def try_act(self, one: Act) -> None:
        try:
            contracts.decide(self.under, one)
        except Refused:
            return
        self.under = contracts.evolve(self.under, one)

    @rule(n=st.integers(1, 2), who=st.sampled_from(["takahashi", "watanabe"]), place=st.sampled_from(DISC_PLACES))
    def one_is_made(self, n: int, who: str, place: str) -> None:
        self.try_act(made(f"通-G{n}", who, place))

    @rule(
        n=st.integers(1, 3), to=st.sampled_from(["takahashi", "suzuki", "watanabe"]),
        route=st.sampled_from(["hand", "registered-mail"]), tracking=st.sampled_from(["", "123"]),
    )  # fmt: skip
    def one_is_handed_over(self, n: int, to: str, route: str, tracking: str) -> None:
        self.try_act(handed(f"通-G{n}", to, route=route, tracking=tracking))

    @rule(
        n=st.integers(1, 3), site=st.sampled_from(["ward", "factory"]), by=st.sampled_from(["takahashi", "watanabe"]),
        method=st.sampled_from(["shredded", "lost"]),
    )  # fmt: skip
    def one_ends(self, n: int, site: Role, by: str, method: str) -> None:
        self.try_act(ended(site, by, f"通-G{n}", method))

    @invariant()
    def each_is_in_one_place_or_one_hand_until_it_ends(self) -> None:
        for one in self.under.login_notices.values():
            assert (one.place is not None) + (one.hand is not None) == (0 if one.how else 1)
            assert one.place in (None, CABINET, "ward/キャビネット1")
            assert one.hand in (None, "takahashi", "suzuki")

    @invariant()
    def what_has_ended_never_comes_back(self) -> None:
        for number, one in self.ended.items():
            assert self.under.login_notices[number] == one
        self.ended = {number: one for number, one in self.under.login_notices.items() if one.how}


Notices.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestNotices = Notices.TestCase

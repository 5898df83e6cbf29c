"""The 専用ページ利用通知書 of a contract as things: each in one place or one hand from its making to its end.

Rules
  FAC-LG-3  its account and who gets it are on the accepted roster; it goes by hand, or by registered mail with its number
  CL-8      until it is handed over it lies in a locked place of the ward; whoever got it has it until it is shredded or lost
It tells address, id and initial password, so it stays a thing until it ends, though its password ends with the first login and
its holder's company may be the contractor no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from tewatashi.core.acts import Act, Role
from tewatashi.core.place import is_lockable
from tewatashi.core.refused import Refused

KINDS: Final = ("login-notice-made", "login-notice-handed", "login-notice-ended")
WHAT: Final = "専用ページ利用通知書"


@dataclass(frozen=True)
class LoginNotice:
    """One notice: its number, whose account it tells, at which site it is, and there in which place or hand.

    how  shredded or lost, once it has ended; then it has neither place nor hand
    """

    number: str
    account: str
    site: Role
    place: str | None = None
    hand: str | None = None
    how: str | None = None

    def __post_init__(self) -> None:
        if (self.place is not None) + (self.hand is not None) != (0 if self.how else 1):
            raise AssertionError(f"{self.number}: a living notice has one place or one hand, an ended one has none")


Notices = Mapping[str, LoginNotice]


def decide(notices: Notices, act: Act, roster: frozenset[str], places: frozenset[str]) -> None:
    """Refuse an act on a notice that breaks a rule. roster: ids on the accepted one;  places: those of the contract."""
    if act.kind == "login-notice-made":
        _refuse_used_number(notices, act)
        _refuse_stranger(act.text("account"), roster)
        _refuse_unlocked(act, places)
        return
    notice = _living(notices, act)
    if act.kind == "login-notice-handed":
        _refuse_stranger(notice.account, roster)  # the roster may have changed since the notice was made
        _refuse_stranger(act.text("to"), roster)
        _refuse_wrong_tracking(act)
    elif notice.site == "factory":
        _refuse_stranger(act.by, roster)


def evolve(notices: Notices, act: Act) -> Notices:
    """The notices after an act that `decide` allowed."""
    number = act.text("notice")
    if act.kind == "login-notice-made":
        after = LoginNotice(number, act.text("account"), "ward", place=act.text("place"))
    elif act.kind == "login-notice-handed":
        after = replace(notices[number], site="factory", place=None, hand=act.text("to"))
    else:
        after = replace(notices[number], place=None, hand=None, how=act.text("method"))
    return {**notices, number: after}


def _living(notices: Notices, act: Act) -> LoginNotice:
    """The notice that the act names, if it is where the act is done: at the ward until it is handed over."""
    notice = notices.get(act.text("notice"))
    if notice is None or notice.how or notice.site != act.site:
        raise Refused(
            "no-such-notice", f"この拠点にある{WHAT}ではありません。", found=act.text("notice"), do="契約の画面で番号を確かめてください。",
            requirement="CL-8",
        )  # fmt: skip
    return notice


def _refuse_used_number(notices: Notices, act: Act) -> None:
    if act.text("notice") in notices:
        raise Refused(
            "number-used", "すでに使った番号です。", found=act.text("notice"), do="通知書に印字された番号を確かめてください。",
            requirement="CL-8",
        )  # fmt: skip


def _refuse_stranger(person: str, roster: frozenset[str]) -> None:
    if person not in roster:
        raise Refused(
            "not-on-roster", "承認された取扱者名簿にない人です。", found=person, expected="名簿の人",
            do="名簿の変更を提出し、区の承認を受けてください。", requirement="FAC-OP-2",
        )  # fmt: skip


def _refuse_unlocked(act: Act, places: frozenset[str]) -> None:
    place = act.text("place")
    if place not in places or not place.startswith("ward/"):
        raise Refused(
            "place-not-listed",
            "契約で指定された区の場所ではありません。",
            found=place,
            do="指定の場所を選んでください。",
            requirement="CL-6",
        )
    if not is_lockable(place):
        raise Refused(
            "not-lockable", f"{WHAT}を置けるのは、鍵のかかる場所だけです。", found=place, expected="キャビネット・金庫",
            do="鍵付きのキャビネットか金庫を選んでください。", requirement="CL-8",
        )  # fmt: skip


def _refuse_wrong_tracking(act: Act) -> None:
    if (act.text("route") == "registered-mail") != bool(act.text("tracking")):
        raise Refused(
            "tracking-missing", "簡易書留の引受番号がないか、手渡しに引受番号があります。", found=act.text("tracking") or "なし",
            do="簡易書留のときだけ、引受番号を入力してください。", requirement="FAC-LG-3",
        )  # fmt: skip

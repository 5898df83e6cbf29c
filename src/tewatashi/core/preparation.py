"""What a contractor has shown before its people may handle personal data, version by version as it hands it in.

Rules
  FAC-OP-4  emergency contacts and procedures are handed in, and the ward has accepted the latest
  FAC-OP-5  a person handles data only in a fiscal year in which the person was trained
  CL-1-2    a person handles data only after signing the pledge of confidentiality, which outlives the contract
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, cast

from tewatashi.core.acts import Act
from tewatashi.core.refused import Refused

_HANDED_IN: Final = {
    "emergency-submitted": "emergency",
    "training-reported": "training",
    "pledges-submitted": "pledges",
}
KINDS: Final = (*_HANDED_IN, "preparation-accepted")
NAMES: Final = {
    "emergency": "緊急連絡体制・対応手順",
    "training": "セキュリティ研修の報告",
    "pledges": "秘密保持誓約書",
}


@dataclass(frozen=True)
class Preparation:
    """What was handed in, and what of it the ward has accepted. Keys are those of NAMES.

    handed_in  what each version says, from 1: an acceptance may cross with the next one;  accepted  the version accepted last
    trained  (person, fiscal year);  pledged  person -> the day of the signature
    """

    handed_in: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)
    accepted: Mapping[str, int] = field(default_factory=dict)
    trained: frozenset[tuple[str, int]] = frozenset()
    pledged: Mapping[str, date] = field(default_factory=dict)

    def version(self, what: str) -> int:
        """The version that was handed in last; 0 when there is none."""
        return len(self.handed_in.get(what, ()))

    @property
    def latest(self) -> dict[str, tuple[int, Mapping[str, object]]]:
        """Version and body of what was handed in last."""
        return {what: (len(versions), versions[-1]) for what, versions in self.handed_in.items()}


def fiscal_year(day: date) -> int:
    """April to March, by the year in which it begins."""
    return day.year if day.month >= 4 else day.year - 1


def decide(prepared: Preparation, act: Act, roster: frozenset[str]) -> None:
    """Refuse another version than the next, and people who are not on the accepted roster. roster: ids on it."""
    what = _HANDED_IN.get(act.kind) or act.text("what")
    handed_in = act.kind in _HANDED_IN
    expected = prepared.version(what) + handed_in
    if act.number("version") != expected or expected == 0:
        raise Refused(
            "version", f"「{NAMES[what]}」の版が違います。", found=act.number("version"), expected=expected or "提出なし",
            do="最新の版を確かめてください。",
        )  # fmt: skip
    if handed_in and (strangers := people_of(act) - roster):
        raise Refused(
            "not-on-roster", "承認された取扱者名簿にない人です。", found="・".join(sorted(strangers)), expected="名簿の人",
            do="先に名簿を提出し、区の承認を受けてください。", requirement="FAC-OP-2",
        )  # fmt: skip


def evolve(prepared: Preparation, act: Act) -> Preparation:
    """After something was handed in, or accepted."""
    if act.kind in _HANDED_IN:
        what = _HANDED_IN[act.kind]
        return replace(prepared, handed_in={**prepared.handed_in, what: (*prepared.handed_in.get(what, ()), act.body)})
    what = act.text("what")
    body = prepared.handed_in[what][act.number("version") - 1]
    prepared = replace(prepared, accepted={**prepared.accepted, what: act.number("version")})
    if what == "training":
        year = fiscal_year(date.fromisoformat(cast("str", body["held_on"])))
        people = cast("list[str]", body["people"])
        return replace(prepared, trained=prepared.trained | {(person, year) for person in people})
    if what == "pledges":
        signed = cast("list[dict[str, str]]", body["people"])
        days = {one["id"]: date.fromisoformat(one["on"]) for one in signed}
        return replace(prepared, pledged={**prepared.pledged, **days})
    return prepared


def people_of(act: Act) -> frozenset[str]:
    """Whom something handed in is about: nobody for the emergency procedure."""
    people = cast("list[Any]", act.body.get("people", []))
    return frozenset(one if isinstance(one, str) else one["id"] for one in people)


def lacking(prepared: Preparation, person: str, today: date) -> list[str]:
    """What a person lacks today before handling data, as keys of NAMES."""
    found = ["training"] if (person, fiscal_year(today)) not in prepared.trained else []
    return found if person in prepared.pledged else [*found, "pledges"]


def refuse_without_emergency(prepared: Preparation) -> None:
    """FAC-OP-4: nothing is handed over before the ward has accepted the latest contacts and procedure."""
    found, expected = prepared.accepted.get("emergency", 0), prepared.version("emergency")
    if expected == 0 or found != expected:
        raise Refused(
            "emergency-not-accepted", "緊急連絡体制・対応手順の最新版を区が承認していません。", found=f"第{found}版",
            expected=f"第{expected or 1}版", do="委託先に提出を求め、確認して承認してください。", requirement="FAC-OP-4",
        )  # fmt: skip


def refuse_unprepared(prepared: Preparation, person: str, today: date) -> None:
    """Refuse somebody untrained in this fiscal year, or without a pledge."""
    year = fiscal_year(today)
    if (person, year) not in prepared.trained:
        years = [trained for one, trained in prepared.trained if one == person]
        raise Refused(
            "untrained", "今年度のセキュリティ研修を受けたことが確かめられていない人です。",
            found=f"{person} {f'{max(years)}年度' if years else '受講なし'}", expected=f"{year}年度",
            do="研修を受け、報告を提出し、区の承認を受けてください。", requirement="FAC-OP-5",
        )  # fmt: skip
    if person not in prepared.pledged:
        raise Refused(
            "no-pledge", "秘密保持誓約書が確かめられていない人です。", found=person,
            do="誓約書を提出し、区の承認を受けてください。", requirement="CL-1-2",
        )  # fmt: skip

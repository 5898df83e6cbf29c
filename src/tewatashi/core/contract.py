"""A contract with what both sides have sent about it, and what must stand before data may be handed over.

Rules
  WORK-5     the channel is the contract's; nothing else asks which one it is
  WORK-6     PrivacyMark, and over LGWAN the LGWAN-ASP certification, are valid on the day
  WORK-7     nothing is handed over outside the term
  WARD-OP-3  the contractor has acknowledged the current workflow
  FAC-OP-4   the ward has accepted the current emergency contacts and procedure
  FAC-OP-5   everyone on the roster was trained in this fiscal year before data change hands, and so was who acts
  CL-1-2     and each of them has signed the pledge
  FAC-OP-2   the ward has accepted the current roster, and the person who acts is on it and on none submitted since is missing
  CL-3-5     items of a forbidden category are declared only with the ward's recorded consent
  CL-6       personal data stays in the places that the contract lists
  CL-10      everyone on the roster is the contractor's own
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal, cast

from tewatashi.core import approval, certificate, login_notice, preparation
from tewatashi.core.acts import Act
from tewatashi.core.approval import Proofs
from tewatashi.core.certificate import Certificate, Copy, certificate_of
from tewatashi.core.preparation import Preparation
from tewatashi.core.refused import Refused

Duty = Literal["supervisor", "handler"]
SYSTEM: Final = "system"

# Where a site itself puts what it holds; a contract lists these, and further places for what people carry.
OUTBOX: Final = "ward/送信箱"
COUNTER: Final = "ward/納品窓口"
RELAY: Final = "gateway/中継"
INBOX: Final = "factory/受信箱"
VAULT: Final = "factory/保管庫"
PRESS_ROOM: Final = "factory/印字室"
MEDIA_CABINET: Final = "ward/キャビネット1"
NOTICE_CABINET: Final = "ward/キャビネット2"
MEDIA_SAFE: Final = "factory/金庫1"
NOTICE_SAFE: Final = "factory/金庫2"
PLACES: Final = (
    OUTBOX, COUNTER, MEDIA_CABINET, NOTICE_CABINET, RELAY, INBOX, VAULT, PRESS_ROOM, MEDIA_SAFE, NOTICE_SAFE,
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One line of the roster (取扱責任者・取扱者名簿); `id` is the person's account at the factory."""

    id: str
    name: str
    duty: Duty
    employer: str


@dataclass(frozen=True)
class Contract:
    """What the ward and the contractor agreed on, as the ward registered it."""

    number: str
    title: str
    contractor: str
    begins: date
    ends: date
    channel: Literal["lgwan", "disc"]
    privacy_mark: Certificate | None
    lgwan_asp: Certificate | None
    forms: frozenset[str]
    places: frozenset[str]
    erase_within_days: int
    gateway_hold_days: int
    outsourcing: Mapping[str, str]
    connection: Mapping[str, str] | None

    def certificate(self, which: str) -> Certificate | None:
        """The certificate of this kind, a key of core.certificate.NAMES, as it is registered now."""
        return self.privacy_mark if which == "privacy-mark" else self.lgwan_asp

    @property
    def fiscal_year(self) -> int:
        """The fiscal year (April to March) in which the term begins, western."""
        return self.begins.year if self.begins.month >= 4 else self.begins.year - 1


@dataclass(frozen=True)
class Clause:
    """One 特記事項 by its number and heading, with the ids of the requirements that keep it."""

    number: str
    heading: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Category:
    """A category of personal data that may not be collected (収集禁止事項), and words by which an item of it is known."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Clauses:
    """The special clauses that the contract carries, and the ordinances and policies that it binds to (WARD-OP-1)."""

    version: int
    title: str
    binds: tuple[str, ...]
    clauses: tuple[Clause, ...]
    forbidden: tuple[Category, ...] = ()


@dataclass(frozen=True)
class Standing:
    """A contract and where it stands today: workflow, roster, and what the other side has agreed to."""

    contract: Contract
    workflow: int = 0
    steps: tuple[str, ...] = ()
    acknowledged: int = 0
    roster: int = 0
    proposals: Mapping[int, tuple[Person, ...]] = field(default_factory=dict)  # by the version of the roster
    accepted: int = 0
    people: tuple[Person, ...] = ()  # who may handle data: on the accepted roster, and on each one submitted since
    clauses: Clauses | None = None
    consented: frozenset[str] = frozenset()
    categories: frozenset[tuple[str, str]] = frozenset()  # (form, forbidden category) that the ward has consented to
    preparation: Preparation = field(default_factory=Preparation)
    proofs: Proofs = field(default_factory=Proofs)
    copies: Mapping[str, Copy] = field(default_factory=dict)  # certificate (of core.certificate.NAMES) -> attached last
    login_notices: login_notice.Notices = field(default_factory=dict)  # by their numbers
    staff: Mapping[str, str] = field(default_factory=dict)  # names of the ward's people who acted, by their ids

    @property
    def proposed(self) -> tuple[Person, ...]:
        """The roster that was submitted last."""
        return self.proposals.get(self.roster, ())

    @property
    def accepted_roster(self) -> tuple[Person, ...]:
        """The roster as the ward accepted it, with those who have left since."""
        return self.proposals.get(self.accepted, ())

    @property
    def places(self) -> frozenset[str]:
        """Where personal data may be: what the contract lists, and what the ward has consented to since (CL-6)."""
        return self.contract.places | self.consented

    def copy(self, which: str) -> Copy | None:
        """The copy attached to the certificate that is registered now, or None."""
        found = self.copies.get(which)
        return found if found and found.certificate == self.contract.certificate(which) else None

    def person(self, person_id: str) -> Person | None:
        """The person on the accepted roster, or None."""
        return next((one for one in self.people if one.id == person_id), None)


def decide(standing: Standing | None, act: Act) -> Act:
    """The act, if this contract allows it now; Refused otherwise."""
    if standing is None:
        if act.kind != "contract-made":
            raise Refused(
                "contract-unknown", "登録されていない契約です。", found=act.text("contract"), do="先に契約を登録してください。",
            )  # fmt: skip
        _refuse_unfit_contract(act)
        return act
    match act.kind:
        case "contract-made":
            _refuse_unfit_contract(act)
        case "workflow-published":
            _expect_version(act, standing.workflow + 1)
        case "workflow-acknowledged":
            _expect_version(act, standing.workflow)
        case "roster-submitted":
            _expect_version(act, standing.roster + 1)
            _refuse_strangers(standing.contract, roster_of(act))
        case "roster-accepted":
            _expect_version(act, standing.roster)
        case "clauses-attached":
            _expect_version(act, standing.clauses.version + 1 if standing.clauses else 1)
        case "place-consented" | "staff-named":
            pass
        case "category-consented":
            _refuse_other_form(standing.contract, act.text("form"))
        case _ if act.kind in (*approval.KINDS, *preparation.KINDS, *login_notice.KINDS, certificate.ATTACHED):
            _decide_handed_in(standing, act)
        case _:
            raise Refused(
                "act-place", "契約についての記録ではありません。", found=act.kind, do="案件の画面で行ってください。"
            )
    return act


def _decide_handed_in(standing: Standing, act: Act) -> None:
    roster = frozenset(person.id for person in standing.people)
    if act.kind in approval.KINDS:
        approval.decide(standing.proofs, act)
    elif act.kind in login_notice.KINDS:
        login_notice.decide(standing.login_notices, act, roster, standing.places)
    elif act.kind == certificate.ATTACHED:
        certificate.refuse_other(standing.contract.certificate(act.text("which")), act)
    else:
        preparation.decide(standing.preparation, act, roster)


def evolve(standing: Standing | None, act: Act) -> Standing:
    """The contract after an accepted act."""
    if act.kind == "contract-made":
        return _made(standing, contract_of(act))
    assert standing is not None
    if act.kind in approval.KINDS:
        return replace(standing, proofs=approval.evolve(standing.proofs, act))
    if act.kind in preparation.KINDS:
        return replace(standing, preparation=preparation.evolve(standing.preparation, act))
    return replace(standing, **_changed(standing, act))


def _changed(standing: Standing, act: Act) -> dict[str, Any]:
    """The fields of the standing that an act changes."""
    changed: dict[str, Any] = {}
    match act.kind:
        case "workflow-published":
            changed = {"workflow": act.number("version"), "steps": tuple(cast("list[str]", act.body["steps"]))}
        case "workflow-acknowledged":
            changed = {"acknowledged": act.number("version")}
        case "roster-submitted":
            proposals = {**standing.proposals, act.number("version"): roster_of(act)}
            people = _who_stay(standing.people, proposals, act.number("version") - 1)
            changed = {"roster": act.number("version"), "proposals": proposals, "people": people}
        case "roster-accepted":
            version = act.number("version")
            people = _who_stay(standing.proposals[version], standing.proposals, version)
            changed = {"accepted": version, "people": people}
        case "clauses-attached":
            changed = {"clauses": _clauses_of(act)}
        case "place-consented":
            changed = {"consented": standing.consented | {act.text("place")}}
        case "staff-named":
            named = cast("list[dict[str, str]]", act.body["people"])
            changed = {"staff": {**standing.staff, **{one["id"]: one["name"] for one in named}}}
        case certificate.ATTACHED:
            changed = {"copies": {**standing.copies, act.text("which"): certificate.copy_of(act)}}
        case _ if act.kind in login_notice.KINDS:
            changed = {"login_notices": login_notice.evolve(standing.login_notices, act)}
        case "category-consented":
            changed = {"categories": standing.categories | {(act.text("form"), act.text("category"))}}
    assert changed, act.kind
    return changed


def _made(standing: Standing | None, contract: Contract) -> Standing:
    """Another contractor begins anew with a roster of its own, and has not acknowledged the ward's workflow yet (CL-10).

    Whatever else was changed (term, forms, places, certificates) is asked at each act, and says nothing about people.
    """
    if standing is None:
        return Standing(contract)
    if contract.contractor != standing.contract.contractor:
        return Standing(
            contract, workflow=standing.workflow, steps=standing.steps, clauses=standing.clauses, consented=standing.consented,
            categories=standing.categories, login_notices=standing.login_notices, staff=standing.staff,
        )  # fmt: skip
    return replace(standing, contract=contract)


def _who_stay(
    people: tuple[Person, ...], proposals: Mapping[int, tuple[Person, ...]], version: int
) -> tuple[Person, ...]:
    """Those of a roster who are on all later ones: who leaves does so when it is submitted, who comes when it is accepted."""
    later = [{one.id for one in named} for number, named in proposals.items() if number > version]
    return tuple(person for person in people if all(person.id in ids for ids in later))


def contract_of(act: Act) -> Contract:
    """The contract that a `contract-made` act states."""
    body = act.body
    return Contract(
        number=act.text("contract"),
        title=act.text("title"),
        contractor=act.text("contractor"),
        begins=date.fromisoformat(act.text("begins")),
        ends=date.fromisoformat(act.text("ends")),
        channel=cast("Literal['lgwan', 'disc']", act.text("channel")),
        privacy_mark=certificate_of(body["privacy_mark"]),
        lgwan_asp=certificate_of(body["lgwan_asp"]),
        forms=frozenset(cast("list[str]", body["forms"])),
        places=frozenset(cast("list[str]", body["places"])),
        erase_within_days=act.number("erase_within_days"),
        gateway_hold_days=act.number("gateway_hold_days"),
        outsourcing=cast("dict[str, str]", body["outsourcing"]),
        connection=cast("dict[str, str] | None", body["connection"]),
    )


def roster_of(act: Act) -> tuple[Person, ...]:
    """The people that a `roster-submitted` act names."""
    people = cast("list[dict[str, str]]", act.body["people"])
    return tuple(Person(p["id"], p["name"], cast("Duty", p["duty"]), p["employer"]) for p in people)


def refuse_hand_over(standing: Standing, today: date) -> None:
    """Refuse if personal data may not change hands under this contract on this day."""
    contract = standing.contract
    if not contract.begins <= today <= contract.ends:
        raise Refused(
            "contract-term", "契約期間の外です。", found=today, expected=f"{contract.begins}〜{contract.ends}",
            do="契約の期間を確かめてください。", requirement="WORK-7",
        )  # fmt: skip
    certificate.refuse_invalid("privacy-mark", contract.privacy_mark, today)
    if contract.channel == "lgwan":
        certificate.refuse_invalid("lgwan-asp", contract.lgwan_asp, today)
    if standing.workflow == 0 or standing.acknowledged != standing.workflow:
        raise Refused(
            "workflow-not-acknowledged", "業務フローの最新版を委託先が確認していません。",
            found=f"第{standing.acknowledged}版", expected=f"第{standing.workflow}版",
            do="委託先に確認を求めてください。", requirement="WARD-OP-3",
        )  # fmt: skip
    if not standing.people or standing.accepted != standing.roster:
        raise Refused(
            "roster-not-accepted", "取扱者名簿の最新版を区が承認していません。",
            found=f"第{standing.accepted}版", expected=f"第{standing.roster}版",
            do="名簿を確認し、承認してください。", requirement="FAC-OP-2",
        )  # fmt: skip
    preparation.refuse_without_emergency(standing.preparation)
    for person in standing.people:
        preparation.refuse_unprepared(standing.preparation, person.id, today)


def refuse_unless_on_roster(standing: Standing, person_id: str, duties: tuple[Duty, ...]) -> None:
    """Refuse a person who is not on the accepted roster with one of these duties (FAC-OP-2)."""
    person = standing.person(person_id)
    if person is None:
        raise Refused(
            "not-on-roster", "承認された取扱者名簿にない人です。", found=person_id, expected=f"第{standing.accepted}版の名簿",
            do="名簿の変更を提出し、区の承認を受けてください。", requirement="FAC-OP-2",
        )  # fmt: skip
    if person.duty not in duties:
        raise Refused(
            "wrong-duty", "この操作は名簿の役割では行えません。", found=person.duty, expected="・".join(duties),
            do="役割のある人が操作してください。", requirement="FAC-OP-2",
        )  # fmt: skip


def refuse_unprepared_person(standing: Standing, person_id: str, duties: tuple[Duty, ...], today: date) -> None:
    """Refuse who is not on the roster with one of these duties, untrained this fiscal year or unpledged (FAC-OP-5, CL-1-2)."""
    refuse_unless_on_roster(standing, person_id, duties)
    preparation.refuse_unprepared(standing.preparation, person_id, today)


def refuse_place(standing: Standing, place: str) -> None:
    """Refuse a place that the contract does not list (CL-6)."""
    if place not in standing.places:
        raise Refused(
            "place-not-listed", "契約で指定されていない場所です。", found=place,
            expected="・".join(sorted(standing.places)),
            do="指定の場所を選ぶか、区の承諾を得て契約の場所に加えてください。", requirement="CL-6",
        )  # fmt: skip


def _clauses_of(act: Act) -> Clauses:
    clauses = cast("list[dict[str, Any]]", act.body["clauses"])
    return Clauses(
        act.number("version"),
        act.text("title"),
        tuple(cast("list[str]", act.body["binds"])),
        tuple(Clause(one["number"], one["heading"], tuple(one["rules"])) for one in clauses),
        tuple(
            Category(one["category"], tuple(one["words"]))
            for one in cast("list[dict[str, Any]]", act.body["forbidden"])
        ),
    )


def _refuse_unfit_contract(act: Act) -> None:
    contract = contract_of(act)
    if contract.begins > contract.ends:
        raise Refused(
            "contract-term", "契約の終期が始期より前です。", found=contract.ends, expected=f"{contract.begins}以降",
            do="期間を直してください。", requirement="WORK-7",
        )  # fmt: skip
    if contract.channel == "lgwan" and (contract.lgwan_asp is None or contract.connection is None):
        raise Refused(
            "channel-not-qualified", "LGWAN 回線による授受には、LGWAN-ASP の認証と外部結合の届出が要ります。",
            do="認証の番号・期限と外部結合の項目を登録するか、CD-R による授受にしてください。", requirement="WORK-5",
        )  # fmt: skip


def _refuse_strangers(contract: Contract, people: tuple[Person, ...]) -> None:
    if len({person.id for person in people}) != len(people):
        raise Refused(
            "roster-double", "名簿に同じ人が二度あります。", do="名簿を直してください。", requirement="FAC-OP-2"
        )
    for person in people:
        if person.id == SYSTEM:
            raise Refused(
                "system-id", "システムが自動で行う処理を表すIDは、人に使えません。", found=SYSTEM, do="その人のIDを改めてください。",
                requirement="FAC-OP-2",
            )  # fmt: skip
        if person.employer != contract.contractor:
            raise Refused(
                "other-company", "委託先の従業者でない人は名簿に加えられません。", found=person.employer,
                expected=contract.contractor, do="再委託はできません。委託先の従業者だけを登録してください。",
                requirement="CL-10",
            )  # fmt: skip
    if not any(person.duty == "supervisor" for person in people):
        raise Refused(
            "no-supervisor", "名簿に取扱責任者がいません。", do="取扱責任者を登録してください。", requirement="FAC-OP-2"
        )


def _refuse_other_form(contract: Contract, form: str) -> None:
    if form not in contract.forms:
        raise Refused(
            "form-not-in-contract", "契約にない帳票です。", found=form, expected="・".join(sorted(contract.forms)),
            do="契約の帳票を選んでください。", requirement="CL-7",
        )  # fmt: skip


def _expect_version(act: Act, version: int) -> None:
    if act.number("version") != version or version == 0:
        raise Refused(
            "version", f"「{act.name}」の版が違います。", found=act.number("version"), expected=version or "なし",
            do="最新の版を確かめてください。",
        )  # fmt: skip

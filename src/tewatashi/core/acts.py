"""Every act that hands personal data over, moves it, counts it or ends it: who may do it and what it must say.

One table serves three uses: the rules of custody look acts up in it, a letter's body is checked against it, and the
glossary of the papers is made from it. An act's body holds text, whole numbers, yes/no and lists of these; never a
resident's data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, cast

from tewatashi.core.refused import Refused

Role = Literal["ward", "gateway", "factory"]
Check = Callable[[object], bool]

_HEX32: Final = re.compile(r"[0-9a-f]{32}")
_HEX64: Final = re.compile(r"[0-9a-f]{64}")
_PLACE: Final = re.compile(r"(ward|gateway|factory)/[^\s/]{1,40}")
_NUMBER: Final = re.compile(r"[0-9A-Z][0-9A-Z-]{0,15}")
_LABEL: Final = re.compile(r"[^\s:@/]{1,20}")
_PERSON: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_MAX_TEXT: Final = 500
_MAX_PIECES: Final = 50_000
_MAX_BOXES: Final = 10_000


def text(value: object) -> bool:
    """One line of at most 500 characters that is not blank. A full-width space is as good as a narrow one."""
    return isinstance(value, str) and 0 < len(value.strip()) <= _MAX_TEXT and value.replace("\u3000", " ").isprintable()


def text_or_empty(value: object) -> bool:
    """As `text`, or nothing."""
    return value == "" or text(value)


def long_text(value: object) -> bool:
    """Several lines, 4,000 characters at most."""
    return isinstance(value, str) and 0 < len(value.strip()) <= 4_000


def count(value: object) -> bool:
    """A number of pieces, sheets or bytes: a whole number from 0."""
    return type(value) is int and 0 <= value < 2**53


def days(value: object) -> bool:
    """A number of days that a date can still be counted on by: ten years at most."""
    return count(value) and cast("int", value) <= 3660


def yes_no(value: object) -> bool:
    return type(value) is bool


def day(value: object) -> bool:
    """A date, ISO 8601 yyyy-mm-dd."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def moment(value: object) -> bool:
    """A time with its offset, ISO 8601."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def hex32(value: object) -> bool:
    return isinstance(value, str) and _HEX32.fullmatch(value) is not None


def hex64(value: object) -> bool:
    return isinstance(value, str) and _HEX64.fullmatch(value) is not None


def place(value: object) -> bool:
    """Site and place name, as a contract lists them: `factory/保管庫1`."""
    return isinstance(value, str) and _PLACE.fullmatch(value) is not None


def person(value: object) -> bool:
    """The id of an account, never a resident."""
    return isinstance(value, str) and _PERSON.fullmatch(value) is not None


def number(value: object) -> bool:
    """What is written on a medium or a paper to tell it from others: `R8-0001-M01`."""
    return isinstance(value, str) and _NUMBER.fullmatch(value) is not None


def label(value: object) -> bool:
    """The number of a paper in people's own letters: `通-G12`."""
    return isinstance(value, str) and _LABEL.fullmatch(value) is not None and value.isprintable()


def note(value: object) -> bool:
    """A signed note carried as text (a cover); its own reader checks it."""
    return isinstance(value, str) and 0 < len(value) <= 8_000


def one_of(*values: str) -> Check:
    return lambda value: value in values


def list_of(check: Check, *, most: int) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(check, value))


def record(fields: Mapping[str, Check]) -> Check:
    """An object with just these fields."""
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == fields.keys()
        and all(check(value[name]) for name, check in fields.items())
    )


def nothing_or(check: Check) -> Check:
    return lambda value: value is None or check(value)


_CERTIFICATE: Final = nothing_or(record({"number": text, "expires": day}))
_PERSON_RECORD: Final = record({"id": person, "name": text, "duty": one_of("supervisor", "handler"), "employer": text})
_CLAUSE: Final = record({"number": text, "heading": text, "rules": list_of(text, most=50)})
_FORBIDDEN: Final = record({"category": text, "words": list_of(text, most=100)})
_CONTACT: Final = record({"name": text, "duty": text, "phone": text})
_COUNTS: Final = {
    "composed": count,
    "printed": count,
    "enclosed": count,
    "withdrawn": count,
    "spoiled": count,
    "remade": count,
}

# What a page depends on beside its data (core/approval.py).
FINGERPRINT: Final[Mapping[str, Check]] = {"form": hex64, "fonts": hex64, "program": hex64, "device": hex64}

# The fields of the two sheets that the ward's council reads (WORK-7), by the names that the sheets use.
OUTSOURCING_SHEET: Final = (
    "保有課", "登録業務の名称", "委託先", "処理させる情報項目", "記録媒体", "委託理由", "委託の内容", "開始時期及び期限",
    "区が行う情報保護対策", "受託事業者に行わせる情報保護対策",
)  # fmt: skip
CONNECTION_SHEET: Final = (
    "保有課", "登録業務の名称", "結合される情報項目", "結合の相手方", "結合する理由", "結合の形態", "開始時期と期間",
    "情報保護対策",
)  # fmt: skip


def _sheet(names: tuple[str, ...]) -> Check:
    return record(dict.fromkeys(names, lambda value: isinstance(value, str) and 0 < len(value) <= 2_000))


@dataclass(frozen=True)
class Kind:
    """What one kind of act is: its name in the office's words, the site that does it, who is told, what it says.

    tells  in the order of writing. The gateway comes first: it must know before what it carries is answered. It is told
           what it needs for judging a parcel and its receipt (the contract, workflow and roster among it), and no more.
    """

    name: str
    site: Role | None  # None: any site
    tells: tuple[Role, ...]
    fields: Mapping[str, Check]
    of_contract: bool = False
    requirements: tuple[str, ...] = field(default=())


KINDS: Final[Mapping[str, Kind]] = {
    # ------------------------------------------------------------ the contract
    "contract-made": Kind("契約の登録", "ward", ("gateway", "factory"), {
        "contract": text, "title": text, "contractor": text, "begins": day, "ends": day,
        "channel": one_of("lgwan", "disc"), "privacy_mark": _CERTIFICATE, "lgwan_asp": _CERTIFICATE,
        "forms": list_of(text, most=50), "places": list_of(place, most=100), "erase_within_days": days,
        "gateway_hold_days": days, "outsourcing": _sheet(OUTSOURCING_SHEET),
        "connection": nothing_or(_sheet(CONNECTION_SHEET)),
    }, of_contract=True, requirements=("WORK-5", "WORK-6", "WORK-7", "CL-6")),
    "workflow-published": Kind("業務フローの共有", "ward", ("gateway", "factory"), {
        "contract": text, "version": count, "steps": list_of(text, most=30),
    }, of_contract=True, requirements=("WARD-OP-3",)),
    "workflow-acknowledged": Kind("業務フローの確認", "factory", ("gateway", "ward"), {
        "contract": text, "version": count,
    }, of_contract=True, requirements=("WARD-OP-3", "FAC-OP-1")),
    "roster-submitted": Kind("取扱責任者・取扱者名簿の提出", "factory", ("gateway", "ward"), {
        "contract": text, "version": count, "people": list_of(_PERSON_RECORD, most=500),
    }, of_contract=True, requirements=("FAC-OP-2",)),
    "roster-accepted": Kind("名簿の承認", "ward", ("gateway", "factory"), {
        "contract": text, "version": count,
    }, of_contract=True, requirements=("FAC-OP-2", "CL-10")),
    "clauses-attached": Kind("特記事項の添付", "ward", ("gateway", "factory"), {
        "contract": text, "version": count, "title": text, "binds": list_of(text, most=20), "clauses": list_of(_CLAUSE, most=100),
        "forbidden": list_of(_FORBIDDEN, most=20),
    }, of_contract=True, requirements=("WARD-OP-1",)),
    "category-consented": Kind("収集禁止事項の承諾", "ward", ("gateway", "factory"), {
        "contract": text, "form": text, "category": text, "reason": text,
    }, of_contract=True, requirements=("CL-3-5",)),
    "place-consented": Kind("保管場所の追加の承諾", "ward", ("gateway", "factory"), {
        "contract": text, "place": place, "reason": text,
    }, of_contract=True, requirements=("CL-6",)),
    "emergency-submitted": Kind("緊急連絡体制・対応手順の提出", "factory", ("gateway", "ward"), {
        "contract": text, "version": count, "contacts": list_of(_CONTACT, most=50), "procedure": long_text,
    }, of_contract=True, requirements=("FAC-OP-4",)),
    "training-reported": Kind("セキュリティ研修の報告", "factory", ("gateway", "ward"), {
        "contract": text, "version": count, "held_on": day, "content": text, "people": list_of(person, most=500),
    }, of_contract=True, requirements=("FAC-OP-5",)),
    "pledges-submitted": Kind("秘密保持誓約書の提出", "factory", ("gateway", "ward"), {
        "contract": text, "version": count, "people": list_of(record({"id": person, "on": day}), most=500),
    }, of_contract=True, requirements=("CL-1-2",)),
    "preparation-accepted": Kind("提出物の承認", "ward", ("gateway", "factory"), {
        "contract": text, "what": one_of("emergency", "training", "pledges"), "version": count,
    }, of_contract=True, requirements=("FAC-OP-4", "FAC-OP-5", "CL-1-2")),
    "proof-submitted": Kind("見本の提出", "factory", ("gateway", "ward"), {
        "contract": text, "form": text, "version": count, "fingerprint": record(FINGERPRINT), "sha256": hex64, "pages": count,
    }, of_contract=True, requirements=("WORK-2",)),
    "proof-approved": Kind("見本の承認", "ward", ("gateway", "factory"), {
        "contract": text, "form": text, "version": count, "fingerprint": hex64,
    }, of_contract=True, requirements=("WORK-2",)),
    "proof-refused": Kind("見本の差戻し", "ward", ("gateway", "factory"), {
        "contract": text, "form": text, "version": count, "reason": text,
    }, of_contract=True, requirements=("WORK-2",)),
    "certificate-attached": Kind("認証の写しの添付", "ward", ("factory",), {
        "contract": text, "which": one_of("privacy-mark", "lgwan-asp"), "number": text, "expires": day, "sha256": hex64, "size": count,
    }, of_contract=True, requirements=("WORK-6",)),
    "login-notice-made": Kind("専用ページ利用通知書の作成・保管", "ward", ("factory",), {
        "contract": text, "notice": label, "account": person, "place": place,
    }, of_contract=True, requirements=("FAC-LG-3", "CL-8")),
    "login-notice-handed": Kind("専用ページ利用通知書の受渡し", "ward", ("factory",), {
        "contract": text, "notice": label, "to": person, "route": one_of("hand", "registered-mail"), "tracking": text_or_empty, "on": day,
    }, of_contract=True, requirements=("FAC-LG-3",)),
    "login-notice-ended": Kind("専用ページ利用通知書の終わり", None, ("ward", "factory"), {
        "contract": text, "notice": label, "method": one_of("shredded", "lost"), "on": day,
    }, of_contract=True, requirements=("FAC-LG-3", "CL-8")),
    "staff-named": Kind("区の職員の氏名の通知", "ward", ("factory",), {
        "contract": text, "people": list_of(record({"id": person, "name": text}), most=50),
    }, of_contract=True),
    # ------------------------------------------------------------ the job
    "job-opened": Kind("案件の登録", "ward", ("gateway", "factory"), {
        "contract": text, "form": text, "base_date": day, "declared": count, "deliver_by": day, "erase_by": day,
    }),
    "parcel-sealed": Kind("送付データの作成・暗号化", "ward", ("gateway", "factory"), {
        "parcel": hex32, "sha256": hex64, "size": count, "pieces": count, "cover": note, "place": place,
    }, requirements=("WARD-SYS-2", "WORK-3")),
    "parcel-voided": Kind("送付データの取消し", "ward", ("gateway", "factory"), {
        "parcel": hex32, "reason": text,
    }),
    "cancel-requested": Kind("取消しの依頼", "ward", ("gateway", "factory"), {
        "scope": one_of("parcel", "job"), "parcel": nothing_or(hex32), "reason": text,
    }),
    "cancel-accepted": Kind("取消しの承諾", "factory", ("gateway", "ward"), {
        "scope": one_of("parcel", "job"), "parcel": nothing_or(hex32),
    }),
    "cancel-refused": Kind("取消しの謝絶", "factory", ("gateway", "ward"), {
        "scope": one_of("parcel", "job"), "parcel": nothing_or(hex32), "reason": text,
    }),
    "notice-made": Kind("パスワード通知書の作成・保管", "ward", ("factory",), {
        "parcel": hex32, "notice": number, "place": place,
    }, requirements=("WARD-CD-1",)),
    "medium-made": Kind("媒体の作成・保管", "ward", ("factory",), {
        "parcel": hex32, "medium": number, "sha256": hex64, "size": count, "serial": text_or_empty, "place": place,
    }, requirements=("WARD-CD-1", "WARD-CD-5")),
    "medium-handed": Kind("媒体の受渡し", "ward", ("factory",), {
        "parcel": hex32, "medium": number, "to": person, "case": text, "key_holder": person, "expected": moment, "on": day,
    }, requirements=("WARD-CD-2", "WARD-CD-3", "WARD-CD-4")),
    "medium-arrived": Kind("媒体の到着", "factory", ("ward",), {
        "parcel": hex32, "medium": number, "case": text, "intact": yes_no, "place": place, "on": day,
    }, requirements=("WARD-CD-4", "FAC-CD-1")),
    "thing-returned": Kind("返却", "ward", ("factory",), {
        "thing": text, "brought_by": person, "quantity": count, "place": place, "on": day,
    }, requirements=("FAC-CD-3", "WARD-CD-3")),
    "medium-destroyed": Kind("媒体の物理的破壊", "ward", ("factory",), {
        "thing": text, "method": one_of("cut", "crushed", "melted"), "serial": text_or_empty, "witness": person,
        "quantity": count,
    }, requirements=("CL-11-12",)),
    "countersigned": Kind("確認書の確認", "factory", ("ward",), {
        "confirmation": text, "agrees": yes_no, "note": text_or_empty,
    }, requirements=("FAC-CD-4",)),
    "password-notice-handed": Kind("パスワード通知書の受渡し", "ward", ("factory",), {
        "parcel": hex32, "route": one_of("hand", "registered-mail"), "to": person, "tracking": text_or_empty,
        "on": day,
    }, requirements=("FAC-LG-2",)),
    "parcel-sent": Kind("送付データの送信", "ward", ("factory",), {"parcel": hex32}, requirements=("CONN-1",)),
    "parcel-held": Kind("中継での保管", "gateway", ("ward", "factory"), {
        "parcel": hex32, "sha256": hex64, "size": count, "place": place,
    }, requirements=("CONN-1",)),
    "parcel-received": Kind("送付データの受領", "factory", ("gateway", "ward"), {
        "parcel": hex32, "sha256": hex64, "size": count, "pieces": count, "place": place,
    }),
    "copy-erased": Kind("複製の消去", None, ("ward", "factory"), {
        "thing": text, "method": one_of("key-destroyed", "overwritten", "deleted", "shredded", "returned"),
        "quantity": count, "witness": text_or_empty,
    }, requirements=("FAC-OP-7", "CL-9", "CL-11-12")),
    "parcel-opened": Kind("送付データの開封", "factory", ("ward",), {
        "parcel": hex32, "pieces": count, "place": place,
    }, requirements=("FAC-OP-2", "FAC-SYS-4")),
    "pieces-composed": Kind("組版", "factory", ("ward",), {
        "pieces": count, "pages": count, "files": count, "sha256": hex64, "place": place, "purpose": text,
        "fingerprint": record(FINGERPRINT),
    }, requirements=("WORK-1", "CL-7")),
    "pages-proofread": Kind("検版（全ページの照合）", "factory", ("ward",), {
        "copy": count, "pieces": count, "pages": count, "files": count, "codes": count, "drawn": count, "findings": count,
        "sha256": hex64, "report_sha256": hex64,
    }, requirements=("WORK-2", "WORK-4")),
    "withdrawal-requested": Kind("引抜きの依頼", "ward", ("factory",), {
        "version": count, "digests": list_of(hex64, most=_MAX_PIECES),
    }),
    "withdrawal-acknowledged": Kind("引抜き依頼の受領", "factory", ("ward",), {"version": count}),
    "pieces-printed": Kind("印字", "factory", ("ward",), {
        "pieces": count, "copy": count, "sha256": hex64, "printer": text, "place": place, "spool": nothing_or(place),
    }, requirements=("WORK-1", "CL-9")),
    "pieces-enclosed": Kind("封入封緘・突合", "factory", ("ward",), {
        **_COUNTS, "boxes": list_of(count, most=_MAX_BOXES), "pulled": count, "withdrawal_version": count, "reads_sha256": hex64,
        "place": place,
    }, requirements=("WORK-1",)),
    "notices-delivered": Kind("納品", "factory", ("ward",), {
        "receipt": text, "quantity": count, "withdrawn": count, "to": person, "content": text, "at": moment,
    }, requirements=("WARD-OP-4",)),
    "delivery-confirmed": Kind("納品の確認", "ward", ("factory",), {
        "receipt": text, "quantity": count, "withdrawn": count, "agrees": yes_no, "at": moment, "place": place,
    }, requirements=("WARD-OP-4",)),
    "report-sealed": Kind("報告データの作成・暗号化", "factory", ("ward",), {
        "report": hex32, "content": text, "sha256": hex64, "size": count, "place": place,
    }, requirements=("FAC-CD-2",)),
    "report-handed": Kind("報告データの媒体の受渡し", "factory", ("ward",), {
        "report": hex32, "medium": number, "to": person, "on": day,
    }, requirements=("FAC-CD-2",)),
    "report-notice-handed": Kind("報告データのパスワード通知書の受渡し", "factory", ("ward",), {
        "report": hex32, "to": person, "on": day,
    }, requirements=("FAC-CD-2",)),
    "report-received": Kind("報告データの受領", "ward", ("factory",), {
        "report": hex32, "sha256": hex64, "size": count, "place": place,
    }, requirements=("FAC-CD-2",)),
    "thing-moved": Kind("保管場所・所持者の変更", None, ("ward", "factory"), {
        "thing": text, "place": nothing_or(place), "hand": nothing_or(person),
    }, requirements=("CL-6", "CL-8")),
    "thing-lost": Kind("紛失", None, ("ward", "factory"), {
        "thing": text, "quantity": count, "on": day, "statement": text,
    }, requirements=("CL-8", "FAC-OP-6")),
    "erasure-claimed": Kind("データ消去報告", "factory", ("ward",), {
        "things": list_of(text, most=_MAX_BOXES + 200), "witness": text, "statement": text,
    }, requirements=("FAC-OP-7", "CL-11-12")),
    "residue-found": Kind("残存データの発見", "ward", ("factory",), {
        "report_sha256": hex64, "findings": count, "not_scanned": count,
    }, requirements=("CL-9", "CL-11-12")),
    "erasure-verified": Kind("消去の検証", "ward", ("factory",), {
        "report_sha256": hex64, "findings": count, "not_scanned": count, "ids": count, "scanned_bytes": count,
    }, requirements=("FAC-OP-7", "CL-11-12")),
    "job-closed": Kind("案件の終了", "ward", ("factory",), {}, requirements=("CL-11-12",)),
}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """One act as someone did it or asks to do it.

    kind  a key of KINDS;  site  where it is done;  by  the account's id, or `system` for what a site does by itself;
    body  what KINDS says.  Refused `act-unknown`, `act-site` or `act-body` when it is not of that form.
    """

    kind: str
    site: Role
    by: str
    body: Mapping[str, object]

    def __post_init__(self) -> None:
        kind = KINDS.get(self.kind)
        if kind is None:
            raise Refused("act-unknown", "知らない種類の記録です。", found=self.kind, do="双方の版を確かめてください。")
        if kind.site not in (None, self.site):
            raise Refused(
                "act-site", f"「{kind.name}」を行う拠点が違います。", found=self.site, expected=kind.site,
                do="行うべき拠点で操作してください。",
            )  # fmt: skip
        if not person(self.by):
            raise Refused("act-person", "行った人の記号が正しくありません。", do="ログインし直してください。")
        check_body(self.kind, self.body)

    @property
    def name(self) -> str:
        return KINDS[self.kind].name

    def text(self, name: str) -> str:
        value = self.body[name]
        assert isinstance(value, str)
        return value

    def number(self, name: str) -> int:
        value = self.body[name]
        assert isinstance(value, int)
        return value


def check_body(kind: str, body: Mapping[str, object]) -> None:
    """Refuse (`act-body`) a body that lacks a field of its kind, has one more, or holds a value of another form."""
    fields = KINDS[kind].fields
    for name in fields.keys() | body.keys():
        if name not in fields:
            raise _wrong_body(kind, name, "知らない項目があります。")
        if name not in body:
            raise _wrong_body(kind, name, "項目が足りません。")
        if not fields[name](body[name]):
            raise _wrong_body(kind, name, "項目の値が正しくありません。")


def _wrong_body(kind: str, name: str, wrong: str) -> Refused:
    return Refused(
        "act-body", f"「{KINDS[kind].name}」の{wrong}", found=name, do="入力を直して、もう一度行ってください。"
    )

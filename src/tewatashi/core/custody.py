"""Custody of one job: what exists, where it is, who holds it, which counts stand, and what may happen next.

`decide(job, standing, act, now)` gives back the act when every rule allows it, or refuses; `evolve(job, act, now)` is the
job after it. The same two functions run at the ward and at the factory: the side that acts decides before it writes,
the side that is told decides again before it believes.

Invariants, held by a state machine in the tests
  - a thing that exists has exactly one place or one hand; a thing that has ended has neither and never comes back
  - extract = composed = printed = enclosed + withdrawn, and delivered = enclosed, or the job does not go on
  - the job closes only when no copy at the contractor is alive and the ward, not the contractor, has said so
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, cast

from tewatashi.core.acts import KINDS, Act, Role
from tewatashi.core.contract import (
    SYSTEM,
    Duty,
    Standing,
    refuse_hand_over,
    refuse_place,
    refuse_unless_on_roster,
)
from tewatashi.core.refused import Refused

WORKFLOW: Final[tuple[str, ...]] = (
    "parcel-received",
    "parcel-opened",
    "pieces-composed",
    "pieces-printed",
    "pieces-enclosed",
    "notices-delivered",
    "erasure-claimed",
)
STEP_NAMES: Final[Mapping[str, str]] = {
    "受領": "parcel-received",
    "開封": "parcel-opened",
    "組版": "pieces-composed",
    "印字": "pieces-printed",
    "封入封緘": "pieces-enclosed",
    "納品": "notices-delivered",
    "消去": "erasure-claimed",
}

PAPER: Final[Mapping[str, tuple[str, ...]]] = {
    "パスワード通知書": ("shredded", "returned"),
    "破損紙": ("shredded",),
    "引抜き品": ("shredded", "returned"),
}
"""What only hands can end, and how."""


@dataclass(frozen=True)
class Thing:
    """Something that holds residents' data: one place or one hand while it lives, neither after its end.

    what  送付データ, 開封データ, 印刷ファイル, スプール, 通知書, 引抜き品, 破損紙, パスワード通知書
    site  whose it is;  quantity  pieces (sheets for 破損紙);  born, ended  when
    """

    id: str
    what: str
    site: Role
    quantity: int
    born: datetime
    place: str | None = None
    hand: str | None = None
    ended: datetime | None = None
    how: str | None = None

    def __post_init__(self) -> None:
        holders = (self.place is not None) + (self.hand is not None)
        if holders != (0 if self.ended else 1):
            raise AssertionError(f"{self.id}: a living thing has one place or one hand, an ended one has none")

    @property
    def alive(self) -> bool:
        return self.ended is None

    def of_parcel(self, parcel: str | None) -> bool:
        """Whether it came from this parcel, and not from one that was voided."""
        return parcel is not None and self.id.split(":")[1].split("@")[0] == parcel[:8]


@dataclass(frozen=True)
class Counts:
    """Pieces at each step; None until the step is done. `spoiled` and `remade` are pieces printed again."""

    extract: int | None = None
    composed: int | None = None
    printed: int | None = None
    enclosed: int | None = None
    withdrawn: int | None = None
    spoiled: int | None = None
    remade: int = 0
    delivered: int | None = None


@dataclass(frozen=True)
class Job:
    """One print job under one contract, as the ledger tells it."""

    number: str
    contract: str
    form: str
    base_date: date
    declared: int
    deliver_by: date
    erase_by: date
    parcel: str | None = None
    sha256: str | None = None
    size: int | None = None
    cover: str | None = None
    things: Mapping[str, Thing] = field(default_factory=dict)
    done: Mapping[str, datetime] = field(default_factory=dict)  # kind of act -> first time
    counts: Counts = Counts()
    notice_handed_to: str | None = None
    requests: tuple[frozenset[str], ...] = ()  # digests of the pieces to withdraw, version by version
    withdrawals_acknowledged: int = 0
    receipt: str | None = None
    disputed: bool = False
    residue_found: int = 0

    @property
    def closed(self) -> bool:
        return "job-closed" in self.done

    def did(self, kind: str) -> bool:
        return kind in self.done

    @property
    def withdrawal_version(self) -> int:
        return len(self.requests)

    @property
    def withdrawals(self) -> frozenset[str]:
        """All pieces that the ward asked to withdraw, by their digests."""
        return frozenset().union(*self.requests)

    @property
    def honoured(self) -> frozenset[str]:
        """Those that the factory has acknowledged; what came after the enclosing is never honoured."""
        return frozenset().union(*self.requests[: self.withdrawals_acknowledged])


def thing_id(what: str, site: Role, job: Job) -> str:
    """The id of a thing of this job: made from what it is, whose it is, and the parcel it came from."""
    assert job.parcel is not None
    return f"{what}:{job.parcel[:8]}@{site}"


def live_copies(job: Job) -> tuple[Thing, ...]:
    """What still holds residents' data outside the ward's own records: nothing of it may be left at the end."""
    return tuple(thing for thing in job.things.values() if thing.alive)


# --------------------------------------------------------------------------------------------------------- decide


Rule = Callable[[Job, Standing, Act, datetime], None]


def decide(job: Job | None, standing: Standing, act: Act, now: datetime) -> Act:
    """The act, if every rule of its kind allows it now; Refused, naming the requirement, if one does not."""
    if job is None:
        if act.kind != "job-opened":
            raise Refused("job-unknown", "登録されていない案件です。", do="案件の番号を確かめてください。")
        _refuse_unfit_job(standing, act)
        return act
    for rule in RULES[act.kind]:
        rule(job, standing, act, now)
    return act


def _refuse_unfit_job(standing: Standing, act: Act) -> None:
    if act.text("form") not in standing.contract.forms:
        raise Refused(
            "form-not-in-contract", "契約にない帳票です。", found=act.text("form"),
            expected="・".join(sorted(standing.contract.forms)), do="契約の帳票を選んでください。", requirement="CL-7",
        )  # fmt: skip
    if act.number("declared") == 0:
        raise Refused("nothing-declared", "予定件数が0件です。", do="予定件数を入力してください。")
    if act.text("deliver_by") > act.text("erase_by"):
        raise Refused(
            "dates-cross", "消去期限が納品期限より前です。", found=act.text("erase_by"), expected=act.text("deliver_by"),
            do="期限を直してください。",
        )  # fmt: skip


def _not_again(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.kind == "job-opened" or job.did(act.kind):
        raise Refused(
            "done-already", f"「{act.name}」はすでに記録されています。", do="案件の画面で状態を確かめてください。"
        )


def _job_open(job: Job, _standing: Standing, _act: Act, _now: datetime) -> None:
    if job.closed:
        raise Refused("job-closed", "終了した案件です。", do="新しい案件を登録してください。")


def _after(*kinds: str) -> Rule:
    def rule(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
        for kind in kinds:
            if not job.did(kind):
                raise Refused(
                    "too-early", f"「{act.name}」の前に「{KINDS[kind].name}」が要ります。",
                    do=f"先に「{KINDS[kind].name}」を済ませてください。", requirement="FAC-OP-1",
                )  # fmt: skip

    return rule


def _before(*kinds: str) -> Rule:
    def rule(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
        for kind in kinds:
            if job.did(kind):
                raise Refused(
                    "too-late", f"「{KINDS[kind].name}」のあとに「{act.name}」はできません。",
                    do="区と委託先で協議してください。", requirement="FAC-OP-1",
                )  # fmt: skip

    return rule


def _in_workflow_order(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """FAC-OP-1: the factory works only in the order of the workflow that it acknowledged."""
    order = [STEP_NAMES[step] for step in standing.steps if step in STEP_NAMES]
    if act.kind not in order:
        raise Refused(
            "not-in-workflow", f"「{act.name}」は、共有した業務フローにない工程です。", do="業務フローを改めてください。",
            requirement="FAC-OP-1",
        )  # fmt: skip
    for earlier in order[: order.index(act.kind)]:
        if not job.did(earlier):
            raise Refused(
                "out-of-order", "業務フローの順番と違います。", found=act.name, expected=KINDS[earlier].name,
                do=f"先に「{KINDS[earlier].name}」を行ってください。", requirement="FAC-OP-1",
            )  # fmt: skip


def _may_hand_over(_job: Job, standing: Standing, _act: Act, now: datetime) -> None:
    refuse_hand_over(standing, now.date())


def _by(*duties: Duty) -> Rule:
    def rule(_job: Job, standing: Standing, act: Act, _now: datetime) -> None:
        refuse_unless_on_roster(standing, act.by, duties)

    return rule


def _by_system_or_roster(_job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    if act.by != SYSTEM:
        refuse_unless_on_roster(standing, act.by, ("supervisor", "handler"))


def _place_listed(*fields: str) -> Rule:
    def rule(_job: Job, standing: Standing, act: Act, _now: datetime) -> None:
        for name in fields:
            refuse_place(standing, act.text(name))

    return rule


def _same_parcel(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if job.parcel != act.text("parcel"):
        raise Refused(
            "other-parcel", "この案件の送付データではありません。", found=act.text("parcel")[:8],
            expected=(job.parcel or "なし")[:8], do="送付データの番号を確かめてください。",
        )  # fmt: skip


def _same_bytes(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    found = (act.text("sha256"), act.number("size"))
    if found != (job.sha256, job.size):
        raise Refused(
            "other-bytes", "届いた送付データの内容が、区が作ったものと違います。", found=f"{found[0][:16]}… {found[1]}バイト",
            expected=f"{(job.sha256 or '')[:16]}… {job.size}バイト", do="受け取らず、区に連絡してください。",
            requirement="WARD-LG-1",
        )  # fmt: skip


def _pieces_as_sealed(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("pieces") != job.counts.extract:
        raise Refused(
            "count", f"「{act.name}」の件数が違います。", found=act.number("pieces"), expected=job.counts.extract,
            do="先へ進まず、区と委託先で確かめてください。", requirement="WORK-1",
        )  # fmt: skip


def _sealed_as_declared(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("pieces") != job.declared:
        raise Refused(
            "count", "抽出の件数が予定と違います。", found=act.number("pieces"), expected=job.declared,
            do="抽出か予定件数を直してください。", requirement="WORK-3",
        )  # fmt: skip


def _no_parcel_yet(job: Job, _standing: Standing, _act: Act, _now: datetime) -> None:
    if job.parcel is not None:
        raise Refused(
            "sealed-already", "この案件の送付データはすでに作られています。", found=job.parcel[:8],
            do="作り直すときは、先に取り消してください。",
        )  # fmt: skip


def _new_parcel(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """A voided parcel's number is never used again: its copies, alive or ended, are things of their own."""
    if any(thing.of_parcel(act.text("parcel")) for thing in job.things.values()):
        raise Refused(
            "parcel-used", "取り消した送付データの番号です。", found=act.text("parcel")[:8], do="新しい番号で作り直してください。",
            requirement="CL-8",
        )  # fmt: skip


def _by_lgwan(_job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    if standing.contract.channel != "lgwan":
        raise Refused(
            "channel", "この契約の授受方式では、回線による送信はできません。", found=act.name, expected="CD-R",
            do="契約の授受方式に従ってください。", requirement="WORK-5",
        )  # fmt: skip


def _notice_to_roster(_job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """FAC-LG-2: by hand to a person on the roster, or by registered mail with its number; never by network."""
    refuse_unless_on_roster(standing, act.text("to"), ("supervisor", "handler"))
    if act.text("route") == "registered-mail" and not act.text("tracking"):
        raise Refused(
            "tracking-missing",
            "簡易書留の引受番号がありません。",
            do="引受番号を入力してください。",
            requirement="FAC-LG-2",
        )


def _for_the_jobs_form(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.text("purpose") != job.form:
        raise Refused(
            "other-purpose", "この案件の帳票以外に使うことはできません。", found=act.text("purpose"), expected=job.form,
            do="案件の帳票だけを組版してください。", requirement="CL-7",
        )  # fmt: skip


def _next_withdrawal(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("version") != job.withdrawal_version + 1:
        raise Refused(
            "version", "引抜き依頼の版が違います。", found=act.number("version"), expected=job.withdrawal_version + 1,
            do="最新の依頼を確かめてください。",
        )  # fmt: skip


def _acknowledges_latest(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("version") > job.withdrawal_version:
        raise Refused(
            "version", "まだ出されていない引抜き依頼です。", found=act.number("version"), expected=job.withdrawal_version,
            do="依頼の版を確かめてください。",
        )  # fmt: skip


def _originals_once(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("copy") == 0:
        if job.did("pieces-printed"):
            raise Refused(
                "done-already",
                "原本はすでに印字されています。",
                do="破損分だけを再作成してください。",
                requirement="CL-9",
            )
        if act.number("pieces") != job.counts.composed:
            raise Refused(
                "count", "印字の件数が組版と違います。", found=act.number("pieces"), expected=job.counts.composed,
                do="印字をやり直さず、原因を確かめてください。", requirement="WORK-1",
            )  # fmt: skip
    elif not job.did("pieces-printed"):
        raise Refused(
            "too-early", "原本の印字の前に再作成はできません。", do="先に印字してください。", requirement="FAC-OP-1"
        )


def refuse_open_withdrawals(job: Job) -> None:
    """Refuse to enclose while a request that this site knows is not acknowledged (iwaki-2025). For the factory alone: the
    ward may have asked for more before it was told of the enclosing, and sees then that it came too late."""
    if job.withdrawals_acknowledged != job.withdrawal_version:
        raise Refused(
            "withdrawal-open", "受領していない引抜き依頼があります。", found=f"第{job.withdrawals_acknowledged}版",
            expected=f"第{job.withdrawal_version}版", do="引抜き依頼を受領し、現物を抜き取ってください。",
        )  # fmt: skip


def _withdrawals_as_acknowledged(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("withdrawal_version") != job.withdrawals_acknowledged:
        raise Refused(
            "version", "封入した引抜き依頼の版が、受領した版と違います。", found=act.number("withdrawal_version"),
            expected=job.withdrawals_acknowledged, do="引抜き依頼の受領を確かめてください。",
        )  # fmt: skip


def _counts_agree(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """WORK-1: extract = composed = printed = enclosed + withdrawn; every spoiled piece was remade."""
    counts = job.counts
    pairs = [
        ("組版", act.number("composed"), counts.composed),
        ("印字", act.number("printed"), counts.printed),
        ("引抜き", act.number("withdrawn"), len(job.honoured)),
        ("封入と引抜きの和", act.number("enclosed") + act.number("withdrawn"), counts.extract),
        ("再作成", act.number("remade"), act.number("spoiled")),
        ("印字した再作成", act.number("remade"), counts.remade),
    ]
    for name, found, expected in pairs:
        if found != expected:
            raise Refused(
                "count", f"{name}の件数が合いません。", found=found, expected=expected,
                do="突合の表で、合わない1通ずつを確かめてください。", requirement="WORK-1",
            )  # fmt: skip


def _delivers_what_was_enclosed(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    for name, found, expected in (
        ("納品", act.number("quantity"), job.counts.enclosed),
        ("引抜き品", act.number("withdrawn"), job.counts.withdrawn),
    ):
        if found != expected:
            raise Refused(
                "count", f"{name}の数量が合いません。", found=found, expected=expected,
                do="数え直してください。", requirement="WARD-OP-4",
            )  # fmt: skip


def _confirms_the_receipt(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.text("receipt") != job.receipt:
        raise Refused(
            "other-receipt", "別の確認書です。", found=act.text("receipt"), expected=job.receipt,
            do="納品の確認書を確かめてください。", requirement="WARD-OP-4",
        )  # fmt: skip
    same = (act.number("quantity"), act.number("withdrawn")) == (job.counts.enclosed, job.counts.withdrawn)
    if act.body["agrees"] is not same:
        raise Refused(
            "count", "数量の一致・不一致が、数えた数と合いません。", found=act.number("quantity"), expected=job.counts.enclosed,
            do="数えた数を入力し直してください。", requirement="WARD-OP-4",
        )  # fmt: skip


def _undisputed(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if job.disputed:
        raise Refused(
            "disputed", f"数量の不一致が解けるまで「{act.name}」はできません。", do="区と委託先で数え直し、確認書を改めてください。",
            requirement="WARD-OP-4",
        )  # fmt: skip


def _living_thing(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    thing = job.things.get(act.text("thing"))
    if thing is None or not thing.alive:
        raise Refused(
            "no-such-thing", "記録にない、またはすでに終わった物です。", found=act.text("thing"),
            do="「いま、データはどこにあるか」を確かめてください。", requirement="CL-8",
        )  # fmt: skip
    if thing.site != act.site:
        raise Refused(
            "others-thing", "ほかの拠点の物です。", found=act.site, expected=thing.site, do="持っている拠点で行ってください。",
            requirement="CL-8",
        )  # fmt: skip


def _whole_quantity(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    thing = job.things[act.text("thing")]
    if act.number("quantity") != thing.quantity:
        raise Refused(
            "count", f"{thing.what}の数量が違います。", found=act.number("quantity"), expected=thing.quantity,
            do="数え直してください。", requirement="CL-11-12",
        )  # fmt: skip


def _by_the_factorys_own(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """FAC-OP-2: the factory's word alone moves nothing: somebody on the roster does, or the system what it erases itself."""
    if act.site != "factory":
        return
    by_itself = act.by == SYSTEM and act.kind == "copy-erased" and job.things[act.text("thing")].what not in PAPER
    if not by_itself:
        refuse_unless_on_roster(standing, act.by, ("supervisor", "handler"))


def _ends_as_paper(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """FAC-OP-7: no system deletes paper."""
    what, method = job.things[act.text("thing")].what, act.text("method")
    if act.site == "factory" and method not in PAPER.get(what, (method,)):
        raise Refused(
            "method", f"{what}の消去の方法ではありません。", found=method, expected="・".join(PAPER[what]),
            do="方法を選び直してください。", requirement="FAC-OP-7",
        )  # fmt: skip


def _witnessed(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """FAC-OP-7: paper ends, and an erasure is claimed, before a witness: somebody else on the accepted roster."""
    witness = cast("str", act.body["witness"])
    if act.site != "factory":
        return
    needed = act.kind == "erasure-claimed" or job.things[act.text("thing")].what in PAPER
    if not witness and (needed or act.text("method") == "shredded"):
        raise Refused(
            "witness-missing", "消去の立会者がいません。", do="立会者を選んでください。", requirement="FAC-OP-7"
        )  # fmt: skip
    if witness:
        refuse_unless_on_roster(standing, witness, ("supervisor", "handler"))
    if witness == act.by:
        raise Refused(
            "witness-self", "消去した本人は立会者になれません。", found=witness, do="別の人が立ち会ってください。",
            requirement="FAC-OP-7",
        )  # fmt: skip


def _not_erased_too_early(job: Job, standing: Standing, act: Act, now: datetime) -> None:
    """What the factory still needs may go only after the delivery was confirmed; paper notices are delivered, not erased."""
    thing = job.things[act.text("thing")]
    if thing.what == "通知書":
        raise Refused("not-erasable", "通知書は納品するもので、消去の対象ではありません。", do="納品してください。")
    if thing.what == "スプール" and act.site == "factory":
        return  # a printer's spool goes as soon as the sheets are out (R15)
    if not thing.of_parcel(job.parcel) or (act.site == "gateway" and hold_is_over(thing, standing, now)):
        return
    needed = {"ward": "parcel-received", "gateway": "parcel-received", "factory": "delivery-confirmed"}[act.site]
    if not job.did(needed):
        raise Refused(
            "too-early", "まだ消去できません。", found=act.name, expected=KINDS[needed].name,
            do=f"「{KINDS[needed].name}」のあとに行ってください。", requirement="FAC-OP-1",
        )  # fmt: skip


def hold_is_over(thing: Thing, standing: Standing, now: datetime) -> bool:
    """Whether the gateway has held this ciphertext as long as the contract allows."""
    return now >= thing.born + timedelta(days=standing.contract.gateway_hold_days)


def _one_place_or_hand(_job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    place, hand = act.body["place"], act.body["hand"]
    if (place is None) == (hand is None):
        raise Refused(
            "place-or-hand",
            "置き場所か、持つ人か、どちらか一つを選んでください。",
            do="選び直してください。",
            requirement="CL-8",
        )
    if place is not None:
        refuse_place(standing, cast("str", place))
        if cast("str", place).split("/")[0] != act.site:
            raise Refused(
                "others-place", "ほかの拠点の場所です。", found=place, expected=act.site,
                do="拠点の間の移動は、送付・納品・返却として記録してください。", requirement="CL-6",
            )  # fmt: skip
    elif act.site == "factory":
        refuse_unless_on_roster(standing, cast("str", hand), ("supervisor", "handler"))


def _nothing_left_at_factory(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    left = [thing for thing in live_copies(job) if thing.site == "factory"]
    if left:
        raise Refused(
            "copies-left", "まだ消去していない複製があります。", found="・".join(f"{t.what}（{t.id}）" for t in left),
            expected="0件", do="すべて消去してから報告してください。", requirement="CL-11-12",
        )  # fmt: skip
    every = {thing.id for thing in job.things.values() if thing.site == "factory" and thing.what != "通知書"}
    if set(cast("list[str]", act.body["things"])) != every:
        raise Refused(
            "list-incomplete", "消去の一覧が、記録にある複製と違います。", found=len(cast("list[str]", act.body["things"])),
            expected=len(every), do="記録にあるすべての複製を報告してください。", requirement="CL-11-12",
        )  # fmt: skip


def _scan_is_clean(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """Claimed is not verified: the scan looked for every piece id, read everything, and found none (iseto-2024)."""
    if act.number("ids") != job.counts.extract:
        raise Refused(
            "scan-ids", "残存調査が、この案件のすべての通し番号を探していません。", found=act.number("ids"),
            expected=job.counts.extract, do="案件の通し番号で調査し直してください。", requirement="CL-11-12",
        )  # fmt: skip
    if act.number("scanned_bytes") == 0:
        raise Refused(
            "scan-empty",
            "残存調査が何も読んでいません。",
            do="調査する場所を確かめてください。",
            requirement="CL-11-12",
        )
    for name, code in (("findings", "residue"), ("not_scanned", "not-scanned")):
        if act.number(name):
            raise Refused(
                code, "残存調査で、消去を確かめられませんでした。", found=f"{act.number(name)}件", expected="0件",
                do="見つかった物を消去し、調査し直してください。", requirement="CL-9",
            )  # fmt: skip


def _claims_stand(job: Job, _standing: Standing, _act: Act, _now: datetime) -> None:
    if "erasure-claimed" not in job.done:
        raise Refused(
            "claim-missing",
            "データ消去報告書が出ていません。",
            do="委託先に消去と報告を求めてください。",
            requirement="FAC-OP-7",
        )


def _nothing_alive(job: Job, _standing: Standing, _act: Act, _now: datetime) -> None:
    left = live_copies(job)
    if left:
        raise Refused(
            "copies-left", "まだ残っている物があります。", found="・".join(f"{t.what}（{t.id}）" for t in left), expected="0件",
            do="返却・消去を済ませてください。", requirement="CL-11-12",
        )  # fmt: skip


_SYSTEM_STEP: Final[tuple[Rule, ...]] = (_job_open, _not_again)
_FLOOR: Final[tuple[Rule, ...]] = (_job_open, _not_again, _in_workflow_order, _by("supervisor", "handler"))

RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "job-opened": (_not_again,),
    "parcel-sealed": (_job_open, _no_parcel_yet, _new_parcel, _sealed_as_declared, _place_listed("place")),
    "parcel-voided": (_job_open, _same_parcel, _before("parcel-received")),
    "password-notice-handed": (_job_open, _not_again, _after("parcel-sealed"), _same_parcel, _may_hand_over, _notice_to_roster),
    "parcel-sent": (_job_open, _not_again, _after("parcel-sealed"), _same_parcel, _by_lgwan, _may_hand_over),
    "parcel-held": (*_SYSTEM_STEP, _same_parcel, _same_bytes, _place_listed("place")),
    "parcel-received": (
        *_SYSTEM_STEP, _same_parcel, _same_bytes, _pieces_as_sealed, _by_system_or_roster, _may_hand_over,
        _in_workflow_order, _place_listed("place"),
    ),
    "copy-erased": (_job_open, _living_thing, _by_the_factorys_own, _whole_quantity, _ends_as_paper, _witnessed, _not_erased_too_early),
    "parcel-opened": (*_FLOOR, _after("password-notice-handed"), _same_parcel, _may_hand_over, _pieces_as_sealed, _place_listed("place")),
    "pieces-composed": (*_FLOOR, _for_the_jobs_form, _pieces_as_sealed, _place_listed("place")),
    "withdrawal-requested": (_job_open, _after("parcel-sealed"), _before("pieces-enclosed"), _next_withdrawal),
    "withdrawal-acknowledged": (_job_open, _before("pieces-enclosed"), _acknowledges_latest, _by_system_or_roster),
    "pieces-printed": (
        _job_open, _in_workflow_order, _by("supervisor", "handler"), _before("pieces-enclosed"), _originals_once,
        _place_listed("place", "spool"),
    ),
    "pieces-enclosed": (*_FLOOR, _withdrawals_as_acknowledged, _counts_agree, _place_listed("place")),
    "notices-delivered": (*_FLOOR, _delivers_what_was_enclosed),
    "delivery-confirmed": (_job_open, _after("notices-delivered"), _confirms_the_receipt, _place_listed("place")),
    "thing-moved": (_job_open, _living_thing, _by_the_factorys_own, _one_place_or_hand),
    "erasure-claimed": (*_FLOOR, _after("delivery-confirmed"), _undisputed, _witnessed, _nothing_left_at_factory),
    "residue-found": (_job_open, _claims_stand),
    "erasure-verified": (_job_open, _not_again, _claims_stand, _scan_is_clean),
    "job-closed": (_job_open, _undisputed, _after("erasure-verified"), _nothing_alive),
}  # fmt: skip


# --------------------------------------------------------------------------------------------------------- evolve


def evolve(job: Job | None, number: str, act: Act, now: datetime) -> Job:
    """The job after an act that `decide` allowed. `number` is the job's number, `now` the act's time."""
    if act.kind == "job-opened":
        return Job(
            number=number,
            contract=act.text("contract"),
            form=act.text("form"),
            base_date=date.fromisoformat(act.text("base_date")),
            declared=act.number("declared"),
            deliver_by=date.fromisoformat(act.text("deliver_by")),
            erase_by=date.fromisoformat(act.text("erase_by")),
            done={"job-opened": now},
        )
    assert job is not None
    job = replace(job, done={act.kind: now, **job.done})
    return EVOLVE.get(act.kind, _unchanged)(job, act, now)


Evolve = Callable[[Job, Act, datetime], Job]


def _unchanged(job: Job, _act: Act, _now: datetime) -> Job:
    return job


def _with(job: Job, *things: Thing) -> Job:
    return replace(job, things={**job.things, **{thing.id: thing for thing in things}})


def _born(
    job: Job, what: str, site: Role, quantity: int, now: datetime, *, place: str | None = None, hand: str | None = None
) -> Thing:
    return Thing(thing_id(what, site, job), what, site, quantity, now, place=place, hand=hand)


def _ended(thing: Thing, now: datetime, how: str) -> Thing:
    return replace(thing, place=None, hand=None, ended=now, how=how)


def _sealed(job: Job, act: Act, now: datetime) -> Job:
    job = replace(
        job, parcel=act.text("parcel"), sha256=act.text("sha256"), size=act.number("size"), cover=act.text("cover"),
        counts=replace(job.counts, extract=act.number("pieces")),
    )  # fmt: skip
    return _with(job, _born(job, "送付データ", "ward", act.number("pieces"), now, place=act.text("place")))


def _voided(job: Job, _act: Act, _now: datetime) -> Job:
    """The parcel is as if never sealed, but its copy at the ward is still a thing until it is erased."""
    undone = {
        "parcel-sealed", "parcel-voided", "password-notice-handed", "parcel-sent", "parcel-held", "withdrawal-requested",
        "withdrawal-acknowledged",
    }  # fmt: skip
    return replace(
        job, parcel=None, sha256=None, size=None, cover=None, counts=Counts(), notice_handed_to=None,
        requests=(), withdrawals_acknowledged=0,
        done={kind: when for kind, when in job.done.items() if kind not in undone},
    )  # fmt: skip


def _notice_handed(job: Job, act: Act, now: datetime) -> Job:
    job = replace(job, notice_handed_to=act.text("to"))
    return _with(job, _born(job, "パスワード通知書", "factory", 1, now, hand=act.text("to")))


def _held(job: Job, act: Act, now: datetime) -> Job:
    return _with(job, _born(job, "送付データ", "gateway", job.counts.extract or 0, now, place=act.text("place")))


def _received(job: Job, act: Act, now: datetime) -> Job:
    return _with(job, _born(job, "送付データ", "factory", act.number("pieces"), now, place=act.text("place")))


def _erased(job: Job, act: Act, now: datetime) -> Job:
    return _with(job, _ended(job.things[act.text("thing")], now, act.text("method")))


def _opened(job: Job, act: Act, now: datetime) -> Job:
    return _with(job, _born(job, "開封データ", "factory", act.number("pieces"), now, place=act.text("place")))


def _composed(job: Job, act: Act, now: datetime) -> Job:
    job = replace(job, counts=replace(job.counts, composed=act.number("pieces")))
    return _with(job, _born(job, "印刷ファイル", "factory", act.number("pieces"), now, place=act.text("place")))


def _withdrawal(job: Job, act: Act, _now: datetime) -> Job:
    return replace(job, requests=(*job.requests, frozenset(cast("list[str]", act.body["digests"]))))


def _withdrawal_acknowledged(job: Job, act: Act, _now: datetime) -> Job:
    return replace(job, withdrawals_acknowledged=max(job.withdrawals_acknowledged, act.number("version")))


def _printed(job: Job, act: Act, now: datetime) -> Job:
    pieces = act.number("pieces")
    spool = thing_id("スプール", "factory", job)
    old = job.things.get(spool)
    if act.number("copy") == 0:
        job = replace(job, counts=replace(job.counts, printed=pieces))
        job = _with(job, _born(job, "通知書", "factory", pieces, now, place=act.text("place")))
    else:
        job = replace(job, counts=replace(job.counts, remade=job.counts.remade + pieces))
    # Each print run leaves a spool; one that still lives takes the new run's pieces in.
    if old is not None and old.alive:
        return _with(job, replace(old, quantity=old.quantity + pieces))
    runs = sum(1 for thing in job.things.values() if thing.what == "スプール")
    name = spool if runs == 0 else f"{spool}#{runs}"
    return _with(job, Thing(name, "スプール", "factory", pieces, now, place=act.text("spool")))


def _enclosed(job: Job, act: Act, now: datetime) -> Job:
    counts = replace(
        job.counts, enclosed=act.number("enclosed"), withdrawn=act.number("withdrawn"), spoiled=act.number("spoiled")
    )
    job = replace(job, counts=counts)
    notices = job.things[thing_id("通知書", "factory", job)]
    job = _with(job, replace(notices, quantity=act.number("enclosed"), place=act.text("place"), hand=None))
    waste = act.number("spoiled") + act.number("pulled")
    for what, quantity in (("引抜き品", act.number("withdrawn")), ("破損紙", waste)):
        if quantity:
            job = _with(job, _born(job, what, "factory", quantity, now, place=act.text("place")))
    return job


def _delivered(job: Job, act: Act, _now: datetime) -> Job:
    """On its way the load is in the hand of the person who delivers; the ward's count ends or disputes that."""
    job = replace(job, receipt=act.text("receipt"))
    moved = [
        replace(thing, place=None, hand=act.by)
        for thing in live_copies(job)
        if thing.site == "factory" and thing.what in ("通知書", "引抜き品")
    ]
    return _with(job, *moved)


def _confirmed(job: Job, act: Act, now: datetime) -> Job:
    if act.body["agrees"] is not True:
        done = {kind: when for kind, when in job.done.items() if kind != "delivery-confirmed"}
        return replace(job, disputed=True, done=done)
    job = replace(job, disputed=False, counts=replace(job.counts, delivered=act.number("quantity")))
    handed = [
        _ended(t, now, "delivered")
        for t in live_copies(job)
        if t.site == "factory" and t.what in ("通知書", "引抜き品")
    ]
    return _with(job, *handed)


def _moved(job: Job, act: Act, _now: datetime) -> Job:
    place, hand = cast("str | None", act.body["place"]), cast("str | None", act.body["hand"])
    return _with(job, replace(job.things[act.text("thing")], place=place, hand=hand))


def _residue(job: Job, act: Act, _now: datetime) -> Job:
    """A false claim falls, and with it a verification that had believed it: erased, claimed and scanned anew."""
    fallen = ("erasure-claimed", "erasure-verified", "residue-found")
    done = {kind: when for kind, when in job.done.items() if kind not in fallen}
    return replace(job, residue_found=job.residue_found + act.number("findings") + act.number("not_scanned"), done=done)


EVOLVE: Final[Mapping[str, Evolve]] = {
    "parcel-sealed": _sealed,
    "parcel-voided": _voided,
    "password-notice-handed": _notice_handed,
    "parcel-held": _held,
    "parcel-received": _received,
    "copy-erased": _erased,
    "parcel-opened": _opened,
    "pieces-composed": _composed,
    "withdrawal-requested": _withdrawal,
    "withdrawal-acknowledged": _withdrawal_acknowledged,
    "pieces-printed": _printed,
    "pieces-enclosed": _enclosed,
    "notices-delivered": _delivered,
    "delivery-confirmed": _confirmed,
    "thing-moved": _moved,
    "residue-found": _residue,
}


def fold(number: str, acts: Iterable[tuple[Act, datetime]]) -> Job | None:
    """The job as its acts tell it, in the order of the ledger."""
    job: Job | None = None
    for act, at in acts:
        job = evolve(job, number, act, at)
    return job

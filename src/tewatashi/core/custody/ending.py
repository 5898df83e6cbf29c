"""Rules of moving and ending: nothing goes too early, nothing is left, and a claim is not yet a verification."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from tewatashi.core.acts import KINDS, Act
from tewatashi.core.contract import SYSTEM, Standing, refuse_place, refuse_unless_on_roster, refuse_unprepared_person
from tewatashi.core.custody.job import KEY, MEDIUM, PAPER, SPOOL, WITNESSED, Job, Thing, live_copies, to_be_claimed
from tewatashi.core.custody.order import after
from tewatashi.core.refused import Refused


def living_thing(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
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


def not_the_key(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """A key stays in the vault and ends with what it opens: without that it would be a copy that nobody can erase."""
    if job.things[act.text("thing")].what == KEY:
        raise Refused(
            "key-by-itself", "保管庫の鍵だけを、動かしたり破棄したりすることはできません。", found=act.name, do="鍵が開くデータを消去してください。",
            requirement="CL-11-12",
        )  # fmt: skip


def whole_quantity(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    thing = job.things[act.text("thing")]
    if act.number("quantity") != thing.quantity:
        raise Refused(
            "count", f"{thing.what}の数量が違います。", found=act.number("quantity"), expected=thing.quantity,
            do="数え直してください。", requirement="CL-11-12",
        )  # fmt: skip


def by_the_factorys_own(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """FAC-OP-2: the factory's word alone moves nothing: somebody on the roster does, or the system what it erases itself."""
    if act.site != "factory":
        return
    by_itself = act.by == SYSTEM and act.kind == "copy-erased" and job.things[act.text("thing")].what not in WITNESSED
    if not by_itself:
        refuse_unless_on_roster(standing, act.by, ("supervisor", "handler"))


def ends_as_paper(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """FAC-OP-7: no system deletes paper, and a printer's spool is emptied."""
    what, method = job.things[act.text("thing")].what, act.text("method")
    if act.site == "factory" and method not in WITNESSED.get(what, (method,)):
        raise Refused(
            "method", f"{what}の消去の方法ではありません。", found=method, expected="・".join(WITNESSED[what]),
            do="方法を選び直してください。", requirement="FAC-OP-7",
        )  # fmt: skip


def witnessed(job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    """FAC-OP-7: paper and a printer's spool end, and an erasure is claimed, before a witness: somebody else on the accepted roster."""
    witness = cast("str", act.body["witness"])
    if act.site != "factory":
        return
    needed = act.kind == "erasure-claimed" or job.things[act.text("thing")].what in WITNESSED
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


def not_erased_too_early(job: Job, standing: Standing, act: Act, now: datetime) -> None:
    """What the factory still needs may go only after the delivery was confirmed; paper notices are delivered, not erased."""
    thing = job.things[act.text("thing")]
    if thing.what == "通知書" and not job.cancelled:
        raise Refused("not-erasable", "通知書は納品するもので、消去の対象ではありません。", do="納品してください。")
    if thing.what == SPOOL and act.site == "factory":
        return  # a printer may be emptied as soon as the sheets are out (R15)
    if (
        job.cancelled
        or not thing.of_parcel(job.parcel)
        or (act.site == "gateway" and hold_is_over(thing, standing, now))
    ):
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


def one_place_or_hand(_job: Job, standing: Standing, act: Act, now: datetime) -> None:
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
        refuse_unprepared_person(standing, cast("str", hand), ("supervisor", "handler"), now.date())


def nothing_left_at_factory(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    left = [thing for thing in live_copies(job) if thing.site == "factory"]
    if left:
        raise Refused(
            "copies-left", "まだ消去していない複製があります。", found="・".join(f"{t.what}（{t.id}）" for t in left),
            expected="0件", do="すべて消去してから報告してください。", requirement="CL-11-12",
        )  # fmt: skip
    every = to_be_claimed(job)
    if set(cast("list[str]", act.body["things"])) != every:
        raise Refused(
            "list-incomplete", "消去の一覧が、記録にある複製と違います。", found=len(cast("list[str]", act.body["things"])),
            expected=len(every), do="記録にあるすべての複製を報告してください。", requirement="CL-11-12",
        )  # fmt: skip


def scan_is_clean(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
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


def only_what_hands_carry(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """What lies in a system is never lost: it is erased, or it is there."""
    thing = job.things[act.text("thing")]
    if thing.what not in (*PAPER, MEDIUM):
        raise Refused(
            "not-carried", f"{thing.what}は、紛失として終えることのできない物です。", found=thing.what, expected="・".join(PAPER),
            do="消去の記録をしてください。", requirement="FAC-OP-7",
        )  # fmt: skip


def verified_or_never_opened(job: Job, standing: Standing, act: Act, now: datetime) -> None:
    """Of a job that was cancelled before its parcel was opened there is nothing to look for."""
    if job.ever_opened or not job.cancelled:
        after("erasure-verified")(job, standing, act, now)


def claims_stand(job: Job, _standing: Standing, _act: Act, _now: datetime) -> None:
    if "erasure-claimed" not in job.done:
        raise Refused(
            "claim-missing",
            "データ消去報告書が出ていません。",
            do="委託先に消去と報告を求めてください。",
            requirement="FAC-OP-7",
        )


def nothing_alive(job: Job, _standing: Standing, _act: Act, _now: datetime) -> None:
    left = live_copies(job)
    if left:
        raise Refused(
            "copies-left", "まだ残っている物があります。", found="・".join(f"{t.what}（{t.id}）" for t in left), expected="0件",
            do="返却・消去を済ませてください。", requirement="CL-11-12",
        )  # fmt: skip

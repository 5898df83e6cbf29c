"""The contractor's papers about a job, as the ledger of either site tells them: 受領証, 納品書, 返却書, データ消去報告書.

They are the same paper at both sites; where letters go by hand, the contractor's own print carries its letters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from django.conf import settings

from tewatashi.core import custody
from tewatashi.core.acts import KINDS, Act
from tewatashi.core.contract import Standing
from tewatashi.core.custody import KEY, MEDIUM, NOTICE, Job, Thing
from tewatashi.core.refused import Refused
from tewatashi.documents import render
from tewatashi.sitekit import acting, clock, paper_way
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.models import LedgerEntry
from tewatashi.sitekit.people import Names
from tewatashi.sitekit.story import HOW
from tewatashi.sitekit.titles import form_title

Fields = dict[str, Any]
History = Sequence[tuple[int, Act, datetime]]
_RETURN: Final = "return-"
_UNITS: Final = {
    "パスワード通知書": "通",
    "破損紙": "枚",
    "引抜き品": "通",
    "通知書": "通",
    "媒体": "枚",
    "報告の媒体": "枚",
    "報告の通知書": "通",
    KEY: "個",
}


@dataclass(frozen=True)
class Issued:
    """A paper that there is: the name in its address, its title and its number; done once what it tells was done."""

    name: str
    title: str
    number: str
    done: bool = True


@dataclass(frozen=True)
class _Told:
    """A job with all that its ledger tells, for a paper to be made of it."""

    job: Job
    standing: Standing
    history: History
    names: Names

    def last(self, kind: str) -> tuple[int, Act, datetime]:
        """The last act of the kind that stands. Refused while there is none."""
        found = [row for row in self.history if row[1].kind == kind] if self.job.did(kind) else []
        if not found:
            raise Refused(
                "paper-early", f"「{KINDS[kind].name}」がまだ記録されていません。", do="記録のあとに、書面を出してください。",
                requirement="WARD-OP-4",
            )  # fmt: skip
        return found[-1]

    def common(self, number: str, index: int, at: datetime) -> Fields:
        contract = self.standing.contract
        return {
            "number": number, "issued": at.astimezone(clock.JAPAN).date(), "to": head_of(contract.outsourcing["保有課"]),
            "sender": contract.contractor, "job": self.job.number, "task": contract.title,
            "entry": bytes(LedgerEntry.objects.get(pk=index).leaf_hash).hex(),
        }  # fmt: skip


def issued(job: Job) -> list[Issued]:
    """The papers that there are of the job, in the order of its steps."""
    number, found = job.number, []
    if job.did("parcel-received"):
        found.append(Issued("receipt", "受領証", f"受-{number}"))
    if job.did("notices-delivered"):
        found.append(Issued("delivery-note", "納品書", job.receipt or f"納-{number}"))
    for one in _returnable(job):
        title, back = f"返却書（{one.what}）", one.id in job.returned_on
        found.append(Issued(f"{_RETURN}{one.number}", title, f"返-{one.number}", back))
    if job.did("erasure-claimed"):
        found.append(Issued("erasure-report", "データ消去報告書", f"消-{number}"))
    return found


def paper(number: str, name: str, names: Names, *, letters: bool = True) -> bytes:
    """The PDF of the job's paper of this name. Refused while there is nothing to write on it.

    letters  whether the contractor's waiting letters go on it, where there is no line
    """
    job = acting.known_job(number)
    told = _Told(job, acting.known_standing(job.contract), acting.history(number), names)
    template, fields = _fields(told, name)
    carried = paper_way.codes_for_paper() if letters and settings.SITE.role == "factory" else paper_way.NOTHING
    return render(template, fields, fonts_folder(), clock.now(), carried.codes, by_file=carried.by_file)


def _fields(told: _Told, name: str) -> tuple[str, Fields]:
    if name.startswith(_RETURN):
        thing = next((one for one in _returnable(told.job) if one.number == name.removeprefix(_RETURN)), None)
        if thing is not None:
            return "return-note", _return_note(told, thing)
    make = _MAKE.get(name)
    if make is None:
        raise Refused("paper-unknown", "この案件にない書面です。", found=name[:40], do="案件の画面から選んでください。")
    return name, make(told)


# --------------------------------------------------------------------------------------------------- 受領証, 納品書


def _receipt(told: _Told) -> Fields:
    index, act, at = told.last("parcel-received")
    by_disc = told.standing.contract.channel == "disc"
    return {
        **told.common(f"受-{told.job.number}", index, at), "at": at, "handler": told.names.with_id(act.by, "factory"),
        "content": _content(told.job), "quantity": act.number("pieces"), "unit": "件", "parcel": act.text("parcel"),
        "size": act.number("size"), "sha256": act.text("sha256"), "route": "手渡し" if by_disc else "LGWAN回線",
    }  # fmt: skip


def _delivery_note(told: _Told) -> Fields:
    index, act, at = told.last("notices-delivered")
    job, withdrawn = told.job, act.number("withdrawn")
    items = [{"name": "封入封緘した通知書", "quantity": act.number("quantity"), "unit": "通", "remarks": ""}]
    if withdrawn:
        asked = f"引抜きの依頼 第{job.withdrawals_acknowledged}版まで"
        items.append({"name": "引抜き品", "quantity": withdrawn, "unit": "通", "remarks": asked})
    return {
        **told.common(act.text("receipt"), index, at), "at": datetime.fromisoformat(act.text("at")), "content": act.text("content"),
        "base_date": job.base_date, "items": items, "deliverer": told.names.with_id(act.by, "factory"),
        "receiver": told.names.with_id(act.text("to"), "ward"), "confirmation": _confirmation(job, "delivery-confirmed"),
    }  # fmt: skip


def _confirmation(job: Job, kind: str, thing: str | None = None) -> str | None:
    """The number of the ward's last 確認書 about it, or None."""
    found = [c.number for c in job.confirmations.values() if c.kind == kind and thing in (None, c.thing)]
    return found[-1] if found else None


def _content(job: Job, parcel: str | None = None) -> str:
    return f"{form_title(job.form)}の送付データ {(parcel or job.parcel or '')[:8]}（暗号化済み）"


# ------------------------------------------------------------------------------------------------------------ 返却書


def _returnable(job: Job) -> list[Thing]:
    """Media and notices that came here by a hand and go back, or have gone back."""
    due = job.did("delivery-confirmed") or job.cancelled
    return [
        thing for thing in job.things.values()
        if thing.what in (MEDIUM, NOTICE) and thing.number
        and (thing.id in job.returned_on or (due and thing.alive and thing.site == "factory"))
    ]  # fmt: skip


def _return_note(told: _Told, thing: Thing) -> Fields:
    job = told.job
    back = [row for row in told.history if row[1].kind == "thing-returned" and row[1].text("thing") == thing.id]
    index, act, at = back[-1] if back else (told.history[-1][0], None, clock.now())
    confirmed = job.done.get("delivery-confirmed")
    return {
        **told.common(f"返-{thing.number}", index, at), "name": thing.what, "thing": thing.number, "serial": thing.serial or None,
        "quantity": thing.quantity, "unit": _UNITS[thing.what], "content": _content(job, thing.parcel),
        "delivered": confirmed.astimezone(clock.JAPAN).date() if confirmed else None,
        "at": date.fromisoformat(act.text("on")) if act else None,
        "brought_by": told.names.with_id(act.text("brought_by"), "factory") if act else None,
        "received_by": told.names.with_id(act.by, "ward") if act else None,
        "confirmation": _confirmation(job, "thing-returned", thing.id),
    }  # fmt: skip


# -------------------------------------------------------------------------------------------------- データ消去報告書


def _erasure_report(told: _Told) -> Fields:
    """Every copy that there was, how, when and by whom it was erased (FAC-OP-7)."""
    if not told.job.did("erasure-claimed"):
        raise Refused(
            "claim-missing", "データ消去報告がまだ記録されていません。", do="すべての複製を消去し、報告してください。",
            requirement="FAC-OP-7",
        )  # fmt: skip
    index, act, at = told.last("erasure-claimed")
    delivered = told.job.done.get("delivery-confirmed")  # none of a job that was cancelled before
    erased, held = _ends(told)
    return {
        **told.common(f"消-{told.job.number}", index, at), "delivered": delivered.astimezone(clock.JAPAN).date() if delivered else None,
        "things": [_erased(told, held[one], erased.get(one)) for one in cast("list[str]", act.body["things"])],
        "statement": act.text("statement"), "implementer": told.names.of(act.by, act.site),
        "witness": told.names.of(act.text("witness"), act.site), "scan": scan_of(told.history, told.job),
    }  # fmt: skip


def _ends(told: _Told) -> tuple[dict[str, Act], dict[str, Thing]]:
    """By whom each thing was erased, and where it had been while it lived."""
    erased: dict[str, Act] = {}
    held: dict[str, Thing] = {}
    job: Job | None = None
    for _, act, at in told.history:
        lived = custody.live_copies(job) if job else ()
        job = custody.evolve(job, told.job.number, act, at)
        if act.kind == "copy-erased":  # with what a key opened went the key
            erased |= {one.id: act for one in lived if not job.things[one.id].alive}
        held.update({one.id: one for one in custody.live_copies(job)})
    return erased, held


def _erased(told: _Told, held: Thing, act: Act | None) -> Fields:
    thing = told.job.things[held.id]
    place = held.place.partition("/")[2] if held.place else f"所持 {told.names.of(held.hand or '', held.site)}"
    return {
        "name": thing.what, "place": place, "quantity": quantity_of(thing),
        "method": HOW[thing.how or ""], "at": thing.ended, "by": told.names.of(act.by, act.site) if act else "区へ引渡し",
    }  # fmt: skip


def quantity_of(thing: Thing) -> str:
    """`12,034 通`: sheets of what was spoiled, envelopes of what is posted, pieces of what is data."""
    return f"{thing.quantity:,} {_UNITS.get(thing.what, '件')}"


def scan_of(history: History, job: Job) -> Fields | None:
    """What the ward found when it looked for itself, once it has."""
    found = [(act, at) for _, act, at in history if act.kind == "erasure-verified"]
    if not found or not job.did("erasure-verified"):
        return None
    act, at = found[-1]
    return {
        "at": at, "ids": act.number("ids"), "found": act.number("findings"), "unread": act.number("not_scanned"),
        "report": act.text("report_sha256"),
    }  # fmt: skip


def head_of(division: str) -> str:
    """To whom a paper goes: 課 has its 課長."""
    name = " ".join(division.split())[:200]
    return f"{name}長" if name.endswith("課") else name


_MAKE: Final[dict[str, Callable[[_Told], Fields]]] = {
    "receipt": _receipt, "delivery-note": _delivery_note, "erasure-report": _erasure_report,
}  # fmt: skip

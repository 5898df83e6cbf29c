"""データ授受確認書: of each hand-over its time, hands, content and quantity, as the ledger tells them (WARD-OP-4, WARD-CD-3).

Those that the contractor answers (FAC-CD-4) have the number by which it does so, and show what it answered. What the
contractor itself hands over (FAC-CD-2) it has signed already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from tewatashi.core import custody
from tewatashi.core.acts import KINDS, Act
from tewatashi.core.contract import COUNTER, OUTBOX, Standing
from tewatashi.core.custody import MEDIUM, Confirmation, Job
from tewatashi.core.ledger import entry_number
from tewatashi.core.refused import Refused
from tewatashi.documents import render
from tewatashi.documents.wareki import era_day, era_moment
from tewatashi.sitekit import acting, clock, paper_way
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.models import LedgerEntry
from tewatashi.sitekit.people import Names
from tewatashi.sitekit.timeline import place_name
from tewatashi.sitekit.titles import form_title
from tewatashi.ward.offices import office_of
from tewatashi.ward.story import SITES

OF: Final = {"delivery": "delivery-confirmed", "data": "parcel-received", "notice": "password-notice-handed"}
REPORTED: Final = ("report-handed", "report-notice-handed")
CONFIRMED: Final = ("medium-handed", "password-notice-handed", "thing-returned", "delivery-confirmed")
_OCCASIONS: Final = {"thing-returned": "返却", "delivery-confirmed": "納品", **dict.fromkeys(REPORTED, "報告")}
_MOST: Final = 400  # characters of what a report is said to hold
_ROUTES: Final = {"hand": "手渡し", "registered-mail": "簡易書留"}
History = Sequence[tuple[int, Act, datetime]]
Fields = dict[str, Any]


@dataclass(frozen=True)
class Recorded:
    """A hand-over with its place in the ledger, its number, and what the contractor answered last: act and time."""

    index: int
    act: Act
    at: datetime
    number: str
    agreed: bool | None = None
    answer: tuple[Act, datetime] | None = None

    @property
    def occasion(self) -> str:
        return _OCCASIONS.get(self.act.kind, "提供")

    @property
    def when(self) -> date | datetime:
        """When it was done; the day alone where it was written down on a later one."""
        on = self.act.body.get("on")
        day = date.fromisoformat(on) if isinstance(on, str) else None
        return self.at if day in (None, self.at.astimezone(clock.JAPAN).date()) else day

    @property
    def note(self) -> str:
        return str(self.answer[0].body["note"]) if self.answer else ""


def recorded(job: Job, history: History) -> list[Recorded]:
    """All that the contractor answers, in the order of their numbers."""
    acts = [row for row in history if row[1].kind in CONFIRMED]
    return [_recorded(one, row, history) for one, row in zip(job.confirmations.values(), acts, strict=True)]


def _recorded(one: Confirmation, row: tuple[int, Act, datetime], history: History) -> Recorded:
    answers = [
        (act, at) for _, act, at in history if act.kind == "countersigned" and act.body["confirmation"] == one.number
    ]
    return Recorded(*row, one.number, one.agreed, answers[-1] if answers else None)


def reported(job: Job, history: History) -> list[Recorded]:
    """The hand-overs of reports from the contractor, whose record is its own signed word."""
    return [
        Recorded(index, act, at, f"{job.number}-報告-{entry_number(index)}", agreed=True)
        for index, act, at in history
        if act.kind in REPORTED
    ]


def all_of(job: Job, history: History) -> list[Recorded]:
    """Both, in the order of the ledger."""
    return sorted([*recorded(job, history), *reported(job, history)], key=lambda one: one.index)


def receipt(number: str, of: str, names: Names, *, letters: bool = True) -> bytes:
    """The PDF for the last hand-over of this sort (a key of OF). Refused while there was none."""
    job, history = acting.known_job(number), acting.history(number)
    if of == "data":
        index, act, at = _last(history, "parcel-received")
        return _paper(job, history, Recorded(index, act, at, data_number(job, index)), names, letters=letters)
    kind = OF.get(of, OF["delivery"])
    _last(history, kind)
    return _paper(job, history, [one for one in recorded(job, history) if one.act.kind == kind][-1], names)


def data_number(job: Job, index: int) -> str:
    """The number of the 確認書 of the sealed data, which is answered by receiving it."""
    return f"{job.number}-提供-{entry_number(index)}"


def confirmation(number: str, wanted: str, names: Names, *, letters: bool = True) -> bytes:
    """The PDF of the 確認書 of this number. Refused if the job has none such. letters: whether those that wait go on it."""
    job, history = acting.known_job(number), acting.history(number)
    found = next((one for one in all_of(job, history) if one.number == wanted), None)
    if found is None:
        raise Refused(
            "no-confirmation", "この案件の確認書ではありません。", found=wanted[:20], do="確認書の番号を確かめてください。",
            requirement="WARD-CD-3",
        )  # fmt: skip
    return _paper(job, history, found, names, letters=letters)


def _paper(job: Job, history: History, one: Recorded, names: Names, *, letters: bool = True) -> bytes:
    standing = acting.known_standing(job.contract)
    paper = _OF_KIND[one.act.kind](job, history, one, names)
    by = paper.pop("by", one.act.by)
    office = office_of(standing.contract, by)
    data = {
        **_common(job, standing, one, office), "at": one.when, "place": office, "route": "手渡し", "ward_handler": names.with_id(by, "ward"),
        "withdrawn": None, "medium": None, "sha256": None, "remarks": "", "answer": _answer(one, names), **paper,
    }  # fmt: skip
    carried = paper_way.codes_for_paper() if letters else paper_way.NOTHING
    return render("handover", data, fonts_folder(), clock.now(), carried.codes, by_file=carried.by_file)


def _common(job: Job, standing: Standing, one: Recorded, office: str) -> Fields:
    leaf = LedgerEntry.objects.get(pk=one.index).leaf_hash
    return {
        "number": one.number, "issued": one.at.astimezone(clock.JAPAN).date(), "to": f"{standing.contract.contractor} 取扱責任者", "sender": office,
        "job": job.number, "task": standing.contract.title, "entry": bytes(leaf).hex(), "occasion": one.occasion,
    }  # fmt: skip


def _answer(one: Recorded, names: Names) -> Fields | None:
    if one.answer is None:
        return None
    act, at = one.answer
    agrees = "一致" if act.body["agrees"] else "相違"
    return {"at": at, "by": names.with_id(act.by, "factory"), "agrees": agrees, "note": act.text("note")}


def _reported(job: Job, one: Recorded, names: Names) -> Fields:
    report = job.reports[one.act.text("report")]
    came = (
        f"区が内容を確かめた日時 {era_moment(report.received)}"
        if report.received
        else "区は、まだ内容を確かめていません。"
    )
    hander = names.with_id(one.act.by, "factory")
    return {
        "by": one.act.text("to"), "contractor_handler": hander, "quantity": 1, "remarks": came,
        "answer": {"at": one.at, "by": hander, "agrees": "一致", "note": ""},
    }  # fmt: skip


def _report_medium(job: Job, _history: History, one: Recorded, names: Names) -> Fields:
    report = job.reports[one.act.text("report")]
    return {
        **_reported(job, one, names), "unit": "枚", "medium": one.act.text("medium"), "sha256": report.sha256,
        "content": f"{report.content[:_MOST]}（報告データ {report.short}・暗号化済み）",
    }  # fmt: skip


def _report_notice(job: Job, _history: History, one: Recorded, names: Names) -> Fields:
    report = job.reports[one.act.text("report")]
    return {
        **_reported(job, one, names), "unit": "通",
        "content": f"{report.content[:_MOST]}（報告データ {report.short}）のパスワード通知書",
    }  # fmt: skip


def _delivery(job: Job, history: History, one: Recorded, names: Names) -> Fields:
    _, delivered, _ = _last(history, "notices-delivered")
    remarks = "数量は、封入封緘の記録と一致しました。" if one.act.body["agrees"] is True else (
        f"数量が一致しません。封入封緘の記録は {job.counts.enclosed}通、引抜き {job.counts.withdrawn}通です。"
    )  # fmt: skip
    return {
        "at": datetime.fromisoformat(one.act.text("at")), "place": place_name(COUNTER, SITES), "route": "搬送",
        "contractor_handler": names.with_id(delivered.by, "factory"),
        "content": f"{delivered.text('content')}　基準日 {era_day(job.base_date)}", "quantity": one.act.number("quantity"), "unit": "通",
        "withdrawn": one.act.number("withdrawn"), "remarks": f"納品書 {one.act.text('receipt')}　{remarks}",
    }  # fmt: skip


def _data(job: Job, history: History, one: Recorded, names: Names) -> Fields:
    sent = next((act.by for _, act, _ in reversed(history) if act.kind in ("parcel-sent", "medium-handed")), one.act.by)
    by_disc = any(act.kind == "medium-handed" for _, act, _ in history)
    place = _handed_from(job, history) if by_disc else OUTBOX
    return {
        "by": sent, "place": place_name(place, SITES), "route": "手渡し" if by_disc else "LGWAN回線",
        "contractor_handler": names.with_id(one.act.by, "factory"), "content": _content(job), "quantity": one.act.number("pieces"),
        "unit": "件", "sha256": job.sha256,
    }  # fmt: skip


def _handed_from(job: Job, history: History) -> str:
    """Where the medium lay before it was handed over last: a cabinet, or the counter if it lay nowhere."""
    place = COUNTER
    before: Job | None = None
    for _, act, at in history:
        if act.kind == "medium-handed" and before is not None:
            media = [one for one in before.things.values() if one.what == MEDIUM and one.number == act.text("medium")]
            place = next((one.place for one in media if one.place), COUNTER)
        before = custody.evolve(before, job.number, act, at)
    return place


def _notice(_job: Job, history: History, one: Recorded, names: Names) -> Fields:
    tracking = one.act.text("tracking") if one.act.body["tracking"] else ""
    return {
        "route": _ROUTES[one.act.text("route")], "contractor_handler": names.with_id(one.act.text("to"), "factory"),
        "content": _notice_content(history, one.act.text("parcel")[:8]), "quantity": 1, "unit": "通",
        "remarks": f"引受番号 {tracking}" if tracking else "",
    }  # fmt: skip


def _medium(job: Job, history: History, one: Recorded, names: Names) -> Fields:
    act = one.act
    expected = era_moment(datetime.fromisoformat(act.text("expected")))
    return {
        "contractor_handler": names.with_id(act.text("to"), "factory"), "quantity": 1, "unit": "枚", **_of_medium(job, history, act.text("medium")),
        "remarks": f"鍵付きケース {act.text('case')}　鍵の管理者 {names.with_id(act.text('key_holder'), 'factory')}\n到着の予定 {expected}",
    }  # fmt: skip


def _returned(job: Job, history: History, one: Recorded, names: Names) -> Fields:
    thing = job.things[one.act.text("thing")]
    kind = {"unit": "枚", **_of_medium(job, history, thing.number)} if thing.what == MEDIUM else {
        "unit": "通", "content": _notice_content(history, thing.parcel)
    }  # fmt: skip
    return {
        "contractor_handler": names.with_id(one.act.text("brought_by"), "factory"), "quantity": one.act.number("quantity"), **kind,
        "remarks": f"保管した場所 {place_name(one.act.text('place'), {})}",
    }  # fmt: skip


def _of_medium(job: Job, history: History, medium: str) -> Fields:
    made = next(act for _, act, _ in history if act.kind == "medium-made" and act.text("medium") == medium)
    serial = f"（製造番号 {made.text('serial')}）" if made.body["serial"] else ""
    return {"medium": f"{medium}{serial}", "sha256": made.text("sha256"), "content": _content(job, made.text("parcel"))}


def _notice_content(history: History, parcel: str) -> str:
    made = [act for _, act, _ in history if act.kind == "notice-made" and act.text("parcel")[:8] == parcel]
    return f"パスワード通知書（番号 {made[-1].text('notice')}）" if made else f"パスワード通知書（通し番号 {parcel}）"


def _content(job: Job, parcel: str | None = None) -> str:
    name = (parcel or job.parcel or "")[:8]
    return (
        f"{form_title(job.form)}の送付データ {name}（{job.declared:,}件・暗号化済み）　基準日 {era_day(job.base_date)}"
    )


def _last(history: History, kind: str) -> tuple[int, Act, datetime]:
    found = [row for row in history if row[1].kind == kind]
    if not found:
        raise Refused(
            "receipt-early", f"「{KINDS[kind].name}」がまだ記録されていません。", do="記録のあとに、確認書を出してください。",
            requirement="WARD-OP-4",
        )  # fmt: skip
    return found[-1]


_OF_KIND: Final = {
    "delivery-confirmed": _delivery, "parcel-received": _data, "password-notice-handed": _notice, "medium-handed": _medium,
    "thing-returned": _returned, "report-handed": _report_medium, "report-notice-handed": _report_notice,
}  # fmt: skip

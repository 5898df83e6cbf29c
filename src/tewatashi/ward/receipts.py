"""データ授受確認書: of each hand-over its time, hands, content and quantity, as the ledger tells them (WARD-OP-4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from tewatashi.core.acts import KINDS, Act
from tewatashi.core.contract import COUNTER, OUTBOX, Standing
from tewatashi.core.custody import Job
from tewatashi.core.refused import Refused
from tewatashi.documents import render
from tewatashi.documents.wareki import era_day
from tewatashi.sitekit import acting, clock, paper_way
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.models import LedgerEntry, User
from tewatashi.sitekit.people import Names
from tewatashi.sitekit.timeline import place_name
from tewatashi.sitekit.titles import form_title
from tewatashi.ward.story import SITES

OF: Final = {"delivery": "delivery-confirmed", "data": "parcel-received", "notice": "password-notice-handed"}
_ROUTES: Final = {"hand": "手渡し", "registered-mail": "簡易書留"}


@dataclass(frozen=True)
class _Recorded:
    """An act with its place in the ledger."""

    index: int
    act: Act
    at: datetime


def receipt(number: str, of: str, names: Names) -> bytes:
    """The PDF for the last hand-over of this sort (a key of OF). Refused while there was none."""
    job = acting.known_job(number)
    standing = acting.known_standing(job.contract)
    fields = {"delivery": _delivery, "data": _data, "notice": _notice}.get(of, _delivery)(job, names)
    data = {**_common(job, standing, fields), **fields["paper"]}
    return render("handover", data, fonts_folder(), clock.now(), paper_way.codes_for_paper())


def _common(job: Job, standing: Standing, fields: dict[str, Any]) -> dict[str, Any]:
    contract, last = standing.contract, fields["last"]
    employer = User.objects.filter(pk=fields["by"]).values_list("employer", flat=True).first() or settings.SITE.name
    leaf = LedgerEntry.objects.get(pk=last.index).leaf_hash
    return {
        "number": fields["number"], "issued": last.at.date(), "to": f"{contract.contractor} 取扱責任者",
        "sender": f"{employer} {contract.outsourcing['保有課']}", "job": job.number, "task": contract.title,
        "entry": bytes(leaf).hex(),
    }  # fmt: skip


def _delivery(job: Job, names: Names) -> dict[str, Any]:
    confirmed, delivered = _last(job, "delivery-confirmed"), _last(job, "notices-delivered")
    agrees = confirmed.act.body["agrees"] is True
    remarks = "数量は、封入封緘の記録と一致しました。" if agrees else (
        f"数量が一致しません。封入封緘の記録は {job.counts.enclosed}通、引抜き {job.counts.withdrawn}通です。"
    )  # fmt: skip
    paper = {
        "occasion": "納品", "at": datetime.fromisoformat(confirmed.act.text("at")), "place": place_name(COUNTER, SITES), "route": "搬送",
        "ward_handler": names.with_id(confirmed.act.by, "ward"), "contractor_handler": names.with_id(delivered.act.by, "factory"),
        "content": f"{delivered.act.text('content')}　基準日 {era_day(job.base_date)}",
        "quantity": confirmed.act.number("quantity"), "unit": "通", "withdrawn": confirmed.act.number("withdrawn"),
        "medium": None, "sha256": None, "remarks": remarks,
    }  # fmt: skip
    return {"last": confirmed, "by": confirmed.act.by, "number": confirmed.act.text("receipt"), "paper": paper}


def _data(job: Job, names: Names) -> dict[str, Any]:
    received, sent = _last(job, "parcel-received"), _last(job, "parcel-sent")
    paper = {
        "occasion": "提供", "at": received.at, "place": place_name(OUTBOX, SITES), "route": "LGWAN回線",
        "ward_handler": names.with_id(sent.act.by, "ward"), "contractor_handler": names.with_id(received.act.by, "factory"),
        "content": f"{form_title(job.form)}の送付データ {(job.parcel or '')[:8]}（暗号化済み）　基準日 {era_day(job.base_date)}",
        "quantity": received.act.number("pieces"), "unit": "件", "withdrawn": None, "medium": None, "sha256": job.sha256,
        "remarks": "",
    }  # fmt: skip
    return {"last": received, "by": sent.act.by, "number": f"{job.number}-提供-{received.index}", "paper": paper}


def _notice(job: Job, names: Names) -> dict[str, Any]:
    handed = _last(job, "password-notice-handed")
    tracking = handed.act.text("tracking") if handed.act.body["tracking"] else ""
    paper = {
        "occasion": "提供", "at": handed.at, "place": place_name(OUTBOX, SITES), "route": _ROUTES[handed.act.text("route")],
        "ward_handler": names.with_id(handed.act.by, "ward"), "contractor_handler": names.with_id(handed.act.text("to"), "factory"),
        "content": f"パスワード通知書（通し番号 {handed.act.text('parcel')[:8]}）", "quantity": 1, "unit": "通",
        "withdrawn": None, "medium": None, "sha256": None, "remarks": f"引受番号 {tracking}" if tracking else "",
    }  # fmt: skip
    return {"last": handed, "by": handed.act.by, "number": f"{job.number}-通知書-{handed.index}", "paper": paper}


def _last(job: Job, kind: str) -> _Recorded:
    found = [_Recorded(*row) for row in acting.history(job.number) if row[1].kind == kind]
    if not found:
        raise Refused(
            "receipt-early", f"「{KINDS[kind].name}」がまだ記録されていません。", do="記録のあとに、確認書を出してください。",
            requirement="WARD-OP-4",
        )  # fmt: skip
    return found[-1]

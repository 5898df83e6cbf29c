"""The labels of a job's boxes, from what its plan adds up to: they can be printed anew after the pieces' ids are gone."""

from __future__ import annotations

from tewatashi.core.custody import Job
from tewatashi.core.plan_counts import LotCounts
from tewatashi.core.plan_lists import Box
from tewatashi.core.refused import Refused
from tewatashi.documents.box_papers import render_box_labels
from tewatashi.documents.wareki import era_day
from tewatashi.factory import jobs, planning
from tewatashi.sitekit import clock
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.titles import form_title


def box_labels(number: str) -> bytes:
    """The PDF. Refused while no envelope is planned."""
    job, standing = jobs.load(number)
    kept = planning.kept_counts(number)
    if kept is None or not kept[0].boxes:
        raise Refused(
            "plan-none", "箱に入れる封筒がまだありません。", do="組版のあとに出してください。", requirement="WARD-OP-4"
        )
    counts, version = kept
    now = clock.now()
    data = {
        "number": f"箱-{number}", "issued": now.date(), "sender": standing.contract.contractor, "entry": None, "job": number,
        "task": standing.contract.title, "content": _content(job), "total": len(counts.boxes), "withdrawals": version,
        "boxes": [_label(box, counts.lots[box.lot]) for box in counts.boxes],
    }  # fmt: skip
    return render_box_labels(data, fonts_folder(), now)


def _content(job: Job) -> str:
    return f"{form_title(job.form)}（{era_day(job.base_date)}現在）"


def _label(box: Box, lot: LotCounts) -> dict[str, object]:
    return {
        "box": box.number, "handling": lot.handling, "area": lot.area, "postal_class": lot.postal_class,
        "discount": lot.discount or None, "first": box.first, "last": box.last, "envelopes": box.envelopes,
        "pieces": box.pieces,
    }  # fmt: skip

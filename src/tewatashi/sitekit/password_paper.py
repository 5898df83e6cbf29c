"""パスワード通知書 as a PDF: made in memory for the one answer that shows the password, and kept in no place."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from tewatashi.core.contract import Standing
from tewatashi.core.refused import Refused
from tewatashi.documents import render
from tewatashi.sitekit import clock
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.models import LedgerEntry


def inline(standing: Standing, kind: str, job: str, data: Mapping[str, object]) -> str:
    """The PDF/A in base64, to stand in the page; nothing where none can be set, for the page is a notice by itself.

    kind  the act that sealed what the password opens: the paper's code leads to the job's last of it
    data  the fields of the paper `password-notice` (documents.papers) without those that each contract gives
    """
    leaf = LedgerEntry.objects.filter(job=job, kind=kind).order_by("index").values_list("leaf_hash", flat=True).last()
    by_disc = standing.contract.channel == "disc"
    fields = {
        "issued": clock.now().date(), "job": job, "task": standing.contract.title, "entry": bytes(leaf).hex() if leaf else None,
        "route": "手渡し" if by_disc else None, **data,
    }  # fmt: skip
    fonts = fonts_folder()
    if not fonts.is_dir():
        return ""
    try:
        pdf = render("password-notice", fields, fonts, clock.now())
    except Refused:  # a template of the ward's own; the parcel is sealed already, and its password must not be lost
        return ""
    return base64.b64encode(pdf).decode()

"""Copies of the contractor's certificates (認証の写し): PDFs that the ward keeps beside number and expiry (WORK-6).

The file stays at the ward; its SHA-256 is in the ledger, so that the council's sheet can cite it and the contractor knows it.
"""

from __future__ import annotations

import hashlib
import io
from typing import Final

import pikepdf
from django.db import transaction

from tewatashi.core.certificate import ATTACHED
from tewatashi.core.contract import Standing
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting
from tewatashi.ward.models import CertificateCopy

NAMES: Final = {"privacy-mark": "プライバシーマーク", "lgwan-asp": "LGWAN-ASP の認証"}
_MOST: Final = 10 << 20  # bytes; a scan of two pages is a tenth of it


def attach(number: str, which: str, data: bytes, by: str) -> None:
    """Keep a copy of the certificate that is registered now. Refused when none is, or when it is no PDF."""
    found = acting.known_standing(number).contract.certificate(which) if which in NAMES else None
    if found is None:
        raise Refused(
            "certificate-unknown", "登録されていない認証です。", found=which[:40], do="先に番号と有効期限を登録してください。",
            requirement="WORK-6",
        )  # fmt: skip
    _refuse_unless_pdf(data)
    digest = hashlib.sha256(data).hexdigest()
    body = {"number": found.number, "expires": found.expires.isoformat(), "sha256": digest, "size": len(data)}
    with transaction.atomic():
        CertificateCopy.objects.create(
            contract=number, which=which, number=found.number, expires=found.expires, sha256=digest, data=data, by=by,
        )  # fmt: skip
        acting.perform(ATTACHED, {"contract": number, "which": which, **body}, by=by)


def copy_of(standing: Standing, which: str) -> CertificateCopy | None:
    """The last copy of the certificate that is registered now: a renewed one has none until its own is attached."""
    found = standing.contract.certificate(which)
    if found is None:
        return None
    copies = CertificateCopy.objects.filter(contract=standing.contract.number, which=which, number=found.number)
    return copies.filter(expires=found.expires).order_by("id").last()


def _refuse_unless_pdf(data: bytes) -> None:
    if len(data) > _MOST:
        raise Refused(
            "certificate-large", "ファイルが大きすぎます。", found=f"{len(data):,} バイト", expected=f"{_MOST:,} バイト以内",
            do="解像度を下げて取り込み直してください。", requirement="WORK-6",
        )  # fmt: skip
    if not data.startswith(b"%PDF-") or not _pages(data):
        raise Refused(
            "not-a-pdf",
            "PDF ではないか、開けない PDF です。",
            do="認証の証書を PDF にして選んでください。",
            requirement="WORK-6",
        )


def _pages(data: bytes) -> int:
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return len(pdf.pages)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError):
        return 0

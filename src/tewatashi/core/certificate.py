"""The contractor's certificates (WORK-6): valid on the day, and which copy the ward holds of each.

Rules
  WORK-6  nothing is handed over on a day on which a certificate is missing or has expired
  WORK-6  a copy is attached to the certificate that is registered now, by its number and expiry; a renewed one needs its own
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from tewatashi.core.acts import Act
from tewatashi.core.refused import Refused

ATTACHED: Final = "certificate-attached"
NAMES: Final[Mapping[str, str]] = {
    "privacy-mark": "プライバシーマーク", "lgwan-asp": "LGWAN-ASP 接続サービス資格審査認証",
}  # fmt: skip


@dataclass(frozen=True)
class Certificate:
    """A certification with its number and the last day on which it is valid."""

    number: str
    expires: date


@dataclass(frozen=True)
class Copy:
    """What was attached: of which certificate, and the SHA-256 in hex and size in bytes of the file."""

    certificate: Certificate
    sha256: str
    size: int


def certificate_of(value: object) -> Certificate | None:
    """The certificate as an act's body states it, or None."""
    if value is None:
        return None
    fields = cast("dict[str, str]", value)
    return Certificate(fields["number"], date.fromisoformat(fields["expires"]))


def copy_of(act: Act) -> Copy:
    """The copy that a `certificate-attached` act tells of."""
    certificate = Certificate(act.text("number"), date.fromisoformat(act.text("expires")))
    return Copy(certificate, act.text("sha256"), act.number("size"))


def refuse_other(registered: Certificate | None, act: Act) -> None:
    """Refuse a copy of another certificate than the one that is registered."""
    found = copy_of(act).certificate
    if found != registered:
        raise Refused(
            "certificate-unknown", "登録されている認証の写しではありません。", found=f"{found.number}（{found.expires}）",
            expected=f"{registered.number}（{registered.expires}）" if registered else "登録なし",
            do="契約に登録した番号と有効期限を確かめてください。", requirement="WORK-6",
        )  # fmt: skip


def refuse_invalid(which: str, certificate: Certificate | None, today: date) -> None:
    """Refuse a certificate, a key of NAMES, that is missing or has expired."""
    if certificate is None:
        raise Refused(
            f"{which}-missing", f"委託先の{NAMES[which]}が登録されていません。", do="番号と有効期限を登録してください。",
            requirement="WORK-6",
        )  # fmt: skip
    if today > certificate.expires:
        raise Refused(
            f"{which}-expired", f"委託先の{NAMES[which]}の有効期限が切れています。", found=certificate.expires,
            expected=f"{today}以降", do="更新後の番号と期限を登録してください。", requirement="WORK-6",
        )  # fmt: skip

"""The ward's acts on a contract, and what its page shows of the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db import transaction

from tewatashi.core import approval
from tewatashi.core.acts import Act
from tewatashi.core.certificate import Certificate
from tewatashi.core.contract import Contract, Person, Standing, roster_of
from tewatashi.core.contract_change import refuse_stranding
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting, clock, ledger
from tewatashi.sitekit.people import Names
from tewatashi.sitekit.titles import form_title
from tewatashi.ward import certificates
from tewatashi.ward.models import CertificateCopy


def make(body: Mapping[str, object], by: str) -> None:
    """Register the contract, or its new state under the same number. Refused where that would strand an open job."""
    act = Act("contract-made", "ward", by, body)
    with transaction.atomic():
        ledger.lock()  # no job is opened in between
        number = act.text("contract")
        jobs = acting.jobs_as_of(clock.now(), contract=number)
        refuse_stranding(acting.standing(number), act, jobs)
        acting.perform(act.kind, body, by=by)


def publish_workflow(number: str, steps: list[str], by: str) -> None:
    """Share the next version of the workflow."""
    version = acting.known_standing(number).workflow + 1
    acting.perform("workflow-published", {"contract": number, "version": version, "steps": steps}, by=by)


def accept_roster(number: str, version: str, by: str) -> None:
    """Accept the roster of this version: the one that the person at the screen read, not one that came meanwhile."""
    if not (version.isascii() and version.isdigit() and len(version) < 9):
        raise Refused("version", "名簿の版がありません。", do="契約の画面から開き直してください。")
    if int(version) == acting.known_standing(number).accepted:
        raise Refused(
            "version",
            "この版の名簿は、提出されていないか、すでに承認されています。",
            do="契約の画面で版を確かめてください。",
        )
    acting.perform("roster-accepted", {"contract": number, "version": int(version)}, by=by)


def jobs_of(number: str) -> list[str]:
    """The contract's jobs, the newest first."""
    opened = [entry.job for _, entry in ledger.entries(kind="job-opened", contract=number)]
    return [job for job in reversed(opened) if job is not None]


def by_fiscal_year() -> dict[int, list[Contract]]:
    """All contracts by the fiscal year (western) in which their term begins."""
    found: dict[int, list[Contract]] = {}
    for number in sorted(acting.contract_numbers()):
        contract = acting.known_standing(number).contract
        found.setdefault(contract.fiscal_year, []).append(contract)
    return found


@dataclass(frozen=True)
class CertificateRow:
    """One certification: days left, whether the contract needs it, and the copy that is kept of it."""

    which: str
    name: str
    certificate: Certificate | None
    left: int | None
    needed: bool
    copy: CertificateCopy | None


def certificate_rows(standing: Standing, today: date) -> list[CertificateRow]:
    """Both certifications, as they are registered now."""
    return [_certificate_row(standing, which, today) for which in certificates.NAMES]


def _certificate_row(standing: Standing, which: str, today: date) -> CertificateRow:
    one = standing.contract.certificate(which)
    needed = which == "privacy-mark" or standing.contract.channel == "lgwan"
    left = (one.expires - today).days if one else None
    return CertificateRow(which, certificates.NAMES[which], one, left, needed, certificates.copy_of(standing, which))


@dataclass(frozen=True)
class Version:
    """One version of workflow, roster or proof: when, by whom, and the people, steps or form that it names."""

    what: str
    version: int
    at: datetime
    by: str
    people: tuple[Person, ...]
    steps: tuple[str, ...]


_KINDS = {
    "workflow-published": "業務フローの共有",
    "workflow-acknowledged": "業務フローの確認（委託先）",
    "roster-submitted": "名簿の提出（委託先）",
    "roster-accepted": "名簿の承認",
    "clauses-attached": "特記事項の添付",
    "emergency-submitted": "緊急連絡体制・対応手順の提出（委託先）",
    "training-reported": "研修の報告（委託先）",
    "pledges-submitted": "誓約書の提出（委託先）",
    "preparation-accepted": "提出物の承認",
    "proof-submitted": "見本の提出（委託先）",
    "proof-approved": "見本の承認",
    "proof-refused": "見本の差戻し",
}


def versions(number: str, names: Names) -> list[Version]:
    """All versions, the newest first."""
    found = []
    for _, entry in ledger.entries(contract=number):
        if entry.kind in _KINDS:
            said = cast("dict[str, Any]", entry.body)
            act = Act(entry.kind, said["site"], entry.by, said["act"])
            roster = roster_of(act) if entry.kind == "roster-submitted" else ()
            steps = tuple(said["act"].get("steps", ()))
            if entry.kind in approval.KINDS:
                steps = (form_title(act.text("form")),)
            at = datetime.fromisoformat(said.get("at", entry.at))
            found.append(
                Version(_KINDS[entry.kind], act.number("version"), at, names.of(act.by, act.site), roster, steps)
            )
    return found[::-1]

"""Who of the ward speaks on a paper or stands on a medium: the office in one line, and the people who work here."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from tewatashi.core.contract import Contract
from tewatashi.core.refused import Refused
from tewatashi.documents.medium_text import Owner
from tewatashi.sitekit.models import User

_STAFF: Final = ("clerk", "manager")
_LONGEST: Final = 200  # characters of an office on a paper; a contract's field may be a page


def office_of(contract: Contract, person: str) -> str:
    """見本区 健康部医療保険年金課: the person's employer and the contract's 保有課."""
    employer = User.objects.filter(pk=person).values_list("employer", flat=True).first() or settings.SITE.name
    return f"{employer} {' '.join(contract.outsourcing['保有課'].split())}"[:_LONGEST]


def owner_of(contract: Contract, person: str) -> Owner:
    """Whose a medium is, for its finder. Without a contact in site.toml the office's name has to lead there."""
    office = office_of(contract, person)
    return Owner(office, settings.SITE.contact or (office,))


def staff(*, but: str = "") -> list[tuple[str, str]]:
    """Id and name of everyone who works with data here; `but` leaves one out, who needs another one beside."""
    people = User.objects.filter(is_active=True).exclude(pk=but).order_by("username")
    return [(one.username, f"{one.display_name}（{one.username}）") for one in people if one.has_role(*_STAFF)]


def refuse_unless_staff(person: str) -> None:
    """Refuse somebody who does not work with data at the ward."""
    if person not in dict(staff()):
        raise Refused(
            "not-staff",
            "区の担当者・責任者ではありません。",
            found=person,
            do="区の職員を選んでください。",
            requirement="CL-8",
        )


def refuse_unless_witness(person: str, by: str) -> None:
    """What is destroyed is destroyed before another person of the ward (特記 11・12)."""
    if person == by:
        raise Refused(
            "witness-self", "行った本人は立会者になれません。", found=person, do="別の人が立ち会ってください。",
            requirement="CL-11-12",
        )  # fmt: skip
    refuse_unless_staff(person)

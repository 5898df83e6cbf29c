"""専用ページ利用通知書 of a contract on the pages of ward and factory: what there is, where it is, and its end (FAC-LG-3, CL-8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms

from tewatashi.core.acts import Act, Role
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Thing
from tewatashi.core.custody.where import login_notices
from tewatashi.core.ledger import held_entry
from tewatashi.core.login_notice import KINDS
from tewatashi.core.safeguards import act_of
from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.fields import OfferedField
from tewatashi.sitekit.jobpage import where
from tewatashi.sitekit.models import LedgerEntry
from tewatashi.sitekit.story import HOW
from tewatashi.sitekit.timeline import Teller

ENDS: Final = (("shredded", "裁断した"), ("lost", "紛失した"))


@dataclass(frozen=True)
class Row:
    """One notice in words. said: what its last act tells;  how: its end, or nothing while it exists."""

    thing: Thing
    account: str
    where: str
    said: str
    how: str


@dataclass(frozen=True)
class Choice:
    """One act that somebody can do on the page: the value of its button, its words and its form."""

    do: str
    title: str
    submit: str
    form: forms.Form


class EndForm(forms.Form):
    """Which notice ended, and how."""

    def __init__(self, standing: Standing, site: Role, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["notice"] = notice_field(standing, site)
        self.fields["method"] = OfferedField(label="どうなったか", choices=ENDS)


def notice_field(standing: Standing, site: Role) -> OfferedField:
    """One of the notices that are at this site."""
    here = [one for one in standing.login_notices.values() if one.site == site and not one.how]
    return OfferedField(
        label="通知書の番号", choices=[(one.number, f"{one.number}（{one.account}）") for one in here],
        error_messages={"required": "通知書を選んでください。"},
    )  # fmt: skip


def any_at(standing: Standing, site: Role) -> bool:
    """Whether a notice is at this site now."""
    return any(one.site == site and not one.how for one in standing.login_notices.values())


def rows(standing: Standing, teller: Teller) -> list[Row]:
    """Every notice that there ever was, the newest first."""
    told = told_of(standing.contract.number)
    last = {act.text("notice"): act for act, _ in told}
    found = [_row(thing, standing, last[thing.number], teller) for thing in login_notices(told, clock.now())]
    return found[::-1]


def _row(thing: Thing, standing: Standing, last: Act, teller: Teller) -> Row:
    account = teller.names.with_id(standing.login_notices[thing.number].account, "factory")
    return Row(thing, account, where(thing, teller), teller.said(last), HOW.get(thing.how or "", thing.how or ""))


def end(number: str, notice: str, method: str, by: str) -> None:
    """Record that a notice was shredded, or is found missing, today."""
    body = {"contract": number, "notice": notice, "method": method, "on": clock.now().date().isoformat()}
    acting.perform("login-notice-ended", body, by=by)


def told_of(number: str) -> list[tuple[Act, datetime]]:
    """What the ledger tells of the contract's notices; what it costs does not grow with its jobs."""
    rows = LedgerEntry.objects.filter(contract=number, kind__in=KINDS).order_by("index").values_list("data", flat=True)
    return [act_of(held_entry(bytes(data))) for data in rows.iterator()]

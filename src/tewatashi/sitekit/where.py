"""Where everything is, or was at a moment: for a job, a contract, a place or a person, and the way of one thing.

Rules
  - an answer is folded from the ledger alone, up to the moment asked for
  - asked for a contract or a job, what it costs does not grow with other contracts; asked for a place or a person, not with
    jobs that never had anything there
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django import forms

from tewatashi.core.acts import Role
from tewatashi.core.custody import KEY, OPENED_BY_KEY, Job, Thing
from tewatashi.core.custody.where import Stay, alive, as_of, login_notices, notice_stays, stays
from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.jobpage import where as place_of
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.login_notices import told_of
from tewatashi.sitekit.people import Names
from tewatashi.sitekit.story import HOW
from tewatashi.sitekit.timeline import Prefixes, Teller, place_name

_END_OF_DAY: Final = time(23, 59, 59)
_OF_A_KEY: Final = f"{'・'.join(OPENED_BY_KEY)}を開く鍵。消去とは鍵を破棄することで、最後の一つの消去で鍵も終わる"
_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?")


@dataclass(frozen=True)
class Row:
    """A thing in words.

    job, contract  the number of the one that it is of, and nothing for the other
    how   how it had ended by then, or nothing while it existed;  note  what it is for, where its name does not say
    """

    job: str
    thing: Thing
    site: str
    where: str
    how: str
    note: str = ""
    contract: str = ""

    @property
    def of(self) -> str:
        return self.job or self.contract


@dataclass(frozen=True)
class Move:
    """One stay of a thing in words. act: the name of the act that began it."""

    stay: Stay
    act: str
    site: str
    where: str
    by: str


class WhereForm(forms.Form):
    """What is asked; every field may be left out."""

    on = forms.CharField(
        label="日時", required=False, help_text="例: 2026-11-24、2026-11-24 15:00。省けば今、日だけならその日の終わり"
    )
    job = forms.CharField(label="案件の番号", required=False, max_length=60)
    contract = forms.ChoiceField(label="契約", required=False)
    place = forms.ChoiceField(label="場所", required=False)
    person = forms.ChoiceField(label="所持者", required=False)

    def __init__(self, asked: Mapping[str, str], prefixes: Prefixes, names: Names, places: list[str]) -> None:
        super().__init__(asked)
        none = ("", "（すべて）")
        self.fields["contract"].choices = [none, *((one, one) for one in acting.contract_numbers())]
        self.fields["place"].choices = [none, *((one, place_name(one, prefixes)) for one in places)]
        people = sorted({(person, names.with_id(person, site)) for site, person in names.known})
        self.fields["person"].choices = [none, *people]


def where_page(asked: Mapping[str, str], sites: Mapping[Role, str], prefixes: Prefixes) -> dict[str, Any]:
    """What the page shows. Refused `where-on`, `where-unknown` for what cannot be asked."""
    contracts = [asked["contract"]] if asked.get("contract") else acting.contract_numbers()
    standings = [acting.known_standing(number) for number in contracts]
    teller = Teller(_names(contracts), prefixes)
    form = WhereForm(asked, prefixes, teller.names, sorted({place for one in standings for place in one.places}))
    if not form.is_valid():
        field = next(iter(form.errors))
        raise Refused(
            "where-unknown", "知らない契約・場所・所持者です。", found=form[field].label, do="一覧から選んでください。", requirement="CL-8"
        )  # fmt: skip
    moment, job = _moment(form.cleaned_data["on"]), form.cleaned_data["job"]
    if job:
        rows = _of_job(job, moment, form, sites, teller)
    else:
        rows = [*_of_all(moment, form, sites, teller), *_of_contracts(contracts, moment, form, sites, teller)]
    living = [row for row in rows if not row.how]
    return {
        "form": form, "moment": moment, "now": not form.cleaned_data["on"], "asked_job": job, "rows": rows, "count": len(living),
        "sites": [(name, [row for row in living if row.site == name]) for name in sites.values()],
        "thing": asked.get("thing", ""), "moves": _moves(form, asked.get("thing", ""), moment, sites, teller),
    }  # fmt: skip


def _moment(text: str) -> datetime:
    """The moment asked for, in Japan's time; the present for nothing, and for today without an hour."""
    if not text:
        return clock.now()
    written = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        day, hour = written.groups() if written else ("", None)
        at = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour) if hour else _END_OF_DAY, clock.JAPAN)
    except ValueError:
        raise Refused(
            "where-on", "日時として読めません。", found=text[:20], expected="2026-11-24 か 2026-11-24 15:00", do="日時を直してください。"
        ) from None  # fmt: skip
    return min(clock.now(), at)


def _names(contracts: list[str]) -> Names:
    known: dict[tuple[Role, str], str] = {}
    for number in contracts:
        known |= names_under(number).known
    return Names(known)


def _of_all(moment: datetime, form: WhereForm, sites: Mapping[Role, str], teller: Teller) -> list[Row]:
    asked = form.cleaned_data
    jobs = acting.jobs_as_of(
        moment, contract=asked["contract"] or None, holder=asked["place"] or asked["person"] or None
    )
    found = alive(jobs, place=asked["place"] or None, person=asked["person"] or None)
    return [_row(held.job, held.thing, sites, teller) for held in found]


def _of_job(number: str, moment: datetime, form: WhereForm, sites: Mapping[Role, str], teller: Teller) -> list[Row]:
    """What the job had by then, what had ended among it; only what is asked for beside the job, if anything is."""
    acting.known_job(number)
    asked = form.cleaned_data
    job = as_of(number, acting.told_as_of(moment, job=number)[number], moment)
    if job is None or (asked["contract"] and asked["contract"] != job.contract):
        return []
    narrowed = asked["place"] or asked["person"]
    found = [held.thing for held in alive([job], place=asked["place"] or None, person=asked["person"] or None)]
    return [_row(job, thing, sites, teller) for thing in (found if narrowed else job.things.values())]


def _of_contracts(
    contracts: list[str], moment: datetime, form: WhereForm, sites: Mapping[Role, str], teller: Teller
) -> list[Row]:
    """What a contract has itself and no job of it: its login notices."""
    asked, found = form.cleaned_data, []
    for number in contracts:
        for thing in login_notices(told_of(number), moment):
            if thing.alive and asked["place"] in ("", thing.place) and asked["person"] in ("", thing.hand):
                found.append(Row("", thing, sites[thing.site], place_of(thing, teller), "", contract=number))
    return found


def _row(job: Job, thing: Thing, sites: Mapping[Role, str], teller: Teller) -> Row:
    how = "" if thing.alive else HOW.get(thing.how or "", thing.how or "")
    return Row(
        job.number, thing, sites[thing.site], place_of(thing, teller), how, _OF_A_KEY if thing.what == KEY else ""
    )


def _moves(form: WhereForm, thing: str, moment: datetime, sites: Mapping[Role, str], teller: Teller) -> list[Move]:
    job, contract = form.cleaned_data["job"], form.cleaned_data["contract"]
    way: list[Stay] = []
    if thing and job:
        told = [one for one in acting.told_as_of(moment, job=job).get(job, []) if one[1] <= moment]
        way = stays(job, told, thing)
    elif thing and contract:
        way = [one for one in notice_stays(told_of(contract), thing) if one.since <= moment]
    return [
        Move(
            one,
            _act_words(one),
            sites[one.act.site],
            place_of(one.thing, teller),
            teller.names.of(one.act.by, one.act.site),
        )
        for one in way
    ]


def _act_words(stay: Stay) -> str:
    """The act's name; of a key's end also what was erased with it."""
    ended_with_another = stay.thing.what == KEY and stay.act.kind == "copy-erased"
    return f"{stay.act.name}（{stay.act.text('thing').partition(':')[0]}）" if ended_with_another else stay.act.name

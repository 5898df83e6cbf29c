"""The pages of a contract's safeguards at ward and factory: the list with its evidence, the same as PDF, and the signed bundle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from tewatashi.core.acts import Role
from tewatashi.core.contract import Standing
from tewatashi.core.ledger import entry_number
from tewatashi.core.preparation import fiscal_year
from tewatashi.core.safeguards import Assessed
from tewatashi.documents.papers import fitting
from tewatashi.documents.safeguard_papers import STATES, render_safeguard_paper
from tewatashi.documents.wareki import era_day
from tewatashi.sitekit import acting, clock, handling, safeguards
from tewatashi.sitekit.fonts import fonts_folder
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.safeguards import CHIPS, NOT_APPLIED, WORDS, Case, Shown
from tewatashi.sitekit.templatetags.kit import fiscal_year as in_words
from tewatashi.sitekit.timeline import Teller

_SITES: Final[Mapping[Role, str]] = {"ward": "区", "gateway": "中継（LGWAN-ASP）", "factory": "委託先"}
_NEWEST: Final = 3  # entries that stand under a line at once
_MOST: Final = 200  # entries that a page shows of one line; the bundle has all
_ON_PAPER: Final = 40


@dataclass(frozen=True)
class Row:
    """A safeguard as the page shows it. evidence: the newest first;  hidden: how many older ones there are no words for"""

    one: Assessed
    chip: str
    words: str
    breach: Sequence[Shown]
    newest: Sequence[Shown]
    older: Sequence[Shown]
    hidden: int


def patterns(everybody: Iterable[str]) -> list[URLPattern]:
    """The routes, for people of these roles to look at."""
    look = page(roles=everybody)
    return [
        path("contracts/<str:number>/safeguards", look(require_GET(_show)), name="safeguards"),
        path("contracts/<str:number>/safeguards.pdf", look(require_GET(_pdf)), name="safeguards_pdf"),
        path("contracts/<str:number>/safeguards.audit", look(require_GET(_bundle)), name="safeguards_bundle"),
    ]


def report_patterns(everybody: Iterable[str]) -> list[URLPattern]:
    """The route of 取扱状況報告書, at the contractor."""
    look = page(roles=everybody)
    return [path("contracts/<str:number>/handling-report.pdf", look(require_GET(_report)), name="handling_report")]


def _show(request: HttpRequest, number: str) -> HttpResponse:
    """The list; `?year=` is the fiscal year, western."""
    standing = acting.known_standing(number)
    year = _year(request, standing)
    case = safeguards.case_of(number, year)
    teller = _teller(number)
    rows = [_row(one, case, teller) for one in case.assessed]
    counts = Counter(row.words for row in rows)
    chips = {row.words: row.chip for row in rows}
    context = {
        "contract": standing.contract, "year": year, "years": _years(standing), "as_of": case.scope.as_of, "rows": rows,
        "counts": [(words, chips[words], counts[words]) for words in STATES if counts[words]],
        "report": settings.SITE.role == "factory",
    }  # fmt: skip
    return render(request, "sitekit/safeguards.html", context)


def _row(one: Assessed, case: Case, teller: Teller) -> Row:
    lines, contract = dict(case.lines), case.scope.contract

    def words(indexes: Iterable[int]) -> list[Shown]:
        return list(safeguards.shown(((index, lines[index]) for index in indexes), contract, teller))

    newest_first = one.evidence[::-1]
    return Row(
        one, CHIPS[one.state], WORDS[one.state] if one.applies else NOT_APPLIED, words(one.breach[::-1][:_MOST]),
        words(newest_first[:_NEWEST]), words(newest_first[_NEWEST:_MOST]), max(0, len(newest_first) - _MOST),
    )  # fmt: skip


def _pdf(request: HttpRequest, number: str) -> HttpResponse:
    """安全管理措置の状況."""
    standing = acting.known_standing(number)
    year = _year(request, standing)
    case = safeguards.case_of(number, year)
    counts = Counter(WORDS[one.state] if one.applies else NOT_APPLIED for one in case.assessed)
    teller = _teller(number)
    return _paper("safeguards", {
        **_facts(request, standing, case, f"安全管理-{number}-{year}"),
        "counts": [{"state": words, "count": counts[words]} for words in STATES if counts[words]],
        "safeguards": [_line(one, case, teller) for one in case.assessed],
    })  # fmt: skip


def _line(one: Assessed, case: Case, teller: Teller) -> dict[str, Any]:
    what = {each.index: each.what for each in safeguards.shown(_named(one, case), case.scope.contract, teller)}
    open_ = [f"違反: {entry_number(index)} {what[index]}" for index in one.breach[-_ON_PAPER:]]
    open_ += [
        f"{'期限超過' if each.overdue else '期限'} {era_day(each.due)}: {each.about} {each.what}" for each in one.owed
    ]
    open_ += [f"期限（{era_day(each.due)}）の後 {era_day(each.done)}: {each.about} {each.what}" for each in one.late]
    named = "、".join(f"{entry_number(index)} {what[index]}" for index in one.evidence[-_ON_PAPER:])
    before = len(one.evidence) - _ON_PAPER
    return {
        "id": one.safeguard.id, "seed": one.safeguard.seed, "means": one.safeguard.means, "clauses": "・".join(one.clauses) or None,
        "state": WORDS[one.state] if one.applies else NOT_APPLIED, "due": one.safeguard.due,
        "evidence": f"ほか{before}行、{named}" if before > 0 else named, "open": fitting(open_, "安全管理の画面", max(0, len(one.breach) - _ON_PAPER)),
    }  # fmt: skip


def _named(one: Assessed, case: Case) -> list[Any]:
    lines = dict(case.lines)
    return [(index, lines[index]) for index in (*one.evidence[-_ON_PAPER:], *one.breach[-_ON_PAPER:])]


def _bundle(request: HttpRequest, number: str) -> HttpResponse:
    """The signed bundle."""
    year = _year(request, acting.known_standing(number))
    disposition = content_disposition_header(True, f"{number}-{year}.audit")
    data = safeguards.bundle_of(number, year)
    return HttpResponse(data, content_type="application/jsonl", headers={"Content-Disposition": disposition})


def _report(request: HttpRequest, number: str) -> HttpResponse:
    """取扱状況報告書 (CL-14)."""
    standing = acting.known_standing(number)
    case = safeguards.case_of(number, _year(request, standing))
    facts = _facts(request, standing, case, f"取扱状況-{number}-{case.scope.today}")
    return _paper("handling-report", {**facts, **handling.report(standing, case, _teller(number))})


def _facts(request: HttpRequest, standing: Standing, case: Case, document: str) -> dict[str, Any]:
    contract = standing.contract
    size, root = safeguards.signed_head()
    return {
        "number": document, "issued": clock.now().date(), "sender": request.user.employer or settings.SITE.name, "entry": None,
        "contract": contract.number, "task": contract.title, "contractor": contract.contractor,
        "year": in_words(case.scope.year), "as_of": case.scope.as_of, "size": size, "root": root,
    }  # fmt: skip


def _paper(name: str, data: Mapping[str, object]) -> HttpResponse:
    pdf = render_safeguard_paper(name, data, fonts_folder(), clock.now())
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"})


def _teller(contract: str) -> Teller:
    own: Role = settings.SITE.role
    prefixes = {**_SITES, "factory": ""} if own == "factory" else _SITES  # one's own places stand without it
    return Teller(names_under(contract), prefixes)


def _years(standing: Standing) -> list[int]:
    """The fiscal years of the term that have begun, the newest first; that of its beginning at least."""
    first = fiscal_year(standing.contract.begins)
    last = fiscal_year(min(_today(), standing.contract.ends))
    return list(range(max(first, last), first - 1, -1))


def _year(request: HttpRequest, standing: Standing) -> int:
    """The fiscal year that is asked for; the newest if none is, or none of the term's."""
    years = _years(standing)
    return next((year for year in years if str(year) == request.GET.get("year")), years[0])


def _today() -> date:
    return clock.now().date()

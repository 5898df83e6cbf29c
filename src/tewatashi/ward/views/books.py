"""The pages of 媒体管理台帳 and 保管場所出納簿, and the same as PDFs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.policy import page
from tewatashi.ward import books, media_papers
from tewatashi.ward.views.shown import EVERYBODY


def _year(request: HttpRequest, years: list[int]) -> int:
    """The fiscal year that is asked for, western; the newest if none is, or none that there is."""
    return next((year for year in years if str(year) == request.GET.get("year")), years[0] if years else 0)


def _this_year() -> int:
    today = clock.now().date()
    return today.year if today.month >= 4 else today.year - 1


def _pdf(pdf: bytes) -> HttpResponse:
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"})


@page(roles=EVERYBODY)
@require_GET
def media(request: HttpRequest) -> HttpResponse:
    """Every medium of a fiscal year; `?year=` and `?contract=`."""
    years, contract = books.years(), request.GET.get("contract", "")
    year = _year(request, years)
    context = {
        "years": years, "year": year, "contract": contract, "contracts": acting.contract_numbers(),
        "media": books.media_of(year, contract) if year else [],
    }  # fmt: skip
    return render(request, "ward/media.html", context)


@page(roles=EVERYBODY)
@require_GET
def media_pdf(request: HttpRequest) -> HttpResponse:
    """媒体管理台帳."""
    year = _year(request, books.years())
    return _pdf(media_papers.register(year, request.GET.get("contract", ""), request.user.employer))


@page(roles=EVERYBODY)
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Every place with a lock and what is in it; `?place=` shows its book."""
    known = books.places()
    asked = request.GET.get("place", "")
    place = asked if asked in known else ""
    book = books.book_of(place) if place else []
    years = list(range(_this_year(), min((one.at.year - 1 for one in book), default=_this_year()) - 1, -1))
    year = _year(request, years)
    context = {
        "held": [(one, books.held(one)) for one in known], "place": place, "years": years, "year": year,
        "book": books.within(book, year),
    }  # fmt: skip
    return render(request, "ward/places.html", context)


@page(roles=EVERYBODY)
@require_GET
def book_pdf(request: HttpRequest) -> HttpResponse:
    """保管場所出納簿."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else _this_year()
    return _pdf(media_papers.book(request.GET.get("place", ""), year, request.user.employer))

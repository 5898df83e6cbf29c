"""The address of a contract's papers, alike at ward and factory: both print the same, each from its own ledger."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from tewatashi.sitekit import acting, contract_papers
from tewatashi.sitekit.policy import page


def patterns(roles: Iterable[str]) -> list[URLPattern]:
    """Whom they open to."""

    @page(roles=roles)
    @require_GET
    def paper(request: HttpRequest, number: str, name: str) -> HttpResponse:
        """One of the contract's papers as a PDF."""
        pdf = contract_papers.paper(number, name, _office(request, number))
        return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"})

    return [path("contracts/<str:number>/papers/<str:name>.pdf", paper, name="contract_paper")]


def _office(request: HttpRequest, number: str) -> str:
    """The ward's office: that of whoever asks there, or the one that the contract names."""
    named = acting.known_standing(number).contract.outsourcing["保有課"]
    return str(request.user.employer) if settings.SITE.role == "ward" else " ".join(named.split())

"""The addresses of a job's papers, alike at ward and factory: each of the contractor's, and all of them bound."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from tewatashi.sitekit import acting, job_papers
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.policy import page


def patterns(roles: Iterable[str], bind: Callable[[str, str], bytes]) -> list[URLPattern]:
    """Whom they open to. bind: the bound papers of a job, for the person who asks."""

    @page(roles=roles)
    @require_GET
    def paper(request: HttpRequest, number: str, name: str) -> HttpResponse:  # noqa: ARG001 -- Django's view
        """One paper of the contractor's."""
        return _pdf(job_papers.paper(number, name, names_under(acting.known_job(number).contract)))

    @page(roles=roles)
    @require_GET
    def binder(request: HttpRequest, number: str) -> HttpResponse:
        """案件綴り."""
        return _pdf(bind(number, request.user.pk))

    return [
        path("jobs/<str:number>/papers/<str:name>.pdf", paper, name="job_paper"),
        path("jobs/<str:number>/binder.pdf", binder, name="binder"),
    ]


def _pdf(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="application/pdf", headers={"Content-Disposition": "inline"})

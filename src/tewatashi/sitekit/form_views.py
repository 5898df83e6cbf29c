"""The pages of the forms at ward and factory: what each prints, and how it looks with usual and with the worst data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from tewatashi.core.refused import Refused
from tewatashi.press.form import Form
from tewatashi.sitekit import site_forms, site_proofs
from tewatashi.sitekit.policy import page


def patterns(everybody: Iterable[str]) -> list[URLPattern]:
    """The routes, for the people of these roles."""
    look = page(roles=everybody)
    return [
        path("forms", look(require_GET(_forms)), name="forms"),
        path("forms/<str:name>/usual.pdf", look(require_GET(_usual)), name="form_usual"),
        path("forms/<str:name>/worst.pdf", look(require_GET(_worst)), name="form_worst"),
        path("forms/<str:name>/proof.pdf", look(require_GET(_proof)), name="form_proof"),
    ]


@dataclass(frozen=True)
class _Row:
    """refused: why the form can't be read, for whoever is changing it."""

    name: str
    form: Form | None
    refused: Refused | None = None


def _forms(request: HttpRequest) -> HttpResponse:
    return render(request, "sitekit/forms.html", {"rows": [_row(name) for name in site_forms.form_names()]})


def _row(name: str) -> _Row:
    try:
        return _Row(name, site_forms.load_site_form(name))
    except Refused as refused:
        return _Row(name, None, refused)


def _usual(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 -- Django's handler
    return _shown(site_forms.preview(name, worst=False), f"{name}-usual.pdf")


def _worst(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 -- Django's handler
    return _shown(site_forms.preview(name, worst=True), f"{name}-worst.pdf")


def _proof(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 -- Django's handler
    return _shown(site_proofs.proof_of(name).pdf, f"{name}-proof.pdf")


def _shown(pdf: bytes, file: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{file}"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)

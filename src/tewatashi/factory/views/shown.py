"""What several pages show alike: who sees them, and the page of one act."""

from __future__ import annotations

from typing import Final

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.core.custody import Job
from tewatashi.sitekit.titles import form_title

EVERYBODY: Final = frozenset({"supervisor", "handler", "auditor"})
WORKERS: Final = frozenset({"supervisor", "handler"})


def act_page(
    request: HttpRequest,
    form: Form | None,
    *,
    title: str,
    submit: str,
    back: str,
    job: Job | None = None,
    intro: str = "",
    warning: str = "",
    listed: list[str] | None = None,
) -> HttpResponse:
    """The page of one act: what it does, its form if it has one, and the button. 422 when the form has errors."""
    status = 422 if form is not None and form.errors else 200
    context = {
        "form": form, "title": title, "submit": submit, "back": back, "job": job, "form_title": form_title(job.form) if job else "", "intro": intro, "warning": warning,
        "listed": listed,
    }  # fmt: skip
    return render(request, "factory/act.html", context, status=status)

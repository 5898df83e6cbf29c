"""The page of one act, the same at every site: what it does, its form if it has one, and the button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.core.custody import Job
from tewatashi.sitekit.titles import form_title


@dataclass(frozen=True)
class FileInput:
    """A file to choose, in a form that is not streamed."""

    name: str
    label: str
    help: str = ""


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
    listed: Sequence[str] = (),
    file: FileInput | None = None,
) -> HttpResponse:
    """The page; 422 when the form has errors. listed: numbers that the act is about; the job's number is shown with the title."""
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "back": back,
        "job": job,
        "form_title": form_title(job.form) if job else "",
        "intro": intro,
        "warning": warning,
        "listed": listed,
        "file": file,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "sitekit/act.html", context, status=status)

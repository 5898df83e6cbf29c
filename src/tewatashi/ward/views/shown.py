"""What several pages show alike: who sees them, and the page of one form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.core.custody import Job
from tewatashi.sitekit.titles import form_title

EVERYBODY: Final = frozenset({"manager", "clerk", "auditor"})


_DESK: Final = {
    "manager": {"new", "workflow", "accept-roster", "attach-clauses", "emergency", "training", "pledges", "verify", "close", "cancel"},
    "clerk": {
        "workflow", "seal", "password-notice", "send", "void", "withdraw", "confirm-delivery", "keep-notice", "make-medium", "hand-medium",
        "receive-report", "open-report", "end-report", "take-back", "destroy-medium", "shred-notice", "move", "lose",
    },
}  # fmt: skip


def opens_to(url: str, roles: Iterable[str]) -> bool:
    """Whether the page of an act opens to somebody with these roles; the page's own policy is what decides."""
    act = url.rsplit("/", 1)[-1]
    needed = {role for role, acts in _DESK.items() if act in acts}
    return not needed or not needed.isdisjoint(roles)


def way_to(url: str, roles: Iterable[str]) -> str:
    """The page of an act, or, for whoever it does not open to, the page that the act is about."""
    return url if opens_to(url, roles) else url.rsplit("/", 1)[0]


@dataclass(frozen=True)
class FileInput:
    """A file to choose, in a form that is not streamed."""

    name: str
    label: str
    help: str = ""


def form_page(
    request: HttpRequest,
    form: Form | None,
    *,
    title: str,
    submit: str,
    back: str,
    job: Job | None = None,
    intro: str = "",
    warning: str = "",
    file: FileInput | None = None,
) -> HttpResponse:
    """The page of one act: what it does, its form if it has one, and the button. 422 when the form has errors."""
    status = 422 if form is not None and form.errors else 200
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "back": back,
        "job": job,
        "form_title": form_title(job.form) if job else "",
        "intro": intro,
        "warning": warning,
        "file": file,
    }
    return render(request, "ward/act.html", context, status=status)

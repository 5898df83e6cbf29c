"""What several pages show alike: who people are, and the page of one form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.core.contract import SYSTEM, Standing
from tewatashi.sitekit.models import User

EVERYBODY: Final = frozenset({"manager", "clerk", "auditor"})


@dataclass(frozen=True)
class FileInput:
    """A file to choose, in a form that is not streamed."""

    name: str
    label: str
    help: str = ""


def people(standing: Standing | None) -> dict[str, str]:
    """Names by account ids: the ward's own, and those on the contractor's roster."""
    roster = {one.id: one.name for one in (*standing.proposed, *standing.people)} if standing else {}
    own = dict(User.objects.values_list("username", "display_name"))
    return {**roster, **own, SYSTEM: "システム"}


def form_page(
    request: HttpRequest,
    form: Form | None,
    *,
    title: str,
    submit: str,
    back: str,
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
        "intro": intro,
        "warning": warning,
        "file": file,
    }
    return render(request, "ward/act.html", context, status=status)

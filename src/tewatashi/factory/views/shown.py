"""What several pages show alike: who people are, and the page of one act."""

from __future__ import annotations

from typing import Final

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tewatashi.core.contract import SYSTEM, Standing
from tewatashi.core.custody import Job
from tewatashi.sitekit.models import User

EVERYBODY: Final = frozenset({"supervisor", "handler", "auditor"})
WORKERS: Final = frozenset({"supervisor", "handler"})


def people(standing: Standing | None) -> dict[str, str]:
    """Names by account ids: those on the roster, and whoever has an account here."""
    roster = {one.id: one.name for one in (*standing.proposed, *standing.people)} if standing else {}
    own = dict(User.objects.values_list("username", "display_name"))
    return {**roster, **own, SYSTEM: "システム"}


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
        "form": form, "title": title, "submit": submit, "back": back, "job": job, "intro": intro, "warning": warning,
        "listed": listed,
    }  # fmt: skip
    return render(request, "factory/act.html", context, status=status)

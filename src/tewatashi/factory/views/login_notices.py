"""The page of a contract's 専用ページ利用通知書 at the factory."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tewatashi.factory.story import PREFIXES
from tewatashi.factory.views.shown import EVERYBODY, WORKERS
from tewatashi.sitekit import acting
from tewatashi.sitekit import login_notices as notices
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.login_notices import Choice, EndForm
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.timeline import Teller


@page(roles=EVERYBODY, send=WORKERS)
def login_notices_page(request: HttpRequest, number: str) -> HttpResponse:
    """Where each is; and say that one was shredded or lost."""
    standing = acting.known_standing(number)
    form = EndForm(standing, "factory", request.POST or None)
    if form.is_valid():
        notices.end(number, form.cleaned_data["notice"], form.cleaned_data["method"], request.user.pk)
        return redirect("login_notices", number)
    may = WORKERS.intersection(request.user.roles) and notices.any_at(standing, "factory")
    choices = [Choice("end", "通知書を終える", "終わりを記録する", form)] if may else []
    rows = notices.rows(standing, Teller(names_under(number), PREFIXES))
    context = {"contract": standing.contract, "rows": rows, "choices": choices}
    return render(request, "sitekit/login_notices.html", context, status=422 if form.errors else 200)

"""The page of a contract's 専用ページ利用通知書."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tewatashi.core.contract import Standing
from tewatashi.sitekit import acting
from tewatashi.sitekit import login_notices as notices
from tewatashi.sitekit.known_people import names_under
from tewatashi.sitekit.login_notices import Choice, EndForm
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.timeline import Teller
from tewatashi.ward import login_notices
from tewatashi.ward.login_notices import HandForm, KeepForm
from tewatashi.ward.story import SITES
from tewatashi.ward.views.shown import EVERYBODY

_MAY = frozenset({"manager", "clerk"})


@page(roles=EVERYBODY, send=_MAY)
def login_notices_page(request: HttpRequest, number: str) -> HttpResponse:
    """Where each is; and keep one that was made, hand one over, or say that one ended."""
    standing = acting.known_standing(number)
    choices = _choices(standing, request) if _MAY.intersection(request.user.roles) else []
    chosen = next((one for one in choices if one.do == request.POST.get("do")), None)
    if chosen is not None and chosen.form.is_valid():
        _DO[chosen.do](number, chosen.form.cleaned_data, request.user.pk)
        return redirect("login_notices", number)
    rows = notices.rows(standing, Teller(names_under(number), SITES))
    context = {"contract": standing.contract, "rows": rows, "choices": choices}
    status = 422 if chosen is not None and chosen.form.errors else 200
    return render(request, "sitekit/login_notices.html", context, status=status)


def _choices(standing: Standing, request: HttpRequest) -> list[Choice]:
    def asked(do: str) -> dict[str, Any]:  # several forms with fields of one name stand on the page
        return {"data": request.POST if request.POST.get("do") == do else None, "auto_id": f"{do}-%s"}

    found = [Choice("keep", "作成した通知書をしまう", "しまったことを記録する", KeepForm(standing, **asked("keep")))]
    if notices.any_at(standing, "ward"):
        found += [
            Choice("hand", "通知書を渡す", "渡したことを記録する", HandForm(standing, **asked("hand"))),
            Choice("end", "渡さずに終える", "終わりを記録する", EndForm(standing, "ward", **asked("end"))),
        ]  # fmt: skip
    return found


def _keep(number: str, said: dict[str, Any], by: str) -> None:
    login_notices.keep(number, said["notice"], said["account"], said["place"], by)


def _end(number: str, said: dict[str, Any], by: str) -> None:
    notices.end(number, said["notice"], said["method"], by)


_DO: dict[str, Callable[[str, dict[str, Any], str], None]] = {"keep": _keep, "hand": login_notices.hand, "end": _end}

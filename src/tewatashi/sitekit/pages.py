"""The pages that every site has, and how a refusal or an error is shown."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tewatashi.core.refused import Refused
from tewatashi.sitekit import clock
from tewatashi.sitekit.roles import PERSON_ROLES, SITE_TITLES


def site_context(request: HttpRequest) -> dict[str, Any]:
    """What the base template needs: the site, and what the person at the screen is here."""
    site = settings.SITE
    user = getattr(request, "user", None)
    roles = getattr(user, "roles", [])
    return {
        "site_role": site.role,
        "site_name": site.name,
        "site_title": SITE_TITLES[site.role],
        "by_hand": site.by_hand,
        "test_day": clock.now() if clock.days_ahead() else None,
        "takes_letters": site.by_hand and any(role != "auditor" for role in roles),
        "user_roles": [PERSON_ROLES[site.role].get(role, role) for role in roles],
    }


def refusal(request: HttpRequest, refused: Refused, *, status: int = 422) -> HttpResponse:
    """A refusal: as JSON under /api/, as a page elsewhere."""
    if request.path.startswith("/api/"):
        return refusal_json(refused, status=status)
    return render(request, "sitekit/refused.html", {"refused": refused}, status=status)


def refusal_json(refused: Refused, *, status: int = 422) -> HttpResponse:
    """A refusal for another program: its five fields under the key `refused`."""
    return JsonResponse({"refused": refused.as_dict()}, status=status, json_dumps_params={"ensure_ascii": False})


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's handler
    """403: the person may not see this page."""
    return _error(request, 403, "このページを開く権限がありません", "ご自分の役割で開けるページかを確かめてください。")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's handler
    """404."""
    return _error(request, 404, "ページが見つかりません", "アドレスを確かめるか、最初のページから開き直してください。")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's handler
    """400, also for a Host that is not ours."""
    return _error(request, 400, "受け付けられない要求です", "最初のページから開き直してください。")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own bug; the log has the place."""
    return _error(request, 500, "システムの不具合が起きました", "時刻と行った操作を、システム担当に知らせてください。")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's handler
    """403 for a form that did not come from one of our pages, or from one that was open too long."""
    return _error(request, 403, "送信を受け付けられませんでした", "ページを開き直して、もう一度入力してください。")


def _error(request: HttpRequest, status: int, title: str, do: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"error": {"status": status, "title": title}}, status=status, json_dumps_params={"ensure_ascii": False}
        )
    return render(request, "sitekit/error.html", {"status": status, "title": title, "do": do}, status=status)

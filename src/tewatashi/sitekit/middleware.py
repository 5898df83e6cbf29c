"""What every request passes on its way in: the log, the known callers, the limits of a session, the doorkeeper."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from tewatashi.core.refused import Refused
from tewatashi.sitekit import access, computers, machines, pages, sitepass
from tewatashi.sitekit.policy import Policy, policy_of

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

_SEEN, _BEGUN = "seen", "begun"
_SEEN_STEP = 20  # seconds; a session is written at most this often


def access_log(get_response: GetResponse) -> GetResponse:
    """Write one line for each request, also for those that something further in refuses (WARD-LG-2)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        access.write_line(request, response.status_code)
        return response

    return middleware


def known_callers_only(get_response: GetResponse) -> GetResponse:
    """Answer only callers from the site's networks (CONN-1) who ask for one of the site's names."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.SITE.listen.admits(request.META.get("REMOTE_ADDR", "")):
            access.remark(request, "network-refused")
            return HttpResponse(
                "このアドレスからは接続できません。\n", status=403, content_type="text/plain; charset=utf-8"
            )
        request.get_host()  # raises for a foreign Host: before any view could build an address from it
        return get_response(request)

    return middleware


def plain_headers(get_response: GetResponse) -> GetResponse:
    """Pages stay out of caches and get no power of the browser that they don't use."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), usb=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def session_limits(get_response: GetResponse) -> GetResponse:
    """End a session that was idle too long, or that is simply too old."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _session_over(request):
            access.remark(request, "session-over")
            logout(request)
            messages.info(request, "しばらく操作がなかったため、ログアウトしました。もう一度ログインしてください。")
        return get_response(request)

    return middleware


def _session_over(request: HttpRequest) -> bool:
    limits, now = settings.SITE.login, time.time()
    begun = request.session.setdefault(_BEGUN, now)
    seen = request.session.setdefault(_SEEN, now)
    if now - seen > _SEEN_STEP:
        request.session[_SEEN] = now
    return bool(now - seen > limits.idle_minutes * 60 or now - begun > limits.longest_hours * 3600)


class Doorkeeper:
    """Lets a request through to its view only as the view's policy says, and answers what views refuse."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: list[object], _kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """None to let the request through, a response to turn it away."""
        policy = policy_of(view)
        if policy is None:
            log.error("view without a policy: %s", getattr(view, "__qualname__", "?"))
            access.remark(request, "no-policy")
            return pages.forbidden(request)
        match policy.kind:
            case "open":
                return None
            case "site":
                return _admit_site(request, policy)
            case "machine":
                return _admit_machine(request)
            case "page":
                return _admit_person(request, policy)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal is an answer: shown as a page to people, as JSON to sites."""
        if not isinstance(error, Refused):
            return None
        access.remark(request, f"refused:{error.code}")
        return pages.refusal(request, error)


def _admit_person(request: HttpRequest, policy: Policy) -> HttpResponse | None:
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path()) if request.method == "GET" else pages.forbidden(request)
    try:
        computers.refuse_unregistered(request, user)
    except Refused as refused:
        access.remark(request, refused.code)
        return pages.refusal(request, refused, status=403)
    if not user.has_role(*policy.admits(request.method)):
        access.remark(request, "role-refused")
        return pages.forbidden(request)
    return None


def _admit_machine(request: HttpRequest) -> HttpResponse | None:
    """The request goes on as its person's, whoever else may be logged in at that address."""
    try:
        request.computer, request.user = machines.machine_of(request)
    except Refused as refused:
        access.remark(request, refused.code)
        return pages.refusal_json(refused, status=401)
    access.remark(request, "machine")
    return None


def _admit_site(request: HttpRequest, policy: Policy) -> HttpResponse | None:
    try:
        request.peer = sitepass.peer_of(request.headers.get("Authorization", ""))
    except Refused as refused:
        access.remark(request, refused.code)
        return pages.refusal_json(refused, status=401)
    if request.peer.role not in policy.roles:
        access.remark(request, "peer-role-refused")
        return pages.refusal_json(
            Refused(
                "peer-role",
                "このサイトには許されていない操作です。",
                found=request.peer.role,
                do="接続先を確かめてください。",
            ),
            status=403,
        )
    return None

"""Registered computers (WARD-SYS-1): personal data can be handled only from a computer that was enrolled by hand.

The command line makes a one-time code; entered once in the browser of that computer, it becomes a cookie with a token
of 256 bits. We keep both only as hashes (R11), so that a copied database enrols nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from tewatashi.core.refused import Refused
from tewatashi.sitekit import clock, ledger
from tewatashi.sitekit.models import Computer, User

COOKIE: Final = "__Host-computer"
CODE_HOURS: Final = 24
_COOKIE_DAYS: Final = 400  # the longest that browsers keep a cookie


def offer_code(name: str, *, operator: str) -> str:
    """Register the computer under `name`, or let it enrol anew, and return the one-time code for it."""
    code = "-".join(f"{secrets.randbelow(10**5):05d}" for _ in range(5))
    with transaction.atomic():
        Computer.objects.update_or_create(
            name=name,
            defaults={
                "answers": "",
                "code_hash": hashed(code),
                "code_expires": clock.now() + timedelta(hours=CODE_HOURS),
                "token_hash": "",
                "enrolled_at": None,
                "is_active": True,
            },
        )
        ledger.append_one("computer-offered", {"computer": name, "operator": operator})
    return code


def withdraw(name: str, *, operator: str) -> None:
    """Take the registration from a computer; Refused when there is no such one."""
    with transaction.atomic():
        if not Computer.objects.filter(name=name, is_active=True).update(is_active=False, code_hash="", token_hash=""):
            raise Refused(
                "computer-unknown", "登録されていないコンピュータです。", found=name, do="名前を確かめてください。"
            )
        ledger.append_one("computer-withdrawn", {"computer": name, "operator": operator})


def enrol(code: str) -> tuple[Computer, str]:
    """The computer that the code was made for, and its new token; Refused for a code that is wrong, used or too old."""
    with transaction.atomic():
        computer = Computer.objects.filter(code_hash=hashed(code), is_active=True, code_expires__gt=clock.now()).first()
        if computer is None:
            raise Refused(
                "computer-code", "登録コードが違うか、有効期限が切れています。", do="管理者に新しい登録コードを発行してもらってください。",
                requirement="WARD-SYS-1",
            )  # fmt: skip
        token = secrets.token_urlsafe(32)
        computer.code_hash, computer.code_expires = "", None
        computer.token_hash, computer.enrolled_at = hashed(token), clock.now()
        computer.save()
        ledger.append_one("computer-enrolled", {"computer": computer.name})
    return computer, token


def remember(response: HttpResponse, token: str) -> None:
    """Give the computer its token."""
    response.set_cookie(
        COOKIE, token, max_age=_COOKIE_DAYS * 86400, path="/", secure=True, httponly=True, samesite="Strict"
    )  # fmt: skip


def computer_of(request: HttpRequest) -> Computer | None:
    """The registered computer that the request comes from, or None; looked up once a request."""
    if not hasattr(request, "computer"):
        token = request.COOKIES.get(COOKIE, "")
        # A machine's token, which lies in some controller's settings, makes no computer of whoever copies it.
        known = Computer.objects.filter(token_hash=hashed(token), is_active=True, answers="")
        request.computer = known.first() if token else None
    return request.computer


def refuse_unregistered(request: HttpRequest, user: User) -> None:
    """Refused when one of the user's roles needs a registered computer and this is none."""
    needs = user.has_role(*settings.SITE.login.registered_computers)
    if needs and computer_of(request) is None:
        raise Refused(
            "computer-unregistered", "このコンピュータは登録されていないため、利用できません。",
            do="登録されたコンピュータを使うか、管理者に登録を依頼してください。", requirement="WARD-SYS-1",
        )  # fmt: skip


def hashed(secret: str) -> str:
    """What we keep of a code or a token."""
    return hashlib.sha256(secret.strip().encode()).hexdigest()

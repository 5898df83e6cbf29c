"""How allauth is bent to this house: the stages of a login, no sign-up, no mail, secrets encrypted at rest."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse

from tewatashi.sitekit import access
from tewatashi.sitekit.accounts import guard, service
from tewatashi.sitekit.models import User


class AccountAdapter(DefaultAccountAdapter):
    """The order of a login, and the count of guesses around it."""

    def get_login_stages(self) -> list[str]:
        """Password first (allauth's login page), then these, then the session."""
        ours = "tewatashi.sitekit.accounts.stages"
        return [
            "allauth.mfa.stages.AuthenticateStage",
            f"{ours}.ComputerStage",  # before the enrolment: a stolen first password enrols no second factor elsewhere
            f"{ours}.EnrolStage",
            f"{ours}.NewPasswordStage",
        ]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The account whose id and password these are, or None for every other reason alike.

        A locked id takes the same way, the hashing included: neither words nor time tell it from a wrong password.
        """
        entered = credentials["username"]
        counted = guard.take_guess(entered)
        user = authenticate(request, **credentials)
        if not counted:
            access.remark(request, "login-locked", who=_account(entered))
            return None
        if user is None:
            locked = guard.guess_was_wrong(entered)
            access.remark(request, "login-locks" if locked else "login-wrong", who=_account(entered))
            return None
        guard.guess_was_right(entered)
        if service.initial_is_over(user):
            access.remark(request, "initial-password-over", who=user.pk)
            return None
        access.remark(request, "password-right", who=user.pk)
        return user

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Every factor was right and the session stands."""
        guard.forget(user.pk)
        access.remark(request, "logged-in")
        return super().post_login(request, user, **kwargs)

    def add_message(self, *_: object, **__: object) -> None:
        """allauth's own greetings are not wanted."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        """Accounts are made by the command line alone."""
        return False


class MfaAdapter(DefaultMFAAdapter):
    """TOTP secrets are stored encrypted: a copied database alone makes no codes."""

    def encrypt(self, text: str) -> str:
        """Text to ciphertext, both as stored by allauth."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The counterpart of `encrypt`."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"tewatashi/totp/v1").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _account(entered: str) -> str:
    """The id if it is somebody's; never what was typed, which may be a password."""
    return entered if User.objects.filter(pk=entered).exists() else ""

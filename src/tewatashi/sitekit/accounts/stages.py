"""What still has to happen between the right password and the session."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from allauth.account.stages import LoginStage
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect

from tewatashi.core.refused import Refused
from tewatashi.sitekit import access, clock, computers, pages
from tewatashi.sitekit.accounts import totp
from tewatashi.sitekit.models import User

SECRET: Final = "secret"  # noqa: S105 -- the name of a place in the state, not a secret


class EnrolStage(LoginStage):
    """Somebody without an authenticator enrols one now, before the password is changed."""

    key = "enrol_totp"
    urlname = "enrol_totp"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """A redirect to the enrolment while there is no authenticator."""
        if totp.authenticator_of(self.login.user) is not None:
            return None, True
        self.state.setdefault(SECRET, totp.new_secret())
        return redirect(self.urlname), True


class ComputerStage(LoginStage):
    """Roles that need a registered computer log in on one only (WARD-SYS-1)."""

    key = "registered_computer"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """A refusal, and the end of this login, on a computer that is not registered."""
        try:
            computers.refuse_unregistered(self.request, self.login.user)
        except Refused as refused:
            access.remark(self.request, refused.code, who=self.login.user.pk)
            return pages.refusal(self.request, refused, status=403), False
        return None, True


class NewPasswordStage(LoginStage):
    """An initial or an expired password is changed before any page opens (FAC-LG-3)."""

    key = "new_password"
    urlname = "new_password"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """A redirect to the change while the password is initial or too old."""
        if not password_is_due(self.login.user):
            return None, True
        return redirect(self.urlname), True


def password_is_due(user: User) -> bool:
    """Whether the password must be changed now."""
    oldest = clock.now() - timedelta(days=settings.SITE.login.password_days)
    return bool(user.must_change_password or user.password_changed_at < oldest)

"""Accounts that are logged in already, for a site's preparation: django.setup() comes first."""

from __future__ import annotations


def session_of(account: str, display: str, employer: str, role: str) -> str:
    """Make the account and a session of it. Returned: the session's key, as the cookie holds it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from tewatashi.sitekit import clock
    from tewatashi.sitekit.models import User

    user = User(
        username=account, display_name=display, employer=employer, roles=[role], password_changed_at=clock.now()
    )  # fmt: skip
    user.must_change_password = False
    user.set_unusable_password()
    user.save()
    session = SessionStore()
    session[SESSION_KEY] = account
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)

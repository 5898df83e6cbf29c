"""Prepares a factory for the tests, as a program of its own: its settings are those of one site, a test run's are not.

python -m tests.factory.prepare SITE.TOML   -> JSON: cookies by account id
"""

from __future__ import annotations

import os
import sys

import django
import orjson

CAST = {
    "suzuki": ("鈴木", "見本印刷", "supervisor"),
    "takahashi": ("高橋", "見本印刷", "handler"),
    "watanabe": ("渡辺", "見本印刷", "handler"),
    "ito": ("伊藤", "別の印刷", "handler"),
    "kansa": ("監査", "見本印刷", "auditor"),
}


def main(config: str) -> None:
    os.environ.update(TEWATASHI_CONFIG=config, DJANGO_SETTINGS_MODULE="tewatashi.factory.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    cookies = {name: {"__Host-session": _session(name)} for name in CAST}
    sys.stdout.write(orjson.dumps(cookies).decode())


def _session(name: str) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from tewatashi.sitekit import clock
    from tewatashi.sitekit.models import User

    display, employer, role = CAST[name]
    user = User(username=name, display_name=display, employer=employer, roles=[role], password_changed_at=clock.now())
    user.must_change_password = False
    user.set_unusable_password()
    user.save()
    session = SessionStore()
    session[SESSION_KEY] = name
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    os.umask(0o077)
    main(sys.argv[1])

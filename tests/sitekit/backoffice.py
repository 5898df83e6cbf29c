"""Behind the counter of one site: what only its operator, or somebody with its database, could do. Run beside the site.

python -m tests.sitekit.backoffice SITE.TOML     one JSON line a request, one JSON line an answer
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
import orjson
from django.db import DatabaseError, connection, transaction

from tewatashi.core.refused import Refused
from tewatashi.sitekit.config import CONFIG_VARIABLE, load_config

Acts = dict[str, Callable[..., Any]]


def acts() -> Acts:
    """Everything that can be asked for, by name."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.core.management import call_command

    from tewatashi.sitekit import access, clock, computers, ledger
    from tewatashi.sitekit.accounts import service
    from tewatashi.sitekit.models import AccessLine, LoginGuard, User

    def add_user(username: str, roles: list[str], with_totp: bool = True) -> dict[str, Any]:
        return asdict(
            service.add_user(
                username, display_name="見本 人", employer="見本", roles=roles, operator="op", with_totp=with_totp
            )
        )  # fmt: skip

    def reset_user(username: str) -> dict[str, Any]:
        return asdict(service.reset_user(username, operator="op", with_totp=True))

    def age_password(username: str, days: int) -> None:
        User.objects.filter(pk=username).update(password_changed_at=clock.now() - timedelta(days=days))

    def end_locks() -> int:
        return LoginGuard.objects.update(locked_until=clock.now() - timedelta(seconds=1))

    def sessions_of(username: str) -> list[Any]:
        found = [SessionStore(row.session_key) for row in Session.objects.all()]
        return [session for session in found if session.get("_auth_user_id") == username]

    def age_sessions(username: str, key: str, seconds: int) -> int:
        found = sessions_of(username)
        for session in found:
            session[key] -= seconds
            session.save()
        return len(found)

    def execute(statement: str) -> str | None:
        """What the database says against the statement; None if it does it."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError as error:
            return str(error)
        return None

    def lines(after: int) -> list[Any]:
        names = ("id", "who", "computer", "address", "method", "route", "status", "remark")
        return list(AccessLine.objects.filter(id__gt=after).order_by("id").values(*names))

    def entries(kind: str) -> list[Any]:
        return [dict(entry.body) for _, entry in ledger.entries(kind=kind)]

    def bind_lines() -> None:
        # Lines bind a minute after they were written; the clock is what tests may move.
        real = clock.now
        clock.now = lambda: real() + timedelta(minutes=5)
        try:
            access.bind_lines()
        finally:
            clock.now = real

    return {
        "migrate": lambda: call_command("migrate", verbosity=0),
        "add_user": add_user,
        "reset_user": reset_user,
        "disable_user": lambda username: service.disable_user(username, operator="op"),
        "age_password": age_password,
        "end_locks": end_locks,
        "count_sessions": lambda username: len(sessions_of(username)),
        "age_sessions": age_sessions,
        "offer_code": lambda name: computers.offer_code(name, operator="op"),
        "withdraw_computer": lambda name: computers.withdraw(name, operator="op"),
        "execute": execute,
        "last_line": lambda: AccessLine.objects.order_by("-id").values_list("id", flat=True).first() or 0,
        "lines": lines,
        "entries": entries,
        "bind_lines": bind_lines,
        "broken_ranges": lambda: [asdict(one) for one in access.broken_ranges()],
        "routes": routes,
        "fill_memory": fill_memory,
    }


def routes() -> list[list[str]]:
    """Every address of the site with the policy of its view."""
    from django.urls import URLPattern, get_resolver

    from tewatashi.sitekit.policy import policy_of

    found = []
    for pattern in get_resolver().url_patterns:
        assert isinstance(pattern, URLPattern), "no included route lists: the table here would not see into them"
        found.append([f"/{pattern.pattern}", str(policy_of(pattern.callback))])
    return found


def fill_memory() -> None:
    """One row at least in every table that must never change."""
    from tewatashi.sitekit import ledger, models

    with transaction.atomic():
        ledger.append_one("test-entry", {})
    ledger.checkpoint()
    models.WitnessedCheckpoint.objects.get_or_create(origin="o", size=1, defaults={"root": b"r", "note": b"n"})
    models.Alarm.objects.create(kind="k", about="a", text="t", evidence=b"e")
    models.InLetter.objects.get_or_create(sender="s", seq=1, defaults={"kind": "k", "note": b"n"})
    models.OutLetter.objects.get_or_create(sender="s", recipient="r", seq=1, defaults={"kind": "k", "note": b"n"})


def main(config: str) -> None:
    site = load_config(Path(config))
    os.environ.update({CONFIG_VARIABLE: config, "DJANGO_SETTINGS_MODULE": f"tewatashi.{site.role}.settings"})
    django.setup()
    known = acts()
    for line in sys.stdin.buffer:
        asked = orjson.loads(line)
        try:
            answer = {"value": known[asked.pop("do")](**asked)}
        except Refused as refused:
            answer = {"refused": refused.as_dict()}
        sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    os.umask(0o077)
    main(sys.argv[1])

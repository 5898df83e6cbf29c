"""The lock on guessing: after so many wrong guesses in a row an id is shut for a while, whether anybody has it or not.

A guess is counted before it is looked at, so that a hundred guesses at once are a hundred guesses. Passwords and
one-time codes share the count: who knows the password can't try codes without end.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from tewatashi.sitekit import clock, ledger
from tewatashi.sitekit.models import LoginGuard, User


def take_guess(entered: str) -> bool:
    """Count one more guess for this id; False when it is locked and the guess must not be looked at."""
    limits, now = settings.SITE.login, clock.now()
    with transaction.atomic():
        row, _ = LoginGuard.objects.select_for_update().get_or_create(key=_key(entered))
        if row.locked_until is not None and row.locked_until > now:
            return False
        if row.locked_until is not None:
            row.failures, row.locked_until = 0, None
        row.failures += 1
        if row.failures >= limits.lock_after:
            row.locked_until = now + timedelta(minutes=limits.lock_minutes)
        row.save()
    return True


def guess_was_wrong(entered: str) -> bool:
    """Settle a guess that was wrong; True when it shut the id. A lock of a real account goes into the ledger."""
    with transaction.atomic():
        locked = LoginGuard.objects.filter(key=_key(entered), locked_until__gt=clock.now()).exists()
        account = User.objects.filter(pk=entered.strip()).first() if locked else None
        if account is not None:
            ledger.append_one("account-locked", {"account": account.pk})
    return locked


def guess_was_right(entered: str) -> None:
    """Take back the count of a guess that was right; the wrong ones before it stay until the login is complete."""
    with transaction.atomic():
        row = LoginGuard.objects.select_for_update().get(key=_key(entered))
        row.failures = max(0, row.failures - 1)
        row.locked_until = None
        row.save()


def forget(entered: str) -> None:
    """Begin from zero: the login is complete, or the account was reset."""
    LoginGuard.objects.filter(key=_key(entered)).delete()


def _key(entered: str) -> str:
    return hashlib.sha256(b"login-guard:" + entered.strip().encode()).hexdigest()

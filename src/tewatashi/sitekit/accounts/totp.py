"""One-time codes (RFC 6238, six digits, 30 seconds): a code is good once, and no older one after it."""

from __future__ import annotations

import hmac
import time
import unicodedata
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt

from tewatashi.sitekit.models import User

PERIOD: Final = 30
_TOLERANCE: Final = 1  # steps before and after: clocks of telephones and town halls differ

new_secret = generate_totp_secret


def activate(user: User, secret: str) -> None:
    """Make this the user's secret, and the only one. No code of it was used yet, whatever was used of the one before."""
    Authenticator.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(totp_counter=0)
    TOTP.activate(user, secret)


def authenticator_of(user: User) -> Authenticator | None:
    """The user's enrolled authenticator, or None."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def secret_of(authenticator: Authenticator) -> str:
    """The secret (base32) of an enrolled authenticator."""
    return str(decrypt(authenticator.data["secret"]))


def step_of(secret: str, code: str, *, now: float | None = None) -> int | None:
    """The time step that the code belongs to, or None when it is wrong or too old."""
    digits = unicodedata.normalize("NFKC", code).replace(" ", "")  # a Japanese keyboard types full-width digits
    present = int(time.time() if now is None else now) // PERIOD
    found = None
    for step in range(present - _TOLERANCE, present + _TOLERANCE + 1):
        if hmac.compare_digest(digits.encode(), format_hotp_value(hotp_value(secret, step)).encode()):
            found = step
    return found


def use_step(user: User, step: int) -> bool:
    """Mark the step as used; False when it, or a later one, was used before: the code is a replay.

    One UPDATE with its condition, so that of two simultaneous uses one is refused (RFC 6238, 5.2).
    """
    return bool(User.objects.filter(pk=user.pk, totp_counter__lt=step).update(totp_counter=step))

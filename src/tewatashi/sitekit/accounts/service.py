"""Making, resetting and disabling accounts: acts of an operator at the command line, each of them in the ledger."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from tewatashi.core.refused import Refused
from tewatashi.sitekit import clock, ledger
from tewatashi.sitekit.accounts import guard, totp
from tewatashi.sitekit.models import User
from tewatashi.sitekit.roles import PERSON_ROLES

# Without letters and digits that look alike on paper: FAC-LG-3 has people copy it from a printed notice.
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"


INITIAL_DAYS: Final = 14  # for how long an initial password lets in: a notice that lies about for longer opens nothing


@dataclass(frozen=True)
class Credentials:
    """What goes on the paper notice, once; we keep the password hashed and the secret encrypted.

    totp_secret  base32, or None when the person enrols an authenticator at the first login
    """

    username: str
    display_name: str
    address: str
    password: str
    totp_secret: str | None


def add_user(
    username: str,
    *,
    display_name: str,
    employer: str,
    roles: Iterable[str],
    operator: str,
    with_totp: bool = False,
) -> Credentials:
    """Make an account with an initial password. Refused for a role that this site does not have, or an id in use."""
    chosen = _roles(roles)
    with transaction.atomic():
        # What a person of this name did would stand in every ledger as done by the site itself.
        if username == ledger.SYSTEM or User.objects.filter(pk=username).exists():
            raise Refused(
                "user-exists", "このユーザーIDは使われています。", found=username, do="別のユーザーIDにしてください。"
            )
        user = User(
            username=username,
            display_name=display_name,
            employer=employer,
            roles=chosen,
            password_changed_at=clock.now(),
        )
        credentials = _set_initial(user, with_totp=with_totp)
        ledger.append_one(
            "user-added", {"account": username, "roles": chosen, "employer": employer, "operator": operator}
        )
    return credentials


def reset_user(username: str, *, operator: str, with_totp: bool = False) -> Credentials:
    """A new initial password, no authenticator, no lock; every session of the account ends."""
    with transaction.atomic():
        user = _user(username)
        Authenticator.objects.filter(user=user).delete()
        user.is_active = True
        credentials = _set_initial(user, with_totp=with_totp)
        guard.forget(username)
        ledger.append_one("user-reset", {"account": username, "operator": operator})
    return credentials


def initial_is_over(user: User) -> bool:
    """Whether the account still has its initial password, longer than one may be used."""
    return bool(user.must_change_password and user.password_changed_at < clock.now() - timedelta(days=INITIAL_DAYS))


def disable_user(username: str, *, operator: str) -> None:
    """Shut the account; its sessions end with the next request. Accounts are never deleted: ledgers name them."""
    with transaction.atomic():
        user = _user(username)
        user.is_active = False
        user.save(update_fields=["is_active"])
        ledger.append_one("user-disabled", {"account": username, "operator": operator})


def _set_initial(user: User, *, with_totp: bool) -> Credentials:
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
    user.set_password(password)
    user.must_change_password = True
    user.password_changed_at = clock.now()
    try:
        user.full_clean()
    except ValidationError as error:
        raise Refused(
            "user-form",
            "利用者の登録内容が正しくありません。",
            found="・".join(error.messages),
            do="入力し直してください。",
        ) from None
    user.save()
    secret = totp.new_secret() if with_totp else None
    if secret is not None:
        totp.activate(user, secret)
    return Credentials(user.pk, user.display_name, f"{settings.SITE.url}/", password, secret)


def _user(username: str) -> User:
    user = User.objects.filter(pk=username).first()
    if user is None:
        raise Refused(
            "user-unknown", "登録されていない利用者です。", found=username, do="ユーザーIDを確かめてください。"
        )
    return user


def _roles(roles: Iterable[str]) -> list[str]:
    chosen, known = sorted(set(roles)), PERSON_ROLES[settings.SITE.role]
    unknown = [role for role in chosen if role not in known]
    if unknown or not chosen:
        raise Refused(
            "user-role",
            "このサイトにない役割です。",
            found="・".join(unknown) or "なし",
            expected="・".join(known),
            do="役割を指定し直してください。",
        )
    return chosen

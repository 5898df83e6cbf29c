"""Machines without a person before them: an enclosing line's controller, which sends what it read.

A machine is a registered computer (WARD-SYS-1) for which one person answers: what it does stands under that person's
name, and ends with that person's account or place on the roster. Its token opens the views that are declared for
machines, and no page; we keep the token as a hash only (R11).
"""

from __future__ import annotations

import secrets
from typing import Final

from django.db import transaction
from django.http import HttpRequest

from tewatashi.core.refused import Refused
from tewatashi.sitekit import clock, ledger
from tewatashi.sitekit.computers import hashed
from tewatashi.sitekit.models import Computer, User

SCHEME: Final = "Tewatashi-Machine"


def admit(name: str, answers: str, *, operator: str) -> str:
    """Register the machine under `name`, or give it a new token, and return the token. answers: id of a person here."""
    if not User.objects.filter(pk=answers, is_active=True).exists():
        raise Refused(
            "user-unknown", "登録されていない利用者です。", found=answers, do="ユーザーIDを確かめてください。"
        )
    if Computer.objects.filter(name=name, answers="").exists():
        raise Refused(
            "computer-known", "同じ名前のコンピュータが登録されています。", found=name, do="別の名前にしてください。"
        )
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Computer.objects.update_or_create(
            name=name,
            defaults={
                "answers": answers,
                "token_hash": hashed(token),
                "enrolled_at": clock.now(),
                "is_active": True,
            },
        )
        ledger.append_one("machine-admitted", {"computer": name, "answers": answers, "operator": operator})
    return token


def machine_of(request: HttpRequest) -> tuple[Computer, User]:
    """The machine whose token the Authorization header holds, and who answers for it; Refused without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    machine = None
    if scheme == SCHEME and token:
        machine = Computer.objects.filter(token_hash=hashed(token), is_active=True).exclude(answers="").first()
    person = machine and User.objects.filter(pk=machine.answers, is_active=True).first()
    if machine is None or person is None:
        raise Refused(
            "machine-unknown", "登録されていない機械か、責任者の利用が停止されています。", do="管理者に機械の登録を依頼してください。",
            requirement="WARD-SYS-1",
        )  # fmt: skip
    return machine, person

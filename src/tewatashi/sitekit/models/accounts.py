"""People who may enter, the computers they may enter from, and the count of wrong guesses."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models


class UserManager(BaseUserManager):
    """Accounts are made by the command line alone (accounts.service); Django asks only for the look-up."""


class User(AbstractBaseUser):
    """One named person at one site; never a shared account, never an account of another company (CL-10).

    username        the id that stands in ledgers and on papers, such as `sato`
    roles           what the person may do here, keys of roles.PERSON_ROLES
    totp_counter    time step of the last accepted code; a code of this step or an earlier one is a replay
    """

    username = models.CharField(
        "ユーザーID", max_length=32, primary_key=True, validators=[RegexValidator(r"\A[a-z][a-z0-9-]{0,31}\Z")]
    )
    display_name = models.CharField("氏名", max_length=60)
    employer = models.CharField("所属", max_length=100)
    roles = models.JSONField("役割", default=list)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    password_changed_at = models.DateTimeField()
    totp_counter = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    def __str__(self) -> str:
        return self.username

    def has_role(self, *wanted: str) -> bool:
        """Whether the person has at least one of these roles."""
        return not set(wanted).isdisjoint(self.roles)


class Computer(models.Model):
    """A registered computer (WARD-SYS-1): it proves itself by a token that only it and, hashed, this table hold.

    answers  id of the person who answers for a machine that nobody sits at; empty for a computer that people use
    """

    name = models.CharField("コンピュータ名", max_length=60, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_expires = models.DateTimeField(null=True)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    enrolled_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    answers = models.CharField("責任者", max_length=32, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class LoginGuard(models.Model):
    """Wrong guesses in a row, by the hash of what was entered as an id.

    It exists for ids that nobody has as well, so that a lock tells nothing about who exists. Hashed, because people
    type their password into the wrong field.
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.failures}"

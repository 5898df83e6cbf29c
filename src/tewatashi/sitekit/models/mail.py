"""On which days the digest went out."""

from __future__ import annotations

from django.db import models


class Digest(models.Model):
    """One day's digest: begun before the relay was given it, sent once the relay had said that it has it."""

    day = models.DateField(primary_key=True)
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.day}"

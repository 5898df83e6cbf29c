"""The ward's own table: the parcels that it sealed, and how far each has gone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Parcel(models.Model):
    """A sealed parcel. Its row is made in the transaction of its act, so a file without a row was never finished.

    arrived_at  when the gateway had all of it;  gone_at  when our copy was erased; the row stays as the record
    """

    id = models.CharField(primary_key=True, max_length=32)
    job = models.CharField(max_length=60, db_index=True)
    size = models.BigIntegerField()
    sealed_at = models.DateTimeField(auto_now_add=True)
    arrived_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["sealed_at"]

    def __str__(self) -> str:
        return f"{self.id[:8]} {self.size}"

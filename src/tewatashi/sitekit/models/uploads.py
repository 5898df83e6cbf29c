"""Parcels on their way in: how much of each has come, and which cover they are held to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Upload(models.Model):
    """One parcel coming in or come. What has come of it is the length of its file, not a column that could differ.

    id           made by us, 128 bits: the file's name and the last part of its address
    finished_at  when all of it had come, matched its cover, and was recorded in the ledger
    gone_at      when our copy was erased; the row stays as the record
    """

    id = models.CharField(primary_key=True, max_length=32)
    parcel = models.CharField(max_length=32, unique=True)
    sender = models.CharField(max_length=64)
    job = models.CharField(max_length=60)
    cover = models.BinaryField()
    size = models.BigIntegerField()
    begun_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["begun_at"]

    def __str__(self) -> str:
        return f"{self.parcel[:8]} {self.size}"

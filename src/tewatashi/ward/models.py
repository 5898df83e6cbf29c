"""The ward's own tables: the parcels that it sealed and how far each has gone, and copies of certificates."""

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


class CertificateCopy(models.Model):
    """A copy of a certificate as it was attached. Rows are added, never changed.

    which  a key of ward.certificates.NAMES;  number, expires  of the certificate that was registered then
    """

    contract = models.CharField(max_length=60, db_index=True)
    which = models.CharField(max_length=20)
    number = models.CharField(max_length=500)
    expires = models.DateField()
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    by = models.CharField(max_length=32)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.contract} {self.which} {self.number}"

"""Signed letters as they were written and as they came; the bytes can't be changed or deleted (triggers)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tewatashi.sitekit import clock


class OutLetter(models.Model):
    """A letter to be carried: our own, or at the gateway one between the two other sites.

    id            order of queueing; what a collecting site asks to continue after
    delivered_at  when the next hop accepted it; the only column that may change, once
    """

    id = models.BigAutoField(primary_key=True)
    sender = models.CharField(max_length=64)
    recipient = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    job = models.CharField(max_length=60, null=True)  # noqa: DJ001 -- no job is not an empty job
    note = models.BinaryField()
    queued_at = models.DateTimeField(default=clock.now)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sender", "recipient", "seq"], name="one_outgoing_letter_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.sender} > {self.recipient} {self.seq}"


class InLetter(models.Model):
    """A letter to us, verified, with what became of it."""

    sender = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    job = models.CharField(max_length=60, null=True)  # noqa: DJ001 -- no job is not an empty job
    note = models.BinaryField()
    refused = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sender", "seq"], name="one_incoming_letter_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.seq}"


class KnownContract(models.Model):
    """How far another site has come to know a contract, by its own letters: it never comes to know less.

    place  up to which of all acts on the contract, as in core.contract_acts
    """

    site = models.CharField(max_length=64)
    contract = models.CharField(max_length=60)
    place = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["site", "contract"], name="one_place_a_contract")
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.contract} {self.place}"

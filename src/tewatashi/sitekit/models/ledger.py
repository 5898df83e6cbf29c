"""The site's own memory, what others signed about theirs, and what did not fit together."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tewatashi.sitekit import clock


class LedgerEntry(models.Model):
    """One line of the ledger; `data` is the canonical entry, whose hash is the leaf. Append-only by trigger.

    The columns beside `data` repeat what stands in it, for looking things up; verification reads `data` alone.
    `peaks` is the tree up to and with this entry as its compact range, so that appending reads one row.
    """

    index = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=40)
    by = models.CharField(max_length=80)
    kind = models.CharField(max_length=60, db_index=True)
    job = models.CharField(max_length=60, null=True, db_index=True)  # noqa: DJ001 -- no job is not an empty job
    contract = models.CharField(max_length=60, null=True, db_index=True)  # noqa: DJ001 -- likewise
    leaf_hash = models.BinaryField(max_length=32)
    peaks = models.BinaryField()
    data = models.BinaryField()

    class Meta:
        ordering: ClassVar[list[str]] = ["index"]

    def __str__(self) -> str:
        return f"{self.index} {self.kind}"


class OpenJob(models.Model):
    """A job that the ledger has opened and not closed, so that finding those never reads through all that ever were."""

    number = models.CharField(primary_key=True, max_length=60)
    index = models.BigIntegerField()  # of the entry that opened it

    class Meta:
        ordering: ClassVar[list[str]] = ["-index"]

    def __str__(self) -> str:
        return self.number


class JobHolder(models.Model):
    """A place or person that an act of the job may have left something with: where one is asked for, only these jobs are read.

    holder  as `thing.place` or `thing.hand` says it
    """

    holder = models.CharField(max_length=60)
    job = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["holder", "job"], name="one_row_a_holder_of_a_job")
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.job}"


class SignedCheckpoint(models.Model):
    """A checkpoint of our own ledger: at most one for each size, ever. Append-only by trigger."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.BinaryField()
    signed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.size}"


class WitnessedCheckpoint(models.Model):
    """A checkpoint of another site's ledger that was consistent with all that we hold of it. Append-only by trigger."""

    origin = models.CharField(max_length=64)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.BinaryField()
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["origin", "size"], name="one_witnessed_checkpoint_a_size")
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"


class Alarm(models.Model):
    """Something that must not happen and did, kept with the bytes that prove it. Append-only by trigger."""

    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=120)
    text = models.CharField(max_length=300)
    evidence = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.kind}: {self.about}"

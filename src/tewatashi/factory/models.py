"""The factory's own tables: pieces and how far each is, print files, and what the enclosing line read.

None holds a resident's data. Piece ids are erased with the opened data, because an auditor looks for them then.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Piece(models.Model):
    """A piece of a job. n: its place in the parcel, from 1; state, copy, envelope as in core.piece."""

    id = models.BigAutoField(primary_key=True)
    job = models.CharField(max_length=40)
    piece = models.CharField(max_length=20)
    n = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="composed")
    copy = models.PositiveSmallIntegerField(default=0)
    envelope = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["job", "n"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["job", "piece"], name="one_row_a_piece")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["job", "state"], name="pieces_by_state")]

    def __str__(self) -> str:
        return f"{self.job} {self.n}"


class PrintFile(models.Model):
    """A print file in the vault.

    copy        0 the originals, n the nth remake;  number  from 1 in each copy
    pieces      the ids in it, a line each, for a remake; empty for originals, which are all pieces in their order
    sha256      of the PDF, empty until it is composed
    begun_at    when the printer was first given it: from then on there may be sheets
    reference   what the printer answered when it had the file
    printed_at  when that stood in the ledger
    """

    job = models.CharField(max_length=40)
    copy = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    quantity = models.PositiveIntegerField()
    pieces = models.TextField(default="")
    pages = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="")
    reference = models.CharField(max_length=200, default="")
    begun_at = models.DateTimeField(null=True)
    printed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["job", "copy", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["job", "copy", "number"], name="one_print_file_a_number")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The file's name at the printer: job, copy and number alone."""
        return f"{self.job}-{self.copy}-{self.number:04d}"

    @property
    def kept_as(self) -> str:
        """Its name in the vault."""
        return f"print-{self.copy}-{self.number}.age"


class EnclosingLine(models.Model):
    """The memory of a job's enclosing line (core.piece.Line).

    read      events in all, the machine's and the hand scanner's
    machine   the machine's last line; it numbers its own lines and may send them twice
    """

    job = models.CharField(primary_key=True, max_length=40)
    read = models.BigIntegerField(default=0)
    machine = models.BigIntegerField(default=0)
    recent: Any = models.JSONField(default=list)
    recheck: Any = models.JSONField(default=list)
    open = models.CharField(max_length=24, blank=True, default="")
    findings: Any = models.JSONField(default=list)
    pulled = models.PositiveIntegerField(default=0)
    envelope = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.job} {self.read}"


class ReadLines(models.Model):
    """A stretch of a job's read-log as it was followed: whole JSON lines, numbered through."""

    id = models.BigAutoField(primary_key=True)
    job = models.CharField(max_length=40, db_index=True)
    last = models.BigIntegerField()
    lines = models.BinaryField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.job} ..{self.last}"


class EnclosingPlan(models.Model):
    """What a job's enclosing plan adds up to (core.plan_counts); the plan itself lies sealed in the vault.

    withdrawals  the version of the ward's requests up to which pieces are taken out of it
    """

    job = models.CharField(primary_key=True, max_length=40)
    withdrawals = models.PositiveIntegerField(default=0)
    counts: Any = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.job


class InsertCheck(models.Model):
    """Somebody read this version code off what lies in an inserter's feeder, and the job's plan has it."""

    id = models.BigAutoField(primary_key=True)
    job = models.CharField(max_length=40, db_index=True)
    code = models.CharField(max_length=40)
    by = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.job} {self.code}"

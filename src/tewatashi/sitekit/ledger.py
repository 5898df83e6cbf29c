"""The site's ledger in its database: appending under one lock, reading, checkpoints, export.

An entry is appended in the transaction of what it tells about: either both stand or neither. The lock is SQLite's
own (transactions begin IMMEDIATE) or an advisory lock of PostgreSQL, held until the transaction ends, so indexes are
given without gap and in the order of commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from tewatashi.core.acts import KINDS
from tewatashi.core.custody.where import holders_of
from tewatashi.core.ledger import Entry, entry_bytes, parse_entry
from tewatashi.core.merkle import Checkpoint, Tree, consistency_proof, leaf_hash, sign_checkpoint
from tewatashi.core.safeguards import contract_of
from tewatashi.sitekit import clock
from tewatashi.sitekit.keys import note_key
from tewatashi.sitekit.models import JobHolder, LedgerEntry, OpenJob, SignedCheckpoint

SYSTEM: Final = "system"
_LONGEST: Final = 60  # characters of a contract's number, as wide as the column

# Any number does, as long as nothing else in the database locks by it: "tewatash" as eight bytes.
_ADVISORY_LOCK: Final = int.from_bytes(b"tewatash", "big", signed=True)


def lock() -> None:
    """Hold the ledger until the transaction ends; RuntimeError outside one."""
    if not connection.in_atomic_block:
        raise RuntimeError("the ledger is appended to inside the transaction of what it records")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])


def append(entries: list[Entry]) -> int:
    """Append entries in order and return the index of the first. Call inside the transaction of what they record."""
    lock()
    tree = head()
    first = tree.size
    rows = []
    for entry in entries:
        data = entry_bytes(entry)
        leaf = leaf_hash(data)
        tree = tree.append(leaf)
        contract = _contract_of(entry)
        rows.append(
            LedgerEntry(
                index=tree.size - 1,
                at=entry.at,
                by=entry.by,
                kind=entry.kind,
                job=entry.job,
                contract=contract,
                leaf_hash=leaf,
                peaks=b"".join(tree.peaks),
                data=data,
            )
        )
    LedgerEntry.objects.bulk_create(rows)
    for row in rows:
        _keep_open_jobs(row)
    _keep_holders(entries)
    return first


def _keep_open_jobs(row: LedgerEntry) -> None:
    if row.kind == "job-opened":
        OpenJob.objects.create(number=row.job, index=row.index)
    elif row.kind == "job-closed":
        OpenJob.objects.filter(number=row.job).delete()


def _keep_holders(entries: list[Entry]) -> None:
    named = {(holder, entry.job) for entry in entries if entry.job is not None for holder in _holders(entry)}
    rows = [JobHolder(holder=holder, job=job) for holder, job in sorted(named)]
    JobHolder.objects.bulk_create(rows, ignore_conflicts=True)


def _holders(entry: Entry) -> Iterable[str]:
    act = entry.body.get("act")
    return holders_of(entry.kind, entry.by, act) if entry.kind in KINDS and isinstance(act, dict) else ()


def _contract_of(entry: Entry) -> str | None:
    """The contract that the entry's act names, or that of the refused letter that it tells of."""
    named = contract_of(entry)
    return named if named is not None and len(named) <= _LONGEST else None


def append_one(
    kind: str, body: dict[str, Any], *, by: str = SYSTEM, job: str | None = None, at: datetime | None = None
) -> int:
    """Append one entry, now unless `at` says otherwise, and return its index."""
    return append([Entry(at=clock.stamp(at), by=by, kind=kind, job=job, body=body)])


def head() -> Tree:
    """The tree of everything appended so far."""
    last = LedgerEntry.objects.order_by("-index").values_list("index", "peaks").first()
    if last is None:
        return Tree()
    index, peaks = last[0], bytes(last[1])
    return Tree(index + 1, tuple(peaks[at : at + 32] for at in range(0, len(peaks), 32)))


def entries(
    *, job: str | None = None, kind: str | None = None, contract: str | None = None
) -> Iterator[tuple[int, Entry]]:
    """Index and entry, in order; narrowed to a job, a kind or a contract where one is given."""
    rows = LedgerEntry.objects.all()
    for field, wanted in (("job", job), ("kind", kind), ("contract", contract)):
        if wanted is not None:
            rows = rows.filter(**{field: wanted})
    for index, data in rows.values_list("index", "data").iterator():
        yield index, parse_entry(bytes(data))


def last_of_kind(kind: str) -> Entry | None:
    """The newest entry of this kind, or None."""
    data = LedgerEntry.objects.filter(kind=kind).order_by("-index").values_list("data", flat=True).first()
    return None if data is None else parse_entry(bytes(data))


def checkpoint() -> bytes:
    """The signed checkpoint of the ledger as it stands; the same bytes whenever it is asked for at this size."""
    site = settings.SITE
    with transaction.atomic():
        lock()
        tree = head()
        signed = SignedCheckpoint.objects.filter(size=tree.size).first()
        if signed is None:
            note = sign_checkpoint(Checkpoint(site.name, tree.size, tree.root), note_key(site))
            signed = SignedCheckpoint.objects.create(size=tree.size, root=tree.root, note=note)
    return bytes(signed.note)


def proof_between(old: int, new: int) -> list[bytes]:
    """Consistency proof from the first `old` entries to the first `new` ones."""
    leaves = [bytes(leaf) for leaf in LedgerEntry.objects.filter(index__lt=new).values_list("leaf_hash", flat=True)]
    return consistency_proof(leaves.__getitem__, old, new)

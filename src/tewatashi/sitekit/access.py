"""The access log: one line a request in an append-only table, bound into the ledger so that no line can go missing.

WARD-LG-2: a digest of the lines since the last digest becomes a ledger entry every ten minutes; once the other sites
have witnessed a checkpoint over it, not even this site's owner can change what its log says.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from tewatashi.core.ledger import Entry
from tewatashi.sitekit import clock, ledger
from tewatashi.sitekit.loops import loop
from tewatashi.sitekit.models import AccessLine

log = logging.getLogger("tewatashi.access")

ENTRY_KIND: Final = "access-log"
_SETTLE: Final = timedelta(minutes=1)  # a line of an older request may still be on its way into the table
_FIELDS: Final = ("id", "at", "who", "computer", "address", "method", "route", "status", "remark")


def remark(request: HttpRequest, text: str, *, who: str | None = None) -> None:
    """Note on the request's line what happened (a short code), and to whose account where no one is logged in."""
    request.access_remark = text
    if who is not None:
        request.access_who = who


def write_line(request: HttpRequest, status: int) -> None:
    """Write the request's line. An error here rises: what can't be logged must not be answered."""
    fields = {
        "at": clock.stamp(),
        "who": _who(request),
        "computer": getattr(getattr(request, "computer", None), "name", ""),
        "address": request.META.get("REMOTE_ADDR", "")[:45],
        "method": (request.method or "")[:10],
        "route": _route(request),
        "status": status,
        "remark": getattr(request, "access_remark", "")[:120],
    }
    AccessLine.objects.create(**fields)
    log.info("access", extra={"fields": fields})


def _who(request: HttpRequest) -> str:
    peer = getattr(request, "peer", None)
    if peer is not None:
        return f"site:{peer.name}"
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return str(user.pk)
    return getattr(request, "access_who", "")


def _route(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return (match.view_name or "?")[:100] if match else "-"


@loop("access-log", every=600)
def bind_lines() -> None:
    """Bind all settled lines that no digest covers yet into the ledger."""
    settled = clock.stamp(clock.now() - _SETTLE)
    with transaction.atomic():
        ledger.lock()
        first = _bound_up_to() + 1
        lines = AccessLine.objects.filter(id__gte=first, at__lte=settled).order_by("id")
        last = lines.values_list("id", flat=True).last()
        if last is None:
            return
        # Up to the last settled line, including any between that carry a later time: nothing may fall in between.
        covered = AccessLine.objects.filter(id__gte=first, id__lte=last).order_by("id")
        count, digest = _digest(covered)
        ledger.append_one(ENTRY_KIND, {"first": first, "last": last, "lines": count, "sha256": digest})


@dataclass(frozen=True)
class BrokenRange:
    """Lines that are no longer what the ledger says they were."""

    entry: int
    first: int
    last: int
    lines: int
    expected_lines: int


def broken_ranges() -> list[BrokenRange]:
    """Compare every digest in the ledger with the table; empty when the log is whole."""
    broken = []
    for index, entry in ledger.entries(kind=ENTRY_KIND):
        first, last, expected = (_number(entry, key) for key in ("first", "last", "lines"))
        count, digest = _digest(AccessLine.objects.filter(id__gte=first, id__lte=last).order_by("id"))
        if (count, digest) != (expected, entry.body["sha256"]):
            broken.append(BrokenRange(index, first, last, count, expected))
    return broken


def _bound_up_to() -> int:
    last = ledger.last_of_kind(ENTRY_KIND)
    return _number(last, "last") if last else 0


def _number(entry: Entry, key: str) -> int:
    value = entry.body[key]
    assert isinstance(value, int)
    return value


def _digest(lines: QuerySet[AccessLine]) -> tuple[int, str]:
    """How many lines, and the SHA-256 over them: each as a JSON list of its fields, ended by a line feed."""
    count, digest = 0, hashlib.sha256()
    for line in lines.iterator():
        digest.update(orjson.dumps([getattr(line, field) for field in _FIELDS]) + b"\n")
        count += 1
    return count, digest.hexdigest()

"""The safeguards of a contract as this site's ledger shows them: the states, their evidence in words, and the signed bundle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, cast

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from tewatashi.core.acts import KINDS
from tewatashi.core.audit_bundle import FORMAT, Bundle, Header, Witnessed, claim_of, proven, write_bundle
from tewatashi.core.ledger import entry_number, parse_entry
from tewatashi.core.ledger_export import Signed
from tewatashi.core.letter import CHECKPOINT, read_letter
from tewatashi.core.merkle import Levels, consistency_path, open_checkpoint
from tewatashi.core.safeguards import REFUSED_LETTER, Assessed, Line, Scope, act_of, assess, needed, scope_of
from tewatashi.sitekit import calendar, clock, ledger
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.keys import note_key
from tewatashi.sitekit.models import LedgerEntry, OutLetter, WitnessedCheckpoint
from tewatashi.sitekit.shipped_safeguards import shipped_safeguards
from tewatashi.sitekit.timeline import Teller

WORDS: Final = {"kept": "守られている", "not-due": "まだ時期でない", "missing": "不足", "breached": "違反"}
NOT_APPLIED: Final = "該当しない"
CHIPS: Final = {"kept": "success", "not-due": "waiting", "missing": "warning", "breached": "error"}
_OWN: Final = {
    "user-added": "利用者の登録", "user-reset": "利用者の初期化", "password-changed": "パスワードの変更",
    "authenticator-enrolled": "認証アプリの登録", "account-locked": "利用者のロック", "computer-enrolled": "コンピュータの登録",
    REFUSED_LETTER: "相手の記録の拒否",
}  # fmt: skip
_AHEAD: Final = timedelta(days=60)  # how far into the future the days of closure are told


@dataclass(frozen=True)
class Case:
    """The states of a contract's safeguards in one fiscal year, and the entries that they follow from."""

    scope: Scope
    lines: Sequence[Line]
    assessed: Sequence[Assessed]


@dataclass(frozen=True)
class Shown:
    """One entry of the evidence in words; url leads to the history that it stands in."""

    index: int
    at: datetime
    what: str
    by: str
    said: str
    job: str
    url: str

    @property
    def number(self) -> int:
        return entry_number(self.index)


def case_of(contract: str, year: int) -> Case:
    """How the contract stands now, or stood at the end of a year that is over. Refused `contract-unknown`."""
    return _case(scope_of(settings.SITE.role, contract, year, _this_second()), ledger.head().size)


def _case(scope: Scope, size: int) -> Case:
    rules = shipped_safeguards()
    lines = needed(_lines(scope.contract, size), scope, rules)
    return Case(scope, lines, assess(rules, lines, scope, calendar.of_this_site()))


def _this_second() -> datetime:
    return datetime.fromisoformat(clock.stamp())


def _lines(contract: str, size: int) -> list[Line]:
    """Entries that may be needed, of the first `size`."""
    own = shipped_safeguards().kinds() - KINDS.keys()
    rows = LedgerEntry.objects.filter(index__lt=size)
    jobs = list(rows.filter(kind="job-opened", contract=contract).values_list("job", flat=True))
    data = {
        index: bytes(entry)
        for found in (rows.filter(contract=contract), rows.filter(kind__in=own), *_in_parts(rows, jobs))
        for index, entry in found.values_list("index", "data").iterator()
    }
    return [(index, parse_entry(data[index])) for index in sorted(data)]


def _in_parts(rows: QuerySet[LedgerEntry], jobs: Sequence[str]) -> Iterator[QuerySet[LedgerEntry]]:
    """A database takes so many values in one question, and no more."""
    for at in range(0, len(jobs), 500):
        yield rows.filter(job__in=jobs[at : at + 500], kind__in=[*KINDS, REFUSED_LETTER])


# -------------------------------------------------------------------------------------------------------- in words


def shown(lines: Iterable[Line], contract: str, teller: Teller) -> Iterator[Shown]:
    """Entries in words."""
    role = settings.SITE.role
    for index, entry in lines:
        url = f"/jobs/{entry.job}" if entry.job else f"/contracts/{contract}"
        if entry.kind in KINDS:
            act, at = act_of(entry)
            said, by = teller.said(act), teller.names.of(act.by, act.site)
        else:
            at, by = datetime.fromisoformat(entry.at), teller.names.of(entry.by, role)
            said = _said(cast("dict[str, Any]", entry.body))
        what = KINDS[entry.kind].name if entry.kind in KINDS else _OWN[entry.kind]
        yield Shown(index, at, what, by, said, entry.job or "", url)


def _said(body: dict[str, Any]) -> str:
    """What an entry of the site's own business is about."""
    if body.get("kind") in KINDS:
        return f"{KINDS[body['kind']].name}　{body['from']}　[{body['code']}]"
    return str(body.get("account") or body.get("computer") or "")


# ------------------------------------------------------------------------------------------------------- the bundle


def bundle_of(contract: str, year: int) -> bytes:
    """The signed bundle of a contract and fiscal year. Refused `contract-unknown`."""
    site: SiteConfig = settings.SITE
    key, now = note_key(site), _this_second()
    scope = scope_of(site.role, contract, year, now)
    with transaction.atomic():
        note = ledger.checkpoint()
        size = open_checkpoint(note, key.verify_key).size
        case = _case(scope, size)
        levels = Levels(bytes(leaf) for leaf in _leaves(size))
        given, held = tuple(_given(scope, levels, size)), tuple(_held(scope))
    claims = tuple(claim_of(one, case.lines) for one in case.assessed)
    header = Header(
        FORMAT, site.name, str(key.verify_key), site.role, contract, year, clock.stamp(now), clock.stamp(scope.as_of),
        shipped_safeguards().digest, _days_off(case), {peer.name: peer.vkey for peer in site.peers}, note.decode(), len(given),
        len(held), len(case.lines), len(claims),
    )  # fmt: skip
    return b"".join(write_bundle(Bundle(header, given, held, proven(case.lines, levels, size), claims), key))


def _leaves(size: int) -> Iterator[bytes]:
    return LedgerEntry.objects.filter(index__lt=size).order_by("index").values_list("leaf_hash", flat=True).iterator()


def _days_off(case: Case) -> list[str]:
    """Weekdays on which the office is closed, from the first entry on."""
    works, first = calendar.of_this_site(), datetime.fromisoformat(case.lines[0][1].at).date()
    days = (case.scope.today + _AHEAD - first).days + 1
    every = (first + timedelta(days=number) for number in range(days))
    return [day.isoformat() for day in every if day.weekday() < 5 and not works(day)]


def _given(scope: Scope, levels: Levels, size: int) -> Iterator[Witnessed]:
    """For each other site and day of the year the last checkpoint of ours that it was given."""
    site: SiteConfig = settings.SITE
    key = note_key(site).verify_key
    letters = OutLetter.objects.filter(
        sender=site.name, kind=CHECKPOINT, delivered_at__gte=scope.begins, delivered_at__lte=scope.as_of
    )
    chosen = _last_of_days(letters.order_by("id").values_list("id", "recipient", "delivered_at").iterator())
    for row in OutLetter.objects.filter(pk__in=chosen).order_by("id"):
        letter = read_letter(bytes(row.note), [key], row.recipient)
        note = cast("str", letter.body["checkpoint"])
        old = open_checkpoint(note.encode(), key).size
        if old <= size:
            proof = [step.hex() for step in consistency_path(levels.root, old, size)]
            yield Witnessed(note, row.recipient, clock.stamp(row.delivered_at), proof)


def _held(scope: Scope) -> Iterator[Signed]:
    """For each other site and day of the year the last checkpoint of its ledger that we were given."""
    rows = WitnessedCheckpoint.objects.filter(received_at__gte=scope.begins, received_at__lte=scope.as_of)
    chosen = _last_of_days(rows.order_by("id").values_list("id", "origin", "received_at").iterator())
    for row in WitnessedCheckpoint.objects.filter(pk__in=chosen).order_by("id"):
        yield Signed(bytes(row.note).decode(), clock.stamp(row.received_at))


def _last_of_days(rows: Iterable[tuple[int, str, datetime]]) -> list[int]:
    last: dict[tuple[str, date], int] = {}
    for number, site, at in rows:
        last[site, at.astimezone(clock.JAPAN).date()] = number
    return list(last.values())


def signed_head() -> tuple[int, str]:
    """Size of the ledger as it stands and its root in hex, under a checkpoint that this site signs."""
    point = open_checkpoint(ledger.checkpoint(), note_key(settings.SITE).verify_key)
    return point.size, point.root.hex()

"""The seam between a site and the rules: load what the ledger tells, ask the rules, append, tell the other sites.

Rules
  - an act, its ledger entry and the letters that tell of it stand together or not at all: one transaction under one lock
  - what another site tells is decided again by the same rules before it is believed, as of the moment it names
  - a letter whose act the rules refuse is still taken in (the row of letters must go on): the refusal stands in the
    ledger beside it, and raises an alarm
  - a letter from later than now is not taken in yet: a clock that is ahead delays its site's acts and ends none of them
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from tewatashi.core import contract as contracts
from tewatashi.core import custody
from tewatashi.core.acts import KINDS, Act, Role, text
from tewatashi.core.contract import Contract, Standing
from tewatashi.core.custody import Job
from tewatashi.core.custody.where import as_of
from tewatashi.core.ledger import Entry, held_entry
from tewatashi.core.letter import CHECKPOINT, Letter, accept_seq, read_letter
from tewatashi.core.refused import Refused
from tewatashi.sitekit import alarms, clock, ledger, loops, outbox, witness
from tewatashi.sitekit.config import SiteConfig
from tewatashi.sitekit.keys import peer_key
from tewatashi.sitekit.models import InLetter, LedgerEntry, OpenJob

REFUSED_LETTER: Final = "letter-refused"
_CONTRACT_KINDS: Final = tuple(name for name, kind in KINDS.items() if kind.of_contract)
_AHEAD: Final = timedelta(minutes=5)  # by how much another site's clock may be ahead of ours
_LONGEST_NUMBER: Final = 60  # characters of a job's or a contract's number, as wide as the columns


# ------------------------------------------------------------------------------------------------------------- load


def job(number: str) -> Job | None:
    """The job as this site's ledger tells it, or None."""
    found: Job | None = None
    for act, at in _acts(LedgerEntry.objects.filter(job=number, kind__in=KINDS)):
        found = custody.evolve(found, number, act, at)
    return found


def known_job(number: str) -> Job:
    """The job; Refused when the ledger tells of none by this number."""
    found = job(number)
    if found is None:
        raise Refused("job-unknown", "登録されていない案件です。", found=number, do="案件の番号を確かめてください。")
    return found


def job_numbers() -> list[str]:
    """All jobs, the newest first."""
    opened = LedgerEntry.objects.filter(kind="job-opened").order_by("-index")
    return [number for number in opened.values_list("job", flat=True) if number is not None]


def open_job_numbers() -> list[str]:
    """The jobs that are not closed, the newest first; what it costs does not grow with those that are."""
    return list(OpenJob.objects.values_list("number", flat=True))


def standing(number: str) -> Standing | None:
    """The contract and where it stands, or None."""
    found: Standing | None = None
    for act, _ in _acts(LedgerEntry.objects.filter(contract=number, kind__in=_CONTRACT_KINDS)):
        found = contracts.evolve(found, act)
    return found


def known_standing(number: str) -> Standing:
    """The contract; Refused when the ledger tells of none by this number."""
    found = standing(number)
    if found is None:
        raise Refused("contract-unknown", "登録されていない契約です。", found=number, do="先に契約を登録してください。")
    return found


def contract_numbers() -> list[str]:
    """All contracts, the newest first."""
    made = LedgerEntry.objects.filter(kind="contract-made").order_by("-index").values_list("contract", flat=True)
    return list(dict.fromkeys(number for number in made if number is not None))


def history(number: str) -> list[tuple[int, Act, datetime]]:
    """What the ledger tells of a job: index, act and when it was done, in the ledger's order."""
    rows = LedgerEntry.objects.filter(job=number, kind__in=KINDS).order_by("index")
    return [(index, *_act(data)) for index, data in rows.values_list("index", "data").iterator()]


def told_as_of(
    moment: datetime, *, job: str | None = None, contract: str | None = None
) -> dict[str, list[tuple[Act, datetime]]]:
    """All acts of one job, of a contract's jobs, or of all jobs; but not of jobs that were closed by then, unless asked for."""
    opened = LedgerEntry.objects.filter(kind="job-opened")
    if job is not None:
        opened = opened.filter(job=job)
    else:
        if contract is not None:
            opened = opened.filter(contract=contract)
        closed = LedgerEntry.objects.filter(kind="job-closed", at__lte=clock.stamp(moment))
        opened = opened.exclude(job__in=closed.values("job"))
    rows = LedgerEntry.objects.filter(job__in=opened.values("job"), kind__in=KINDS)
    told: dict[str, list[tuple[Act, datetime]]] = {}
    for number, data in rows.order_by("index").values_list("job", "data").iterator():
        told.setdefault(number, []).append(_act(data))
    return told


def jobs_as_of(moment: datetime, *, contract: str | None = None) -> list[Job]:
    """The jobs, of one contract where it is named, as they stood at a moment; without those that were closed by then."""
    found = (as_of(number, told, moment) for number, told in told_as_of(moment, contract=contract).items())
    return [job for job in found if job is not None]


def _acts(rows: Any) -> Iterator[tuple[Act, datetime]]:
    for data in rows.order_by("index").values_list("data", flat=True).iterator():
        yield _act(data)


def _act(data: bytes) -> tuple[Act, datetime]:
    """What an entry of the ledger tells, and when it was done."""
    entry = held_entry(bytes(data))
    said = cast("dict[str, Any]", entry.body)
    act = Act(entry.kind, said["site"], entry.by, said["act"])
    return act, datetime.fromisoformat(said.get("at", entry.at))


# ---------------------------------------------------------------------------------------------------------- perform


def perform(kind: str, body: Mapping[str, object], *, by: str, job: str | None = None) -> None:
    """Do an act at this site: decide, append to the ledger, queue its letters. Refused, with nothing written, by the rules."""
    site = _site()
    act = Act(kind, site.role, by, dict(body))
    with transaction.atomic():
        ledger.lock()
        now = clock.now()
        _decide(act, job, now)
        letters = {
            peer: outbox.queue(kind, peer, act.body, by=by, job=job, at=clock.stamp(now))
            for peer in _told_sites(act, job)
        }
        said = {"site": site.role, "from": site.name, "act": act.body, "letters": letters}
        ledger.append_one(kind, said, by=by, job=job, at=now)
        transaction.on_commit(lambda: loops.wake("exchange"))


def _told_sites(act: Act, number: str | None) -> list[str]:
    """Names of the sites to tell. A contract that goes by disc has no gateway where none is known; all others need one."""
    site = _site()
    roles = [role for role in KINDS[act.kind].tells if role != site.role]
    if site.by_hand and "gateway" in roles and _contract_of(act, number).channel == "disc":
        roles.remove("gateway")
    return [site.peer(role).name for role in roles]


def _contract_of(act: Act, number: str | None) -> Contract:
    """The contract that an act falls under, once the rules allowed it."""
    if act.kind == "contract-made":
        return contracts.evolve(None, act).contract
    under = job(number) if number is not None and act.kind != "job-opened" else None
    return known_standing(under.contract if under else act.text("contract")).contract


def _decide(act: Act, number: str | None, now: datetime) -> None:
    """Refused unless the rules allow the act; that it can be told afterwards is tried too, as no line is ever taken back."""
    if KINDS[act.kind].of_contract:
        if number is not None:
            raise Refused("act-place", "契約についての記録です。", found=act.kind, do="契約の画面で行ってください。")
        _refuse_long(act.text("contract"))
        before = standing(act.text("contract"))
        contracts.evolve(before, contracts.decide(before, act))
        return
    if number is None:
        raise Refused("act-place", "案件についての記録です。", found=act.kind, do="案件の画面で行ってください。")
    _refuse_long(number)
    found = job(number)
    contract = found.contract if found else act.text("contract") if act.kind == "job-opened" else ""
    under = known_standing(contract) if contract else _nothing_known()
    custody.evolve(found, number, custody.decide(found, under, act, now), now)


def _refuse_long(number: str) -> None:
    if len(number) > _LONGEST_NUMBER:
        raise Refused(
            "number-long", "案件か契約の番号が長すぎます。", found=f"{len(number)}字", expected=f"{_LONGEST_NUMBER}字以下",
            do="番号を短くしてください。",
        )  # fmt: skip


def _nothing_known() -> Standing:
    raise Refused("job-unknown", "登録されていない案件です。", do="案件の番号を確かめてください。")


# ---------------------------------------------------------------------------------------------------------- be told


def take_letter(data: bytes) -> Literal["new", "already"]:
    """Take in one letter to this site. Refused, with nothing written, when it is no letter to us, or not the next one."""
    site = _site()
    letter = read_letter(data, [peer_key(peer) for peer in site.peers], site.name)
    _refuse_from_the_future(letter)
    with transaction.atomic():
        ledger.lock()
        if _standing_in_row(letter, data) == "already":
            return "already"
        refused = _believe(letter, data)
        InLetter.objects.create(
            sender=letter.sender, seq=letter.seq, kind=letter.kind, job=_job_of(letter), note=data, refused=refused
        )
        transaction.on_commit(loops.wake_all)
    return "new"


def _refuse_from_the_future(letter: Letter) -> None:
    if datetime.fromisoformat(letter.at) > clock.now() + _AHEAD:
        raise Refused(
            "letter-time", "手紙の時刻がこの拠点の時計より進んでいます。", found=letter.at, expected=clock.stamp(),
            do="双方の時計を合わせてください。",
        )  # fmt: skip


def _job_of(letter: Letter) -> str | None:
    """The job's number, unless it is none that we could keep."""
    return letter.job if letter.job is not None and len(letter.job) <= _LONGEST_NUMBER else None


def _standing_in_row(letter: Letter, data: bytes) -> Literal["new", "already"]:
    row = InLetter.objects.filter(sender=letter.sender)
    last = row.aggregate(last=Max("seq"))["last"] or 0
    same = row.filter(seq=letter.seq).values_list("note", flat=True).first()
    digest = None if same is None else hashlib.sha256(bytes(same)).hexdigest()
    return accept_seq(last, digest, letter, data)


def _believe(letter: Letter, data: bytes) -> str:
    """Record what the letter tells. Returned: the code of the refusal, or nothing."""
    try:
        if letter.kind == CHECKPOINT:
            witness.hold(letter)
        else:
            _record_told(letter, data)
    except Refused as refused:
        _record_refused(letter, data, refused)
        return refused.code
    return ""


def _record_told(letter: Letter, data: bytes) -> None:
    site = _site()
    role: Role = next(peer.role for peer in site.peers if peer.name == letter.sender)
    kind, said_at = KINDS[letter.kind], datetime.fromisoformat(letter.at)
    if site.role not in kind.tells:
        raise Refused(
            "letter-kind", "この拠点に知らせる記録ではありません。", found=kind.name, do="送り手に確かめてください。"
        )
    act = Act(letter.kind, role, letter.by, letter.body)
    _decide(act, letter.job, said_at)
    said = {"site": role, "from": letter.sender, "act": act.body, "at": letter.at, "letters": _told(data)}
    ledger.append_one(letter.kind, said, by=letter.by, job=letter.job)


def _record_refused(letter: Letter, data: bytes, refused: Refused) -> None:
    said: dict[str, Any] = {
        "from": letter.sender, "kind": letter.kind, "code": refused.code, "requirement": refused.requirement, "letters": _told(data),
    }  # fmt: skip
    if letter.kind in _CONTRACT_KINDS and text(letter.body.get("contract")):
        said["contract"] = letter.body["contract"]
    ledger.append_one(REFUSED_LETTER, said, job=_job_of(letter))
    alarms.raise_alarm(REFUSED_LETTER, f"{letter.sender} {letter.seq}", refused, data)


def _told(data: bytes) -> dict[str, str]:
    return {_site().name: hashlib.sha256(data).hexdigest()}


def _site() -> SiteConfig:
    site: SiteConfig = settings.SITE
    return site


def entries_of(number: str) -> Iterator[tuple[int, Entry]]:
    """Everything the ledger holds about a job, refused letters included."""
    return ledger.entries(job=number)

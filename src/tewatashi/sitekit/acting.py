"""The seam between a site and the rules: load what the ledger tells, ask the rules, append, tell the other sites.

Rules
  - an act, its ledger entry and the letters that tell of it stand together or not at all: one transaction under one lock
  - what another site tells is decided again by the same rules before it is believed, as of the moment it names and under
    the contract as that site knew it (core.contract_acts)
  - who of the ward's people acts under a contract is named to the contractor first, once, and again when the name changes
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
from tewatashi.core import contract_acts, custody
from tewatashi.core.acts import KINDS, Act, Role, text
from tewatashi.core.contract import Standing
from tewatashi.core.contract_acts import ContractActs
from tewatashi.core.custody import Job
from tewatashi.core.custody.where import as_of
from tewatashi.core.ledger import Entry, held_entry
from tewatashi.core.letter import CHECKPOINT, Letter, accept_seq, read_letter
from tewatashi.core.refused import Refused
from tewatashi.sitekit import alarms, clock, incidents, ledger, loops, outbox, witness
from tewatashi.sitekit.config import Peer, SiteConfig
from tewatashi.sitekit.folds import Folds
from tewatashi.sitekit.keys import peer_key
from tewatashi.sitekit.models import InLetter, JobHolder, KnownContract, LedgerEntry, OpenJob, User

REFUSED_LETTER: Final = "letter-refused"
NAMED: Final = "staff-named"
_CONTRACT_KINDS: Final = tuple(name for name, kind in KINDS.items() if kind.of_contract)
_AHEAD: Final = timedelta(minutes=5)  # by how much another site's clock may be ahead of ours
_LONGEST_NUMBER: Final = 60  # characters of a job's or a contract's number, as wide as the columns


# ------------------------------------------------------------------------------------------------------------- load


def job(number: str) -> Job | None:
    """The job as this site's ledger tells it, or None."""
    return _jobs.of(number, LedgerEntry.objects.filter(job=number, kind__in=KINDS))


def _job_after(found: Job | None, number: str, data: bytes) -> Job:
    return custody.evolve(found, number, *_act(data))


_jobs: Folds[Job | None] = Folds(None, _job_after, most=2_000)


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


def open_jobs() -> list[Job]:
    """The jobs that are not closed, the newest first; what it costs does not grow with those that are."""
    numbers = list(OpenJob.objects.values_list("number", flat=True))
    told = LedgerEntry.objects.filter(job__in=OpenJob.objects.values("number"), kind__in=KINDS)
    last = dict(told.order_by().values_list("job").annotate(Max("index")))
    found = (_jobs.of(number, told.filter(job=number), last.get(number)) for number in numbers)
    return [job for job in found if job is not None]


def standing(number: str) -> Standing | None:
    """The contract and where it stands, or None."""
    return _known(number).standing()


def _known(number: str) -> ContractActs:
    """All acts on the contract that this site did or was told of."""
    return _contracts.of(
        number, LedgerEntry.objects.filter(contract=number, kind__in=(*_CONTRACT_KINDS, REFUSED_LETTER))
    )


_contracts = Folds(ContractActs(), lambda known, _, data: contract_acts.after(known, held_entry(data)), most=500)


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
    moment: datetime, *, job: str | None = None, contract: str | None = None, holder: str | None = None
) -> dict[str, list[tuple[Act, datetime]]]:
    """All acts of one job, or of a contract's jobs or all; but not of jobs that were closed by then, unless asked for.

    holder  only jobs of which something may ever have been in this place or this person's hand
    """
    opened = LedgerEntry.objects.filter(kind="job-opened")
    if job is not None:
        opened = opened.filter(job=job)
    else:
        if contract is not None:
            opened = opened.filter(contract=contract)
        if holder is not None:
            opened = opened.filter(job__in=JobHolder.objects.filter(holder=holder).values("job"))
        closed = LedgerEntry.objects.filter(kind="job-closed", at__lte=clock.stamp(moment))
        opened = opened.exclude(job__in=closed.values("job"))
    rows = LedgerEntry.objects.filter(job__in=opened.values("job"), kind__in=KINDS)
    told: dict[str, list[tuple[Act, datetime]]] = {}
    for number, data in rows.order_by("index").values_list("job", "data").iterator():
        told.setdefault(number, []).append(_act(data))
    return told


def jobs_as_of(moment: datetime, *, contract: str | None = None, holder: str | None = None) -> list[Job]:
    """The jobs, narrowed as in told_as_of, as they stood at a moment; without those that were closed by then."""
    told = told_as_of(moment, contract=contract, holder=holder)
    found = (as_of(number, acts, moment) for number, acts in told.items())
    return [job for job in found if job is not None]


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
        contract = _contract_under(act, job)
        introduced = _introduce(act, contract)
        now, known = clock.now(), _known(contract)
        before = _decide(act, job, known.standing(), now)
        letters = {
            peer.name: outbox.queue(
                kind, peer.name, act.body, by=by, job=job, at=clock.stamp(now), under=known.under(site.role, peer.role)
            )
            for peer in _told_sites(act, known)
        }
        said = {"site": site.role, "from": site.name, "act": act.body, "letters": letters}
        ledger.append_one(kind, said, by=by, job=job, at=now)
        incidents.raise_for(act, before)
        if not introduced:
            _introduce(act, contract)
        transaction.on_commit(lambda: loops.wake("exchange"))


def _introduce(act: Act, contract: str) -> bool:
    """Tell the contractor the name behind the act's id, if it is still to be told. False while there is no such contract."""
    known = standing(contract)
    if known is None:
        return False
    name = User.objects.filter(username=act.by).values_list("display_name", flat=True).first()
    if _tells_who(act) and name and known.staff.get(act.by) != name:
        perform(NAMED, {"contract": contract, "people": [{"id": act.by, "name": name}]}, by=act.by)
    return True


def _tells_who(act: Act) -> bool:
    return act.site == "ward" and act.kind != NAMED and "factory" in KINDS[act.kind].tells


def _told_sites(act: Act, known: ContractActs) -> list[Peer]:
    """The sites to tell. A contract that goes by disc has no gateway where none is known; all others need one."""
    site = _site()
    roles = [role for role in KINDS[act.kind].tells if role != site.role]
    if site.by_hand and "gateway" in roles:
        under = contracts.evolve(None, act) if act.kind == "contract-made" else known.standing()
        if under is not None and under.contract.channel == "disc":
            roles.remove("gateway")
    return [site.peer(role) for role in roles]


def _contract_under(act: Act, number: str | None) -> str:
    """The number of the contract that an act falls under. Refused where a job is named or not as its kind doesn't have it."""
    if KINDS[act.kind].of_contract:
        if number is not None:
            raise Refused("act-place", "契約についての記録です。", found=act.kind, do="契約の画面で行ってください。")
        _refuse_long(act.text("contract"))
        return act.text("contract")
    if number is None:
        raise Refused("act-place", "案件についての記録です。", found=act.kind, do="案件の画面で行ってください。")
    _refuse_long(number)
    opened = LedgerEntry.objects.filter(job=number, kind="job-opened").values_list("contract", flat=True).first()
    if opened is None and act.kind != "job-opened":
        raise Refused("job-unknown", "登録されていない案件です。", found=number, do="案件の番号を確かめてください。")
    return opened or act.text("contract")


def _decide(act: Act, number: str | None, under: Standing | None, now: datetime) -> Job | None:
    """Refused unless the rules allow the act; that it can be told afterwards is tried too, as no line is ever taken back.

    Returned: the job that the act is about, as it is before it.
    """
    if number is None:
        contracts.evolve(under, contracts.decide(under, act))
        return None
    if under is None:
        raise Refused("contract-unknown", "登録されていない契約です。", do="先に契約を登録してください。")
    found = job(number)
    custody.evolve(found, number, custody.decide(found, under, act, now), now)
    return found


def _refuse_long(number: str) -> None:
    if len(number) > _LONGEST_NUMBER:
        raise Refused(
            "number-long", "案件か契約の番号が長すぎます。", found=f"{len(number)}字", expected=f"{_LONGEST_NUMBER}字以下",
            do="番号を短くしてください。",
        )  # fmt: skip


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
        _refuse_before_what_it_knew(letter)
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
    site, role = _site(), _role_of(letter)
    kind, said_at = KINDS[letter.kind], datetime.fromisoformat(letter.at)
    if site.role not in kind.tells:
        raise Refused(
            "letter-kind", "この拠点に知らせる記録ではありません。", found=kind.name, do="送り手に確かめてください。"
        )
    act = Act(letter.kind, role, letter.by, letter.body)
    number = _contract_under(act, letter.job)
    known = _known(number)
    place = known.place(role, site.role, letter.under)
    contract_acts.refuse_back(place, _place_before(letter.sender, number))
    before = _decide(act, letter.job, known.as_known(role, place).standing(), said_at)
    KnownContract.objects.update_or_create(site=letter.sender, contract=number, defaults={"place": place})
    said = {
        "site": role, "from": letter.sender, "act": act.body, "at": letter.at, "under": place, "letters": _told(data),
    }  # fmt: skip
    ledger.append_one(letter.kind, said, by=letter.by, job=letter.job)
    incidents.raise_for(act, before)


def _role_of(letter: Letter) -> Role:
    role: Role = next(peer.role for peer in _site().peers if peer.name == letter.sender)
    return role


def _refuse_before_what_it_knew(letter: Letter) -> None:
    """A letter that was written under acts of which we are still to hear waits for them, as for those before it."""
    if letter.kind == CHECKPOINT:
        return
    try:
        number = _contract_under(Act(letter.kind, _role_of(letter), letter.by, letter.body), letter.job)
    except Refused:
        return  # the act itself is refused, and stands as that in the ledger
    _known(number).refuse_early(_role_of(letter), _site().role, letter.under)


def _place_before(sender: str, contract: str) -> int:
    """How far the sender's letters before this one knew the contract."""
    kept = KnownContract.objects.filter(site=sender, contract=contract)
    return kept.values_list("place", flat=True).first() or 0


def _record_refused(letter: Letter, data: bytes, refused: Refused) -> None:
    said: dict[str, Any] = {
        "from": letter.sender, "kind": letter.kind, "code": refused.code, "requirement": refused.requirement, "letters": _told(data),
    }  # fmt: skip
    if letter.kind in _CONTRACT_KINDS and text(letter.body.get("contract")):
        said |= {"contract": letter.body["contract"], "site": _role_of(letter)}
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

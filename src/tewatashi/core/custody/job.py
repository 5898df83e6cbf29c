"""One job as its ledger tells it: the things that hold residents' data, the counts at each step, what was done when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from tewatashi.core.acts import Role

WORKFLOW: Final[tuple[str, ...]] = (
    "parcel-received",
    "parcel-opened",
    "pieces-composed",
    "pieces-printed",
    "pieces-enclosed",
    "notices-delivered",
    "erasure-claimed",
)


STEP_NAMES: Final[Mapping[str, str]] = {
    "受領": "parcel-received",
    "開封": "parcel-opened",
    "組版": "pieces-composed",
    "印字": "pieces-printed",
    "封入封緘": "pieces-enclosed",
    "納品": "notices-delivered",
    "消去": "erasure-claimed",
}


PAPER: Final[Mapping[str, tuple[str, ...]]] = {
    "パスワード通知書": ("shredded", "returned"),
    "破損紙": ("shredded",),
    "引抜き品": ("shredded", "returned"),
    "通知書": ("shredded", "returned"),
    "報告の通知書": ("shredded",),
    "報告の媒体": ("shredded",),
}
"""What only hands can end, and how. Notices end so in a cancelled job alone: they are there to be delivered."""


SPOOL: Final = "スプール"
WITNESSED: Final[Mapping[str, tuple[str, ...]]] = {**PAPER, SPOOL: ("deleted",)}
"""What people end at the factory before a witness, and how: a printer's queue and disk, too, are no system's to empty."""


BOXED: Final = "boxed"  # how the printed notices of a job with an enclosing plan end: in boxes, each a thing of its own
MEDIUM: Final = "媒体"
NOTICE: Final = "パスワード通知書"
KEY: Final = "保管庫の鍵"
REPORT: Final = "報告データ"
REPORT_NOTICE: Final = "報告の通知書"
REPORT_MEDIUM: Final = "報告の媒体"

OPENED_BY_KEY: Final = ("開封データ", "印刷ファイル")
"""What lies in the vault, each kind under a key of its own: its end is the end of that key."""


@dataclass(frozen=True)
class Thing:
    """Something that holds residents' data, or opens it: one place or one hand while it lives, neither after its end.

    what  送付データ, 開封データ, 印刷ファイル, スプール, 通知書, 引抜き品, 破損紙, パスワード通知書, 媒体, 報告データ,
          報告の通知書, 報告の媒体, 保管庫の鍵
    number, serial  what is written on a medium or a notice, and what its maker put into a medium
    site  whose it is;  quantity  pieces (sheets for 破損紙, keys for 保管庫の鍵);  born, ended  when
    """

    id: str
    what: str
    site: Role
    quantity: int
    born: datetime
    place: str | None = None
    hand: str | None = None
    ended: datetime | None = None
    how: str | None = None
    number: str = ""
    serial: str = ""

    def __post_init__(self) -> None:
        holders = (self.place is not None) + (self.hand is not None)
        if holders != (0 if self.ended else 1):
            raise AssertionError(f"{self.id}: a living thing has one place or one hand, an ended one has none")

    @property
    def alive(self) -> bool:
        return self.ended is None

    @property
    def parcel(self) -> str:
        """The first eight digits of the parcel from which it came."""
        return self.id.split(":")[1].split("@")[0]

    def of_parcel(self, parcel: str | None) -> bool:
        """Whether it came from this parcel, and not from one that was voided."""
        return parcel is not None and self.parcel == parcel[:8]


@dataclass(frozen=True)
class Confirmation:
    """One 確認書 of the ward: about which act and thing, when, and what the contractor said to it (None: nothing yet)."""

    number: str
    kind: str
    thing: str
    at: datetime
    agreed: bool | None = None


@dataclass(frozen=True)
class Trip:
    """A medium on its way in a locked case: when it is expected, and in which case; arrived when it came, intact how."""

    case: str
    expected: datetime
    arrived: datetime | None = None
    intact: bool = True


@dataclass(frozen=True)
class Occasion:
    """One hand-over from the factory to the ward: on which day, from whose hand, into whose."""

    on: date
    by: str
    to: str


@dataclass(frozen=True)
class Report:
    """Personal data that the factory reports to the ward: what it is, its sealed bytes, and how it went.

    media    each hand-over of a medium with it: more than one only when one was lost on its way
    notice   the hand-over of its password notice
    """

    id: str
    content: str
    sha256: str
    size: int
    sealed: datetime
    media: tuple[Occasion, ...] = ()
    notice: Occasion | None = None
    received: datetime | None = None

    @property
    def short(self) -> str:
        """The eight digits by which people call it."""
        return self.id[:8]


@dataclass(frozen=True)
class Counts:
    """Pieces at each step; None until the step is done. `spoiled` and `remade` are pieces printed again."""

    extract: int | None = None
    composed: int | None = None
    printed: int | None = None
    enclosed: int | None = None
    withdrawn: int | None = None
    spoiled: int | None = None
    remade: int = 0
    delivered: int | None = None


@dataclass(frozen=True)
class Printable:
    """Print files as one: which copy of how many pieces, on how many pages in how many files."""

    copy: int
    pieces: int
    pages: int
    files: int


@dataclass(frozen=True)
class Job:
    """One print job under one contract, as the ledger tells it."""

    number: str
    contract: str
    form: str
    base_date: date
    declared: int
    deliver_by: date
    erase_by: date
    parcel: str | None = None
    sha256: str | None = None
    size: int | None = None
    cover: str | None = None
    things: Mapping[str, Thing] = field(default_factory=dict)
    done: Mapping[str, datetime] = field(default_factory=dict)  # kind of act -> first time
    counts: Counts = Counts()
    notice_handed_to: str | None = None
    requests: tuple[frozenset[str], ...] = ()  # digests of the pieces to withdraw, version by version
    withdrawals_acknowledged: int = 0
    receipt: str | None = None
    disputed: bool = False
    residue_found: int = 0
    voided: Mapping[str, tuple[str, int]] = field(default_factory=dict)  # parcel -> digest and size of its bytes
    cancelling: str | None = None  # what the ward asked to cancel, parcel or job, while the factory has not answered
    cancelled: bool = False
    handed_on: Mapping[str, date] = field(default_factory=dict)  # thing -> the day on which the ward handed it over
    returned_on: Mapping[str, date] = field(default_factory=dict)  # thing -> the day on which the ward took it back
    returned_by: Mapping[str, str] = field(default_factory=dict)  # thing -> who brought it back
    trips: Mapping[str, Trip] = field(default_factory=dict)  # medium -> its way to the factory
    confirmations: Mapping[str, Confirmation] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    composed: tuple[str, Printable] | None = None  # the originals: digest of the files, and what is in them
    proofread: Mapping[str, Printable] = field(default_factory=dict)  # digest of files read back without a finding

    @property
    def closed(self) -> bool:
        return "job-closed" in self.done

    @property
    def ever_opened(self) -> bool:
        """Whether there ever was a plain copy at the factory that could have been copied on."""
        return any(thing.what == "開封データ" for thing in self.things.values())

    def did(self, kind: str) -> bool:
        return kind in self.done

    @property
    def withdrawal_version(self) -> int:
        return len(self.requests)

    @property
    def withdrawals(self) -> frozenset[str]:
        """All pieces that the ward asked to withdraw, by their digests."""
        return frozenset().union(*self.requests)

    @property
    def honoured(self) -> frozenset[str]:
        """Those that the factory has acknowledged; what came after the enclosing is never honoured."""
        return frozenset().union(*self.requests[: self.withdrawals_acknowledged])


def changed(job: Job, **changes: Any) -> Job:
    """As dataclasses.replace, which asks a job for each of its fields by name: that was most of the time of a fold."""
    assert changes.keys() <= job.__dict__.keys()
    new = object.__new__(Job)
    new.__dict__.update(job.__dict__)
    new.__dict__.update(changes)
    return new


def thing_id(what: str, site: Role, parcel: str) -> str:
    """The id of a thing: made from what it is, where it came to be, and the parcel it came from."""
    return f"{what}:{parcel[:8]}@{site}"


def carried(job: Job, what: str) -> Thing | None:
    """The living medium or password notice of the job's parcel, or None."""
    alive = (t for t in job.things.values() if t.alive and t.what == what and t.of_parcel(job.parcel))
    return next(alive, None)


def live_copies(job: Job) -> tuple[Thing, ...]:
    """What still holds residents' data, or opens it, outside the ward's own records: nothing of it may be left at the end."""
    return tuple(thing for thing in job.things.values() if thing.alive)


def to_be_claimed(job: Job) -> frozenset[str]:
    """Everything whose end the factory's report must tell: what it ever held, except notices that were delivered."""
    return frozenset(
        thing.id
        for thing in job.things.values()
        if thing.site == "factory" and (thing.what != "通知書" or job.cancelled) and thing.how != BOXED
    )

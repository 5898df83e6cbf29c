"""What a job's ledger says, put into the words of a page: steps, counts, where the data is, and what is to be done now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from tewatashi.core.acts import Act, Role
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Counts, Job, Thing

State = Literal["done", "now", "later"]
Urgency = Literal["late", "soon", "now", "waiting"]

URGENCY_WORDS: Final[dict[Urgency, str]] = {"late": "至急", "soon": "注意", "now": "今すること", "waiting": "相手待ち"}
_ORDER: Final = tuple(URGENCY_WORDS)

_STEPS: Final = (
    ("登録", "job-opened"),
    ("作成・暗号化", "parcel-sealed"),
    ("パスワード通知書", "password-notice-handed"),
    ("送信", "parcel-sent"),
    ("受領", "parcel-received"),
    ("印字", "pieces-printed"),
    ("封入封緘", "pieces-enclosed"),
    ("納品", "delivery-confirmed"),
    ("消去の検証", "erasure-verified"),
    ("終了", "job-closed"),
)
HOW: Final = {
    "key-destroyed": "鍵の破棄", "overwritten": "上書き", "deleted": "削除", "shredded": "裁断", "returned": "返却",
    "delivered": "納品",
}  # fmt: skip
SITES: Final[dict[Role, str]] = {"ward": "区", "gateway": "中継（LGWAN-ASP）", "factory": "委託先"}


_PLACES: Final[dict[str, str]] = {str(site): name for site, name in SITES.items()}


def place_name(place: str) -> str:
    """`factory/保管庫` as 委託先・保管庫."""
    site, _, name = place.partition("/")
    return f"{_PLACES[site]}・{name}" if site in _PLACES else place


@dataclass(frozen=True)
class Step:
    """One step of the job's navigation."""

    name: str
    state: State
    at: datetime | None


@dataclass(frozen=True)
class Due:
    """One thing that somebody has to do: what, how urgent, and on which page."""

    urgency: Urgency
    text: str
    url: str

    @property
    def word(self) -> str:
        return URGENCY_WORDS[self.urgency]

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return _ORDER.index(self.urgency)


@dataclass(frozen=True)
class Count:
    """A line of the table of counts; differs when it is not what the steps before it say."""

    name: str
    value: int | None
    expected: int | None = None

    @property
    def differs(self) -> bool:
        return self.value is not None and self.expected is not None and self.value != self.expected

    @property
    def difference(self) -> int:
        return (self.value or 0) - (self.expected or 0)


def steps(job: Job) -> list[Step]:
    """The steps in their order; the first that is not done is the one at which the job stands."""
    found, reached = [], False
    for name, kind in _STEPS:
        at = job.done.get(kind)
        state: State = "done" if at else "later" if reached else "now"
        reached = reached or at is None
        found.append(Step(name, state, at))
    return found


def state_words(job: Job) -> str:
    """The job's state in a few words."""
    if job.closed:
        return "終了"
    if job.disputed:
        return "数量の不一致"
    at = next((step for step in steps(job) if step.state == "now"), None)
    return f"{at.name}待ち" if at else "終了"


def counts(job: Job, counted: int | None = None) -> list[Count]:
    """The job's counts, each with what it has to be. counted: what the ward counted last, also where it disagrees."""
    c: Counts = job.counts
    rest = None if c.extract is None or c.withdrawn is None else c.extract - c.withdrawn
    return [
        Count("予定", job.declared),
        Count("抽出（送付データ）", c.extract, job.declared),
        Count("組版", c.composed, c.extract),
        Count("印字", c.printed, c.extract),
        Count("引抜き", c.withdrawn, len(job.withdrawals) if c.withdrawn is not None else None),
        Count("破損", c.spoiled),
        Count("再作成", c.remade if c.spoiled is not None or c.remade else None, c.spoiled),
        Count("封入封緘", c.enclosed, rest),
        Count("納品", counted if c.delivered is None else c.delivered, c.enclosed),
    ]


def too_late(job: Job) -> int:
    """Pieces whose withdrawal the enclosing did not wait for: they are in the boxes."""
    return len(job.withdrawals - job.honoured) if job.did("pieces-enclosed") else 0


def things_by_site(job: Job) -> list[tuple[str, list[Thing]]]:
    """What is alive, site by site, in the order in which data travels."""
    alive = [thing for thing in job.things.values() if thing.alive]
    return [(name, [thing for thing in alive if thing.site == site]) for site, name in SITES.items()]


# --------------------------------------------------------------------------------------------------- what to do


def agenda(job: Job, standing: Standing, today: date) -> list[Due]:
    """What is to be done about this job, the most urgent first."""
    if job.closed:
        return []
    found = [*_late(job, today), *_trouble(job), *_next(job, standing)]
    return sorted(found, key=lambda due: due.rank)


def _late(job: Job, today: date) -> list[Due]:
    page, found = f"/jobs/{job.number}", []
    for name, by, kind in (("納品", job.deliver_by, "delivery-confirmed"), ("消去", job.erase_by, "erasure-verified")):
        left = (by - today).days
        if job.did(kind):
            continue
        if left < 0:
            found.append(Due("late", f"{name}の期限を{-left}日過ぎています", page))
        elif left <= 2:
            found.append(Due("soon", f"{name}の期限まで{f'あと{left}日' if left else '今日限り'}です", page))
    return found


def _trouble(job: Job) -> list[Due]:
    page, found = f"/jobs/{job.number}", []
    if job.disputed:
        found.append(Due("late", "納品の数量が合いません。数え直してください", f"{page}/confirm-delivery"))
    if job.residue_found and not job.did("erasure-verified"):
        found.append(Due("late", f"残存データが見つかっています（{job.residue_found}件）", page))
    if number := too_late(job):
        found.append(Due("late", f"封入に間に合わなかった引抜きが{number}件あります", page))
    elif job.withdrawals_acknowledged < job.withdrawal_version:
        found.append(Due("waiting", f"引抜き依頼（第{job.withdrawal_version}版）の受領を待っています", page))
    return found


def _next(job: Job, standing: Standing) -> list[Due]:
    page = f"/jobs/{job.number}"
    if not job.did("parcel-sealed"):
        return [Due("now", "送付データを作成・暗号化する", f"{page}/seal")]
    if not job.did("delivery-confirmed"):
        return _until_delivery(job, standing, page)
    if not job.did("erasure-claimed"):
        return [Due("waiting", "データ消去報告書を待っています", page)]
    if not job.did("erasure-verified"):
        return [Due("now", "残存調査で消去を検証する", f"{page}/verify")]
    return [Due("now", "案件を終了する", f"{page}/close")]


def _until_delivery(job: Job, standing: Standing, page: str) -> list[Due]:
    found = []
    if not job.did("password-notice-handed"):
        found.append(Due("now", "パスワード通知書の受渡しを記録する", f"{page}/password-notice"))
    if not job.did("parcel-sent") and standing.contract.channel == "lgwan":
        found.append(Due("now", "送付データを送信する", f"{page}/send"))
    if job.did("notices-delivered") and not job.disputed:
        found.append(Due("now", "納品された数を数えて確認する", f"{page}/confirm-delivery"))
    if found or job.disputed:
        return found
    return [Due("waiting", f"{next(step.name for step in steps(job) if step.state == 'now')}を待っています", page)]


def contract_agenda(standing: Standing, today: date) -> list[Due]:
    """What is to be done about this contract."""
    page, found = f"/contracts/{standing.contract.number}", []
    for name, left in certificates(standing, today):
        if left is not None and left < 0:
            found.append(Due("late", f"{name}の有効期限が切れています", page))
        elif left is not None and left <= 90:
            found.append(Due("soon", f"{name}の有効期限まであと{left}日です", page))
    if standing.workflow == 0:
        found.append(Due("now", "業務フローを作成し、委託先と共有する", f"{page}/workflow"))
    elif standing.acknowledged != standing.workflow:
        found.append(Due("waiting", f"業務フロー第{standing.workflow}版の確認を待っています", page))
    if standing.roster != standing.accepted:
        found.append(Due("now", f"取扱者名簿第{standing.roster}版を確認し、承認する", f"{page}/accept-roster"))
    elif standing.roster == 0:
        found.append(Due("waiting", "取扱者名簿の提出を待っています", page))
    return found


def certificates(standing: Standing, today: date) -> list[tuple[str, int | None]]:
    """Name and days left of each certification that the contract needs; None where it is not registered."""
    contract = standing.contract
    needed = [("プライバシーマーク", contract.privacy_mark)]
    if contract.channel == "lgwan":
        needed.append(("LGWAN-ASP の認証", contract.lgwan_asp))
    return [(name, (one.expires - today).days if one else None) for name, one in needed]


# ----------------------------------------------------------------------------------------------------- timeline


def said(act: Act, names: Mapping[str, str]) -> str:
    """What an act says beyond its name, for the timeline; never a resident's data, as an act holds none.

    names  of people, by account id
    """
    words = [
        form.format(_in_words(field, value, names))
        for field, form in _SAID.items()
        if (value := act.body.get(field)) is False or value not in (None, "", 0, [])
    ]
    return "　".join(words)


_SAID: Final = {
    "version": "第{}版", "thing": "{}", "parcel": "送付データ {}", "pieces": "{}通", "declared": "予定{}件", "quantity": "{}通",
    "composed": "組版{}", "printed": "印字{}", "enclosed": "封入{}", "withdrawn": "引抜き{}", "spoiled": "破損{}", "agrees": "{}",
    "route": "{}", "to": "相手 {}", "tracking": "引受番号 {}", "method": "{}", "witness": "立会 {}", "place": "{}", "hand": "所持 {}",
    "reason": "理由 {}", "findings": "発見{}件", "not_scanned": "読めない物{}件", "ids": "探した番号{}件", "receipt": "確認書 {}",
}  # fmt: skip
_WORDS: Final = {"hand": "手渡し", "registered-mail": "簡易書留", **HOW}


def _in_words(field: str, value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "一致" if value else "不一致"
    if isinstance(value, int | list):
        return f"{value if isinstance(value, int) else len(value):,}"
    text = str(value)
    if field in ("to", "witness", "hand"):
        return names.get(text, text)
    return _SHOWN[field](text) if field in _SHOWN else _WORDS.get(text, text)


def thing_name(thing: str) -> str:
    """`送付データ:abcdef01@ward` as 区の送付データ abcdef01."""
    what, _, rest = thing.partition(":")
    parcel, _, site = rest.partition("@")
    return f"{_PLACES.get(site.partition('#')[0], site)}の{what} {parcel}"


_SHOWN: Final[dict[str, Callable[[str], str]]] = {
    "parcel": lambda parcel: parcel[:8],
    "thing": thing_name,
    "place": place_name,
}


# ------------------------------------------------------------------------------------------- what may be done now


def may(job: Job, standing: Standing) -> list[tuple[str, str, str]]:
    """The acts that the ward can do on the job now: kind, the words on the button, the page. The rules decide in the end."""
    page, found = f"/jobs/{job.number}", []
    if job.closed:
        return []
    if not job.did("parcel-sealed"):
        return [("parcel-sealed", "送付データを作成・暗号化する", f"{page}/seal")]
    if not job.did("password-notice-handed"):
        found.append(("password-notice-handed", "パスワード通知書の受渡しを記録する", f"{page}/password-notice"))
    if not job.did("parcel-sent") and standing.contract.channel == "lgwan":
        found.append(("parcel-sent", "送付データを送信する", f"{page}/send"))
    if not job.did("pieces-enclosed"):
        found.append(("withdrawal-requested", "引抜きを依頼する", f"{page}/withdraw"))
    if job.did("notices-delivered") and not job.did("delivery-confirmed"):
        found.append(("delivery-confirmed", "納品された数を確認する", f"{page}/confirm-delivery"))
    if job.did("erasure-claimed") and not job.did("erasure-verified"):
        found.append(("erasure-verified", "消去を検証する", f"{page}/verify"))
    if job.did("erasure-verified"):
        found.append(("job-closed", "案件を終了する", f"{page}/close"))
    if not job.did("parcel-received"):
        found.append(("parcel-voided", "送付データを取り消す", f"{page}/void"))
    return found

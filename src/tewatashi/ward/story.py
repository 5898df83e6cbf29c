"""What a job's ledger says, as a page shows it: steps, counts, where the data is, and the acts that are open to the ward."""

from __future__ import annotations

from typing import Final

from tewatashi.core.acts import Role
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Counts, Job
from tewatashi.sitekit import story as told
from tewatashi.sitekit.story import Count, Step, steps_of
from tewatashi.ward import carried, reporting_story

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
_DISC_STEPS: Final = (
    ("登録", "job-opened"),
    ("作成・暗号化", "parcel-sealed"),
    ("媒体の作成・保管", "medium-made"),
    ("媒体の受渡し", "medium-handed"),
    ("到着", "medium-arrived"),
    ("パスワード通知書の受渡し", "password-notice-handed"),
    ("受領", "parcel-received"),
    ("印字", "pieces-printed"),
    ("封入封緘", "pieces-enclosed"),
    ("納品", "delivery-confirmed"),
    ("返却", "thing-returned"),
    ("媒体の破壊", "medium-destroyed"),
    ("消去の検証", "erasure-verified"),
    ("終了", "job-closed"),
)
ASIDE: Final = ("parcel-voided", "cancel-requested", "thing-moved", "thing-lost")  # never the first thing to do
SITES: Final[dict[Role, str]] = {"ward": "区", "gateway": "中継（LGWAN-ASP）", "factory": "委託先"}


def steps(job: Job, standing: Standing) -> list[Step]:
    """The steps of the contract's channel in their order; the first that is not done is the one at which the job stands."""
    if carried.by_disc(standing):
        return steps_of(carried.steps_done(job), _DISC_STEPS)
    return steps_of(job, _STEPS)


def state_words(job: Job, standing: Standing) -> str:
    """The job's state in a few words."""
    return told.state_words(job, steps(job, standing))


def sites(job: Job, standing: Standing) -> dict[Role, str]:
    """The sites that can hold something of the job: the one between is none of them where it goes by disc."""
    return told.holders(SITES, job, standing)


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


# ------------------------------------------------------------------------------------------- what may be done now


def may(job: Job, standing: Standing) -> list[tuple[str, str, str]]:
    """The acts that the ward can do on the job now: kind, the words on the button, the page. The rules decide in the end."""
    if job.closed or job.cancelling is not None:
        return []
    if job.cancelled:
        found = [*carried.to_take_back_and_end(job, standing), *_to_end_cancelled(job)]
    elif not job.did("parcel-sealed"):
        seal = ("parcel-sealed", "送付データを作成・暗号化する", "seal")
        found = [seal, *carried.to_take_back_and_end(job, standing), _STOP]
    else:
        found = [
            *_to_hand_over(job, standing),
            *carried.to_take_back_and_end(job, standing),
            *_to_end(job),
            *_to_undo(job),
        ]
    found += [*reporting_story.may(job), *carried.now_and_then(job)]
    if reporting_story.carried_here(job) and not carried.at_ward(job):
        found.append(("thing-lost", "紛失を記録する", "lose"))
    return [(kind, words, f"/jobs/{job.number}/{name}") for kind, words, name in found]


_STOP: Final = ("cancel-requested", "案件を中止する", "cancel")


def _to_hand_over(job: Job, standing: Standing) -> list[tuple[str, str, str]]:
    found = carried.to_keep_and_hand(job, standing)
    if not job.did("parcel-sent") and not carried.by_disc(standing):
        found.append(("parcel-sent", "送付データを送信する", "send"))
    return found


def _to_end(job: Job) -> list[tuple[str, str, str]]:
    found = []
    if not job.did("pieces-enclosed"):
        found.append(("withdrawal-requested", "引抜きを依頼する", "withdraw"))
    if job.did("notices-delivered") and not job.did("delivery-confirmed"):
        found.append(("delivery-confirmed", "納品された数を確認する", "confirm-delivery"))
    if job.did("erasure-claimed") and not job.did("erasure-verified"):
        found.append(("erasure-verified", "消去を検証する", "verify"))
    if job.did("erasure-verified"):
        found.append(("job-closed", "案件を終了する", "close"))
    return found


def _to_undo(job: Job) -> list[tuple[str, str, str]]:
    found = []
    if not job.did("parcel-opened"):
        found.append(("parcel-voided", "送付データを取り消す", "void"))
    if not job.did("delivery-confirmed"):
        found.append(_STOP)
    return found


def _to_end_cancelled(job: Job) -> list[tuple[str, str, str]]:
    if job.ever_opened and not job.did("erasure-verified"):
        return [("erasure-verified", "消去を検証する", "verify")] if job.did("erasure-claimed") else []
    return [("job-closed", "案件を終了する", "close")]

"""What a job's ledger says, put into the words of the factory's pages: steps, counts, what is to be done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tewatashi.core.acts import Role
from tewatashi.core.contract import Standing
from tewatashi.core.custody import Counts, Job, live_copies
from tewatashi.factory import carried_story, reporting_story
from tewatashi.sitekit import story as told
from tewatashi.sitekit.prepared import handed_in
from tewatashi.sitekit.proof_answers import answers
from tewatashi.sitekit.story import Count, Due, Step, steps_of
from tewatashi.sitekit.titles import form_title

_STEPS: Final = (
    ("受領", "parcel-received"),
    ("開封", "parcel-opened"),
    ("組版", "pieces-composed"),
    ("印字", "pieces-printed"),
    ("封入封緘", "pieces-enclosed"),
    ("納品", "notices-delivered"),
    ("納品の確認", "delivery-confirmed"),
    ("消去・報告", "erasure-claimed"),
    ("消去の検証", "erasure-verified"),
    ("終了", "job-closed"),
)
SITES: Final[dict[Role, str]] = {"ward": "区", "gateway": "中継（LGWAN-ASP）", "factory": "委託先（自社）"}
PREFIXES: Final[dict[Role, str]] = {**SITES, "factory": ""}  # one's own places stand without it


def sites(job: Job, standing: Standing) -> dict[Role, str]:
    """The sites that can hold something of the job: the one between is none of them where it goes by disc."""
    return told.holders(SITES, job, standing)


@dataclass(frozen=True)
class Floor:
    """What the factory's own tables say of a job, beyond the ledger.

    remaining: pieces without an end; open: rows of the reconciliation, each of which stands in the enclosing's way;
    unchecked: inserts of the enclosing plan whose version nobody has read yet
    """

    spoiled: int = 0
    findings: int = 0
    remaining: int = 0
    open: int = 0
    unchecked: int = 0


def steps(job: Job) -> list[Step]:
    """The steps in their order; the first that is not done is the one at which the job stands."""
    return steps_of(job, _STEPS)


def state_words(job: Job) -> str:
    """The job's state in a few words."""
    return told.state_words(job, steps(job))


def counts(job: Job) -> list[Count]:
    """The job's counts, each with what it has to be."""
    c: Counts = job.counts
    rest = None if c.extract is None or c.withdrawn is None else c.extract - c.withdrawn
    return [
        Count("区の申告", c.extract, job.declared),
        Count("組版", c.composed, c.extract),
        Count("印字", c.printed, c.extract),
        Count("引抜き", c.withdrawn, len(job.honoured) if c.withdrawn is not None else None),
        Count("破損", c.spoiled),
        Count("再作成", c.remade or None, c.spoiled),
        Count("封入封緘", c.enclosed, rest),
        Count("納品", c.delivered, c.enclosed),
    ]


# --------------------------------------------------------------------------------------------------- what to do


def agenda(job: Job, standing: Standing, floor: Floor) -> list[Due]:
    """What is to be done about this job, the most urgent first."""
    if job.closed:
        return []
    if job.cancelled:
        return [*_after_cancelling(job), *carried_story.owed(job, standing)]
    found = [*_trouble(job, floor), *carried_story.owed(job, standing), *reporting_story.owed(job), *_next(job, floor)]
    return sorted(found, key=lambda due: due.rank)


def _trouble(job: Job, floor: Floor) -> list[Due]:
    page, found = f"/jobs/{job.number}", []
    if job.disputed:
        found.append(Due("late", "納品の数量が区の数えた数と合いません。区と数え直してください", page))
    if job.residue_found and not job.did("erasure-verified"):
        found.append(
            Due(
                "late",
                f"区の調査で残存データが見つかりました（{job.residue_found}件）。消去し、報告し直してください",
                f"{page}/claim",
            )
        )
    if job.withdrawals_acknowledged < job.withdrawal_version and not job.did("pieces-enclosed"):
        found.append(
            Due("late", f"引抜き依頼（第{job.withdrawal_version}版）を受領する", f"{page}/acknowledge-withdrawals")
        )
    if floor.findings:
        found.append(Due("late", f"読取りで見つかった問題が{floor.findings}件あります", f"{page}/reconciliation"))
    return found


def _after_cancelling(job: Job) -> list[Due]:
    page = f"/jobs/{job.number}"
    if any(thing.site == "factory" for thing in live_copies(job)):
        return [Due("late", "案件は中止されました。残っている物をすべて消去・裁断・返却する", f"{page}/erase")]
    if job.ever_opened and not job.did("erasure-claimed"):
        return [Due("now", "中止された案件の消去を報告する", f"{page}/claim")]
    return [Due("waiting", "区が中止した案件を終えるのを待っています", page)]


def _next(job: Job, floor: Floor) -> list[Due]:
    page = f"/jobs/{job.number}"
    if not job.did("parcel-received"):
        return [carried_story.coming(job, page)]
    if not job.did("password-notice-handed"):
        return [Due("waiting", "パスワード通知書の受渡しを待っています", page)]
    if job.did("pieces-printed") and not job.did("pieces-enclosed"):
        return _enclosing(floor, page)
    for kind, words, act in _ACTS:
        if not job.did(kind):
            if act is None:
                return [Due("waiting", words, page, _AWAITED.get(kind, ()))]
            return [Due("now", words, f"{page}/{act}")]
    return [Due("waiting", "区が案件を終えるのを待っています", page)]


_ACTS: Final = (
    ("parcel-opened", "送付データを開封する", "open"),
    ("pieces-composed", "組版する", "compose"),
    ("pieces-printed", "印字する", "print"),
    ("pieces-enclosed", "封入封緘を記録する", "enclose"),
    ("notices-delivered", "納品する", "deliver"),
    ("delivery-confirmed", "区が数を確認するのを待っています", None),
    ("erasure-claimed", "すべての複製を消去し、報告する", "erase"),
    ("erasure-verified", "区が消去を検証するのを待っています", None),
)
_AWAITED: Final = {"delivery-confirmed": ("not-counted",), "erasure-verified": ("not-verified",)}


def _enclosing(floor: Floor, page: str) -> list[Due]:
    found = []
    if floor.spoiled:
        found.append(Due("now", f"破損した{floor.spoiled:,}通を再作成する", f"{page}/remake"))
    if floor.unchecked:
        found.append(Due("now", f"同封物の版を確かめる（{floor.unchecked:,}種）", f"{page}/plan"))
    if floor.remaining:
        found.append(Due("now", f"封入・引抜きの読取りを続ける（残り{floor.remaining:,}通）", f"{page}/scan"))
    elif not floor.findings:
        found.append(Due("now", "突合を確かめ、封入封緘を記録する", f"{page}/enclose"))
    return found


def contract_agenda(standing: Standing) -> list[Due]:
    """What is to be done about a contract."""
    page, found = f"/contracts/{standing.contract.number}", []
    if standing.workflow == 0:
        found.append(Due("waiting", "業務フローの共有を待っています", page, ("no-workflow",)))
    elif standing.acknowledged != standing.workflow:
        found.append(Due("now", f"業務フロー第{standing.workflow}版を確認する", f"{page}/acknowledge"))
    if standing.roster == 0:
        found.append(Due("now", "取扱責任者・取扱者名簿を提出する", f"{page}/roster"))
    elif standing.roster != standing.accepted:
        found.append(Due("waiting", f"名簿第{standing.roster}版の承認を待っています", page, ("roster",)))
    return [*found, *_preparation(standing, page), *_proofs(standing, page)]


def _proofs(standing: Standing, page: str) -> list[Due]:
    found = []
    for one in answers(standing):
        if one.missing:
            found.append(Due("now", f"{form_title(one.form)}の見本を提出する", f"{page}/proofs/{one.form}"))
        elif one.waiting:
            words = f"{form_title(one.form)}の見本第{one.version}版の承認を待っています"
            found.append(Due("waiting", words, f"{page}/proofs/{one.form}"))
    return found


def _preparation(standing: Standing, page: str) -> list[Due]:
    found = []
    for one in handed_in(standing):
        if one.version == 0 and (one.what == "emergency" or standing.people):
            found.append(Due("now", f"{one.name}を提出する", f"{page}/{one.what}"))
        elif one.waits:
            found.append(Due("waiting", f"{one.name}第{one.version}版の承認を待っています", page, (one.what,)))
    return found


def may(job: Job, floor: Floor) -> list[tuple[str, str, str]]:
    """The acts that the factory can do on the job now: kind, the words on the button, the page. The rules decide."""
    page, found = f"/jobs/{job.number}", []
    if job.closed:
        return []
    if job.cancelled:
        return [*_to_end_cancelled(job, page), *carried_story.may(job), *carried_story.may_lose(job)]
    found += carried_story.may(job)
    if job.withdrawals_acknowledged < job.withdrawal_version and not job.did("pieces-enclosed"):
        found.append(("withdrawal-acknowledged", "引抜き依頼を受領する", f"{page}/acknowledge-withdrawals"))
    due = next(((kind, words, act) for kind, words, act in _ACTS if not job.did(kind)), None)
    ready = job.did("parcel-received") and job.did("password-notice-handed")
    if job.did("pieces-printed") and not job.did("pieces-enclosed"):
        found += [
            ("scan", "読取り（ハンドスキャナー）", f"{page}/scan"),
            ("reconciliation", "突合を見る", f"{page}/reconciliation"),
        ]
        if floor.spoiled:
            found.append(("remake", "破損を再作成する", f"{page}/remake"))
        if not floor.remaining:
            found.append(("pieces-enclosed", "封入封緘を記録する", f"{page}/enclose"))
    elif due and due[2] and ready:
        found.append((due[0], due[1], f"{page}/{due[2]}"))
        if due[0] == "erasure-claimed":
            found.append(("claim", "データ消去報告書を出す", f"{page}/claim"))
    if any(thing.alive and thing.site == "factory" for thing in job.things.values()):
        found.append(("thing-moved", "保管場所・所持者を変える", f"{page}/move"))
    return [*found, *reporting_story.may(job), *carried_story.may_lose(job)]


def _to_end_cancelled(job: Job, page: str) -> list[tuple[str, str, str]]:
    if any(thing.site == "factory" for thing in live_copies(job)):
        return [
            ("copy-erased", "残っている物を消去・裁断・返却する", f"{page}/erase"),
            ("thing-moved", "保管場所・所持者を変える", f"{page}/move"),
        ]
    if job.ever_opened and not job.did("erasure-claimed"):
        return [("erasure-claimed", "データ消去報告書を出す", f"{page}/claim")]
    return []

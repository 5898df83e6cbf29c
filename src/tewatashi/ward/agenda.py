"""What somebody at the ward has to do about a job or a contract now, and what it waits for, the most urgent first."""

from __future__ import annotations

from datetime import date, datetime

from tewatashi.core.contract import Standing
from tewatashi.core.custody import Job, live_copies
from tewatashi.sitekit.prepared import handed_in, people_of
from tewatashi.sitekit.proof_answers import answers
from tewatashi.sitekit.story import Due
from tewatashi.sitekit.titles import form_title
from tewatashi.ward.carried import by_disc
from tewatashi.ward.carried_agenda import carried_agenda
from tewatashi.ward.story import steps, too_late


def agenda(job: Job, standing: Standing, now: datetime) -> list[Due]:
    """What is to be done about this job, the most urgent first."""
    if job.closed:
        return []
    carrying = carried_agenda(job, standing, now)
    if job.cancelled:
        return sorted([*carrying, *_after_cancelling(job)], key=lambda due: due.rank)
    return sorted([*_trouble(job), *_next(job, standing, carrying)], key=lambda due: due.rank)


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


def _after_cancelling(job: Job) -> list[Due]:
    page = f"/jobs/{job.number}"
    if job.ever_opened and not job.did("erasure-claimed"):
        return [Due("waiting", "中止した案件のデータ消去報告書を待っています", page, ("not-reported", "not-erased"))]
    if job.ever_opened and not job.did("erasure-verified"):
        return [Due("now", "残存調査で消去を検証する", f"{page}/verify")]
    if left := live_copies(job):
        return [Due("waiting", f"中止した案件に、残っている物が{len(left)}件あります", page)]
    return [Due("now", "案件を終了する", f"{page}/close")]


def _next(job: Job, standing: Standing, carrying: list[Due]) -> list[Due]:
    page = f"/jobs/{job.number}"
    if job.cancelling is not None:
        return [*carrying, Due("waiting", "取消しの依頼への回答を待っています", page)]
    if not job.did("parcel-sealed"):
        return [*carrying, Due("now", "送付データを作成・暗号化する", f"{page}/seal")]
    if not job.did("delivery-confirmed"):
        return _until_delivery(job, standing, carrying)
    if not job.did("erasure-claimed"):
        return [*carrying, Due("waiting", "データ消去報告書を待っています", page, ("not-reported", "not-erased"))]
    if not job.did("erasure-verified"):
        return [*carrying, Due("now", "残存調査で消去を検証する", f"{page}/verify")]
    return carrying or [Due("now", "案件を終了する", f"{page}/close")]


def _until_delivery(job: Job, standing: Standing, carrying: list[Due]) -> list[Due]:
    page, found = f"/jobs/{job.number}", list(carrying)
    if not by_disc(standing):
        if not job.did("password-notice-handed"):
            found.append(Due("now", "パスワード通知書の受渡しを記録する", f"{page}/password-notice"))
        if not job.did("parcel-sent"):
            found.append(Due("now", "送付データを送信する", f"{page}/send"))
    if job.did("notices-delivered") and not job.disputed:
        found.append(Due("now", "納品された数を数えて確認する", f"{page}/confirm-delivery"))
    if found or job.disputed:
        return found
    return [
        Due("waiting", f"{next(step.name for step in steps(job, standing) if step.state == 'now')}を待っています", page)
    ]


def contract_agenda(standing: Standing, today: date) -> list[Due]:
    """What is to be done about this contract; nothing once its term is over."""
    if today > standing.contract.ends:
        return []
    page, found = f"/contracts/{standing.contract.number}", []
    if standing.workflow == 0:
        found.append(Due("now", "業務フローを作成し、委託先と共有する", f"{page}/workflow"))
    elif standing.acknowledged != standing.workflow:
        found.append(Due("waiting", f"業務フロー第{standing.workflow}版の確認を待っています", page, ("workflow",)))
    if standing.roster != standing.accepted:
        found.append(Due("now", f"取扱者名簿第{standing.roster}版を確認し、承認する", f"{page}/accept-roster"))
    elif standing.roster == 0:
        found.append(Due("waiting", "取扱者名簿の提出を待っています", page, ("no-roster",)))
    if standing.clauses is None:
        found.append(Due("now", "特記事項を契約に付す", f"{page}/attach-clauses"))
    return [*found, *_preparation(standing, page, today), *_proofs(standing, page)]


def _proofs(standing: Standing, page: str) -> list[Due]:
    return [
        Due("now", f"{form_title(one.form)}の見本第{one.version}版を確認し、承認する", f"{page}/proofs/{one.form}")
        for one in answers(standing)
        if one.waiting
    ]


def _preparation(standing: Standing, page: str, today: date) -> list[Due]:
    found = []
    for one in handed_in(standing):
        if one.version == 0:
            found.append(Due("waiting", f"{one.name}の提出を待っています", page, (f"no-{one.what}",)))
        elif one.waits:
            found.append(Due("now", f"{one.name}第{one.version}版を読み、承認する", f"{page}/accept/{one.what}"))
    if lacking := sum(bool(one.lacks) for one in people_of(standing, today)):
        words = f"今年度の研修か誓約書が足りない取扱者が{lacking}人います"
        found.append(Due("waiting", words, page, ("untrained", "no-pledge")))
    return found

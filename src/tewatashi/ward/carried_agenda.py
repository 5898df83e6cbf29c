"""What somebody at the ward has to do now about media, password notices and the contractor's word on their 確認書.

Accidents: kaminokawa-2015 and kannami-2024, in which nobody asked for days where a disc was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tewatashi.core.contract import Standing
from tewatashi.core.custody import MEDIUM, NOTICE, Job, carried
from tewatashi.sitekit.clock import JAPAN
from tewatashi.sitekit.story import Due
from tewatashi.ward import carried as ways


def carried_agenda(job: Job, standing: Standing, now: datetime) -> list[Due]:
    """In the order of the way; nothing of it where all goes by the line, but what the contractor disputes."""
    page = f"/jobs/{job.number}"
    found = [Due("late", f"確認書 {one.number} に、相違があると回答されています", page) for one in ways.disputed(job)]
    found += [
        Due("late", f"媒体 {medium.number} の到着が、予定（{trip.expected.astimezone(JAPAN):%m/%d %H:%M}）を過ぎています", page, ("not-arrived",))
        for medium, trip in ways.overdue(job, now)
    ]  # fmt: skip
    found += [
        Due(
            "late",
            f"媒体 {medium.number} が異状のある状態で到着しました。送付データを取り消し、作り直す",
            f"{page}/void",
        )
        for medium in ways.broken(job)
    ]
    if ways.by_disc(standing):
        found += [*_to_hand(job, now, page), *_on_the_way(job, now, page), *_back(job, now, page)]
        found += _unanswered(job, page)
    return [*found, *_to_end(job, page)]


def _to_hand(job: Job, now: datetime, page: str) -> Iterator[Due]:
    if job.cancelled or job.parcel is None:
        return
    notice_kept = job.did("notice-made")
    if carried(job, NOTICE) is None and not job.did("password-notice-handed"):
        yield Due("now", "パスワード通知書を鍵付きキャビネットに保管する", f"{page}/keep-notice")
    if carried(job, MEDIUM) is None and not job.did("parcel-received"):
        yield Due("now", "媒体を作成し、別の鍵付きキャビネットに保管する", f"{page}/make-medium")
    if ways.to_hand(job, MEDIUM) and notice_kept:
        yield Due("now", "媒体を渡す", f"{page}/hand-medium")
    medium = carried(job, MEDIUM)
    if ways.to_hand(job, NOTICE) and medium is not None and medium.id in job.handed_on:
        if job.handed_on[medium.id] == now.astimezone(JAPAN).date():
            yield Due("waiting", "パスワード通知書は、明日以降に渡してください（媒体と別の日）", page)
        else:
            yield Due("now", "パスワード通知書を渡す（媒体を持たない人へ）", f"{page}/password-notice")


def _on_the_way(job: Job, now: datetime, page: str) -> Iterator[Due]:
    for medium, trip in ways.on_the_way(job):
        if now <= trip.expected:
            expected = f"{trip.expected.astimezone(JAPAN):%m/%d %H:%M}"
            yield Due(
                "waiting", f"媒体 {medium.number} の到着の確認を待っています（予定 {expected}）", page, ("not-arrived",)
            )


def _back(job: Job, now: datetime, page: str) -> Iterator[Due]:
    late = now.astimezone(JAPAN).date() > job.erase_by
    for thing in ways.to_come_back(job):
        words = "返却の期限を過ぎています" if late else "返却を待っています"
        yield Due("late" if late else "waiting", f"{thing.what} {thing.number} の{words}", f"{page}/take-back")


def _to_end(job: Job, page: str) -> Iterator[Due]:
    if ways.to_end(job, MEDIUM):
        yield Due("now", "使い終えた媒体を破壊する", f"{page}/destroy-medium")
    if ways.to_end(job, NOTICE):
        yield Due("now", "使い終えたパスワード通知書を裁断する", f"{page}/shred-notice")


def _unanswered(job: Job, page: str) -> Iterator[Due]:
    if waiting := ways.waiting(job):
        numbers = "・".join(one.number.rpartition("-")[2] for one in waiting)
        yield Due("waiting", f"確認書 {numbers} の、委託先の確認を待っています", page, ("not-countersigned",))

"""Rules of the parcel on its way from the ward to the factory, and of its password notice."""

from __future__ import annotations

from datetime import datetime

from tewatashi.core.acts import Act
from tewatashi.core.contract import Standing, refuse_unprepared_person
from tewatashi.core.custody.job import Job, thing_id
from tewatashi.core.refused import Refused


def same_parcel(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if job.parcel != act.text("parcel"):
        raise Refused(
            "other-parcel", "この案件の送付データではありません。", found=act.text("parcel")[:8],
            expected=(job.parcel or "なし")[:8], do="送付データの番号を確かめてください。",
        )  # fmt: skip


def same_or_voided_parcel(job: Job, standing: Standing, act: Act, now: datetime) -> None:
    """The gateway's word that it holds a parcel crosses with the cancelling: such a copy is recorded, so that it ends."""
    parcel = act.text("parcel")
    if parcel not in job.voided:
        same_parcel(job, standing, act, now)
    if thing_id("送付データ", act.site, parcel) in job.things:
        raise Refused(
            "done-already", f"「{act.name}」はすでに記録されています。", found=parcel[:8], do="案件の画面で状態を確かめてください。"
        )  # fmt: skip


def same_bytes(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    found = (act.text("sha256"), act.number("size"))
    sha256, size = job.voided.get(act.text("parcel"), (job.sha256, job.size))
    if found != (sha256, size):
        raise Refused(
            "other-bytes", "届いた送付データの内容が、区が作ったものと違います。", found=f"{found[0][:16]}… {found[1]}バイト",
            expected=f"{(sha256 or '')[:16]}… {size}バイト", do="受け取らず、区に連絡してください。",
            requirement="WARD-LG-1",
        )  # fmt: skip


def pieces_as_sealed(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("pieces") != job.counts.extract:
        raise Refused(
            "count", f"「{act.name}」の件数が違います。", found=act.number("pieces"), expected=job.counts.extract,
            do="先へ進まず、区と委託先で確かめてください。", requirement="WORK-1",
        )  # fmt: skip


def sealed_as_declared(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if act.number("pieces") != job.declared:
        raise Refused(
            "count", "抽出の件数が予定と違います。", found=act.number("pieces"), expected=job.declared,
            do="抽出か予定件数を直してください。", requirement="WORK-3",
        )  # fmt: skip


def no_parcel_yet(job: Job, _standing: Standing, _act: Act, _now: datetime) -> None:
    if job.parcel is not None:
        raise Refused(
            "sealed-already", "この案件の送付データはすでに作られています。", found=job.parcel[:8],
            do="作り直すときは、先に取り消してください。",
        )  # fmt: skip


def new_parcel(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """A voided parcel's number is never used again: its copies, alive or ended, are things of their own."""
    if any(thing.of_parcel(act.text("parcel")) for thing in job.things.values()):
        raise Refused(
            "parcel-used", "取り消した送付データの番号です。", found=act.text("parcel")[:8], do="新しい番号で作り直してください。",
            requirement="CL-8",
        )  # fmt: skip


def by_lgwan(_job: Job, standing: Standing, act: Act, _now: datetime) -> None:
    if standing.contract.channel != "lgwan":
        raise Refused(
            "channel", "この契約の授受方式では、回線による送信はできません。", found=act.name, expected="CD-R",
            do="契約の授受方式に従ってください。", requirement="WORK-5",
        )  # fmt: skip


def notice_to_roster(_job: Job, standing: Standing, act: Act, now: datetime) -> None:
    """FAC-LG-2: by hand to a person on the roster, or by registered mail with its number; never by network."""
    refuse_unprepared_person(standing, act.text("to"), ("supervisor", "handler"), now.date())
    if act.text("route") == "registered-mail" and not act.text("tracking"):
        raise Refused(
            "tracking-missing",
            "簡易書留の引受番号がありません。",
            do="引受番号を入力してください。",
            requirement="FAC-LG-2",
        )

"""Rules of what the factory reports to the ward with personal data in it, a list of returned mail for one (FAC-CD-2).

Rules
  - it goes sealed, on a numbered medium, from hand to hand; its password goes on paper, on another occasion: on another
    day, and nobody who carried the one, giving or taking, carries the other
  - the ward has received it when the bytes are those that were sealed; until then the factory keeps what was handed over
  - medium, notice and both copies are things: the factory's end before its claim, the ward's before the job does
"""

from __future__ import annotations

from datetime import date, datetime

from tewatashi.core.acts import Act
from tewatashi.core.contract import Standing
from tewatashi.core.custody.job import REPORT, REPORT_MEDIUM, REPORT_NOTICE, Job, Report, Thing
from tewatashi.core.refused import Refused


def new_report(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if any(thing.of_parcel(act.text("report")) for thing in job.things.values()):
        raise Refused(
            "report-used", "すでに使った番号です。", found=act.text("report")[:8], do="もう一度、作り直してください。",
            requirement="CL-8",
        )  # fmt: skip


def report_can_go(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """The file is still here, and no medium with it is on its way: another goes only after a loss."""
    report, file = _known(job, act), _living(job, REPORT, act, "factory")
    if file is None or report.received is not None:
        raise Refused(
            "report-gone", "渡せる報告データがありません。", found=report.short, do="必要なら、報告データを作り直してください。",
            requirement="FAC-CD-2",
        )  # fmt: skip
    medium = _living(job, REPORT_MEDIUM, act, "ward")
    if medium is not None:
        raise Refused(
            "report-handed-already", "この報告データの媒体は、すでに渡しています。", found=medium.number,
            do="区の受領を待ってください。", requirement="FAC-CD-2",
        )  # fmt: skip


def medium_is_new(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    if any(thing.number == act.text("medium") for thing in job.things.values()):
        raise Refused(
            "number-used", "すでに使った番号です。", found=act.text("medium"), do="新しい番号を付けてください。",
            requirement="CL-8",
        )  # fmt: skip


def notice_still_here(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    report = _known(job, act)
    if _living(job, REPORT_NOTICE, act, "factory") is None:
        raise Refused(
            "report-notice-gone", "渡せるパスワード通知書がありません。", found=report.short,
            do="失ったときは、報告データを消去し、作り直してください。", requirement="FAC-CD-2",
        )  # fmt: skip


def another_occasion(job: Job, _standing: Standing, act: Act, now: datetime) -> None:
    report, day = _known(job, act), date.fromisoformat(act.text("on"))
    if day > now.date():
        raise Refused(
            "not-yet", "まだ来ていない日です。", found=day, expected=f"{now.date()}まで", do="受け渡した日を入力してください。"
        )  # fmt: skip
    others = report.media if act.kind == "report-notice-handed" else (report.notice,) if report.notice else ()
    held = _living(job, REPORT_NOTICE if act.kind == "report-handed" else REPORT_MEDIUM, act)
    if held is not None and held.hand in (act.by, act.text("to")):
        raise Refused(
            "same-hand", f"{held.what}を持っている人は、もう一方を運べません。", found=held.hand, expected=f"{held.hand}以外",
            do="別の人が運んでください。", requirement="FAC-CD-2",
        )  # fmt: skip
    for other in others:
        if other.on == day:
            raise Refused(
                "same-day", "報告データの媒体とパスワード通知書を同じ日に渡すことはできません。", found=day, expected=f"{day}以外の日",
                do="別の日に渡してください。", requirement="FAC-CD-2",
            )  # fmt: skip
        for person, before in ((act.by, other.by), (act.text("to"), other.to)):
            if person == before:
                raise Refused(
                    "same-hand", "報告データの媒体とパスワード通知書を同じ人が運ぶことはできません。", found=person,
                    expected=f"{person}以外", do="渡す人も受け取る人も、別の人にしてください。", requirement="FAC-CD-2",
                )  # fmt: skip


def report_on_its_way(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    report = _known(job, act)
    if not report.media or report.received is not None:
        raise Refused(
            "report-not-coming", "受け取りを待っている報告データではありません。", found=report.short,
            expected="受領済み" if report.received else "受渡しの前", do="案件の画面で状態を確かめてください。", requirement="FAC-CD-2",
        )  # fmt: skip


def report_bytes(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    report = _known(job, act)
    found = (act.text("sha256"), act.number("size"))
    if found != (report.sha256, report.size):
        raise Refused(
            "other-bytes", "届いた報告データの内容が、委託先が作ったものと違います。", found=f"{found[0][:16]}… {found[1]}バイト",
            expected=f"{report.sha256[:16]}… {report.size}バイト", do="受け取らず、委託先に連絡してください。", requirement="FAC-CD-2",
        )  # fmt: skip


def kept_until_received(job: Job, _standing: Standing, act: Act, _now: datetime) -> None:
    """What is on its way could be lost there: the factory's file goes after the ward has it, or before it sets out."""
    thing = job.things[act.text("thing")]
    if thing.what != REPORT or act.site != "factory" or job.cancelled:
        return
    report = next(one for one in job.reports.values() if thing.of_parcel(one.id))
    coming = any(t.alive and t.what == REPORT_MEDIUM and t.of_parcel(report.id) for t in job.things.values())
    if coming and report.received is None:
        raise Refused(
            "too-early", "区がまだ受け取っていない報告データです。", found=report.short, do="区の受領のあとに消去してください。",
            requirement="FAC-CD-2",
        )  # fmt: skip


def _known(job: Job, act: Act) -> Report:
    report = job.reports.get(act.text("report"))
    if report is None:
        raise Refused(
            "no-report", "この案件の報告データではありません。", found=act.text("report")[:8], do="報告データの番号を確かめてください。",
            requirement="FAC-CD-2",
        )  # fmt: skip
    return report


def _living(job: Job, what: str, act: Act, *sites: str) -> Thing | None:
    found = (t for t in job.things.values() if t.alive and t.what == what and (not sites or t.site in sites))
    return next((thing for thing in found if thing.of_parcel(act.text("report"))), None)

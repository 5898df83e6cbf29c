"""What is to be done about the reports with personal data that the factory makes for the ward: pure functions of a job."""

from __future__ import annotations

from tewatashi.core.custody import REPORT, REPORT_MEDIUM, REPORT_NOTICE, Job, Report, Thing
from tewatashi.sitekit.story import Due


def medium_number(job: Job) -> str:
    """R8-0001-H01 and so on: what is lost keeps its number."""
    return f"{job.number}-H{sum(thing.what == REPORT_MEDIUM for thing in job.things.values()) + 1:02d}"


def to_hand(job: Job) -> list[Report]:
    """Those whose file is here and whose medium is still to go: none is on its way."""
    return [
        one for one in job.reports.values()
        if one.received is None and _living(job, REPORT, "factory", one) and not _living(job, REPORT_MEDIUM, "ward", one)
    ]  # fmt: skip


def notice_to_hand(job: Job) -> list[Report]:
    """Those whose password notice is still here."""
    return [one for one in job.reports.values() if _living(job, REPORT_NOTICE, "factory", one)]


def owed(job: Job) -> list[Due]:
    """What is still to be carried to the ward."""
    page, found = f"/jobs/{job.number}", []
    if waiting := to_hand(job):
        found.append(Due("now", f"報告データ{_names(waiting)}の媒体を区に渡す", f"{page}/hand-report"))
    if waiting := notice_to_hand(job):
        words = f"報告データ{_names(waiting)}のパスワード通知書を、別の日に別の人が区に渡す"
        found.append(Due("now", words, f"{page}/hand-report-notice"))
    return found


def may(job: Job) -> list[tuple[str, str, str]]:
    """The acts on reports that are open now: kind, the words on the button, the page."""
    page, found = f"/jobs/{job.number}", []
    if to_hand(job):
        found.append(("report-handed", "報告データの媒体を渡す", f"{page}/hand-report"))
    if notice_to_hand(job):
        found.append(("report-notice-handed", "報告データの通知書を渡す", f"{page}/hand-report-notice"))
    if job.did("parcel-opened") and not job.did("erasure-claimed"):
        found.append(("report-sealed", "区への報告データを作る", f"{page}/seal-report"))
    return found


def _names(reports: list[Report]) -> str:
    return "・".join(f" {one.short}（{one.content}）" for one in reports)


def _living(job: Job, what: str, site: str, report: Report) -> Thing | None:
    alive = (thing for thing in job.things.values() if thing.alive and (thing.what, thing.site) == (what, site))
    return next((thing for thing in alive if thing.of_parcel(report.id)), None)

"""What is to be done about the reports with personal data that the factory brings to the ward: pure functions of a job."""

from __future__ import annotations

from tewatashi.core.custody import REPORT, REPORT_MEDIUM, REPORT_NOTICE, Job, Report, Thing

Open = tuple[str, str, str]  # kind of act, the words on the button, the last part of its page's address


def to_receive(job: Job) -> list[Report]:
    """Those whose medium was handed over and whose file is not here yet."""
    return [one for one in job.reports.values() if one.media and one.received is None]


def to_open(job: Job) -> list[Report]:
    """Those whose sealed file is here."""
    files = [thing for thing in _here(job) if thing.what == REPORT]
    return [one for one in job.reports.values() if any(thing.of_parcel(one.id) for thing in files)]


def carried_here(job: Job) -> list[Thing]:
    """Their media and notices that somebody of the ward has."""
    return [thing for thing in _here(job) if thing.what in (REPORT_MEDIUM, REPORT_NOTICE)]


def to_end(job: Job) -> list[Thing]:
    """What is here of the reports that came: files, media and notices, all to be gone before the job is closed."""
    came = [one.id for one in job.reports.values() if one.received is not None or job.cancelled]
    return [thing for thing in _here(job) if any(thing.of_parcel(one) for one in came)]


def may(job: Job) -> list[Open]:
    """The acts on reports that are open now."""
    found: list[Open] = []
    if to_receive(job):
        found.append(("report-received", "報告データを受け取る", "receive-report"))
    if to_open(job):
        found.append(("report-opened", "報告データを開く", "open-report"))
    if to_end(job):
        found.append(("report-ended", "報告データの媒体・通知書・控えを処分する", "end-report"))
    return found


def _here(job: Job) -> list[Thing]:
    kinds = (REPORT, REPORT_MEDIUM, REPORT_NOTICE)
    return [thing for thing in job.things.values() if thing.alive and thing.site == "ward" and thing.what in kinds]

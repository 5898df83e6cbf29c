"""The Django application of the ward."""

from __future__ import annotations

from functools import partial

from django.apps import AppConfig


class WardConfig(AppConfig):
    """The ward's pages, and what it does by itself."""

    name = "tewatashi.ward"
    label = "ward"

    def ready(self) -> None:
        from django.conf import settings

        from tewatashi.sitekit import digest, exchange, overdue, own_papers, report_files
        from tewatashi.sitekit.loops import loop
        from tewatashi.sitekit.news import after_news
        from tewatashi.ward import carrying, sealing, services, todo

        own_papers.use(settings.SITE)
        loop("exchange", every=exchange.EVERY)(exchange.exchange)
        if not settings.SITE.by_hand:
            loop("send", every=5)(services.send)
        loop("release", every=5)(after_news(services.release))
        loop("sweep", every=60)(sealing.sweep)
        loop("reports", every=60)(report_files.sweep)
        loop("media", every=60)(carrying.sweep)
        loop("arrivals", every=60)(carrying.watch)
        loop("overdue", every=overdue.EVERY)(
            after_news(partial(overdue.watch, overdue.of_open_jobs_and_certificates, but={"not-arrived"}))
        )
        loop("digest", every=digest.EVERY)(partial(digest.send_when_due, todo.lines))

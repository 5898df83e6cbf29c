"""The Django application of the factory."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class FactoryConfig(AppConfig):
    """The factory's tables and pages, and what it does by itself."""

    name = "tewatashi.factory"
    label = "factory"

    def ready(self) -> None:
        from django.conf import settings

        from tewatashi.factory import cancelling, intake, printer, todo
        from tewatashi.sitekit import digest, overdue, own_papers, report_files
        from tewatashi.sitekit.loops import loop
        from tewatashi.sitekit.news import after_news

        connection_created.connect(overwrite_what_is_deleted)
        own_papers.use(settings.SITE)
        loop("sweep", every=60)(intake.sweep)
        loop("reports", every=60)(report_files.sweep)
        loop("printer", every=86_400)(printer.warn_of_folder)
        loop("cancelling", every=5)(cancelling.answer)
        loop("overdue", every=overdue.EVERY)(after_news(partial(overdue.watch, overdue.of_open_jobs_and_certificates)))
        loop("digest", every=digest.EVERY)(partial(digest.send_when_due, todo.lines))


def overwrite_what_is_deleted(connection: Any, **_: object) -> None:
    """Piece ids are erased with the opened data; SQLite would leave them in its free pages."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")

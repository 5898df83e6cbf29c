"""The Django application of the factory."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class FactoryConfig(AppConfig):
    """The factory's tables and pages, and what it does by itself."""

    name = "tewatashi.factory"
    label = "factory"

    def ready(self) -> None:
        from tewatashi.factory import cancelling, intake
        from tewatashi.sitekit.loops import loop

        connection_created.connect(overwrite_what_is_deleted)
        loop("sweep", every=60)(intake.sweep)
        loop("cancelling", every=5)(cancelling.answer)


def overwrite_what_is_deleted(connection: Any, **_: object) -> None:
    """Piece ids are erased with the opened data; SQLite would leave them in its free pages."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")

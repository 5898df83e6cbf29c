"""The Django application of the kit."""

from __future__ import annotations

from django.apps import AppConfig


class SitekitConfig(AppConfig):
    """Registers the loops that every site has."""

    name = "tewatashi.sitekit"
    label = "sitekit"

    def ready(self) -> None:
        from tewatashi.sitekit import access  # noqa: F401 -- registers its loop

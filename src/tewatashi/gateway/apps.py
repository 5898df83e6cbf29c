"""The Django application of the gateway."""

from __future__ import annotations

from functools import partial

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """The gateway's pages, and what it does by itself."""

    name = "tewatashi.gateway"
    label = "gateway"

    def ready(self) -> None:
        from tewatashi.gateway import services, todo
        from tewatashi.sitekit import digest, exchange, overdue
        from tewatashi.sitekit.loops import loop
        from tewatashi.sitekit.news import after_news

        loop("exchange", every=exchange.EVERY)(exchange.exchange)
        loop("forward", every=5)(services.forward)
        loop("release", every=5)(services.release)
        loop("overdue", every=overdue.EVERY)(after_news(partial(overdue.watch, todo.owed)))
        loop("digest", every=digest.EVERY)(partial(digest.send_when_due, todo.lines))

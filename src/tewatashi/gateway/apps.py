"""The Django application of the gateway."""

from __future__ import annotations

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """The gateway's pages, and what it does by itself."""

    name = "tewatashi.gateway"
    label = "gateway"

    def ready(self) -> None:
        from tewatashi.gateway import services
        from tewatashi.sitekit import exchange
        from tewatashi.sitekit.loops import loop

        loop("exchange", every=exchange.EVERY)(exchange.exchange)
        loop("forward", every=exchange.EVERY)(services.forward)
        loop("release", every=5)(services.release)

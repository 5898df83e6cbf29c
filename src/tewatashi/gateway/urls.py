"""The routes of the gateway."""

from __future__ import annotations

from django.urls import path

from tewatashi.gateway import services
from tewatashi.gateway.views import transfers
from tewatashi.sitekit import letters_api, parcels_api
from tewatashi.sitekit import urls as sitekit
from tewatashi.sitekit.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", transfers.transfers, name="home"),
    *letters_api.patterns({"ward"}),
    *parcels_api.patterns({"ward"}, services.hold),
    *sitekit.patterns,
]

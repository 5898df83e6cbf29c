"""Making the WSGI application of one site."""

from __future__ import annotations

import os

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from tewatashi.sitekit.roles import Role


def site_application(role: Role) -> WSGIHandler:
    """The application of the site of this role, with the settings that TEWATASHI_CONFIG leads to."""
    os.environ["DJANGO_SETTINGS_MODULE"] = f"tewatashi.{role}.settings"
    application = get_wsgi_application()
    _load_all(application)
    return application


def _load_all(application: WSGIHandler) -> None:
    """Import every route now: a page that can't be loaded stops the start instead of its first visitor."""
    from django.urls import get_resolver

    assert application is not None
    get_resolver().url_patterns  # noqa: B018 -- the import happens when the property is read

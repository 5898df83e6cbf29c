"""The routes and error pages that every site has; a site adds its own to `patterns`."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from tewatashi.sitekit.accounts import views

patterns: Final[list[URLPattern]] = [
    path("login", views.login, name="account_login"),
    path("login/code", views.one_time_code, name="mfa_authenticate"),
    path("login/authenticator", views.enrol_totp, name="enrol_totp"),
    path("login/password", views.new_password, name="new_password"),
    path("logout", views.log_out, name="account_logout"),
    path("password", views.change_password, name="change_password"),
    path("computer", views.enrol_computer, name="enrol_computer"),
]

handler400 = "tewatashi.sitekit.pages.bad_request"
handler403 = "tewatashi.sitekit.pages.forbidden"
handler404 = "tewatashi.sitekit.pages.not_found"
handler500 = "tewatashi.sitekit.pages.server_error"

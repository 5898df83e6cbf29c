"""The pages of a login: authenticator, new password, computer, log-out. Each one: form, act, go on."""

from __future__ import annotations

from allauth.account.internal.decorators import login_stage_required
from allauth.account.views import login as allauth_login
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.views import authenticate as allauth_authenticate
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tewatashi.core.refused import Refused
from tewatashi.sitekit import access, clock, computers, ledger
from tewatashi.sitekit.accounts import totp
from tewatashi.sitekit.accounts.forms import ComputerCodeForm, EnrolForm, NewPasswordForm
from tewatashi.sitekit.accounts.qr import qr_path
from tewatashi.sitekit.accounts.stages import SECRET, EnrolStage, NewPasswordStage
from tewatashi.sitekit.models import User
from tewatashi.sitekit.policy import ANYONE_HERE, open_page, page

login = open_page(why="the way in")(allauth_login)
one_time_code = open_page(why="second step of a login, after the password")(allauth_authenticate)


@open_page(why="second step of a first login, after the password")
@require_http_methods(["GET", "POST"])
@login_stage_required(stage=EnrolStage.key, redirect_urlname="account_login")
def enrol_totp(request: HttpRequest) -> HttpResponse:
    """Show the secret and take the first code that comes from it."""
    stage = request._login_stage
    user, secret = stage.login.user, stage.state[SECRET]
    form = EnrolForm(request.POST or None, secret=secret)
    if form.is_valid():
        with transaction.atomic():
            totp.activate(user, secret)
            totp.use_step(user, form.step)
            ledger.append_one("authenticator-enrolled", {"account": user.pk}, by=user.pk)
        access.remark(request, "authenticator-enrolled", who=user.pk)
        return stage.exit()
    square, path = qr_path(get_mfa_adapter().build_totp_url(user, secret))
    return render(
        request, "sitekit/enrol_totp.html", {"form": form, "secret": secret, "qr_size": square, "qr_path": path}
    )


@open_page(why="last step of a login with an initial or expired password")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@login_stage_required(stage=NewPasswordStage.key, redirect_urlname="account_login")
def new_password(request: HttpRequest) -> HttpResponse:
    """Take the new password of somebody who has shown all factors but has no session yet."""
    stage = request._login_stage
    user = stage.login.user
    form = NewPasswordForm(request.POST or None, user=user)
    if form.is_valid():
        _set_password(user, form.cleaned_data["password"])
        access.remark(request, "password-changed", who=user.pk)
        return stage.exit()
    return render(request, "sitekit/new_password.html", {"form": form, "forced": True})


@page(roles=ANYONE_HERE)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; all other sessions of the account end with it."""
    form = NewPasswordForm(request.POST or None, user=request.user)
    if form.is_valid():
        _set_password(request.user, form.cleaned_data["password"])
        update_session_auth_hash(request, request.user)
        access.remark(request, "password-changed")
        messages.success(request, "パスワードを変更しました。")
        return redirect("home")
    return render(request, "sitekit/new_password.html", {"form": form, "forced": False})


def _set_password(user: User, password: str) -> None:
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = False
        user.password_changed_at = clock.now()
        user.save(update_fields=["password", "must_change_password", "password_changed_at"])
        ledger.append_one("password-changed", {"account": user.pk}, by=user.pk)


@open_page(why="a computer is registered before anybody logs in on it; the one-time code is the key")
@require_http_methods(["GET", "POST"])
def enrol_computer(request: HttpRequest) -> HttpResponse:
    """Make this computer a registered one."""
    form = ComputerCodeForm(request.POST or None)
    if form.is_valid():
        try:
            computer, token = computers.enrol(form.cleaned_data["code"])
        except Refused as refused:
            access.remark(request, refused.code)
            form.add_error("code", str(refused))
        else:
            access.remark(request, "computer-enrolled")
            response = render(request, "sitekit/computer_enrolled.html", {"computer": computer})
            computers.remember(response, token)
            return response
    return render(request, "sitekit/enrol_computer.html", {"form": form})


@open_page(why="it only ever ends things, also a login half done")
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session, or the login that was begun."""
    if request.user.is_authenticated:
        access.remark(request, "logged-out", who=request.user.pk)
    logout(request)
    return redirect("account_login")

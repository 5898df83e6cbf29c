"""The pages on which a supervisor hands in what the ward has to accept: emergency contacts, training, pledges."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tewatashi.core.preparation import NAMES
from tewatashi.factory import preparing
from tewatashi.factory.preparing_forms import EmergencyForm, PledgesForm, TrainingForm
from tewatashi.sitekit import acting
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.policy import page

_INTRO: Final = {
    "emergency": "事故、災害、トラブルのときの連絡先と対応手順です。区が最新版を承認するまで、データの受渡しはできません。",
    "training": "個人情報保護に関するセキュリティ研修を受けた人を報告します。今年度の研修を区が承認するまで、その人はデータを扱えません。",
    "pledges": "秘密保持誓約書に署名した人を報告します。秘密を守る義務は、契約が終わったあとも続きます。区が承認するまで、その人はデータを扱えません。",
}  # fmt: skip


@page(roles={"supervisor"})
def emergency(request: HttpRequest, number: str) -> HttpResponse:
    """Hand in contacts and procedure."""
    latest = acting.known_standing(number).preparation.latest.get("emergency")
    form = EmergencyForm(request.POST or None, initial=_initial(latest[1]) if latest else {})
    if form.is_valid():
        preparing.submit_emergency(
            number, form.cleaned_data["contacts"], form.cleaned_data["procedure"], request.user.pk
        )
        return _done(request, number)
    return _page(request, form, number, "emergency")


def _initial(body: Any) -> dict[str, str]:
    contacts = "\n".join(f"{one['name']}、{one['duty']}、{one['phone']}" for one in body["contacts"])
    return {"contacts": contacts, "procedure": body["procedure"]}


@page(roles={"supervisor"})
def training(request: HttpRequest, number: str) -> HttpResponse:
    """Report a training."""
    form = TrainingForm(acting.known_standing(number), request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        preparing.report_training(number, data["on"], data["content"], data["people"], request.user.pk)
        return _done(request, number)
    return _page(request, form, number, "training")


@page(roles={"supervisor"})
def pledges(request: HttpRequest, number: str) -> HttpResponse:
    """Hand in pledges."""
    form = PledgesForm(acting.known_standing(number), request.POST or None)
    if form.is_valid():
        preparing.submit_pledges(number, form.cleaned_data["on"], form.cleaned_data["people"], request.user.pk)
        return _done(request, number)
    return _page(request, form, number, "pledges")


def _done(request: HttpRequest, number: str) -> HttpResponse:
    messages.success(request, "区に提出しました。承認を待っています。")
    return redirect("contract", number)


def _page(request: HttpRequest, form: Form, number: str, what: str) -> HttpResponse:
    version = acting.known_standing(number).preparation.version(what) + 1
    return act_page(
        request, form, title=f"{NAMES[what]}（第{version}版）の提出", submit="区に提出する", back=f"/contracts/{number}",
        intro=_INTRO[what],
    )  # fmt: skip

"""The pages of what a contract carries and waits for: clauses, consents, copies of certificates, what was handed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tewatashi.core.refused import Refused
from tewatashi.sitekit import acting
from tewatashi.sitekit.act_page import FileInput, act_page
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.prepared import handed_in_of
from tewatashi.ward import certificates, clauses, preparing
from tewatashi.ward.clauses_forms import CategoryForm, CertificateForm, ClausesForm, PlaceForm
from tewatashi.ward.views.shown import EVERYBODY


@page(roles={"manager"})
def attach_clauses(request: HttpRequest, number: str) -> HttpResponse:
    """Attach special clauses."""
    standing = acting.known_standing(number)
    form = ClausesForm(clauses.sets(), standing, request.POST or None)
    if form.is_valid():
        clauses.attach(number, form.cleaned_data["set"], form.cleaned_data["binds"], request.user.pk)
        messages.success(request, "特記事項を契約に付しました。")
        return redirect("contract", number)
    version = standing.clauses.version + 1 if standing.clauses else 1
    return act_page(
        request, form, title=f"特記事項（第{version}版）を付す", submit="契約に付す", back=f"/contracts/{number}",
        intro="選んだ特記事項の番号・見出しと、それを守らせる仕組みを契約に付し、委託先にも知らせます。前の版は台帳に残ります。",
    )  # fmt: skip


@page(roles={"manager"})
def consent_place(request: HttpRequest, number: str) -> HttpResponse:
    """Consent to a further place."""
    acting.known_standing(number)
    form = PlaceForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        clauses.consent_to_place(number, f"{data['site']}/{data['place']}", data["reason"], request.user.pk)
        messages.success(request, "場所の追加を承諾しました。")
        return redirect("contract", number)
    return act_page(
        request, form, title="個人情報を置いてよい場所の追加（承諾）", submit="承諾する", back=f"/contracts/{number}",
        intro="特記事項（持出しの禁止）のただし書きによる承諾です。承諾した場所は、この契約のすべての案件で使えるようになります。",
    )  # fmt: skip


@page(roles={"manager"})
def consent_category(request: HttpRequest, number: str) -> HttpResponse:
    """Consent to items of a forbidden category."""
    standing = acting.known_standing(number)
    form = CategoryForm(standing, clauses.shipped_categories(), request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        clauses.consent_to_category(number, data["form"], data["category"], data["reason"], request.user.pk)
        messages.success(request, "承諾を記録しました。")
        return redirect("contract", number)
    return act_page(
        request, form, title="収集禁止事項の承諾", submit="承諾する", back=f"/contracts/{number}",
        intro="承諾を記録するまで、この事項に属する項目を含むレイアウトで送付データを作成することはできません。",
    )  # fmt: skip


@page(roles={"clerk", "manager"})
def attach_certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Keep a copy of a certificate."""
    standing = acting.known_standing(number)
    form = CertificateForm(standing, request.POST or None)
    if form.is_valid():
        certificates.attach(number, form.cleaned_data["which"], _file(request), request.user.pk)
        messages.success(request, "認証の写しを保管しました。")
        return redirect("contract", number)
    return act_page(
        request, form, title="認証の写しの保管", submit="保管する", back=f"/contracts/{number}",
        file=FileInput("copy", "証書の PDF"),
    )  # fmt: skip


def _file(request: HttpRequest) -> bytes:
    file = request.FILES.get("copy")
    if file is None:
        raise Refused(
            "copy-missing", "PDF が選ばれていないか、大きすぎます。", do="PDF を選んでください。", requirement="WORK-6"
        )
    data: bytes = file.read()
    return data


@page(roles=EVERYBODY)
@require_GET
def certificate_copy(request: HttpRequest, number: str, which: str) -> HttpResponse:  # noqa: ARG001 -- a view's first
    """The copy of the certificate that is registered now."""
    copy = certificates.copy_of(acting.known_standing(number), which) if which in certificates.NAMES else None
    if copy is None:
        raise Http404
    disposition = f'attachment; filename="{which}-{copy.sha256[:8]}.pdf"'
    return HttpResponse(bytes(copy.data), content_type="application/pdf", headers={"Content-Disposition": disposition})


@page(roles={"manager"})
def accept(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """Read what was handed in, and accept it."""
    preparing.refuse_unknown(what)
    if request.method == "POST":
        preparing.accept(number, what, request.POST.get("version", ""), request.user.pk)
        messages.success(request, "承認しました。委託先に知らせます。")
        return redirect("contract", number)
    standing = acting.known_standing(number)
    context = {"standing": standing, "contract": standing.contract, "one": handed_in_of(standing, what)}
    return render(request, "ward/accept_preparation.html", context)

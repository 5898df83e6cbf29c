"""The page on which an extract becomes a parcel; its answer is the password notice, to be printed then and never again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tewatashi.core.contract import Standing
from tewatashi.documents.wareki import era_day
from tewatashi.sitekit import acting, clock, password_paper
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.titles import form_title
from tewatashi.sitekit.uploads import FormStream
from tewatashi.ward import sealing
from tewatashi.ward.layouts import layouts_of
from tewatashi.ward.offices import office_of


@csrf_exempt  # Django would read the whole body to find the token; `_seal` checks the token that stands before the file
@page(roles={"clerk"})
def seal(request: HttpRequest, number: str) -> HttpResponse:
    """The form, and the stream that it sends."""
    if request.method != "POST":
        job = sealing.refuse_unless_sealable(number, request.user.pk)
        context = {
            "job": job,
            "form_title": form_title(job.form),
            "layouts": layouts_of(job.form),
            "contract": acting.known_standing(job.contract).contract,
        }
        return render(request, "ward/seal.html", context)
    form = FormStream(request, "extract")
    request.POST = form.fields
    try:
        return _seal(request, number, form)
    finally:
        form.drain()


@csrf_protect
def _seal(request: HttpRequest, number: str, form: FormStream) -> HttpResponse:
    by = request.user.pk
    sealing.refuse_unless_sealable(number, by)
    notice = sealing.seal(number, form.fields.get("layout", ""), form.chunks(), by)
    standing = acting.known_standing(notice.job.contract)
    context = {
        "notice": notice, "job": notice.job, "form_title": form_title(notice.job.form), "at": clock.now(), "by": request.user.display_name,
        "contract": standing.contract, "pdf": _pdf(notice, standing, by),
    }  # fmt: skip
    response = render(request, "ward/password_notice.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _pdf(notice: sealing.Notice, standing: Standing, by: str) -> str:
    """The notice as the paper that is handed over, in base64."""
    job, contract = notice.job, standing.contract
    return password_paper.inline(standing, "parcel-sealed", job.number, {
        "number": notice.number, "to": f"{contract.contractor}　取扱責任者", "sender": office_of(contract, by), "about": "送付データ",
        "parcel": notice.serial, "content": f"{form_title(job.form)}の送付データ（{job.declared:,}件・暗号化済み）　基準日 {era_day(job.base_date)}",
        "password": notice.password, "ending": "返却" if contract.channel == "disc" else "返却又は裁断", "return_by": job.erase_by,
        "return_within": contract.erase_within_days,
    })  # fmt: skip

"""The page on which an extract becomes a parcel; its answer is the password notice, to be printed then and never again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.titles import form_title
from tewatashi.sitekit.uploads import FormStream
from tewatashi.ward import sealing
from tewatashi.ward.layouts import layouts_of


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
    context = {
        "notice": notice, "job": notice.job, "form_title": form_title(notice.job.form), "at": clock.now(), "by": request.user.display_name,
        "contract": acting.known_standing(notice.job.contract).contract,
    }  # fmt: skip
    response = render(request, "ward/password_notice.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response

"""The pages of media and password notices: each one form, one service, and back to the job."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tewatashi.core.custody import MEDIUM, NOTICE, Job
from tewatashi.sitekit import acting, clock
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.titles import form_title
from tewatashi.ward import carried, carrying, jobs, media, media_papers, reporting_story
from tewatashi.ward.carried_forms import (
    DestroyForm,
    HandMediumForm,
    KeepForm,
    LoseForm,
    MakeMediumForm,
    MoveForm,
    ShredForm,
    TakeBackForm,
)
from tewatashi.ward.offices import staff
from tewatashi.ward.views.shown import EVERYBODY

_CHUNK = 1 << 20


def _today() -> str:
    return clock.now().date().isoformat()


@page(roles={"clerk"})
def keep_notice(request: HttpRequest, number: str) -> HttpResponse:
    """Put the printed notice into a cabinet."""
    job, _ = jobs.sealed_job(number)
    form = KeepForm(acting.known_standing(job.contract), request.POST or None)
    if form.is_valid():
        carrying.keep_notice(number, **form.cleaned_data, by=request.user.pk)
        return redirect("job", number)
    return act_page(
        request, form, title="パスワード通知書の保管", submit="保管を記録する", back=f"/jobs/{number}", job=job,
        intro=f"番号 {carried.notice_number(job)} が印刷された通知書を封緘し、鍵付きキャビネットに入れてから記録します。媒体とは別の場所です（区 CD-R(1)）。",
    )  # fmt: skip


@page(roles={"clerk"})
def make_medium(request: HttpRequest, number: str) -> HttpResponse:
    """Make the image of a medium, to be burnt."""
    job, _ = jobs.sealed_job(number)
    form = MakeMediumForm(acting.known_standing(job.contract), request.POST or None)
    if form.is_valid():
        medium = carrying.make_medium(number, **form.cleaned_data, by=request.user.pk, site=settings.SITE)
        return redirect("medium", number, medium)
    return act_page(
        request, form, title="媒体の作成", submit="媒体のイメージを作る", back=f"/jobs/{number}", job=job,
        intro=f"媒体の番号は {carried.next_medium(job)} です。暗号化された送付データのイメージを作り、次の画面で書込みの手順とラベルを出します。",
    )  # fmt: skip


@page(roles=EVERYBODY, send={"clerk"})
@require_http_methods(["GET", "POST"])
def medium(request: HttpRequest, number: str, medium: str) -> HttpResponse:
    """One medium: its image and label, and how it is burnt; sent, the word that it was read back and needs no image."""
    job, thing = carrying.medium_of(number, medium)
    if request.method == "POST":
        media.erase(medium)
        messages.success(request, f"媒体 {medium} のイメージを消去しました。")
        return redirect("job", number)
    context = {
        "job": job, "thing": thing, "form_title": form_title(job.form), "handed": job.handed_on.get(thing.id),
        "has_image": carried.has_image(job, thing) and medium in media.names(), "may": "clerk" in request.user.roles,
    }  # fmt: skip
    return render(request, "ward/medium.html", context)


@page(roles={"clerk"})
@require_GET
def image(request: HttpRequest, number: str, medium: str) -> HttpResponseBase:  # noqa: ARG001 -- Django's view
    """The image, as it is read from the disk."""
    carrying.medium_of(number, medium)
    reader = _chunks(medium)
    length = next(reader)
    headers = {
        "Content-Length": length.decode(), "Content-Disposition": f'attachment; filename="{medium}.iso"', "Cache-Control": "no-store",
    }  # fmt: skip
    return StreamingHttpResponse(reader, content_type="application/octet-stream", headers=headers)


def _chunks(medium: str) -> Iterator[bytes]:
    """The image's length in digits, then its bytes: it is opened, or refused, before the answer begins."""
    with media.reading(medium) as (file, length):
        yield str(length).encode()
        yield from iter(lambda: file.read(_CHUNK), b"")


@page(roles=EVERYBODY)
@require_GET
def label(request: HttpRequest, number: str, medium: str) -> HttpResponse:  # noqa: ARG001 -- Django's view
    """媒体ラベル."""
    pdf = media_papers.label(*carrying.medium_of(number, medium))
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"})


@page(roles={"clerk"})
def hand_medium(request: HttpRequest, number: str) -> HttpResponse:
    """Give the medium to somebody on the roster."""
    job, _ = jobs.sealed_job(number)
    standing = acting.known_standing(job.contract)
    form = HandMediumForm(standing, request.POST or None, initial={"on": _today(), "expected_on": _today()})
    if form.is_valid():
        carrying.hand_medium(number, **form.cleaned_data, by=request.user.pk)
        messages.success(request, "受渡しを記録しました。確認書を出して、双方で記名押印してください。")
        return redirect("job", number)
    return act_page(
        request, form, title="媒体の受渡し", submit="受渡しを記録する", back=f"/jobs/{number}", job=job,
        intro="鍵付きケースに入れて手渡しします。パスワード通知書は、別の日に、媒体を持たない人へ渡します（区 CD-R(2)）。",
    )  # fmt: skip


@page(roles={"clerk"})
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """Take a medium or a notice back."""
    job = acting.known_job(number)
    form = TakeBackForm(
        acting.known_standing(job.contract), carried.to_come_back(job), request.POST or None, initial={"on": _today()}
    )
    if form.is_valid():
        carrying.take_back(number, **form.cleaned_data, by=request.user.pk)
        messages.success(request, "返却を記録しました。確認書を出して、双方で記名押印してください。")
        return redirect("job", number)
    return act_page(
        request, form, title="返却の受入れ", submit="返却を記録する", back=f"/jobs/{number}", job=job,
        intro="媒体とパスワード通知書は、それぞれ別の日に返却を受け、別の鍵付きキャビネットに入れます（受託 CD-R(3)）。",
    )  # fmt: skip


@page(roles={"clerk"})
def destroy_medium(request: HttpRequest, number: str) -> HttpResponse:
    """Record the destruction of a medium: used, or badly burnt."""
    job = acting.known_job(number)
    form = DestroyForm(carried.at_ward(job, MEDIUM), staff(but=request.user.pk), request.POST or None)
    if form.is_valid():
        carrying.destroy(number, **form.cleaned_data, by=request.user.pk)
        return redirect("job", number)
    return act_page(
        request, form, title="媒体の破壊", submit="破壊を記録する", back=f"/jobs/{number}", job=job,
        warning="現物を立会者の前で壊してから記録します。元には戻せません。書き損じた媒体は、破壊してから作り直します。",
    )  # fmt: skip


@page(roles={"clerk"})
def shred_notice(request: HttpRequest, number: str) -> HttpResponse:
    """Record the shredding of a password notice."""
    job = acting.known_job(number)
    form = ShredForm(carried.to_end(job, NOTICE), staff(but=request.user.pk), request.POST or None)
    if form.is_valid():
        carrying.shred(number, **form.cleaned_data, by=request.user.pk)
        return redirect("job", number)
    return act_page(
        request, form, title="パスワード通知書の裁断", submit="裁断を記録する", back=f"/jobs/{number}", job=job,
        warning="現物を立会者の前で裁断してから記録します。元には戻せません。",
    )  # fmt: skip


@page(roles={"clerk"})
def move(request: HttpRequest, number: str) -> HttpResponse:
    """Record where a medium or a notice of ours is now."""
    job = acting.known_job(number)
    form = MoveForm(acting.known_standing(job.contract), carried.at_ward(job), staff(), request.POST or None)
    if form.is_valid():
        carrying.move(number, **form.cleaned_data, by=request.user.pk)
        return redirect("job", number)
    return act_page(
        request, form, title="保管場所・所持者の変更", submit="変更を記録する", back=f"/jobs/{number}", job=job,
        intro="キャビネットから出した人、またはしまった場所の、どちらか一つを選びます。",
    )  # fmt: skip


@page(roles={"clerk"})
def lose(request: HttpRequest, number: str) -> HttpResponse:
    """Record that a medium or a notice of ours is lost."""
    job: Job = acting.known_job(number)
    things = [*carried.at_ward(job), *reporting_story.carried_here(job)]
    form = LoseForm(things, request.POST or None, initial={"on": _today()})
    if form.is_valid():
        carrying.lose(number, **form.cleaned_data, by=request.user.pk)
        messages.warning(request, "紛失を記録しました。直ちに責任者に報告してください。")
        return redirect("job", number)
    return act_page(
        request, form, title="紛失の記録", submit="紛失を記録する", back=f"/jobs/{number}", job=job,
        warning="紛失は消去ではありません。記録は残り、委託先にも伝わります。見つかっても、この物はもう使えません。",
    )  # fmt: skip

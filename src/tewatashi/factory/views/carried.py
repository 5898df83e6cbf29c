"""The pages of what people carry: the arrival of a medium, its disc, the ward's records, and what is missing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tewatashi.core.refused import Refused
from tewatashi.factory import carried, carried_story, jobs
from tewatashi.factory.forms import ArriveForm, CountersignForm, LoseForm
from tewatashi.factory.views.shown import WORKERS
from tewatashi.sitekit.act_page import act_page
from tewatashi.sitekit.policy import page
from tewatashi.sitekit.uploads import FormStream


@page(roles=WORKERS)
def arrive(request: HttpRequest, number: str) -> HttpResponse:
    """Record that the medium came."""
    job, standing = jobs.load(number)
    form = ArriveForm(standing, request.POST or None)
    way = carried_story.on_its_way(job)
    if form.is_valid():
        said = form.cleaned_data
        medium = way[0].number if way else "0"
        carried.arrive(
            number, medium=medium, case=said["case"], intact=said["intact"] == "yes", place=said["place"], by=request.user.pk
        )  # fmt: skip
        messages.success(request, f"媒体 {medium} の到着を記録しました。")
        return redirect("job", number)
    if way is None:
        raise Refused(
            "not-on-its-way",
            "運搬中の媒体はありません。",
            do="案件の画面で状態を確かめてください。",
            requirement="WARD-CD-4",
        )
    return act_page(
        request, form, title=f"媒体 {way[0].number} の到着", submit="到着を記録する", back=f"/jobs/{number}", job=job,
        intro="ケースを開けずに番号と施錠を確かめ、鍵の管理者の立会いで媒体を取り出し、金庫に収めます。",
    )  # fmt: skip


@csrf_exempt  # Django would read the whole body to find the token; `_take_in` checks the token that stands before the file
@page(roles=WORKERS)
def take_in(request: HttpRequest, number: str) -> HttpResponse:
    """Take the parcel in from the disc's image, as it streams in."""
    job, _ = jobs.load(number)
    if request.method != "POST":
        return render(request, "factory/take_in.html", {"job": job})
    form = FormStream(request, "image")
    request.POST = form.fields
    try:
        return _take_in(request, number, form)
    finally:
        form.drain()


@csrf_protect
def _take_in(request: HttpRequest, number: str, form: FormStream) -> HttpResponse:
    medium = carried.take_in_image(number, form.chunks(), request.user.pk)
    messages.success(request, f"媒体 {medium} から送付データを取り込み、区の記録と同じであることを確かめました。")
    return redirect("job", number)


@page(roles=WORKERS)
def countersign(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm one of the ward's records, or say what differs."""
    job, _ = jobs.load(number)
    waiting = carried_story.to_countersign(job)
    form = CountersignForm(waiting, request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        carried.countersign(number, said["confirmation"], said["agrees"] == "yes", said["note"], request.user.pk)
        messages.success(request, f"確認書 {said['confirmation']} への回答を記録しました。")
        return redirect("job", number)
    return act_page(
        request, form, title="確認書の確認", submit="回答を記録する", back=f"/jobs/{number}", job=job,
        intro="区が記録した日時・取扱者・情報の内容・数量を、手元の控えと比べて確かめます。",
    )  # fmt: skip


@page(roles=WORKERS)
def lose(request: HttpRequest, number: str) -> HttpResponse:
    """Report that something is missing."""
    job, _ = jobs.load(number)
    form = LoseForm(carried.can_be_lost(job), request.POST or None)
    if form.is_valid():
        carried.lose(number, **form.cleaned_data, by=request.user.pk)
        messages.warning(request, "紛失を記録し、区に知らせました。区の指示を受けてください。")
        return redirect("job", number)
    return act_page(
        request, form, title="紛失の報告", submit="紛失を記録し、区に知らせる", back=f"/jobs/{number}", job=job,
        warning="記録はすぐに区に伝わり、取り消せません。見つからないと分かった時点で、直ちに報告してください。",
    )  # fmt: skip
